"""Forms of notice lists: a new draft, a lot, publication, posting, taking down, a correction."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from premises.models import Channel, PublicNotice, PublicNoticeItem
from premises.notices.drafts import ITEM_FIELDS
from premises.stock.registers import check_land_register, check_parcel
from records.clock import today
from resources.models import ManagingUnit, Resource


class Lines(forms.CharField):
    """A list of texts, one a line or apart by commas; each is held by the validators."""

    def __init__(self, *, check: Any = None, **kwargs: Any) -> None:
        super().__init__(
            required=False, widget=forms.Textarea(attrs={"rows": 2}), strip=True, **kwargs
        )
        self.check = check

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [one.strip() for one in re.split(r"[\n,;]+", value or "") if one.strip()]

    def validate(self, value: Any) -> None:
        wrong = []
        for one in value:
            try:
                if self.check:
                    self.check(one)
            except ValidationError as error:
                wrong += [f"{one}: {message}" for message in error.messages]
        if wrong:
            raise ValidationError(wrong)

    def run_validators(self, value: Any) -> None:
        """Each line was checked by `validate`."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class NewNoticeForm(forms.Form):
    """Which places, for what, and what the list is about."""

    subject_pl = forms.CharField(
        label=gettext_lazy("What the list is about"),
        max_length=200,
        help_text=gettext_lazy("For example: lokale użytkowe do oddania w najem."),
    )
    tenure = forms.ChoiceField(
        label=gettext_lazy("Meant for"),
        choices=PublicNoticeItem.Tenure.choices,
        widget=forms.RadioSelect,
        initial=PublicNoticeItem.Tenure.LEASE,
    )
    term_months = forms.IntegerField(
        label=gettext_lazy("Term in months"),
        required=False,
        min_value=1,
        max_value=1200,
        help_text=gettext_lazy("Empty: for an indefinite time."),
    )
    places = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Places"),
        queryset=Resource.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one place.")},
    )

    def __init__(self, *args: Any, unit: ManagingUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["places"]
        field.queryset = (
            Resource.objects.filter(unit=unit, tenure=Resource.Tenure.CONTRACT)
            .exclude(visibility=Resource.Visibility.WITHDRAWN)
            .select_related("site")
            .order_by("title_pl", "code")
        )


class NoticeForm(forms.ModelForm):
    """What stands above the lots."""

    class Meta:
        model = PublicNotice
        fields = ("subject_pl", "subject_en", "contact", "correction_reason")

    edit = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.corrects_id is None:
            del self.fields["correction_reason"]


class ItemForm(forms.ModelForm):
    """A lot: all fields of art. 35(2); those that do not apply stay empty."""

    edit = forms.IntegerField(widget=forms.HiddenInput)
    kw_numbers = Lines(
        label=gettext_lazy("Land register (KW)"),
        check=check_land_register,
        help_text=gettext_lazy("One a line: KR1P/00123456/7."),
    )
    parcels = Lines(
        label=gettext_lazy("Parcels"), check=check_parcel, help_text=gettext_lazy("One a line.")
    )

    class Meta:
        model = PublicNoticeItem
        fields = ITEM_FIELDS
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "development_deadline": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "term_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "priority_deadline": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }


class PublishForm(forms.Form):
    edit = forms.IntegerField(widget=forms.HiddenInput)
    hung_in_office_by = forms.CharField(
        label=gettext_lazy("Who hung the paper list in the office today"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Empty if it does not hang yet: record it later. The days run only once it does."
        ),
    )


class PostingForm(forms.Form):
    """Proof that the list hangs somewhere."""

    channel = forms.ChoiceField(label=gettext_lazy("Where"), choices=())
    posted_on = forms.DateField(
        label=gettext_lazy("Hung on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    posted_by = forms.CharField(label=gettext_lazy("By whom"), max_length=200)
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Title and number of the newspaper, number in BIP."),
    )
    url = forms.URLField(
        label=gettext_lazy("Address"), required=False, max_length=500, assume_scheme="https"
    )

    def __init__(self, *args: Any, notice: PublicNotice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {one.channel for one in notice.postings.all()}
        field: Any = self.fields["channel"]
        field.choices = [one for one in Channel.choices if one[0] not in known]
        self.fields["posted_on"].initial = today()


class TakeDownForm(forms.Form):
    taken_down_on = forms.DateField(
        label=gettext_lazy("Taken down on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    taken_down_by = forms.CharField(label=gettext_lazy("By whom"), max_length=200)


class CorrectionForm(forms.Form):
    """Which lots a new list corrects, and why."""

    items = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Lots to correct"),
        queryset=PublicNoticeItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose the lots that are corrected.")},
    )
    correction_reason = forms.CharField(
        label=gettext_lazy("What is corrected and why"), max_length=400
    )

    def __init__(self, *args: Any, notice: PublicNotice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["items"]
        field.queryset = notice.items.filter(corrections=None)


def problems_of(form: forms.BaseForm, problem: Any) -> None:
    """Show what a domain function refused beside its field, or above the form."""
    for one in getattr(problem, "problems", [problem]):
        field = one.field if one.field in form.fields else None
        form.add_error(field, str(one.message))
