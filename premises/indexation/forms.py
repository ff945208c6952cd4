"""Forms of the desk's pages of indexation."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from premises.models import ConsumerPriceIndex, IndexationRule

_DATE = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class _RuleChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name_pl


class PrepareForm(forms.Form):
    rule = _RuleChoice(label=_("Rule"), queryset=IndexationRule.objects.none())
    index = forms.ModelChoiceField(
        label=_("Consumer prices of the year"), queryset=ConsumerPriceIndex.objects.all()
    )
    effective_on = forms.DateField(label=_("New rent from"), **_DATE)

    def __init__(self, *args: Any, unit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].queryset = IndexationRule.objects.filter(
            Q(unit=unit) | Q(unit=None), approved_at__isnull=False
        )


class IndexForm(forms.ModelForm):
    """The index of a year, as the city reads it in Monitor Polski."""

    class Meta:
        model = ConsumerPriceIndex
        fields = ("year", "percent", "announced_on", "reference")
        labels = {
            "year": _("Year measured"),
            "percent": _("Mean change of prices, %"),
            "announced_on": _("Announced on"),
            "reference": _("Place in Monitor Polski"),
        }
        help_texts = {"year": "", "percent": "", "reference": ""}
        widgets = {"announced_on": _DATE["widget"]}
