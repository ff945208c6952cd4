"""Whether a notice list of a place has run, and what of the lists of a unit is due.

`has_run` guards calls and contracts: none before the list of the place has hung for its days. Ask
it only where a list is needed (premises.rules.authorisation says so: Requirement.PUBLIC_NOTICE).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from premises.models import Channel, LeaseObject, PublicNotice, PublicNoticeItem
from records import typography
from records.clock import today
from records.marks import Badge, Tone
from records.problems import Conflict
from resources.models import ManagingUnit, Resource

State = PublicNotice.State
SHOWN = (State.PUBLISHED, State.TAKEN_DOWN)


@dataclass(frozen=True, slots=True)
class Run:
    """The answer about one place: true if a list has run. `why` says it in words; `free_from` is
    the first day on which it has run, if a list hangs already."""

    ok: bool
    why: str
    notice: PublicNotice | None = None
    free_from: date | None = None

    def __bool__(self) -> bool:
        return self.ok


def has_run(resource: Resource, tenure: str, on: date) -> Run:
    """Whether a list that names the place for the tenure has run by the day. Two queries."""
    return runs([resource], tenure, on)[resource.pk]


def runs(resources: Iterable[Resource], tenure: str, on: date) -> dict[int, Run]:
    """`has_run` of many places, by resource id. Two queries.

    A lot counts while no published list corrects it. It is spent by the first contract of its
    tenure that was signed after the list: the next contract needs a list of its own.
    """
    ids = [one.pk for one in resources]
    found: dict[int, Run] = {}
    for item in _standing(ids, tenure):
        answer = _answer(item, on)
        known = found.get(item.resource_id)
        if known is None or (answer.ok and not known.ok):
            found[item.resource_id] = answer
    none = Run(ok=False, why=_("No notice list names this place for this kind of contract."))
    return {pk: found.get(pk, none) for pk in ids}


def _standing(ids: list[int], tenure: str) -> Iterator[PublicNoticeItem]:
    """Published lots that still count, the newest first."""
    corrected = PublicNoticeItem.objects.filter(corrects=OuterRef("pk"), notice__state__in=SHOWN)
    spent = LeaseObject.objects.filter(
        resource=OuterRef("resource"),
        lease__kind=OuterRef("tenure"),
        lease__signed_on__gte=OuterRef("notice__removable_from"),
    )
    rows = (
        PublicNoticeItem.objects.filter(resource__in=ids, tenure=tenure, notice__state__in=SHOWN)
        .exclude(Exists(corrected))
        .annotate(spent=Exists(spent))
        .select_related("notice__unit")
        .order_by("-notice__published_on", "-notice__pk")
    )
    return (row for row in rows if not row.spent)


def _answer(item: PublicNoticeItem, on: date) -> Run:
    notice = item.notice
    free_from = notice.removable_from
    if free_from is None:
        return Run(
            ok=False,
            why=_("List %(number)s does not hang everywhere that counts yet.") % {"number": notice},
            notice=notice,
        )
    if item.priority_deadline is not None:
        free_from = max(free_from, item.priority_deadline + timedelta(days=1))
    if on < free_from:
        return Run(
            ok=False,
            why=_("List %(number)s runs until %(day)s.")
            % {"number": notice, "day": typography.day(free_from - timedelta(days=1))},
            notice=notice,
            free_from=free_from,
        )
    return Run(
        ok=True,
        why=_("List %(number)s ran from %(first)s to %(last)s.")
        % {
            "number": notice,
            "first": typography.day(notice.counted_from) if notice.counted_from else "–",
            "last": typography.day(free_from - timedelta(days=1)),
        },
        notice=notice,
        free_from=free_from,
    )


def require_run(resource: Resource, tenure: str, on: date) -> PublicNotice:
    """The list that has run. Raises Conflict that says what is missing and from when it will be."""
    answer = has_run(resource, tenure, on)
    if not answer or answer.notice is None:
        raise Conflict(
            f"{resource.title_pl}: {answer.why}",
            code="notice_has_not_run",
            extra={"free_from": answer.free_from.isoformat() if answer.free_from else None},
        )
    return answer.notice


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do about a list of the unit. `on`: the day from which it may or has to be."""

    notice: PublicNotice
    code: str  # hang, take_down
    on: date
    words: str
    badge: Badge

    @property
    def is_due(self) -> bool:
        return self.on <= today()


def due(unit: ManagingUnit, on: date) -> list[Due]:
    """What is to be done about the lists on display by the day, the earliest first. Two queries.

    A list that does not hang everywhere yet, and a list whose days have run.
    """
    found = []
    for notice in PublicNotice.objects.filter(unit=unit, state=State.PUBLISHED).prefetch_related(
        "postings"
    ):
        if notice.removable_from is not None:
            found.append(_to_take_down(notice, notice.removable_from, on))
            continue
        there = {one.channel for one in notice.postings.all()}
        lacking = [str(Channel(one).label) for one in notice.counted if one not in there]
        assert notice.published_on is not None  # noqa: S101 - a constraint of the database
        found.append(
            Due(
                notice,
                "hang",
                notice.published_on,
                _("Hang list %(number)s: %(where)s")
                % {"number": notice, "where": ", ".join(lacking)},
                Badge(_("does not hang yet"), Tone.STOP),
            )
        )
    return sorted(found, key=lambda one: (one.on, one.notice.pk))


def _to_take_down(notice: PublicNotice, removable: date, on: date) -> Due:
    day = typography.day(removable)
    ready = removable <= on
    label = _("may be taken down") if ready else _("from %(day)s") % {"day": day}
    return Due(
        notice,
        "take_down",
        removable,
        _("List %(number)s may be taken down from %(day)s") % {"number": notice, "day": day},
        Badge(label, Tone.WAIT if ready else Tone.INFO, "clock"),
    )


def badge(notice: PublicNotice) -> Badge:
    """The state of a list in a few words."""
    if notice.state == State.DRAFT:
        return Badge(_("draft"), Tone.MUTE, "edit")
    if notice.state == State.TAKEN_DOWN:
        return Badge(
            _("taken down on %(day)s") % {"day": typography.day(notice.taken_down_on)}
            if notice.taken_down_on
            else _("taken down"),
            Tone.MUTE,
        )
    if notice.removable_from is None:
        return Badge(_("does not hang everywhere yet"), Tone.WAIT)
    last = notice.removable_from - timedelta(days=1)
    if notice.removable_from <= today():
        return Badge(_("has run, until %(day)s") % {"day": typography.day(last)}, Tone.OK)
    return Badge(_("on display until %(day)s") % {"day": typography.day(last)}, Tone.INFO, "clock")
