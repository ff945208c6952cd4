"""Each criterion by itself against the database: what is found and what is not."""

from datetime import date
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import AnonymousUser

from records import clock
from resources.models import Resource
from resources.search.parsing import parse
from resources.search.results import search
from tests import factories

pytestmark = pytest.mark.django_db

NOW = factories.moment("2026-11-23 12:00")  # a Monday
TUESDAY = "2026-12-01"


@pytest.fixture(autouse=True)
def _clock():
    with clock.frozen(NOW):
        yield


def found(query: str, person=None) -> list[str]:
    """Codes of the places found, in order."""
    hits = search(parse(parse_qs(query, keep_blank_values=True)), person or AnonymousUser())
    codes = dict(Resource.objects.values_list("pk", "code"))
    assert len(hits.hits) <= hits.matched
    return [codes[hit.resource_id] for hit in hits.hits]


def test_everything_public_is_found_without_criteria():
    room = factories.room()
    factories.room(visibility=Resource.Visibility.DRAFT)
    factories.room(visibility=Resource.Visibility.WITHDRAWN)
    assert found("") == [room.code]


class TestSlot:
    AT = f"at={TUESDAY}T17:00/{TUESDAY}T19:00"

    @pytest.mark.parametrize(
        ("start", "end", "fits"),
        [
            pytest.param("15:00", "17:00", True, id="ends as it starts"),
            pytest.param("15:00", "17:01", False, id="a minute into it"),
            pytest.param("19:00", "20:00", True, id="starts as it ends"),
            pytest.param("18:59", "20:00", False, id="a minute before its end"),
            pytest.param("17:30", "18:00", False, id="within it"),
            pytest.param("12:00", "22:00", False, id="around it"),
        ],
    )
    def test_claims(self, start, end, fits):
        room = factories.room()
        factories.occupy(room, f"{TUESDAY} {start}", f"{TUESDAY} {end}")
        assert found(self.AT) == ([room.code] if fits else [])

    @pytest.mark.parametrize(
        ("start", "fits"),
        [
            pytest.param("19:15", True, id="after the turnaround"),
            pytest.param("19:14", False, id="into the turnaround"),
        ],
    )
    def test_turnaround_is_kept_free_after_the_meeting(self, start, fits):
        room = factories.room(turnaround_minutes=15)
        factories.occupy(room, f"{TUESDAY} {start}", f"{TUESDAY} 20:00")
        assert found(self.AT) == ([room.code] if fits else [])

    def test_stewardship_does_not_stand_in_the_way(self):
        room = factories.room()
        factories.occupy(room, "2026-01-01 00:00", None, layer=2)
        assert found(self.AT) == [room.code]

    def test_an_expired_hold_does_not_stand_in_the_way(self):
        room = factories.room()
        factories.occupy(room, f"{TUESDAY} 17:00", f"{TUESDAY} 19:00", expires_at=NOW)
        assert found(self.AT) == [room.code]

    def test_a_hall_is_free_when_all_its_sectors_are(self):
        hall = factories.room(sectors=("A", "B"))
        one, other = hall.parts.order_by("pk")
        factories.occupy(one, f"{TUESDAY} 17:00", f"{TUESDAY} 18:00")
        assert found(self.AT) == [other.code]

    @pytest.mark.parametrize(
        ("hours", "fits"),
        [
            pytest.param([(17 * 60, 19 * 60)], True, id="exactly"),
            pytest.param([(17 * 60, 19 * 60 - 1)], False, id="closes a minute early"),
            pytest.param([(17 * 60 + 1, 19 * 60)], False, id="opens a minute late"),
            pytest.param([(480, 18 * 60), (18 * 60, 1320)], True, id="two rules that touch"),
            pytest.param([(480, 17 * 60 + 59), (18 * 60, 1320)], False, id="a gap between rules"),
            pytest.param([], False, id="closed"),
        ],
    )
    def test_opening_hours(self, hours, fits):
        room = factories.room(hours={2: hours})
        assert found(self.AT) == ([room.code] if fits else [])

    def test_opening_hours_bind_the_meeting_and_not_the_turnaround(self):
        room = factories.room(hours={2: [(17 * 60, 19 * 60)]}, turnaround_minutes=30)
        assert found(self.AT) == [room.code]

    def test_a_day_that_the_place_observes_is_closed(self):
        day = date.fromisoformat(TUESDAY)
        factories.calendar_days("school_break", day, day)
        factories.room(observes=["public_holiday", "school_break"])
        other = factories.room(observes=["public_holiday"])
        assert found(self.AT) == [other.code]

    def test_a_slot_over_midnight_fits_nowhere_by_the_hour(self):
        factories.room(hours={day: [(0, 1440)] for day in range(1, 8)})
        assert found("at=2026-12-01T22:00/2026-12-02T01:00") == []
        assert len(found("at=2026-12-01T22:00/2026-12-02T00:00")) == 1

    @pytest.mark.parametrize(
        ("rules", "fits"),
        [
            pytest.param({"min_lead_hours": 197}, True, id="asked in time"),
            pytest.param({"min_lead_hours": 198}, False, id="asked too late"),
            pytest.param({"max_lead_days": 9}, True, id="not too early"),
            pytest.param({"max_lead_days": 8}, False, id="too early"),
            pytest.param({"min_minutes": 120}, True, id="long enough"),
            pytest.param({"min_minutes": 121}, False, id="too short"),
            pytest.param({"max_minutes": 119}, False, id="too long"),
            pytest.param({"grid_minutes": 60}, True, id="on the grid"),
        ],
    )
    def test_rules_of_the_unit(self, rules, fits):
        # From Monday 12:00 to Tuesday of next week 17:00 it is 8 days and 5 hours: 197 hours.
        room = factories.room(rules=rules)
        assert found(self.AT) == ([room.code] if fits else [])

    def test_off_the_grid(self):
        factories.room(rules={"grid_minutes": 30})
        fine = factories.room(rules={"grid_minutes": 15})
        assert found(f"at={TUESDAY}T17:15/{TUESDAY}T19:00") == [fine.code]

    def test_the_past_cannot_be_asked_for(self):
        factories.room()
        assert found("at=2026-11-23T11:00/2026-11-23T13:00") == []


class TestSeries:
    QUERY = "weekly=TU,17:00,19:00&from=2026-12-01&until=2026-12-29"  # 1, 8, 15, 22 and 29

    def test_free_on_all_dates(self):
        room = factories.room()
        other = factories.room()
        factories.occupy(other, "2026-12-22 18:00", "2026-12-22 20:00")
        assert found(self.QUERY) == [room.code]

    def test_public_holidays_are_skipped_for_everybody(self):
        factories.calendar_days("public_holiday", date(2026, 12, 22), date(2026, 12, 22))
        room = factories.room(observes=[])
        factories.occupy(room, "2026-12-22 18:00", "2026-12-22 20:00")
        assert found(self.QUERY) == [room.code]

    def test_own_closed_days_are_skipped_while_half_of_the_dates_remain(self):
        factories.calendar_days("school_break", date(2026, 12, 22), date(2027, 1, 1))
        school = factories.room(observes=["school_break"])
        factories.occupy(school, "2026-12-29 18:00", "2026-12-29 20:00")
        assert found(self.QUERY) == [school.code]

    def test_a_place_closed_on_most_dates_does_not_fit(self):
        factories.calendar_days("school_break", date(2026, 12, 15), date(2027, 1, 1))
        factories.room(observes=["school_break"])
        open_all_year = factories.room()
        assert found(self.QUERY) == [open_all_year.code]

    def test_several_times_a_week(self):
        room = factories.room(hours={2: [(960, 1200)], 4: [(600, 720)]})
        factories.room(hours={2: [(960, 1200)]})
        assert found(self.QUERY + "&weekly=TH,10:00,12:00") == [room.code]

    def test_rules_that_follow_each_other_in_time(self):
        room = factories.room(hours={})
        for valid, opens in (
            ((date(2026, 1, 1), date(2026, 12, 10)), 960),
            ((date(2026, 12, 10), None), 900),
        ):
            factories.opening(room, {2: [(opens, 1200)]}, valid=valid)
        assert found(self.QUERY) == [room.code]

    def test_rules_that_leave_a_date_out(self):
        room = factories.room(hours={})
        for valid in ((date(2026, 1, 1), date(2026, 12, 10)), (date(2026, 12, 16), None)):
            factories.opening(room, {2: [(960, 1200)]}, valid=valid)
        assert found(self.QUERY) == []

    def test_rules_that_join_on_every_date(self):
        room = factories.room(hours={2: [(960, 1080), (1080, 1200)]})
        assert found(self.QUERY) == [room.code]

    def test_turnaround(self):
        room = factories.room(turnaround_minutes=30)
        factories.occupy(room, "2026-12-22 19:15", "2026-12-22 20:00")
        assert found(self.QUERY) == []


class TestGap:
    QUERY = "gap_hours=2&from=2026-12-01&until=2026-12-03&between=17:00-21:00"

    def free_from(self, query: str):
        return [
            hit.free_from and hit.free_from.astimezone(clock.KRAKOW).strftime("%d %H:%M")
            for hit in search(parse(parse_qs(query)), AnonymousUser()).hits
        ]

    def test_first_gap(self):
        room = factories.room()
        factories.occupy(room, "2026-12-01 16:00", "2026-12-01 18:30")
        assert self.free_from(self.QUERY) == ["01 18:30"]

    def test_a_gap_on_a_later_day(self):
        room = factories.room()
        factories.occupy(room, "2026-12-01 16:00", "2026-12-01 19:10")
        factories.occupy(room, "2026-12-02 18:00", "2026-12-02 20:00")
        assert self.free_from(self.QUERY) == ["03 17:00"]

    def test_no_gap(self):
        room = factories.room()
        factories.occupy(room, "2026-12-01 12:00", "2026-12-03 20:00")
        assert found(self.QUERY) == []

    def test_turnaround_fits_before_the_next_meeting(self):
        room = factories.room(turnaround_minutes=30)
        factories.occupy(room, "2026-12-01 19:15", "2026-12-01 19:45")
        assert self.free_from(self.QUERY) == ["02 17:00"]

    def test_starts_lie_on_the_grid(self):
        room = factories.room(rules={"grid_minutes": 30})
        factories.occupy(room, "2026-12-01 16:00", "2026-12-01 18:05")
        assert self.free_from(self.QUERY) == ["01 18:30"]

    def test_hours_that_do_not_end_on_the_grid_cannot_be_asked_for(self):
        factories.room(rules={"grid_minutes": 30})
        fine = factories.room(rules={"grid_minutes": 15})
        assert found("gap_hours=0.75&from=2026-12-01&until=2026-12-03") == [fine.code]

    def test_hours_of_two_days_do_not_join_over_midnight(self):
        factories.room(hours={day: [(0, 1440)] for day in range(1, 8)})
        assert self.free_from("gap_hours=24&from=2026-12-01&until=2026-12-02") == ["01 00:00"]
        room = Resource.objects.get()
        factories.occupy(room, "2026-12-01 00:00", "2026-12-01 12:00")
        factories.occupy(room, "2026-12-02 12:00", "2026-12-03 00:00")
        assert found("gap_hours=24&from=2026-12-01&until=2026-12-02") == []

    def test_far_away_gaps_are_found(self):
        room = factories.room()
        factories.occupy(room, "2026-11-01 00:00", "2027-11-01 00:00")
        assert self.free_from("gap_hours=1&from=2026-12-01&until=2027-11-20") == ["01 08:00"]

    def test_notice(self):
        factories.room(rules={"min_lead_hours": 48})
        assert self.free_from("gap_hours=1&from=2026-11-23&until=2026-11-28") == ["25 12:00"]

    def test_calendar(self):
        factories.calendar_days("election", date(2026, 12, 1), date(2026, 12, 1))
        factories.room(observes=["election", "public_holiday"])
        assert self.free_from(self.QUERY) == ["02 17:00"]


class TestPremises:
    def test_vacant_over_the_asked_time(self):
        let, vacant = factories.premises(), factories.premises()
        factories.occupy(let, "2020-01-01 00:00", "2027-06-30 00:00")
        assert found("kind=premises&at=2026-12-01T00:00/2027-12-01T00:00") == [vacant.code]
        assert found("kind=premises&vacant=true") == [vacant.code]
        assert set(found("kind=premises&at=2027-07-01T00:00/2027-12-01T00:00")) == {
            let.code,
            vacant.code,
        }

    def test_sorted_by_when_they_become_vacant(self):
        endless, vacant, let = factories.premises(), factories.premises(), factories.premises()
        factories.occupy(endless, "2020-01-01 00:00", None)
        factories.occupy(let, "2020-01-01 00:00", "2027-06-30 00:00")
        assert found("kind=premises&sort=free_from") == [vacant.code, let.code, endless.code]


class TestPlace:
    def test_within_a_radius_sorted_by_distance(self):
        far = factories.room(at=factories.place(900, 0))
        near = factories.room(at=factories.place(0, -300))
        factories.room(at=factories.place(1100, 0))
        assert found("near=19.9373,50.0617&radius=1000&sort=distance") == [near.code, far.code]

    def test_bbox(self):
        inside = factories.room(at=factories.place(100, 100))
        factories.room(at=factories.place(3000, 0))
        assert found("bbox=19.93,50.06,19.95,50.07") == [inside.code]

    def test_polygon_as_wkt_and_geojson(self):
        inside = factories.room(at=factories.place(100, 100))
        factories.room(at=factories.place(3000, 0))
        wkt = "POLYGON((19.93 50.06,19.95 50.06,19.95 50.07,19.93 50.07,19.93 50.06))"
        geojson = (
            '{"type":"Polygon","coordinates":'
            "[[[19.93,50.06],[19.95,50.06],[19.95,50.07],[19.93,50.07],[19.93,50.06]]]}"
        )
        assert found(f"within={wkt}") == found(f"within={geojson}") == [inside.code]

    def test_district_and_group(self):
        seven, eight, nine = (factories.district(number) for number in (7, 8, 9))
        factories.area_group("east", [eight, nine])
        rooms = [factories.room(district=one) for one in (seven, eight, nine)]
        assert found("district=7") == [rooms[0].code]
        assert set(found("district=7&district=9")) == {rooms[0].code, rooms[2].code}
        assert set(found("area_group=east")) == {rooms[1].code, rooms[2].code}

    def test_nothing_is_near_the_other_side_of_the_world(self):
        factories.room()
        assert found("near=-160,-50&radius=50000") == []


class TestAttributes:
    def test_capacity_that_is_not_known_does_not_fit(self):
        factories.room(capacity=None)
        factories.room(capacity=24)
        fits = factories.room(capacity=25)
        assert found("capacity=25") == [fits.code]

    def test_area(self):
        small, large = factories.premises(area_m2=40), factories.premises(area_m2=120)
        factories.premises(area_m2=None)
        assert found("area_min=100") == [large.code]
        assert found("area_max=100") == [small.code]

    @pytest.mark.parametrize(
        ("value", "fits"),
        [
            ("yes", {"yes"}),
            ("yes_or_unknown", {"yes", "unknown"}),
            ("any", {"yes", "unknown", "no"}),
        ],
    )
    def test_step_free(self, value, fits):
        by_code = {
            factories.room(accessible=answer).code: answer for answer in ("yes", "no", "unknown")
        }
        assert {by_code[code] for code in found(f"step_free={value}")} == fits

    def test_equipment_all_of_it(self):
        factories.room(equipment=["projector"])
        both = factories.room(equipment=["projector", "piano"])
        assert found("equipment=projector&equipment=piano") == [both.code]

    def test_free_of_charge(self):
        unit = factories.unit()
        free = factories.room(unit=unit, price_list=factories.price_list(unit, {"ngo_free": 0}))
        factories.room(unit=unit, price_list=factories.price_list(unit, {"ngo_free": 20}))
        factories.room(unit=unit, price_list=factories.price_list(unit, {"ngo_fee": 0}))
        factories.room(unit=unit)
        factories.premises()
        assert found("free_of_charge=true") == [free.code]

    def test_who_may_use_it(self):
        factories.room(open_to=["ngo"])
        both = factories.room(open_to=["ngo", "informal_group"])
        assert found("open_to=informal_group") == [both.code]

    def test_unit_and_kind_of_unit(self):
        school = factories.unit(kind="school")
        room = factories.room(unit=school)
        factories.room()
        assert found(f"unit={school.code}") == found("unit_kind=school") == [room.code]


class TestText:
    @pytest.fixture
    def room(self):
        unit = factories.unit(name="Dom Kultury „Wiklina”")
        factories.room(title_pl="Magazyn")
        return factories.room(
            unit=unit, title_pl="Sala taneczna", description_pl="Żółte światło, parkiet."
        )

    @pytest.mark.parametrize(
        "words",
        [
            pytest.param("taneczna", id="a word"),
            pytest.param("tane", id="its beginning"),
            pytest.param("sali tanecznej", id="inflected"),
            pytest.param("ZOLTE swiatlo", id="without Polish marks"),
            pytest.param("wiklinna", id="a slip of the pen"),
            pytest.param("dom kultury wiklina", id="the unit"),
        ],
    )
    def test_found(self, room, words):
        assert found(f"q={words}") == [room.code]

    @pytest.mark.parametrize("words", ["basen", "taneczna basen"])
    def test_not_found(self, room, words):
        assert found(f"q={words}") == []


class TestOrder:
    def test_fresh_entries_before_stale_ones(self):
        stale = factories.room(verified_on=date(2025, 1, 1))
        never = factories.room(verified_on=None)
        fresh = factories.room(verified_on=date(2026, 11, 1))
        assert found("") == [fresh.code, stale.code, never.code]

    def test_the_size_that_was_asked_for_first(self):
        huge, right = factories.room(capacity=400), factories.room(capacity=30)
        assert found("capacity=25") == [right.code, huge.code]

    def test_by_size(self):
        small, large = factories.room(capacity=10), factories.room(capacity=90)
        assert found("sort=size") == [large.code, small.code]

    def test_by_first_free_hour_without_a_time(self):
        busy, free = factories.room(), factories.room()
        factories.occupy(busy, "2026-11-23 12:00", "2026-11-24 12:00")
        assert found("sort=free_from") == [free.code, busy.code]

    def test_pages_neither_repeat_nor_skip(self):
        codes = {factories.room().code for _ in range(7)}
        pages = [found(f"limit=3&offset={offset}") for offset in (0, 3, 6, 9)]
        assert [len(page) for page in pages] == [3, 3, 1, 0]
        assert {code for page in pages for code in page} == codes

    def test_the_number_of_all_is_known_past_the_last_page(self):
        factories.room()
        assert search(parse({"offset": ["5"]}), AnonymousUser()).matched == 1


def test_kinds_are_told_apart():
    room, premises = factories.room(), factories.premises()
    assert found("kind=room") == [room.code]
    assert found("kind=premises") == [premises.code]
    assert set(found("")) == {room.code, premises.code}
