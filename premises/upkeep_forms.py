"""Forms of upkeep: one small form for each thing that is recorded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from premises.models import LeaseCondition, Supervision, UseReport
from records.clock import today
from resources.forms.fields import DayField


class MonthField(DayField):
    """A month by a month input ("2026-03"), as its first day."""

    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        return super().to_python(f"{text}-01" if len(text) == 7 else value)


class ChargeMonthForm(forms.Form):
    month = MonthField(label=_("Month"))


class ExportForm(forms.Form):
    until = DayField(label=_("Due by (last day)"))


class ArrearsFileForm(forms.Form):
    file = forms.FileField(label=_("Table from the finance system (CSV)"))
    as_of = DayField(label=_("As of"))
    source = forms.CharField(
        label=_("Where it comes from"), max_length=200, initial=_("finance system")
    )


class ConditionForm(forms.Form):
    text = forms.CharField(label=_("What is asked"), max_length=500)
    kind = forms.ChoiceField(label=_("Kind"), choices=LeaseCondition.Kind.choices)
    basis = forms.CharField(label=_("Decision or clause"), max_length=200, required=False)
    due_on = DayField(label=_("Look at it on"))
    every_months = forms.IntegerField(
        label=_("and again every (months)"), min_value=1, max_value=120, required=False
    )


class LookForm(forms.Form):
    done_on = DayField(label=_("Done on"))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Supervision.Outcome.choices)
    evidence = forms.CharField(label=_("What shows it"), widget=forms.Textarea(attrs={"rows": 2}))


class PlanForm(forms.Form):
    planned_on = DayField(label=_("Day of the visit"))


class DeliveredForm(forms.Form):
    delivered_on = DayField(label=_("Received by the tenant on"))


class WithdrawForm(forms.Form):
    why = forms.CharField(label=_("Why withdrawn"), max_length=300)


class BaseForm(forms.Form):
    """What a month of a place is worth, where the contract has no rent."""

    month_net = forms.DecimalField(
        label=_("A month, net (PLN)"), min_value=0, max_digits=11, decimal_places=2, localize=True
    )
    valid_from = DayField(label=_("From"))
    basis = forms.CharField(label=_("How it was reckoned, on what basis"), max_length=300)


class QuestionForm(forms.Form):
    question = forms.CharField(
        label=_("Question to the tenant"), widget=forms.Textarea(attrs={"rows": 2})
    )


class UseReportForm(forms.ModelForm):
    class Meta:
        model = UseReport
        fields = ["days_used", "people", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "days_used": _("A day counts if anybody used the place on it."),
            "people": _("Each person once for each meeting; an estimate is enough."),
        }


class InspectionForm(forms.Form):
    held_on = DayField(label=_("Held on"))
    summary = forms.CharField(
        label=_("What was found"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    mend_by = DayField(label=_("To be mended by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"held_on": today()})
        super().__init__(*args, **kwargs)
