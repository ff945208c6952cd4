"""Rows around a contract as forms: parties, securities, insurance, utilities, consents, rules."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premises.lease_forms import find_organisation
from premises.leasing import dates
from premises.models import (
    Asked,
    Insurance,
    Lease,
    LeaseParty,
    LeaseRule,
    Outlay,
    Security,
    ThirdPartyConsent,
    UtilityTerm,
    WorksConsent,
)
from records.clock import today
from resources.forms.fields import DayField


class RowForm(forms.ModelForm):
    """A row of a contract. Where it has a term, two days stand for it."""

    def __init__(self, *args: Any, lease: Lease, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.lease = lease
        for name, field in list(self.fields.items()):
            if isinstance(field, forms.DateField):
                self.fields[name] = DayField(
                    label=field.label, required=field.required, help_text=field.help_text
                )
        span = getattr(self.instance, "valid", None)
        if "first" in self.fields:
            self.fields["first"].initial = span.lower if span else lease.starts_on
            self.fields["last"].initial = dates.last_day(span.upper) if span else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes after the first one."))
        elif first:
            self.instance.valid = (first, dates.day_after(last))
        return data


class Spanned(forms.Form):
    first = DayField(label=gettext_lazy("From"))
    last = DayField(
        label=gettext_lazy("To (last day)"), required=False,
        help_text=gettext_lazy("empty: to the end of the contract"),
    )  # fmt: skip


class PartyForm(RowForm, Spanned):
    register = forms.CharField(
        label=gettext_lazy("Organisation of the register"), required=False,
        help_text=gettext_lazy("KRS, NIP or name"),
    )  # fmt: skip
    field_order = ("role", "register", "name", "natural_person", "first", "last")

    class Meta:
        model = LeaseParty
        fields = ("role", "name", "natural_person", "nip", "address", "share_numerator",
                  "share_denominator", "joint_and_several", "rooms", "hours")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.organisation_id:
            known = self.instance.organisation
            self.fields["register"].initial = known.krs or known.name

    def clean_register(self) -> str:
        text: str = self.cleaned_data["register"]
        self.instance.organisation = find_organisation(text) if text.strip() else None
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.instance.organisation and data.get("name"):
            self.add_error("name", _("Choose an organisation or give a name, not both."))
        elif not self.instance.organisation and not data.get("name") and not self.errors:
            raise ValidationError(_("Choose an organisation or give a name."))
        return data


class SecurityForm(RowForm):
    class Meta:
        model = Security
        fields = ("kind", "amount", "due_on", "given_on", "valid_until", "returned_on", "set_off",
                  "reference")  # fmt: skip


class InsuranceForm(RowForm, Spanned):
    class Meta:
        model = Insurance
        fields = ("scope", "insurer", "policy_number", "sum_insured", "checked_on")


class UtilityForm(RowForm, Spanned):
    class Meta:
        model = UtilityTerm
        fields = ("kind", "method", "rate_net", "advance_net", "settled_every_months")


class ThirdPartyForm(RowForm, Spanned):
    class Meta:
        model = ThirdPartyConsent
        fields = ("who", "scope")


class WorksForm(RowForm):
    class Meta:
        model = WorksConsent
        fields = ("scope", "cost_estimate")


class OutlayForm(forms.ModelForm):
    class Meta:
        model = Outlay
        fields = ("day", "document", "amount", "accepted", "settled_on")


class DecisionForm(forms.Form):
    """The unit's answer to what the tenant asked for."""

    state = forms.ChoiceField(
        label=gettext_lazy("Answer"), widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in (Asked.GRANTED, Asked.REFUSED)],
    )  # fmt: skip
    settle = forms.ChoiceField(
        label=gettext_lazy("Who pays"), choices=WorksConsent.Settle.choices, required=False
    )
    cap = forms.DecimalField(
        label=gettext_lazy("At most (PLN)"), max_digits=11, decimal_places=2, min_value=0,
        required=False, localize=True,
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason or conditions"), required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("The tenant reads it."),
    )  # fmt: skip


class RuleForm(forms.Form):
    """A number of the unit from a day on."""

    code = forms.ChoiceField(label=gettext_lazy("Rule"), choices=LeaseRule.Code.choices)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of contract"), required=False,
        choices=[("", gettext_lazy("every kind")), *Lease.Kind.choices],
    )  # fmt: skip
    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=0, max_value=3650)
    from_ = DayField(label=gettext_lazy("From"), initial=today)
    basis = forms.CharField(label=gettext_lazy("Provision"), max_length=200, required=False)


#: Last part of the address -> form and what is added.
ROWS: dict[str, tuple[type[RowForm], Any]] = {
    "strony": (PartyForm, gettext_lazy("A party")),
    "zabezpieczenia": (SecurityForm, gettext_lazy("A security")),
    "ubezpieczenia": (InsuranceForm, gettext_lazy("An insurance")),
    "media": (UtilityForm, gettext_lazy("A utility")),
}
#: What the tenant asks for, and the unit enters for them.
ASKS: dict[str, tuple[type[RowForm], Any]] = {
    "osoby-trzecie": (ThirdPartyForm, gettext_lazy("Use by somebody else")),
    "prace": (WorksForm, gettext_lazy("Works")),
}
