"""The requests of requests_named.csv: those that the screens tell stories with."""

from datetime import datetime, timedelta

from config.sample.city import City
from config.sample.holds import Moments
from config.sample.openings import Openings, minutes, series_days
from config.sample.reading import dice, table
from config.sample.requests import Desk, Request, file
from records.periods import local_moment
from resources.booking import deadlines
from resources.booking.wishes import Weekly
from resources.models import Resource

#: Requests that hold nothing may lie on taken times: that is why they are where they are.
WITHOUT_TIME = {"waitlisted", "rejected", "expired", "withdrawn", "cancelled_by_user"}
LATER = 2 * 60  # a proposal lies so many minutes after what was asked for


def file_named(city: City, desk: Desk, openings: Openings) -> None:
    """File what fits, in the order of the table; a small city lacks some rooms."""
    rooms = {room.code: room for room in city.rooms}
    for row in table("requests_named"):
        room = rooms.get(row["room"])
        if room is not None and row["organisation"] in city.organisations:
            request = _request(city, desk, openings, room, row)
            if request is not None:
                file(desk, request)


def _request(
    city: City, desk: Desk, openings: Openings, room: Resource, row: dict[str, str]
) -> Request | None:
    weekday, opens, closes = int(row["weekday"]), minutes(row["from"]), minutes(row["to"])
    days = series_days(city, int(row["first"]), row["until"], weekday)
    wanted = [(local_moment(day, opens), local_moment(day, closes)) for day in days]
    times = openings.free_times(desk.holds, room, days, opens, closes)
    if row["outcome"] in WITHOUT_TIME:
        times = wanted
    proposed: list[Moments] = []
    if row["outcome"] == "proposed":
        times = wanted
        proposed = openings.free_times(desk.holds, room, days, opens + LATER, closes + LATER)
        if not proposed:
            return None
    if not times:
        return None
    asked_at = _asked_at(city, desk, room, row["asked"], times[0][0])
    return Request(
        room=room,
        organisation=city.organisations[row["organisation"]],
        times=times,
        outcome=row["outcome"],
        asked_at=asked_at,
        answered_at=(
            city.moment_ago(int(row["answered"]), 11 * 60 + 20) if row["answered"] else None
        ),
        purpose=row["purpose"],
        participants=int(row["participants"]),
        weekly=Weekly(weekday, opens, closes) if row["until"] else None,
        wished=(days[0], days[-1]),
        skipped=[start for start, end in wanted if (start, end) not in times],
        proposed=proposed,
        person=city.people.get(row["person"]),
        minors=row["minors"] == "yes",
        fee_taking=row["fee"] == "yes",
        show_name=row["show_name"] == "yes",
        channel=row["channel"],
        text=row["text"],
    )


def _asked_at(city: City, desk: Desk, room: Resource, asked: str, first: datetime) -> datetime:
    """`asked` is days ago, or "due": so long ago that the answer is due as soon as may be."""
    throw = dice("asked", room.code, first)
    minute = 480 + throw.randint(0, 600)
    if asked != "due":
        return city.moment_ago(max(1, int(asked)), minute)
    best = city.moment_ago(1, minute)
    for days in range(2, 12):
        at = city.moment_ago(days, minute)
        deadline = deadlines.reply_deadline(
            desk.policy(room), at, is_series=False, first_start=first, holidays=desk.holidays
        )
        if deadline < city.now + timedelta(hours=24):
            break
        best = at
    return best
