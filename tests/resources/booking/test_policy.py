"""Each rule of a unit by itself: what passes, what does not, at the boundary. No database."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from organisations.models import Organisation
from records.clock import KRAKOW
from records.periods import Period
from resources.booking import policy
from resources.booking.policy import Asked, Facts
from resources.models import BookingPolicy, PolicyTerms, Resource, UserGroup

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=KRAKOW)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)

ROOM = Resource(
    pk=1,
    title_pl="Sala Wiklinowa",
    tenure=Resource.Tenure.TIME,
    space_id=1,
    capacity=40,
    open_to=["ngo", "informal_group"],
)
VERIFIED = Organisation(pk=1, legal_form="foundation", verification_state="verified")
TERMS = PolicyTerms(pk=1, version="2")
OLDER = PolicyTerms(pk=2, version="1")


def at(text: str, hours: float = 2) -> Period:
    start = datetime.fromisoformat(text).replace(tzinfo=KRAKOW)
    return Period(start, start + timedelta(hours=hours))


RULES = BookingPolicy(
    min_lead_hours=24,
    max_lead_days=180,
    grid_minutes=15,
    min_minutes=30,
    max_minutes=240,
    max_pending=3,
    no_show_limit=2,
    minors_declaration=True,
)
ASKED = Asked(
    periods=(at("2026-12-08T17:00"),),
    purpose="Warsztaty",
    participants=25,
    person_in_charge="Anna Przykładowa",
    organisation=VERIFIED,
)
FACTS = Facts(policy=RULES, places=(ROOM,), now=NOW, group=UserGroup.NGO_FREE)


def rules_with(changes: dict[str, Any]) -> BookingPolicy:
    return BookingPolicy(
        **{field.attname: getattr(RULES, field.attname) for field in RULES._meta.fields} | changes
    )


def said(asked: dict[str, Any], facts: dict[str, Any], rules: dict[str, Any]) -> list[str]:
    own = BookingPolicy(
        **{f.attname: getattr(RULES, f.attname) for f in RULES._meta.fields} | rules
    )
    given = {"policy": own, **facts}
    return [one.code for one in policy.check(replace(ASKED, **asked), replace(FACTS, **given))]


def place(**fields: Any) -> Resource:
    values = {
        f.attname: getattr(ROOM, f.attname)
        for f in ROOM._meta.concrete_fields
        if f.attname in ("id", "title_pl", "tenure", "space_id", "capacity", "open_to")
    }
    return Resource(**values | fields)


def test_a_plain_request_breaks_no_rule() -> None:
    assert said({}, {}, {}) == []


#: By name: changes to what is asked, to the facts and to the rules; codes of what is wrong then.
TABLE: dict[str, tuple[dict, dict, dict, list[str]]] = {
    # lead times
    "exactly as early as needed": ({"periods": (at("2026-11-24T14:00"),)}, {}, {}, []),
    "a quarter too late": ({"periods": (at("2026-11-24T13:45"),)}, {}, {}, ["too_late"]),
    "already begun": ({"periods": (at("2026-11-23T14:00"),)}, {}, {}, ["in_the_past"]),
    "no lead time asked": ({"periods": (at("2026-11-23T14:15"),)}, {}, {"min_lead_hours": 0}, []),
    "the last day that is taken": ({"periods": (at("2027-05-22T14:00"),)}, {}, {}, []),
    "a quarter too early": ({"periods": (at("2027-05-22T14:15"),)}, {}, {}, ["too_early"]),
    "one date of a series too early": (
        {"periods": (at("2026-12-08T17:00"), at("2027-06-08T17:00"))}, {}, {}, ["too_early"],
    ),
    # grid and lengths
    "quarter of an hour": ({"periods": (at("2026-12-08T17:15"),)}, {}, {}, []),
    "ten past": ({"periods": (at("2026-12-08T17:10"),)}, {}, {}, ["off_grid"]),
    "ten past where ten will do": (
        {"periods": (at("2026-12-08T17:10"),)}, {}, {"grid_minutes": 10}, [],
    ),
    "half hour where only full ones": (
        {"periods": (at("2026-12-08T17:30"),)}, {}, {"grid_minutes": 60}, ["off_grid"],
    ),
    "shortest": ({"periods": (at("2026-12-08T17:00", 0.5),)}, {}, {}, []),
    "too short": ({"periods": (at("2026-12-08T17:00", 0.25),)}, {}, {}, ["too_short"]),
    "longest": ({"periods": (at("2026-12-08T17:00", 4),)}, {}, {}, []),
    "too long": ({"periods": (at("2026-12-08T17:00", 4.25),)}, {}, {}, ["too_long"]),
    # people
    "full room": ({"participants": 40}, {}, {}, []),
    "one too many": ({"participants": 41}, {}, {}, ["too_many_people"]),
    "nobody said how many": ({"participants": None}, {}, {}, ["participants_missing"]),
    "capacity not known": ({"participants": 400}, {"places": (place(capacity=None),)}, {}, []),
    "too many for the replacement room": (
        {"participants": 30}, {"places": (ROOM, place(id=2, capacity=20))}, {}, ["too_many_people"],
    ),
    # what must be said
    "no purpose": ({"purpose": "  "}, {}, {}, ["purpose_missing"]),
    "nobody in charge": ({"person_in_charge": ""}, {}, {}, ["person_in_charge_missing"]),
    # minors
    "minors without declaration": ({"minors": True}, {}, {}, ["minors_declaration_missing"]),
    "minors with declaration": ({"minors": True, "minors_declaration": True}, {}, {}, []),
    "minors where none is asked": ({"minors": True}, {}, {"minors_declaration": False}, []),
    # who
    "firm": ({}, {"group": UserGroup.COMMERCIAL}, {}, ["not_open_to_you"]),
    "firm where firms may": (
        {}, {"group": UserGroup.COMMERCIAL, "places": (place(open_to=["commercial"]),)}, {}, [],
    ),
    "group of neighbours": (
        {"organisation": None}, {"group": UserGroup.INFORMAL_GROUP}, {}, [],
    ),
    "neighbours with a fee where only NGOs may": (
        {"organisation": None},
        {"group": UserGroup.NGO_FEE, "places": (place(open_to=["ngo"]),)},
        {},
        ["not_open_to_you"],
    ),
    "open to nobody": ({}, {"places": (place(open_to=[]),)}, {}, ["not_open_to_you"]),
    "suspended organisation": (
        {"organisation": Organisation(verification_state="suspended")}, {}, {},
        ["organisation_inactive"],
    ),
    "unverified organisation may ask": (
        {"organisation": Organisation(verification_state="submitted")},
        {"group": UserGroup.NGO_FEE}, {}, [],
    ),
    # limits
    "one below the limit": ({}, {"pending": 2}, {}, []),
    "at the limit": ({}, {"pending": 3}, {}, ["too_many_pending"]),
    "banned until tomorrow": ({}, {"banned_until": date(2026, 11, 24)}, {}, ["banned"]),
    "ban ends today": ({}, {"banned_until": date(2026, 11, 23)}, {}, []),
    "free hours gone and no tariff": (
        {}, {"minutes_without_tariff": 60, "free_minutes_left": 60}, {}, ["quota_exceeded"],
    ),
    "free hours suffice": ({}, {"minutes_without_tariff": 0, "free_minutes_left": None}, {}, []),
    # terms
    "terms not accepted": ({}, {"terms": TERMS}, {}, ["terms_not_accepted"]),
    "older terms accepted": (
        {"accepted_terms": OLDER}, {"terms": TERMS}, {}, ["terms_not_accepted"],
    ),
    "terms accepted": ({"accepted_terms": TERMS}, {"terms": TERMS}, {}, []),
    # place and dates
    "held by contract": (
        {}, {"places": (place(tenure=Resource.Tenure.CONTRACT),)}, {}, ["not_by_the_hour"],
    ),
    "dates that overlap": (
        {"periods": (at("2026-12-08T17:00"), at("2026-12-08T18:00"))}, {}, {}, ["dates_overlap"],
    ),
    "dates that touch": (
        {"periods": (at("2026-12-08T17:00"), at("2026-12-08T19:00"))}, {}, {}, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "facts", "rules", "codes"), TABLE.values(), ids=TABLE.keys())
def test_rules(asked, facts, rules, codes) -> None:
    assert said(asked, facts, rules) == codes


def test_every_rule_is_broken_by_some_case() -> None:
    """A rule that no case breaks is a rule that no test holds."""
    broken = set()
    for asked, facts, rules, _codes in TABLE.values():
        known = replace(FACTS, **{"policy": rules_with(rules), **facts})
        broken |= {
            rule for rule, _binds in policy.RULES if list(rule(replace(ASKED, **asked), known))
        }
    assert broken == {rule for rule, _binds in policy.RULES}


#: Rules that even a request entered by the unit itself has to keep.
BINDS_THE_UNIT = {
    "not_by_the_hour",
    "organisation_inactive",
    "purpose_missing",
    "participants_missing",
    "too_many_people",
    "minors_declaration_missing",
    "dates_overlap",
}


@pytest.mark.parametrize(("asked", "facts", "rules", "codes"), TABLE.values(), ids=TABLE.keys())
def test_a_request_that_the_unit_enters(asked, facts, rules, codes) -> None:
    assert said({**asked, "by_unit": True}, facts, rules) == [
        code for code in codes if code in BINDS_THE_UNIT
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param("2027-03-28T01:30", "2027-03-28T03:00", id="the-skipped-hour"),
        pytest.param("2026-12-08T22:00", "2026-12-09T00:00", id="midnight"),
    ],
)
def test_odd_hours_stay_on_the_grid(start: str, end: str) -> None:
    moments = [datetime.fromisoformat(one).replace(tzinfo=KRAKOW) for one in (start, end)]
    assert said({"periods": (Period(*moments),)}, {}, {}) == []


def test_messages_say_what_to_do_in_polish_numbers() -> None:
    [problem] = policy.check(replace(ASKED, participants=45), FACTS)
    assert problem.field == "participants"
    assert "40" in problem.message
    assert "Sala Wiklinowa" in problem.message
