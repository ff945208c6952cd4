"""Forms of the desk of procedures. They read what was typed; whether it may be is for planning."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from premises.applications.form import DecimalTextField
from premises.models import (
    AllocationProcedure,
    BidDeposit,
    KindDocument,
    Lot,
    ProcedureKind,
    PublicNotice,
    ScoringScheme,
    Tenure,
)
from premises.procedures.kinds import in_force, schemes_in_force
from premises.vacancy import falling_vacant, vacant
from records import typography
from records.clock import KRAKOW
from resources.forms.fields import DayField
from resources.models import ManagingUnit, Resource


class MinuteOfDayField(forms.DateTimeField):
    """A day with hour and minute in local time; seconds are dropped."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M"]
        super().__init__(input_formats=formats, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(KRAKOW).strftime("%Y-%m-%dT%H:%M")
        return value

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found.replace(second=0, microsecond=0) if found else found


class KindChoice(forms.ModelChoiceField):
    def label_from_instance(self, kind: Any) -> str:
        from premises.procedures.words import local  # noqa: PLC0415 - in the reader's language

        return local(kind, "name")


class PremisesChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, resource: Any) -> str:
        area = f", {typography.area(resource.area_m2)}" if resource.area_m2 else ""
        return f"{resource.title_pl}{area}"


class BeginForm(forms.Form):
    """Step one: which kind, and which vacant premises."""

    kind = KindChoice(
        label=_("Kind of procedure"),
        queryset=ProcedureKind.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    premises = PremisesChoice(
        label=_("Premises that are vacant or fall vacant within six months"),
        queryset=Resource.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one of the premises.")},
    )

    def __init__(self, *args: Any, unit: ManagingUnit, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].queryset = in_force()  # type: ignore[attr-defined]
        stock = Resource.objects.filter(unit=unit, kind="premises").exclude(
            visibility=Resource.Visibility.WITHDRAWN
        )
        free = set(vacant(stock).values_list("pk", flat=True))
        free |= {one.pk for one in falling_vacant(stock)}
        busy = Lot.objects.filter(live=True).values("resource")
        self.fields["premises"].queryset = (  # type: ignore[attr-defined]
            stock.filter(pk__in=free).exclude(pk__in=busy).order_by("title_pl")
        )


class PlanForm(forms.Form):
    """The draft: words, dates, criteria, notice list."""

    title_pl = forms.CharField(label=_("Title (Polish)"), max_length=200)
    title_en = forms.CharField(label=_("Title (English)"), max_length=200, required=False)
    about_pl = forms.CharField(
        label=_("What it is for (Polish)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("In plain words; the public page shows it."),
    )
    about_en = forms.CharField(
        label=_("What it is for (English)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    opens_at = MinuteOfDayField(label=_("The call opens"), required=False)
    closes_at = MinuteOfDayField(
        label=_("The call closes"),
        required=False,
        help_text=_("To the minute; what comes at that minute is late."),
    )
    questions_until = MinuteOfDayField(label=_("Questions until"), required=False)
    event_at = MinuteOfDayField(label=_("Day and hour of the auction"), required=False)
    event_place = forms.CharField(label=_("Place of the auction"), max_length=200, required=False)
    notice = forms.ModelChoiceField(
        label=_("Notice list"),
        queryset=PublicNotice.objects.none(),
        required=False,
        empty_label=_("not chosen yet"),
    )
    scoring = forms.ModelChoiceField(
        label=_("Criteria of the assessment"),
        queryset=ScoringScheme.objects.none(),
        required=False,
        empty_label=_("not chosen yet"),
    )
    external_case = forms.CharField(
        label=_("Sign of the case in which the choice was made"), max_length=120, required=False
    )
    external_url = forms.URLField(label=_("Its address"), required=False, assume_scheme="https")

    def __init__(
        self, *args: Any, procedure: AllocationProcedure, lots: Iterable[Lot], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        kind = procedure.kind
        self.fields["notice"].queryset = PublicNotice.objects.filter(  # type: ignore[attr-defined]
            unit=procedure.unit, items__resource__lots__procedure=procedure
        ).distinct()
        self.fields["scoring"].queryset = schemes_in_force()  # type: ignore[attr-defined]
        unused = []
        if not kind.takes_applications:
            unused += ["opens_at", "closes_at", "questions_until"]
        else:
            unused += ["external_case", "external_url"]
        unused += [] if kind.has_event else ["event_at", "event_place"]
        unused += [] if kind.needs_notice else ["notice"]
        unused += [] if kind.min_score_cards else ["scoring"]
        for name in unused:
            del self.fields[name]
        self.lots = [LotForm(*args, lot=lot, kind=kind, prefix=f"lot-{lot.pk}") for lot in lots]

    def is_valid(self) -> bool:
        # Both are asked, so that everything wrong is shown at once.
        return all([super().is_valid(), *(one.is_valid() for one in self.lots)])


class LotForm(forms.Form):
    """The terms of one lot."""

    tenure = forms.ChoiceField(label=_("On what terms"), choices=Tenure.choices)
    term_from = DayField(label=_("From"), required=False)
    term_until = DayField(label=_("To"), required=False)
    term_months = forms.IntegerField(
        label=_("For how many months"), min_value=1, max_value=360, required=False
    )
    indefinite = forms.BooleanField(label=_("for an indefinite time"), required=False)
    weekly_hours = forms.CharField(
        label=_("Fixed weekly hours"),
        max_length=200,
        required=False,
        help_text=_("For example: Tuesdays 17–19. Empty: the whole time."),
    )
    starting_rate = DecimalTextField(
        label=_("Starting rate (PLN net per m² a month)"),
        min_value=0,
        max_digits=8,
        decimal_places=2,
        required=False,
    )
    deposit = DecimalTextField(
        label=_("Bid deposit (PLN)"), min_value=1, max_digits=10, decimal_places=2, required=False
    )
    conditions_pl = forms.CharField(
        label=_("Conditions (Polish)"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    conditions_en = forms.CharField(
        label=_("Conditions (English)"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    viewing_from = MinuteOfDayField(label=_("Viewing from"), required=False)
    viewing_until = MinuteOfDayField(label=_("Viewing to"), required=False)
    viewing_note = forms.CharField(
        label=_("Where to come, whom to call"), max_length=200, required=False
    )

    def __init__(self, *args: Any, lot: Lot, kind: ProcedureKind, **options: Any) -> None:
        self.lot = lot
        initial: dict[str, Any] = {
            name: getattr(lot, name) for name in self.base_fields if hasattr(lot, name)
        }
        viewing = lot.viewings.first()
        if viewing is not None:
            initial |= {
                "viewing_from": viewing.period.lower,
                "viewing_until": viewing.period.upper,
                "viewing_note": viewing.note,
            }
        options["initial"] = initial
        super().__init__(*args, **options)
        labels = dict(Tenure.choices)
        self.fields["tenure"].choices = [  # type: ignore[attr-defined]
            (one, labels[one]) for one in kind.tenures
        ]
        if not kind.deposit:
            del self.fields["deposit"]
        if kind.rent_by != ProcedureKind.RentBy.BID:
            del self.fields["starting_rate"]
        if kind.longest_days is None:
            del self.fields["weekly_hours"]
        else:
            del self.fields["term_months"], self.fields["indefinite"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("viewing_from"), data.get("viewing_until")
        if bool(start) != bool(end) or (start and end and start >= end):
            self.add_error("viewing_until", _("Say from when to when."))
        lengths = [data.get("term_months"), data.get("term_until"), data.get("indefinite")]
        if sum(1 for one in lengths if one) > 1:
            field = "term_months" if "term_months" in self.fields else "term_until"
            self.add_error(
                field, _("Say one: the number of months, the last day, or an indefinite time.")
            )
        first, last = data.get("term_from"), data.get("term_until")
        if first and last and last < first:
            self.add_error("term_until", _("The last day cannot come before the first."))
        return data

    @property
    def viewings(self) -> list[tuple[datetime, datetime, str]]:
        start, end = self.cleaned_data.get("viewing_from"), self.cleaned_data.get("viewing_until")
        return [(start, end, self.cleaned_data.get("viewing_note", ""))] if start and end else []


class DepositForm(forms.Form):
    """What the account shows of a bid deposit."""

    credited_on = DayField(label=_("Credited on"), required=False)
    reference = forms.CharField(
        label=_("Reference of the transfer"), max_length=120, required=False
    )
    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[("", _("still held")), *BidDeposit.Outcome.choices],
        required=False,
    )
    settled_on = DayField(label=_("On"), required=False)
    reason = forms.CharField(label=_("Reason, if it is kept"), max_length=300, required=False)


class CorrectionForm(forms.Form):
    """A call for correction: a line for each defect, and the documents to send."""

    defects = forms.CharField(
        label=_("What is to be mended, one a line"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    documents = forms.MultipleChoiceField(
        label=_("Documents that are missing or wrong"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    message = forms.CharField(
        label=_("A word for the applicant"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )

    def __init__(self, *args: Any, documents: Iterable[KindDocument], **options: Any) -> None:
        super().__init__(*args, **options)
        from premises.procedures.words import local  # noqa: PLC0415 - in the reader's language

        self.fields["documents"].choices = [  # type: ignore[attr-defined]
            (one.type.code, local(one.type, "name"))
            for one in documents
            if one.type.how == one.type.How.FILE
        ]
