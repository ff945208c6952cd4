"""A procedure before its call: beginning it, its lots and dates, and what is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from premises.models import AllocationProcedure, Lot, LotViewing, ProcedureKind, ProcedureStep
from premises.numbers import next_number
from premises.procedures.stages import days_of
from premises.vacancy import Vacancy, vacancies
from records import typography
from records.clock import KRAKOW, now, today
from records.periods import local_moment
from records.problems import Conflict, Invalid, Problem
from records.working_days import add_days, holidays_between, is_working_day, next_working_day
from resources.models import ManagingUnit, Resource

State = AllocationProcedure.State
ONE_DAY = timedelta(days=1)
CLOSES_AT_MINUTE = 15 * 60
OPENS_AT_MINUTE = 8 * 60

#: What an officer sets in a draft; everything else follows from steps.
FIELDS = (
    "title_pl",
    "title_en",
    "about_pl",
    "about_en",
    "opens_at",
    "closes_at",
    "questions_until",
    "event_at",
    "event_place",
    "scoring",
    "notice",
    "external_case",
    "external_url",
)
LOT_FIELDS = (
    "tenure",
    "term_from",
    "term_months",
    "term_until",
    "indefinite",
    "weekly_hours",
    "starting_rate",
    "deposit",
    "conditions_pl",
    "conditions_en",
)


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates that fit the kind, as a proposal."""

    opens_at: datetime
    closes_at: datetime
    questions_until: datetime


def proposed_dates(kind: ProcedureKind, start: date | None = None) -> Dates:
    """The first dates that keep the kind's days, from a day on (today): the list hangs, the call
    opens on the next working day at 8:00 and closes on a working day at 15:00."""
    day = start or today()
    if kind.needs_notice:
        day = day + timedelta(days=days_of(kind, "notice", 21)[0] + 1)
    opens = next_working_day(day + ONE_DAY)
    number, counting = days_of(kind, "call", 14)
    closes = next_working_day(add_days(opens, number, counting))
    before, how = days_of(kind, "questions", 5)
    # A short call leaves questions its first half at least.
    asked = max(add_days(closes, -before, how), opens + (closes - opens) // 2)
    return Dates(
        local_moment(opens, OPENS_AT_MINUTE),
        local_moment(closes, CLOSES_AT_MINUTE),
        local_moment(asked, CLOSES_AT_MINUTE),
    )


@transaction.atomic
def begin(
    unit: ManagingUnit, kind: ProcedureKind, resources: Sequence[Resource], *, by: Any
) -> AllocationProcedure:
    """A draft for these premises, with dates that fit the kind.

    Raises Conflict if one of them stands in another running procedure.
    """
    at = now()
    year = at.year
    dates = proposed_dates(kind) if kind.takes_applications else None
    number = next_number(unit, "procedure", year)
    procedure = AllocationProcedure.objects.create(
        unit=unit,
        kind=kind,
        year=year,
        number=number,
        code=f"{unit.code}-{number}-{year}",
        title_pl=_title(kind.name_pl, [one.title_pl for one in resources], "i inne")[:200],
        title_en=_title(
            kind.name_en, [one.title_en or one.title_pl for one in resources], "and others"
        )[:200],
        opens_at=dates.opens_at if dates else None,
        closes_at=dates.closes_at if dates else None,
        questions_until=dates.questions_until if dates else None,
        officer=by if getattr(by, "pk", None) else None,
        created_at=at,
        created_by=str(by),
    )
    ProcedureStep.objects.create(
        procedure=procedure,
        at=at,
        actor=str(by),
        action="begin",
        to_state=State.DRAFT,
    )
    for resource in resources:
        add_lot(procedure, resource)
    return procedure


def _title(kind: str, names: Sequence[str], more: str) -> str:
    kind = kind[:1].upper() + kind[1:]
    if len(names) == 1:
        return f"{kind}: {names[0]}"
    return f"{kind}: {names[0]} {more}" if names else kind


def add_lot(procedure: AllocationProcedure, resource: Resource) -> Lot:
    """One more of the premises. Raises Conflict if they stand in another running procedure."""
    number = (procedure.lots.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    try:
        with transaction.atomic():
            return Lot.objects.create(
                procedure=procedure,
                number=number,
                resource=resource,
                tenure=procedure.kind.tenures[0],
                indefinite=False,
                term_months=None if procedure.kind.longest_days else 36,
            )
    except IntegrityError as clash:
        other = Lot.objects.filter(resource=resource, live=True).select_related("procedure").first()
        raise Conflict(
            _("%(premises)s stand in procedure %(number)s already.")
            % {"premises": resource.title_pl, "number": other.procedure if other else "?"},
            code="in_other_procedure",
        ) from clash


def remove_lot(lot: Lot) -> None:
    """Numbers of those behind it move up."""
    procedure_id, number = lot.procedure_id, lot.number
    lot.delete()
    Lot.objects.filter(procedure=procedure_id, number__gt=number).update(number=F("number") - 1)


class Stale(Conflict):
    """Somebody else saved meanwhile; `current` is what stands there now."""

    code = "stale"

    def __init__(self, current: AllocationProcedure) -> None:
        super().__init__(
            _(
                "Somebody else has changed this procedure meanwhile. Compare, and save again what "
                "you want to keep."
            )
        )
        self.current = current


@transaction.atomic
def edit(
    procedure: AllocationProcedure,
    version: int,
    fields: Mapping[str, Any],
    lots: Mapping[int, Mapping[str, Any]],
    *,
    viewings: Mapping[int, Iterable[tuple[datetime, datetime, str]]] | None = None,
) -> AllocationProcedure:
    """Save a draft as one person saw it: `version` is what they had before them.

    `lots` and `viewings` by lot id. Raises Stale if somebody saved in between, Conflict once the
    procedure is no draft any more. What is wrong with the plan is told, and does not hinder saving.
    """
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise ValueError(f"not for editing: {', '.join(sorted(unknown))}")
    changed = AllocationProcedure.objects.filter(
        pk=procedure.pk, version=version, state=State.DRAFT
    ).update(**fields, version=F("version") + 1)
    current = AllocationProcedure.objects.select_related("kind", "unit").get(pk=procedure.pk)
    if not changed:
        if current.state != State.DRAFT:
            raise Conflict(
                _("This procedure is no draft any more: return it to a draft first."),
                code="wrong_state",
            )
        raise Stale(current)
    for lot in current.lots.filter(pk__in=lots):
        values = {name: lots[lot.pk][name] for name in LOT_FIELDS if name in lots[lot.pk]}
        Lot.objects.filter(pk=lot.pk).update(**values)
    for lot_id, periods in (viewings or {}).items():
        LotViewing.objects.filter(lot=lot_id, lot__procedure=current).delete()
        LotViewing.objects.bulk_create(
            LotViewing(lot_id=lot_id, period=(start, end), note=note)
            for start, end, note in periods
        )
    return current


@transaction.atomic
def extend(
    procedure: AllocationProcedure, closes_at: datetime, *, by: Any, reason: str
) -> AllocationProcedure:
    """Close later than was said, for everybody and with a reason; never sooner.

    Raises Conflict when the call has closed, Invalid for an earlier hour or without a reason.
    """
    locked = AllocationProcedure.objects.select_for_update(no_key=True).get(pk=procedure.pk)
    at = now()
    running = locked.state in (State.APPROVED, State.NOTICE_PUBLISHED, State.CALL_OPEN)
    if not running or locked.closes_at is None or at >= locked.closes_at:
        raise Conflict(_("The call is closed."), code="call_closed")
    if closes_at <= locked.closes_at:
        raise Invalid(_("A call can only be made longer."), field="closes_at", code="shorter")
    if not reason.strip():
        raise Invalid(
            _("Give the reason in a simple sentence."), field="reason", code="reason_missing"
        )
    locked.closes_at = closes_at
    locked.version += 1
    locked.save(update_fields=["closes_at", "version"])
    ProcedureStep.objects.create(
        procedure=locked,
        at=at,
        actor=str(by),
        action="extend",
        from_state=locked.state,
        to_state=locked.state,
        message=reason,
    )
    from premises.applications import messages  # noqa: PLC0415 - it reads procedures itself

    messages.call_extended(locked, reason)
    return locked


def problems_of(procedure: AllocationProcedure) -> list[Problem]:
    """What is wrong with the plan; the head can approve when there is nothing."""
    kind = procedure.kind
    found: list[Problem] = []

    def wrong(message: str, code: str, field: str = "") -> None:
        found.append(Invalid(message, code=code, field=field or None))

    if not procedure.title_pl.strip():
        wrong(_("Give the procedure a title."), "no_title", "title_pl")
    if kind.takes_applications:
        found += _wrong_dates(procedure)
    elif not procedure.external_case.strip():
        wrong(
            _("Give the sign of the case in which the choice was made."),
            "no_external_case",
            "external_case",
        )
    if kind.min_score_cards and procedure.scoring is None:
        wrong(_("Choose the criteria of the assessment."), "no_scoring", "scoring")
    lots = list(procedure.lots.select_related("resource"))
    if not lots:
        wrong(_("Choose at least one of the premises."), "no_lots")
    held = vacancies([lot.resource for lot in lots])
    for lot in lots:
        found += _wrong_lot(procedure, lot, held[lot.resource_id])
    return found


def _wrong_dates(procedure: AllocationProcedure) -> list[Problem]:
    opens, closes = procedure.opens_at, procedure.closes_at
    if opens is None or closes is None:
        return [
            Invalid(_("Say when the call opens and closes."), code="no_dates", field="opens_at")
        ]
    found: list[Problem] = []
    first, last = opens.astimezone(KRAKOW).date(), closes.astimezone(KRAKOW).date()
    number, counting = days_of(procedure.kind, "call", 0)
    least = add_days(first, number, counting)
    if last < least:
        found.append(
            Invalid(
                _("The call is too short: it must last until %(day)s at least.")
                % {"day": typography.day(least)},
                code="call_too_short",
                field="closes_at",
                extra={"least": least.isoformat()},
            )
        )
    holidays = holidays_between(min(first, last), max(first, last) + ONE_DAY)
    if not is_working_day(last, holidays):
        found.append(
            Invalid(
                _("The call closes on a day off: choose a working day."),
                code="closes_on_day_off",
                field="closes_at",
            )
        )
    asked = procedure.questions_until
    if asked is not None and not opens <= asked <= closes:
        found.append(
            Invalid(
                _("Questions end between the opening and the closing."),
                code="questions_outside",
                field="questions_until",
            )
        )
    found += _wrong_event(procedure, closes)
    return [*found, *_before_the_notice_ends(procedure, first)]


def _before_the_notice_ends(procedure: AllocationProcedure, first: date) -> list[Problem]:
    """The list must hang for its days before the call: said while the dates can still move."""
    if not procedure.kind.needs_notice:
        return []
    notice = procedure.notice
    if notice is not None and notice.removable_from is not None:
        earliest = notice.removable_from
    else:
        earliest = today() + timedelta(days=days_of(procedure.kind, "notice", 21)[0] + 1)
    if first >= earliest:
        return []
    return [
        Invalid(
            _("The notice list must run first: the call can open from %(day)s.")
            % {"day": typography.day(earliest)},
            code="opens_before_notice_ends",
            field="opens_at",
            extra={"earliest": earliest.isoformat()},
        )
    ]


def _wrong_event(procedure: AllocationProcedure, closes: datetime) -> list[Problem]:
    if not procedure.kind.has_event:
        return []
    if procedure.event_at is None or not procedure.event_place.strip():
        return [
            Invalid(
                _("Say when and where the auction takes place."), code="no_event", field="event_at"
            )
        ]
    if procedure.event_at <= closes:
        return [
            Invalid(
                _("The auction comes after the closing of the call."),
                code="event_too_early",
                field="event_at",
            )
        ]
    return []


def _wrong_lot(procedure: AllocationProcedure, lot: Lot, vacancy: Vacancy) -> list[Problem]:
    kind = procedure.kind
    found: list[Problem] = []

    def wrong(message: str, code: str, field: str) -> None:
        text = _("Lot %(number)d: %(message)s") % {"number": lot.number, "message": message}
        found.append(Invalid(text, code=code, field=f"lot-{lot.pk}-{field}"))

    if lot.resource.unit_id != procedure.unit_id:
        wrong(_("the premises belong to another unit."), "other_unit", "tenure")
    if lot.tenure not in kind.tenures:
        wrong(_("this kind gives no premises on these terms."), "tenure_not_of_kind", "tenure")
    if kind.rent_by == ProcedureKind.RentBy.BID and lot.starting_rate is None:
        wrong(_("give the starting rate."), "no_starting_rate", "starting_rate")
    if kind.deposit and lot.deposit is None:
        wrong(_("give the bid deposit."), "no_deposit", "deposit")
    if kind.longest_days is not None:
        found += _too_long(kind, lot)
    elif lot.term_months is None and lot.term_until is None and not lot.indefinite:
        wrong(_("say for how long."), "no_term", "term_months")
    begins = lot.term_from or (procedure.closes_at or now()).astimezone(KRAKOW).date()
    if not vacancy.is_vacant and (vacancy.until is None or vacancy.until > begins):
        wrong(
            _("the premises are held then: %(state)s.") % {"state": vacancy.words},
            "not_vacant",
            "term_from",
        )
    elif vacancy.promised_from is not None:
        wrong(
            _("the premises are promised from %(day)s.")
            % {"day": typography.day(vacancy.promised_from)},
            "promised",
            "term_from",
        )
    return found


def _too_long(kind: ProcedureKind, lot: Lot) -> list[Problem]:
    """Short-term use: days are counted from the first to the last, both included."""
    longest = kind.longest_cycle_days if lot.weekly_hours else kind.longest_days
    field = f"lot-{lot.pk}-term_until"
    if lot.term_from is None or lot.term_until is None:
        return [
            Invalid(
                _("Lot %(number)d: give the first and the last day.") % {"number": lot.number},
                code="no_term",
                field=field,
            )
        ]
    days = (lot.term_until - lot.term_from).days + 1
    if longest is None or days <= longest:
        return []
    return [
        Invalid(
            _("Lot %(number)d: at most %(days)d days here.")
            % {"number": lot.number, "days": longest},
            code="too_long",
            field=field,
        )
    ]
