"""The page of a place: what it says, to whom, and at what cost."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from records.clock import KRAKOW, frozen
from records.periods import Period
from resources.availability import timetable
from resources.models import AccessibilityFact, Resource, StaffRole
from resources.place.week import monday_of, week_table
from resources.verification import Freshness, confirm, due_for_review, freshness
from tests import factories, make

pytestmark = pytest.mark.django_db

MONDAY = datetime(2027, 1, 4, 9, tzinfo=KRAKOW)


@pytest.fixture(autouse=True)
def _monday():
    with frozen(MONDAY):
        yield


def week(room, wanted=()):
    monday = monday_of(MONDAY.date())
    return week_table(
        timetable(room, monday, monday + timedelta(days=6)), wanted, today=MONDAY.date()
    )


def texts(day) -> list[tuple[str, int, str]]:
    return [(block.state, block.rows, block.text.replace("\u2060", "")) for block in day.blocks]


class TestWeek:
    def test_every_row_of_every_day_is_covered_once(self):
        room = factories.room(hours={1: [(9 * 60, 12 * 60), (14 * 60, 17 * 60)], 2: [(480, 600)]})
        factories.occupy(room, "2027-01-04 10:00", "2027-01-04 11:00")
        table = week(room)
        for day in table.days:
            assert sum(block.rows for block in day.blocks) == len(table.rows)

    def test_open_taken_free_and_closed_in_words(self, settings):
        settings.LANGUAGE_CODE = "en"
        room = factories.room(hours={1: [(9 * 60, 12 * 60)]})
        factories.occupy(room, "2027-01-04 10:00", "2027-01-04 11:00")
        states = [(state, rows) for state, rows, _text in texts(week(room).days[0])]
        assert states == [("free", 1), ("taken", 1), ("free", 1)]
        assert [state for state, _rows, _text in texts(week(room).days[1])] == ["shut"]

    def test_half_hours_make_half_hour_rows(self):
        room = factories.room(hours={1: [(9 * 60, 11 * 60)]})
        factories.occupy(room, "2027-01-04 09:30", "2027-01-04 10:30")
        table = week(room)
        assert [row.hour_rows for row in table.rows] == [2, 0, 2, 0]
        assert [block.state for block in table.days[0].blocks] == ["free", "taken", "free"]

    def test_a_gap_shorter_than_the_turnaround_is_not_free(self):
        room = factories.room(hours={1: [(9 * 60, 12 * 60)]}, turnaround_minutes=60)
        factories.occupy(room, "2027-01-04 09:00", "2027-01-04 10:00")
        factories.occupy(room, "2027-01-04 11:00", "2027-01-04 12:00")
        monday = week(room).days[0]
        assert [block.state for block in monday.blocks] == ["taken", "taken", "taken"]
        assert monday.free == ()

    def test_the_visitors_time_cuts_a_free_period_in_two(self):
        room = factories.room(hours={1: [(9 * 60, 17 * 60), (17 * 60 + 30, 18 * 60)]})
        mine = Period(MONDAY.replace(hour=15), MONDAY.replace(hour=16))
        spans = [
            (state, text.split(" ")[-1] if state == "free" else "")
            for state, _rows, text in texts(week(room, [mine]).days[0])
        ]
        assert spans == [
            ("free", "09:00–15:00"),
            ("want", ""),
            ("free", "16:00–17:00"),
            ("shut", ""),
            ("free", "17:30–18:00"),
        ]

    def test_a_holiday_is_named(self):
        factories.calendar_days("public_holiday", MONDAY.date(), MONDAY.date(), "Święto")
        room = factories.room(observes=["public_holiday"])
        assert week(room).days[0].closed_as == "Święto"

    def test_a_holiday_within_a_school_break_closes_whoever_observes_either(self):
        day = MONDAY.date()
        factories.calendar_days("public_holiday", day, day, "Święto")
        factories.calendar_days("school_break", day, day, "Ferie")
        assert week(factories.room(observes=["school_break"])).days[0].closed_as == "Ferie"
        assert week(factories.room(observes=["public_holiday"])).days[0].closed_as == "Święto"
        assert week(factories.room(observes=[])).days[0].closed_as == ""


class TestPage:
    def test_anybody_sees_a_public_place(self, client):
        room = factories.room(title_pl="Sala Wiklinowa")
        page = client.get(reverse("resources:detail", args=[room.code]))
        assert page.status_code == 200
        assert "Sala Wiklinowa" in page.content.decode()

    @pytest.mark.parametrize("visibility", ["internal", "draft", "withdrawn"])
    def test_nobody_else_learns_of_what_is_not_public(self, client, visibility):
        room = factories.room(visibility=visibility)
        assert client.get(reverse("resources:detail", args=[room.code])).status_code == 404

    def test_it_answers_for_the_visitors_series(self, client):
        room = factories.room(hours={2: [(16 * 60, 20 * 60)]})
        factories.occupy(room, "2027-01-12 17:30", "2027-01-12 18:00")
        page = client.get(
            reverse("resources:detail", args=[room.code]),
            {"weekly": "TU,17:00,19:00", "from": "2027-01-05", "until": "2027-01-26"},
        )
        assert page.context["visit"].ticks == ["free", "taken", "free", "free"]
        assert (page.context["visit"].free, page.context["visit"].total) == (3, 4)

    def test_a_bad_date_is_told_and_the_page_stays(self, client):
        room = factories.room()
        page = client.get(reverse("resources:detail", args=[room.code]), {"at": "nonsense/x"})
        assert page.status_code == 200
        assert page.context["visit_problem"] is not None

    def test_unknown_accessibility_is_said_and_never_reads_as_fine(self, client):
        page = client.get(reverse("resources:detail", args=[factories.room().code]))
        assert {row.value for row in page.context["features"]} == {"unknown"}

    def test_the_names_of_groups_stay_hidden_without_consent(self, client):
        room = factories.room()
        factories.occupy(room, "2027-01-04 17:00", "2027-01-04 19:00", label="Tajna Grupa")
        page = client.get(reverse("resources:detail", args=[room.code]))
        assert "Tajna Grupa" not in page.content.decode()

    def test_queries_do_not_grow_with_bookings(self, client, django_assert_max_num_queries):
        room = factories.room()
        address = reverse("resources:detail", args=[room.code])
        factories.occupy(room, "2027-01-06 08:00", "2027-01-06 08:30")
        with django_assert_max_num_queries(30) as one:
            client.get(address)
        for hour in range(8, 20):
            factories.occupy(room, f"2027-01-05 {hour:02}:00", f"2027-01-05 {hour:02}:30")
        with django_assert_max_num_queries(len(one.captured_queries)):
            client.get(address)


class TestKeeping:
    @pytest.fixture
    def room(self):
        return factories.room(verified_on=None)

    def keeper(self, room, role=StaffRole.Role.EDITOR):
        return make.staff(room.unit, role)

    @pytest.mark.parametrize(
        ("months_ago", "state"),
        [(0, Freshness.FRESH), (11, Freshness.FRESH), (12, Freshness.DUE), (14, Freshness.STALE)],
    )
    def test_age(self, months_ago, state):
        verified = MONDAY.date() - timedelta(days=round(months_ago * 30.5))
        assert freshness(factories.room(verified_on=verified)) == state

    def test_never_confirmed_is_due(self, room):
        assert freshness(room) == Freshness.NEVER
        fresh = factories.room()
        found = due_for_review(Resource.objects.all(), MONDAY.date())
        assert room in found
        assert fresh not in found

    def test_one_click_confirms(self, client, room):
        client.force_login(self.keeper(room))
        client.post(reverse("resources:confirm", args=[room.code]))
        room.refresh_from_db()
        assert room.verified_on == MONDAY.date()
        assert room.verified_by

    def test_a_get_confirms_nothing(self, client, room):
        client.force_login(self.keeper(room))
        assert client.get(reverse("resources:confirm", args=[room.code])).status_code == 405

    @pytest.mark.parametrize("view", ["edit", "accessibility", "photos"])
    def test_only_keepers_of_the_unit_edit(self, client, room, view):
        address = reverse(f"resources:{view}", args=[room.code])
        foreign = make.staff(factories.unit(), StaffRole.Role.EDITOR)
        viewer = self.keeper(room, StaffRole.Role.VIEWER)
        assert client.get(address).status_code == 302  # asked to sign in
        for person, status in ((foreign, 403), (viewer, 403), (self.keeper(room), 200)):
            client.force_login(person)
            assert client.get(address).status_code == status

    def test_a_draft_is_no_place_for_strangers(self, client):
        draft = factories.room(visibility="draft")
        client.force_login(make.staff(factories.unit(), StaffRole.Role.EDITOR))
        assert client.get(reverse("resources:edit", args=[draft.code])).status_code == 404

    def test_correcting_confirms_and_keeps_capacity_of_the_largest_layout(self, client, room):
        client.force_login(self.keeper(room))
        page = client.get(reverse("resources:edit", args=[room.code]))
        data = {
            **_initial(page.context["form"]),
            **_initial(page.context["room_form"]),
            "title_pl": "Nowa nazwa",
            "layout_theatre": "44",
            "layout_tables": "20",
        }
        answer = client.post(reverse("resources:edit", args=[room.code]), data)
        assert answer.status_code == 302, answer.context["form"].errors
        room.refresh_from_db()
        assert (room.title_pl, room.capacity, room.verified_on) == (
            "Nowa nazwa",
            44,
            MONDAY.date(),
        )

    def test_what_was_typed_stays_when_something_is_wrong(self, client, room):
        client.force_login(self.keeper(room))
        answer = client.post(
            reverse("resources:edit", args=[room.code]), {"title_pl": "Zostaje", "area_m2": "-1"}
        )
        assert answer.status_code == 422
        assert "Zostaje" in answer.content.decode()

    def test_facts_change_what_search_filters_by(self, client, room):
        client.force_login(self.keeper(room))
        form = client.get(reverse("resources:accessibility", args=[room.code])).context["form"]
        data = _initial(form) | {
            "value_step_free_entrance": "yes",
            "value_step_free_route": "yes",
        }
        client.post(reverse("resources:accessibility", args=[room.code]), data)
        room.refresh_from_db()
        assert room.step_free == "yes"
        assert AccessibilityFact.objects.filter(resource=room).count() == 2


def _initial(form) -> dict:
    data = {}
    for field in form:
        value = field.value()
        if value not in (None, "", []):
            data[field.html_name] = value
    return data


def test_confirming_names_a_role_and_no_person():
    room = factories.room()
    confirm(room, role="kierownik jednostki")
    assert room.verified_by == "kierownik jednostki"
