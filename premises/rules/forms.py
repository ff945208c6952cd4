"""Forms of the desk's pages of rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from premises.models import (
    Building,
    EligibilityRule,
    ProcedureKind,
    Requirement,
    Tenure,
    TenureRule,
)
from premises.rules.months import add_months
from records.clock import today
from resources.models import Resource

_DATE = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
_THREE = forms.NullBooleanField


class _Start(forms.ModelForm):
    """A version of a rule: from which day, and what it says."""

    start = forms.DateField(label=_("Holds from"), **_DATE)


def _several(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("none ticked: any"),
    )


class TenureRuleForm(_Start):
    tenures = _several(_("Kinds of contract"), Tenure.choices)
    ownerships = _several(_("Owners of the building"), Building.Ownership.choices)
    instead = forms.MultipleChoiceField(
        label=_("What may stand in its place"),
        choices=Requirement.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = TenureRule
        fields = (
            "tenures", "ownerships", "term_over_months", "term_up_to_months",
            "cumulated_over_months", "indefinite", "successive", "party_is_opp",
            "permanent_management", "written_form", "needed", "instead", "reason_pl", "reason_en",
            "legal_act", "provision",
        )  # fmt: skip
        labels = {
            "term_over_months": _("Term over (months)"),
            "term_up_to_months": _("Term up to (months)"),
            "cumulated_over_months": _("With earlier contracts of the party over (months)"),
            "indefinite": _("For an indefinite time"),
            "successive": _("Follows a contract of the same party"),
            "party_is_opp": _("The party is a public benefit organisation"),
            "permanent_management": _("The unit has permanent management"),
            "written_form": _("In writing"),
            "needed": _("Then this is needed"),
            "reason_pl": _("Reason (Polish)"),
            "reason_en": _("Reason (English)"),
            "legal_act": _("Legal act"),
            "provision": _("Provision"),
        }
        help_texts = {"successive": "", "provision": ""}


class EligibilityRuleForm(_Start):
    tenures = _several(_("Kinds of contract"), Tenure.choices)

    class Meta:
        model = EligibilityRule
        fields = (
            "label_pl", "label_en", "hint_pl", "hint_en", "question", "number", "codes", "tenures",
            "kept_with", "required", "legal_act", "provision",
        )  # fmt: skip
        labels = {
            "label_pl": _("words (Polish)"),
            "label_en": _("words (English)"),
            "hint_pl": _("What to do (Polish)"),
            "hint_en": _("What to do (English)"),
            "question": _("How the register answers"),
            "number": _("Months"),
            "codes": _("Codes of spheres or legal forms, with commas"),
            "kept_with": _("Who has the paper"),
            "required": _("without it there is no contract"),
            "legal_act": _("Legal act"),
            "provision": _("Provision"),
        }
        help_texts = {"hint_pl": "", "number": "", "required": "", "provision": ""}


class PlanForm(forms.Form):
    """A contract that an officer thinks of."""

    premises = forms.ModelChoiceField(
        label=_("Premises"), queryset=Resource.objects.none(), to_field_name="code"
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        empty_label=_("not in the register"),
    )
    tenure = forms.ChoiceField(label=_("Kind of contract"), choices=Tenure.choices)
    start = forms.DateField(label=_("First day"), **_DATE)
    months = forms.IntegerField(
        label=_("For how many months"),
        required=False,
        min_value=1,
        max_value=1200,
        help_text=_("empty: for an indefinite time"),
    )
    mode = forms.ModelChoiceField(
        label=_("Kind of procedure"),
        queryset=ProcedureKind.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("not chosen yet"),
    )

    def __init__(self, *args: Any, unit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        premises = Resource.objects.filter(unit=unit, kind="premises", premises__isnull=False)
        self.fields["premises"].queryset = premises.select_related(
            "premises", "site__building"
        ).order_by("title_pl", "code")
        self.fields["mode"].queryset = ProcedureKind.objects.filter(valid__contains=today())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        months, start = data.get("months"), data.get("start")
        data["end"] = add_months(start, months) if months and start else None
        return data
