"""Forms of the stock beside its values: parts of premises and holds of officers."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from premises.models import OfficerHold, PremisesPart
from records.clock import today
from resources.forms.fields import DayField


class PartForm(forms.ModelForm):
    """One part of the premises."""

    class Meta:
        model = PremisesPart
        fields = (
            "kind",
            "name",
            "floor",
            "position",
            "area_m2",
            "share_numerator",
            "share_denominator",
        )
        labels = {
            "share_numerator": _("Share"),
            "share_denominator": _("of"),
            "area_m2": _("Area (m²)"),
        }
        help_texts = {"position": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].choices = [
            ("", _("as the part or the premises")),
            *[choice for choice in self.fields["position"].choices if choice[0]],
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        has = [cleaned.get(name) is not None for name in ("share_numerator", "share_denominator")]
        if has[0] != has[1]:
            self.add_error("share_numerator", _("Give both numbers of the share, or none."))
        return cleaned


class HoldForm(forms.Form):
    """Why and when premises are kept out of letting. The last day is included."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=OfficerHold.Reason,
        widget=forms.RadioSelect,
        help_text=_("The public reads the reason, not the note."),
    )
    note = forms.CharField(
        label=_("Why, for officials"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    first = DayField(label=_("First day"), initial=today)
    last = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: until somebody lifts it.")
    )

    @property
    def until(self) -> date | None:
        """The first day after it."""
        last = self.cleaned_data["last"]
        return last + timedelta(days=1) if last else None


class ChangeEndForm(forms.Form):
    """A new last day of a hold; yesterday or before lifts it at once."""

    last = DayField(
        label=_("New last day"),
        required=False,
        initial=lambda: today() - timedelta(days=1),
        help_text=_("Empty: without end. Yesterday or earlier: lifted from today."),
    )
    note = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    @property
    def until(self) -> date | None:
        """The first day after it; the past is not rewritten."""
        last = self.cleaned_data["last"]
        return max(last + timedelta(days=1), today()) if last else None
