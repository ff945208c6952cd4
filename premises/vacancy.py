"""Whether premises are vacant, since when, and when others fall vacant: read from the claims.

It is never typed anywhere. Premises are held while a binding claim of the stewardship layer covers
the moment; what is held without both layers (a room let to its operator) stays bookable and is not
asked here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from records import typography
from records.clock import KRAKOW, now
from records.marks import Badge, Tone
from resources.models import Claim, Hold, Layer, Resource

#: Who asks for premises plans for months: this far ahead we say what falls vacant.
FORECAST = timedelta(days=183)


class Occupation(StrEnum):
    VACANT = "vacant"
    LET = "let"
    LENT = "lent"
    RESERVED = "reserved"


_OF_KIND = {Hold.Kind.LENDING: Occupation.LENT, Hold.Kind.PLAN: Occupation.RESERVED}


@dataclass(frozen=True, slots=True)
class Vacancy:
    """The state of one premises.

    `since` is the first vacant day, None if no earlier tenancy is known; `until` the first day on
    which held premises are free again, None for an indefinite term; `promised_from` the first day
    of the next tenancy, if one is agreed.
    """

    occupation: Occupation
    since: date | None = None
    until: date | None = None
    promised_from: date | None = None

    @property
    def is_vacant(self) -> bool:
        return self.occupation is Occupation.VACANT

    @property
    def last_day(self) -> date | None:
        """The last day of the present tenancy, as contracts write it."""
        return self.until - timedelta(days=1) if self.until else None

    @property
    def words(self) -> str:
        """The state in a few words, for badges and tables."""
        day = typography.day(self.last_day) if self.last_day else ""
        if self.is_vacant:
            if self.since:
                return _("vacant since %(day)s") % {"day": typography.day(self.since)}
            return _("vacant")
        if not self.until:
            return {
                Occupation.LET: _("let for an indefinite time"),
                Occupation.LENT: _("lent for an indefinite time"),
                Occupation.RESERVED: _("reserved"),
            }[self.occupation]
        return {
            Occupation.LET: _("let until %(day)s"),
            Occupation.LENT: _("lent until %(day)s"),
            Occupation.RESERVED: _("reserved until %(day)s"),
        }[self.occupation] % {"day": day}

    @property
    def badge(self) -> Badge:
        if self.is_vacant:
            return Badge(self.words, Tone.OK, "key")
        soon = self.until is not None and self.until <= now().date() + FORECAST
        tone = Tone.HOLD if self.occupation is Occupation.RESERVED else Tone.MUTE
        return Badge(self.words, Tone.WAIT if soon else tone, "clock" if soon else "lock")


def vacancies(resources: Iterable[Resource], at: datetime | None = None) -> dict[int, Vacancy]:
    """The state of each, by resource id, at a moment (now). One query."""
    at = at or now()
    ids = [one.pk for one in resources]
    spans: dict[int, list[tuple[str, datetime, datetime | None]]] = {pk: [] for pk in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.id, hold.kind, lower(claim.period), upper(claim.period)
            FROM resources_resource r
            JOIN resources_spaceleaf leaf ON leaf.space_id = r.space_id
            JOIN resources_claim claim ON claim.space_id = leaf.leaf_id AND claim.layer = %s
                AND (claim.expires_at IS NULL OR claim.expires_at > %s)
            JOIN resources_hold hold ON hold.id = claim.hold_id
            WHERE r.id = ANY(%s)
            ORDER BY lower(claim.period)
            """,
            [Layer.STEWARDSHIP, at, ids],
        )
        for pk, kind, start, end in cursor.fetchall():
            spans[pk].append((kind, start, end))
    return {pk: _vacancy(found, at) for pk, found in spans.items()}


def _vacancy(spans: Sequence[tuple[str, datetime, datetime | None]], at: datetime) -> Vacancy:
    promised = min((start for _kind, start, _end in spans if start > at), default=None)
    ended = max(
        (end for _kind, _start, end in spans if end is not None and end <= at), default=None
    )
    held = [one for one in spans if one[1] <= at and (one[2] is None or one[2] > at)]
    if not held:
        return Vacancy(Occupation.VACANT, since=_day(ended), promised_from=_day(promised))
    lasting = [end for _kind, _start, end in held]
    last = None if None in lasting else max(end for end in lasting if end is not None)
    return Vacancy(
        _OF_KIND.get(Hold.Kind(held[0][0]), Occupation.LET),
        until=_day(last),
        promised_from=_day(promised),
    )


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(KRAKOW).date() if moment else None


def _held(at: datetime) -> QuerySet[Claim]:
    """Claims that keep the premises of the outer query at a moment."""
    return Claim.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=at),
        layer=Layer.STEWARDSHIP,
        space__leaf_rows__space=OuterRef("space"),
        period__contains=at,
    )


def vacant(resources: QuerySet[Resource], at: datetime | None = None) -> QuerySet[Resource]:
    """Those of the premises that nobody holds at a moment (now)."""
    return resources.filter(~Exists(_held(at or now())), kind="premises")


def falling_vacant(resources: QuerySet[Resource], at: datetime | None = None) -> QuerySet[Resource]:
    """Held now, with an end within the forecast and nobody to follow; `ends` says when."""
    at = at or now()
    ending = _held(at).filter(period__endswith__lte=at + FORECAST)
    following = Claim.objects.filter(
        layer=Layer.STEWARDSHIP,
        space__leaf_rows__space=OuterRef("space"),
        period__startswith__gt=at,
    )
    return (
        resources.filter(Exists(ending), ~Exists(following), kind="premises")
        .annotate(ends=ending.values("period__endswith")[:1])
        .order_by(F("ends"))
    )
