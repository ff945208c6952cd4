"""The rules of a unit for using its places by the hour: each a function with a code and a message.

A rule takes what is asked and the facts it is judged by, and yields what is wrong. No rule reads
the database or the clock: facts.py gathers. Opening hours and conflicts are judged date by date in
series.py, because there is a choice to offer for them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.models import Organisation
from records import typography
from records.clock import KRAKOW
from records.periods import Period
from records.problems import Conflict, Forbidden, Invalid, Problem, Problems
from resources.booking.names import name_of
from resources.booking.pricing import hours
from resources.models import BookingPolicy, PolicyTerms, Resource, UserGroup


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as rules see it."""

    periods: tuple[Period, ...]
    purpose: str
    participants: int | None
    person_in_charge: str = ""
    minors: bool = False
    minors_declaration: bool = False
    fee_taking: bool = False
    organisation: Organisation | None = None
    accepted_terms: PolicyTerms | None = None
    by_unit: bool = False  # entered by the unit itself, from a telephone call or paper

    @property
    def is_series(self) -> bool:
        return len(self.periods) > 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What a request is judged by. `places` are the resources of its dates, wished one first."""

    policy: BookingPolicy
    places: tuple[Resource, ...]
    now: datetime
    group: UserGroup
    terms: PolicyTerms | None = None
    pending: int = 0
    banned_until: date | None = None
    minutes_without_tariff: int = 0
    free_minutes_left: int | None = None


Rule = Callable[[Asked, Facts], Iterator[Problem]]


def place_is_lent_by_the_hour(_asked: Asked, facts: Facts) -> Iterator[Problem]:
    for place in facts.places:
        if place.tenure != Resource.Tenure.TIME or place.space_id is None:
            yield Invalid(
                _("%(place)s is not lent by the hour.") % {"place": name_of(place)},
                code="not_by_the_hour",
                field="resource",
            )


def open_to_the_applicant(asked: Asked, facts: Facts) -> Iterator[Problem]:
    kind = {
        UserGroup.INFORMAL_GROUP: Resource.OpenTo.INFORMAL_GROUP,
        UserGroup.COMMERCIAL: Resource.OpenTo.COMMERCIAL,
    }.get(facts.group, Resource.OpenTo.NGO)
    if asked.organisation is None:
        kind = Resource.OpenTo.INFORMAL_GROUP
    for place in facts.places:
        if kind not in place.open_to:
            offered = ", ".join(
                str(label) for value, label in Resource.OpenTo.choices if value in place.open_to
            )
            yield Forbidden(
                _("%(place)s is offered to: %(groups)s. Choose another place or organisation.")
                % {"place": name_of(place), "groups": offered or _("nobody at present")},
                code="not_open_to_you",
                field="organisation",
            )


def organisation_is_active(asked: Asked, _facts: Facts) -> Iterator[Problem]:
    state = Organisation.VerificationState
    if asked.organisation and asked.organisation.verification_state in (
        state.SUSPENDED,
        state.ARCHIVED,
    ):
        yield Forbidden(
            _("This organisation is suspended or closed in the register, so it cannot request."),
            code="organisation_inactive",
            field="organisation",
        )


def not_banned(_asked: Asked, facts: Facts) -> Iterator[Problem]:
    if facts.banned_until and facts.banned_until > facts.now.date():
        yield Forbidden(
            _(
                "After %(count)d dates that nobody came to, requests to this unit rest until "
                "%(day)s. Write to the unit if this is a mistake."
            )
            % {
                "count": facts.policy.no_show_limit,
                "day": typography.day_long(facts.banned_until),
            },
            code="banned",
            field="organisation",
        )


def not_too_many_waiting(_asked: Asked, facts: Facts) -> Iterator[Problem]:
    if facts.pending >= facts.policy.max_pending:
        yield Conflict(
            ngettext(
                "%(count)d request already waits for an answer of this unit, which is the limit. "
                "Withdraw one or wait.",
                "%(count)d requests already wait for an answer of this unit, which is the limit. "
                "Withdraw one or wait.",
                facts.pending,
            )
            % {"count": facts.pending},
            code="too_many_pending",
        )


def says_why(asked: Asked, _facts: Facts) -> Iterator[Problem]:
    if not asked.purpose.strip():
        yield Invalid(
            _("Say in one sentence what the meeting is about."),
            code="purpose_missing",
            field="purpose",
        )


def somebody_is_in_charge(asked: Asked, _facts: Facts) -> Iterator[Problem]:
    if not asked.person_in_charge.strip():
        yield Invalid(
            _("Say who is in charge on the spot: an adult from your side."),
            code="person_in_charge_missing",
            field="person_in_charge",
        )


def people_fit(asked: Asked, facts: Facts) -> Iterator[Problem]:
    if not asked.participants:
        yield Invalid(
            _("Say how many people usually come."),
            code="participants_missing",
            field="participants",
        )
        return
    for place in facts.places:
        if place.capacity is not None and asked.participants > place.capacity:
            yield Invalid(
                ngettext(
                    "%(place)s takes %(capacity)d person. Enter at most %(capacity)d or choose a "
                    "larger room.",
                    "%(place)s takes %(capacity)d people. Enter at most %(capacity)d or choose a "
                    "larger room.",
                    place.capacity,
                )
                % {"place": name_of(place), "capacity": place.capacity},
                code="too_many_people",
                field="participants",
            )


def minors_are_protected(asked: Asked, facts: Facts) -> Iterator[Problem]:
    if asked.minors and facts.policy.minors_declaration and not asked.minors_declaration:
        yield Invalid(
            _(
                "With minors, declare that your standards of child protection are in force and "
                "that the people who work with them were checked in the registers."
            ),
            code="minors_declaration_missing",
            field="minors_declaration",
        )


def asked_early_enough(asked: Asked, facts: Facts) -> Iterator[Problem]:
    first = min(asked.periods).start
    if first <= facts.now:
        yield Invalid(
            _("This time has already begun. Choose a later one."), code="in_the_past", field="dates"
        )
    elif first < facts.now + timedelta(hours=facts.policy.min_lead_hours):
        earliest = facts.now + timedelta(hours=facts.policy.min_lead_hours)
        yield Invalid(
            _("This unit needs time to answer: choose a date after %(moment)s.")
            % {"moment": typography.moment(earliest)},
            code="too_late",
            field="dates",
        )


def asked_not_too_early(asked: Asked, facts: Facts) -> Iterator[Problem]:
    latest = facts.now + timedelta(days=facts.policy.max_lead_days)
    if max(asked.periods).start > latest:
        yield Invalid(
            _("This unit takes requests for dates up to %(day)s.")
            % {"day": typography.day_long(latest)},
            code="too_early",
            field="dates",
        )


def starts_and_ends_on_the_grid(asked: Asked, facts: Facts) -> Iterator[Problem]:
    grid = facts.policy.grid_minutes
    for moment in (edge for one in asked.periods for edge in (one.start, one.end)):
        local = moment.astimezone(KRAKOW)
        if (local.hour * 60 + local.minute) % grid or local.second or local.microsecond:
            yield Invalid(
                _("Meetings begin and end at multiples of %(grid)d minutes. Change %(time)s.")
                % {"grid": grid, "time": typography.clock_time(local)},
                code="off_grid",
                field="dates",
            )
            return


def long_enough(asked: Asked, facts: Facts) -> Iterator[Problem]:
    if min(one.length for one in asked.periods) < timedelta(minutes=facts.policy.min_minutes):
        yield Invalid(
            _("The shortest meeting here is %(hours)s.")
            % {"hours": hours(facts.policy.min_minutes)},
            code="too_short",
            field="dates",
        )


def not_too_long(asked: Asked, facts: Facts) -> Iterator[Problem]:
    if max(one.length for one in asked.periods) > timedelta(minutes=facts.policy.max_minutes):
        yield Invalid(
            _("The longest meeting here is %(hours)s.")
            % {"hours": hours(facts.policy.max_minutes)},
            code="too_long",
            field="dates",
        )


def dates_do_not_overlap(asked: Asked, _facts: Facts) -> Iterator[Problem]:
    """Two dates of one request at the same time would count its people twice."""
    ordered = sorted(asked.periods)
    for one, after in pairwise(ordered):
        if one.overlaps(after):
            yield Invalid(
                _("Two of the dates overlap: %(one)s. Choose another replacement or skip one.")
                % {"one": typography.moment(after.start)},
                code="dates_overlap",
                field="dates",
            )
            return


def free_hours_suffice_or_have_a_tariff(_asked: Asked, facts: Facts) -> Iterator[Problem]:
    """Beyond the free quota the tariff counts; where the unit has none, the quota is a limit."""
    if facts.minutes_without_tariff and facts.free_minutes_left is not None:
        yield Conflict(
            _(
                "Your organisation has %(left)s free in the busiest of these weeks, and the unit "
                "has no price for more. Shorten the meetings or leave out dates."
            )
            % {"left": hours(facts.free_minutes_left)},
            code="quota_exceeded",
            field="dates",
        )


def terms_are_accepted(asked: Asked, facts: Facts) -> Iterator[Problem]:
    if facts.terms is not None and asked.accepted_terms != facts.terms:
        yield Invalid(
            _("Accept the terms of use, version %(version)s.") % {"version": facts.terms.version},
            code="terms_not_accepted",
            field="terms",
        )


#: In the order in which a person would mend them. The second column: whether the rule binds a
#: request that the unit enters itself; it may be kind to a neighbour who calls the same morning.
RULES: tuple[tuple[Rule, bool], ...] = (
    (place_is_lent_by_the_hour, True),
    (organisation_is_active, True),
    (open_to_the_applicant, False),
    (not_banned, False),
    (not_too_many_waiting, False),
    (says_why, True),
    (people_fit, True),
    (somebody_is_in_charge, False),
    (minors_are_protected, True),
    (asked_early_enough, False),
    (asked_not_too_early, False),
    (starts_and_ends_on_the_grid, False),
    (long_enough, False),
    (not_too_long, False),
    (dates_do_not_overlap, True),
    (free_hours_suffice_or_have_a_tariff, False),
    (terms_are_accepted, False),
)

#: Rules that do not depend on the form, for telling early that a request makes no sense.
BEFORE_THE_FORM: tuple[Rule, ...] = (
    place_is_lent_by_the_hour,
    organisation_is_active,
    open_to_the_applicant,
    not_banned,
    not_too_many_waiting,
)


def check(asked: Asked, facts: Facts, *, without: Sequence[Rule] = ()) -> list[Problem]:
    """Everything that is wrong with the request, by the rules that bind it."""
    return [
        problem
        for rule, binds_unit in RULES
        if rule not in without and (binds_unit or not asked.by_unit)
        for problem in rule(asked, facts)
    ]


def require(asked: Asked, facts: Facts) -> None:
    """Raises the one Problem, or Problems with all of them."""
    found = check(asked, facts)
    if len(found) == 1:
        raise found[0]
    if found:
        raise Problems(found)
