"""Everyday requests for all other rooms: weekly series and single meetings of eight weeks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from config.sample.city import City
from config.sample.openings import Openings
from config.sample.reading import dice, document, table
from config.sample.requests import Desk, Request, file, may_be_priced
from organisations.models import Organisation
from records.periods import local_moment, weekly_dates
from resources.booking import pricing
from resources.booking.wishes import MAX_DATES, Weekly
from resources.models import Booking, Resource

State = Organisation.VerificationState
ACTIVE = {State.VERIFIED, State.STALE, State.SUBMITTED}

#: Weekly series and single meetings of a room in eight weeks, by the class of its price.
SERIES = {"classroom": 0.5, "room": 1.1, "hall": 0.8, "gym": 0.9, "gym_sector": 1.6,
          "arena": 0.8, "arena_sector": 3.0}  # fmt: skip
SINGLES = {"classroom": 0.8, "room": 1.8, "hall": 2.0, "gym": 0.7, "gym_sector": 0.8,
           "arena": 1.2, "arena_sector": 1.5}  # fmt: skip
PAST = {"accepted": 79, "no_show": 5, "rejected": 5, "cancelled_by_user": 6,
        "cancelled_by_owner": 2, "expired": 2, "withdrawn": 1}  # fmt: skip
FUTURE = {"accepted": 60, "under_review": 18, "rejected": 6, "returned": 3, "proposed": 4,
          "waitlisted": 3, "withdrawn": 3, "cancelled_by_user": 3}  # fmt: skip
CHANNELS = {Booking.Channel.ONLINE: 84, Booking.Channel.PHONE: 10, Booking.Channel.PAPER: 6}
LENGTHS = {"sport": (60, 90, 90, 120), "dance": (60, 90, 90, 120), "rehearsal": (90, 120, 180)}


@dataclass(slots=True)
class _Wish:
    """Somebody wants a room at an hour."""

    organisation: Organisation
    activity: str
    weekday: int
    opens: int
    closes: int


@dataclass(slots=True)
class Crowd:
    """Who asks: active organisations with what they do and where; and whom they ask."""

    city: City
    desk: Desk
    openings: Openings
    organisations: list[tuple[Organisation, dict[str, str]]]
    activities: dict[str, Any]

    def wish(self, room: Resource, day: date, throw: Random) -> _Wish | None:
        """An organisation that the room suits, at an hour when it is usually open."""
        suited = [
            (one, row)
            for one, row in self.organisations
            if set(self.activities[row["activity"]]["suits"]) & set(room.room.activities)
            and self.activities[row["activity"]]["people"][0] <= (room.capacity or 12)
        ]
        if not suited:
            return None
        weights = [8 if int(row["district"]) == room.district_id else 1 for _one, row in suited]
        one, row = throw.choices(suited, weights)[0]
        spans = self.openings.spans(room, day)
        if not spans:
            return None
        opens, closes = spans[-1]
        policy = self.desk.policy(room)
        kind = next(iter(self.activities[row["activity"]]["suits"]))
        length = throw.choice(LENGTHS.get(kind, (60, 90, 120, 120, 180)))
        length = min(length, policy.max_minutes, closes - opens)
        step = max(policy.grid_minutes, 30)
        # Most people meet after work.
        earliest = max(opens, 15 * 60 + 30) if throw.random() < 0.75 else opens
        latest = closes - length
        if latest < earliest:
            earliest = opens
        start = earliest + step * throw.randint(0, max(0, (latest - earliest) // step))
        start -= start % policy.grid_minutes
        return _Wish(one, row["activity"], day.isoweekday(), start, start + length)


def file_many(city: City, desk: Desk, openings: Openings) -> None:
    rows = {row["name"]: row for row in table("organisations")}
    crowd = Crowd(
        city,
        desk,
        openings,
        [
            (one, rows[name])
            for name, one in city.organisations.items()
            if one.verification_state in ACTIVE
            and one.legal_form != Organisation.LegalForm.EXCLUDED_ENTITY
            and one.short_name != "Bliżej Skarpy"  # its requests are told one by one
        ],
        document("purposes"),
    )
    named = {row["unit"] for row in table("rooms_named")}
    for room in city.rooms:
        if room.unit.code in named or room.visibility != Resource.Visibility.PUBLIC:
            continue
        throw = dice("many requests", room.code)
        price_class = _class_of(room)
        for _n in range(_how_many(SERIES[price_class], throw)):
            _file_series(crowd, room, throw)
        for _n in range(_how_many(SINGLES[price_class], throw)):
            _file_single(crowd, room, throw)


def _class_of(room: Resource) -> str:
    """The class of a room's price: sectors are what is part of something big."""
    if "sport" in room.room.activities and (room.area_m2 or 0) > 200:
        big = "arena" if room.unit.kind == "sport" else "gym"
        return f"{big}_sector" if room.part_of_id else big
    if room.unit.kind == "school" and "whiteboard" not in room.code and "classroom" in room.code:
        return "classroom"
    return "hall" if (room.area_m2 or 0) > 110 else "room"


def _how_many(mean: float, throw: Random) -> int:
    return int(mean) + (throw.random() < mean % 1)


def _file_series(crowd: Crowd, room: Resource, throw: Random) -> None:
    """A weekly series: most run already, some begin in weeks to come, some wait for an answer."""
    city, openings = crowd.city, crowd.openings
    begins = throw.choices((-28, -14, 10, 24), (60, 20, 12, 8))[0]
    day = city.today + timedelta(days=begins + throw.randint(0, 6))
    if not _is_workday(room, openings, day):
        day += timedelta(days=2)
    wish = crowd.wish(room, day, throw)
    if wish is None:
        return
    long = throw.random() < 0.3
    last = city.season_ends if long else day + timedelta(weeks=throw.randint(5, 9))
    days = weekly_dates([wish.weekday], day, max(last, day))[:MAX_DATES]
    times = openings.free_times(crowd.desk.holds, room, days, wish.opens, wish.closes)
    if len(times) < max(3, len(days) * 0.6):
        return
    lead = timedelta(days=throw.randint(18, 60))
    asked_at = _office_hour(times[0][0] - lead, throw)
    outcome = "accepted"
    if begins > 0:
        # An answer to a series is due in two weeks, so who asked before has one.
        fresh = throw.random() < 0.55
        asked_at = _office_hour(
            city.now - timedelta(days=throw.randint(1, 11) if fresh else throw.randint(15, 24)),
            throw,
        )
        outcome = "under_review" if fresh else throw.choice(("accepted", "accepted", "contract"))
    answered = asked_at + timedelta(days=throw.randint(2, 11), hours=throw.randint(0, 5))
    _file(crowd, room, wish, Fate(outcome, asked_at, answered, times, days), throw)


def _file_single(crowd: Crowd, room: Resource, throw: Random) -> None:
    city, policy = crowd.city, crowd.desk.policy(room)
    day = city.first_day + timedelta(days=throw.randint(0, 55))
    wish = crowd.wish(room, day, throw)
    if wish is None or not crowd.openings.is_open(room, day, wish.opens, wish.closes):
        return
    time = local_moment(day, wish.opens), local_moment(day, wish.closes)
    is_free = crowd.desk.holds.is_free(room, time)
    over = day < city.today
    table_ = PAST if over else FUTURE
    outcome = throw.choices(list(table_), list(table_.values()))[0]
    if not is_free:
        outcome = "rejected" if over else throw.choice(("waitlisted", "rejected"))
    elif outcome == "waitlisted":
        outcome = "under_review"  # who waits for a free time would be given it at once
    lead = timedelta(hours=policy.min_lead_hours) + timedelta(days=throw.randint(1, 20))
    asked_at = _office_hour(min(time[0] - lead, city.now - timedelta(days=1)), throw)
    if not over and outcome in ("under_review", "returned", "proposed"):
        asked_at = _office_hour(city.now - timedelta(days=throw.randint(1, 2)), throw)
    if outcome == "waitlisted" and time[0] < city.now + timedelta(days=3):
        outcome = "rejected"
    if asked_at + timedelta(hours=policy.min_lead_hours) > time[0]:
        return
    answered = asked_at + timedelta(hours=throw.randint(2, 60))
    _file(crowd, room, wish, Fate(outcome, asked_at, answered, [time], []), throw)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a wish: its times, the days of its series, who said what when."""

    outcome: str
    asked_at: datetime
    answered_at: datetime
    times: list[tuple[datetime, datetime]]
    days: list[date]


def _file(crowd: Crowd, room: Resource, wish: _Wish, fate: Fate, throw: Random) -> None:
    desk, days, times = crowd.desk, fate.days, fate.times
    activity = crowd.activities[wish.activity]
    low, high = activity["people"]
    fee_taking = throw.random() < activity["fee"]
    group = pricing.user_group(wish.organisation, fee_taking=fee_taking, on=fate.asked_at.date())
    if not may_be_priced(desk, room, group):
        fee_taking = False
        group = pricing.user_group(wish.organisation, fee_taking=False, on=fate.asked_at.date())
        if not may_be_priced(desk, room, group):
            return
    policy = desk.policy(room)
    waits = fate.outcome in ("under_review", "returned", "proposed", "contract")
    if waits and desk.pending[wish.organisation.pk, room.unit_id] >= policy.max_pending - 1:
        return
    proposed = []
    if fate.outcome == "proposed":
        later = [
            (local_moment(day, wish.opens), local_moment(day, wish.closes))
            for weeks in (1, 2)
            for day in [times[0][0].date() + timedelta(weeks=weeks)]
        ]
        proposed = [
            time
            for time in later
            if crowd.openings.is_open(room, time[0].date(), wish.opens, wish.closes)
            and desk.holds.is_free(room, time)
        ][:1]
        if not proposed:
            return
    file(
        desk,
        Request(
            room=room,
            organisation=wish.organisation,
            times=times,
            outcome=fate.outcome,
            asked_at=fate.asked_at,
            answered_at=fate.answered_at,
            purpose=throw.choice(activity["purposes"]),
            participants=max(3, min(throw.randint(low, high), room.capacity or 12)),
            weekly=Weekly(wish.weekday, wish.opens, wish.closes) if days else None,
            wished=(days[0], days[-1]) if days else None,
            skipped=[
                at
                for day in days
                for at in [local_moment(day, wish.opens)]
                if at not in {start for start, _end in times}
            ],
            proposed=proposed,
            minors=throw.random() < activity["minors"],
            fee_taking=fee_taking,
            show_name=throw.random() < 0.45,
            channel=throw.choices(list(CHANNELS), list(CHANNELS.values()))[0],
        ),
    )


def _is_workday(room: Resource, openings: Openings, day: date) -> bool:
    return bool(openings.spans(room, day))


def _office_hour(at: datetime, throw: Random) -> datetime:
    """The same day at a time when people write to offices."""
    return local_moment(at.date(), throw.randint(7 * 60 + 30, 21 * 60))
