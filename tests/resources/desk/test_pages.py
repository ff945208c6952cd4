"""Pages of the desk: who may open and do what, and what each says when it cannot."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import CityRole
from records import clock
from records.clock import now
from resources import closures
from resources.booking import decisions
from resources.desk import refusals
from resources.models import Booking, Closure, StaffRole
from tests import factories, make
from tests.resources.booking.scene import once, period, slots, told

Role = StaffRole.Role
VIEWER, EDITOR, DECIDER, HEAD = Role.VIEWER, Role.EDITOR, Role.DECIDER, Role.HEAD
EVERYBODY = (VIEWER, EDITOR, DECIDER, HEAD)

#: Page -> roles that may open it; others get 403, people of no unit 404.
PAGES: dict[str, tuple[str, ...]] = {
    "unit": EVERYBODY,
    "case": EVERYBODY,
    "bookings": EVERYBODY,
    "bookings_file": EVERYBODY,
    "closures": EVERYBODY,
    "own_use": EVERYBODY,
    "hours": EVERYBODY,
    "rules": EVERYBODY,
    "statistics": EVERYBODY,
    "use_file": EVERYBODY,
    "staff": EVERYBODY,
    "new_request": (EDITOR, DECIDER, HEAD),
    "organisations": (EDITOR, DECIDER, HEAD),
    "new_closure": (EDITOR, DECIDER, HEAD),
    "new_own_use": (EDITOR, DECIDER, HEAD),
    "load_own_use": (EDITOR, DECIDER, HEAD),
    "own_use_example": (EDITOR, DECIDER, HEAD),
    "room_hours": (EDITOR, HEAD),
    "propose": (DECIDER, HEAD),
    "new_rules": (HEAD,),
    "change_rules": (HEAD,),
    "terms": (HEAD,),
    "new_price_list": (HEAD,),
    "price_list": (HEAD,),
    "grant": (HEAD,),
}
#: What is sent -> roles that may send it.
ACTIONS: dict[str, tuple[str, ...]] = {
    "act:przyjmij": (DECIDER, HEAD),
    "act:odmow": (DECIDER, HEAD),
    "act:zwroc": (DECIDER, HEAD),
    "act:lista-rezerwowa": (DECIDER, HEAD),
    "lift_closure": (EDITOR, DECIDER, HEAD),
    "remove_own_use": (EDITOR, DECIDER, HEAD),
    "end_role": (HEAD,),
}


@pytest.fixture
def address(scene):
    """address(name) of a page or action with things of the scene's unit."""
    booking = scene.sent()
    prices = factories.price_list(scene.unit, {"ngo_free": 0})
    plan = closures.Plan(
        unit=scene.unit,
        resources=[scene.room],
        periods=closures.days_as_periods(
            now().date() + timedelta(days=2), now().date() + timedelta(days=2)
        ),
        reason=Closure.Reason.REPAIR,
    )
    closure = closures.close(plan, answers={}, seen=[], by=scene.decider)
    from resources import own_use  # noqa: PLC0415
    from resources.collisions import PlaceAndTime  # noqa: PLC0415

    entry, _left_out = own_use.add(
        scene.unit,
        "próba",
        [PlaceAndTime(scene.room, period("2026-12-10 08:00", "09:00"))],
        by="Anna",
    )
    post = StaffRole.objects.get(person=scene.decider)
    arguments: dict[str, dict[str, Any]] = {
        "case": {"code": booking.code},
        "propose": {"code": booking.code},
        "act": {"code": booking.code},
        "bookings_file": {"kind": "csv"},
        "use_file": {"kind": "xlsx"},
        "room_hours": {"code": scene.room.code},
        "change_rules": {"pk": scene.policy.pk},
        "terms": {"pk": scene.policy.pk},
        "price_list": {"pk": prices.pk},
        "lift_closure": {"pk": closure.pk},
        "remove_own_use": {"pk": entry.pk},
        "end_role": {"pk": post.pk},
    }

    def of(name: str, unit=None) -> str:
        name, _colon, action = name.partition(":")
        given = {"unit": (unit or scene.unit).code, **arguments.get(name, {})}
        if action:
            given["action"] = action
        return reverse(f"desk:{name}", kwargs=given)

    return of


class TestWhoMayOpen:
    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize("role", EVERYBODY)
    def test_each_role(self, scene, signed_in, address, page, role):
        client = signed_in(make.staff(scene.unit, role))
        expected = 200 if role in PAGES[page] else 403
        assert client.get(address(page)).status_code == expected

    @pytest.mark.parametrize("page", PAGES)
    def test_a_unit_of_others_does_not_exist(self, scene, signed_in, address, page):
        foreign_head = make.staff(factories.unit(), HEAD)
        assert signed_in(foreign_head).get(address(page)).status_code == 404

    @pytest.mark.parametrize("page", PAGES)
    def test_a_visitor_is_asked_to_sign_in(self, client, address, page):
        answer = client.get(address(page))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/konto/")

    @pytest.mark.parametrize("page", ["statistics", "staff", "use_file"])
    def test_the_coordinator_sees_use_and_people_of_every_unit(self, signed_in, address, page):
        coordinator = make.city_role(CityRole.Role.COORDINATOR)
        assert signed_in(coordinator).get(address(page)).status_code == 200

    def test_the_coordinator_has_no_desk(self, signed_in, address):
        coordinator = make.city_role(CityRole.Role.COORDINATOR)
        assert signed_in(coordinator).get(address("unit")).status_code == 404

    def test_a_case_of_another_unit_is_not_found_under_ones_own(self, scene, signed_in, address):
        other = factories.unit()
        head = make.staff(other, HEAD)
        assert signed_in(head).get(address("case", other)).status_code == 404

    def test_a_draft_is_not_the_units_to_see(self, scene, signed_in):
        draft = scene.saved()
        address = reverse("desk:case", args=[scene.unit.code, draft.code])
        assert signed_in(scene.decider).get(address).status_code == 404

    @pytest.mark.parametrize(
        ("role", "expected"),
        [
            pytest.param(CityRole.Role.COORDINATOR, 200, id="coordinator"),
            pytest.param(CityRole.Role.ADMINISTRATOR, 200, id="administrator"),
            pytest.param(CityRole.Role.PLANNER, 403, id="planner"),
        ],
    )
    def test_closures_of_many_units(self, db, signed_in, role, expected):
        client = signed_in(make.city_role(role))
        assert client.get(reverse("desk:closures_bulk")).status_code == expected


class TestWhoMayDo:
    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("role", EVERYBODY)
    def test_each_role(self, scene, signed_in, address, action, role):
        client = signed_in(make.staff(scene.unit, role))
        answer = client.post(address(action), {"message": "Powód."})
        assert answer.status_code == (302 if role in ACTIONS[action] else 403)

    @pytest.mark.parametrize("action", ACTIONS)
    def test_a_get_does_nothing(self, scene, signed_in, address, action):
        head = make.staff(scene.unit, HEAD)
        assert signed_in(head).get(address(action)).status_code == 405
        assert Booking.objects.get().state == Booking.State.UNDER_REVIEW

    @pytest.mark.parametrize("action", ACTIONS)
    def test_a_unit_of_others_does_not_exist(self, signed_in, address, action):
        foreign_head = make.staff(factories.unit(), HEAD)
        assert signed_in(foreign_head).post(address(action)).status_code == 404


class TestDeciding:
    @pytest.fixture
    def post(self, scene, signed_in):
        client = signed_in(scene.decider)

        def send(booking, action, **data):
            return client.post(
                reverse("desk:act", args=[scene.unit.code, booking.code, action]), data
            )

        return send

    def test_accepting_is_two_clicks_from_the_inbox(self, scene, signed_in, post):
        booking = scene.sent()
        desk = signed_in(scene.decider).get(reverse("desk:unit", args=[scene.unit.code]))
        assert f"/sprawa/{booking.code}/przyjmij/" in desk.content.decode()
        answer = post(booking, "przyjmij", message="Zapraszamy.")
        booking.refresh_from_db()
        assert booking.state == Booking.State.CONFIRMED
        assert answer["Location"].endswith(f"?po={booking.code}")
        assert "booking_confirmed" in told(scene.member)

    def test_the_answer_is_offered_to_be_taken_back(self, scene, signed_in, post):
        booking = scene.sent()
        shown = signed_in(scene.decider).get(post(booking, "przyjmij")["Location"])
        assert f"/sprawa/{booking.code}/cofnij/" in shown.content.decode()
        post(booking, "cofnij")
        booking.refresh_from_db()
        assert booking.state == Booking.State.UNDER_REVIEW

    def test_after_ten_minutes_it_is_not(self, scene, signed_in, post):
        booking = scene.sent()
        address = post(booking, "przyjmij")["Location"]
        with clock.frozen(now() + timedelta(minutes=10)):
            shown = signed_in(scene.decider).get(address)
            assert "/cofnij/" not in shown.content.decode()
            assert post(booking, "cofnij").status_code == 409

    def test_a_refusal_needs_a_reason_and_keeps_what_was_chosen(self, scene, post):
        booking = scene.sent()
        answer = post(booking, "odmow", message="  ")
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()
        assert slots(booking) == [("12-08 17:00", "held")]

    def test_a_usual_reason_is_enough_and_is_told_in_full(self, scene, post):
        booking = scene.sent()
        post(booking, "odmow", usual_reason="staff", message="Zapraszamy w środy.")
        booking.refresh_from_db()
        assert booking.reason.endswith("Zapraszamy w środy.")
        assert refusals.kind_of(booking.reason) == "staff"

    def test_what_was_typed_survives_a_conflict_and_other_times_are_offered(self, scene, post):
        booking = scene.sent()
        with clock.frozen(now() + timedelta(days=30)):
            answer = post(booking, "przyjmij", message="Zapraszamy serdecznie.")
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "nowy-wniosek/?wzor=" in page or "zaproponuj" in page

    def test_two_deciders_answer_once(self, scene, post):
        booking = scene.sent()
        post(booking, "przyjmij")
        assert post(booking, "odmow", message="Nie.").status_code == 409

    def test_settling_takes_a_number(self, scene, post):
        booking = decisions.accept(
            scene.sent(once(period("2026-11-25 17:00", "19:00"))), scene.decider
        )
        with clock.frozen(now() + timedelta(days=3)):
            assert post(booking, "rozlicz", attended="dużo").status_code == 422
            assert post(booking, "rozlicz", attended="14").status_code == 302
        booking.refresh_from_db()
        assert (booking.state, booking.attended) == (Booking.State.SETTLED, 14)

    def test_a_short_notice_has_to_be_known(self, scene, post):
        booking = decisions.accept(
            scene.sent(once(period("2026-11-25 17:00", "19:00"))), scene.decider
        )
        slot = booking.slots.get()
        asked = post(booking, "odwolaj", slot=slot.pk, message="Awaria.")
        assert asked.status_code == 409
        assert 'name="urgent"' in asked.content.decode()
        assert (
            post(booking, "odwolaj", slot=slot.pk, message="Awaria.", urgent="1").status_code == 302
        )

    def test_an_unknown_action_is_not_found(self, scene, post):
        assert post(scene.sent(), "skasuj").status_code == 404


class TestProposing:
    @pytest.fixture
    def page(self, scene, signed_in):
        client = signed_in(scene.decider)

        def open_or_send(booking, data=None):
            address = reverse("desk:propose", args=[scene.unit.code, booking.code])
            return client.post(address, data) if data is not None else client.get(address)

        return open_or_send

    def test_offers_free_times_of_the_units_rooms(self, scene, page):
        factories.room(unit=scene.unit, policy=scene.policy, title_pl="Sala druga")
        content = page(scene.sent()).content.decode()
        assert "Sala druga" in content
        assert content.count('type="radio"') == 4

    def test_proposes_what_was_picked(self, scene, page):
        booking = scene.sent()
        slot = booking.slots.get()
        choice = f"{scene.room.code}@2026-12-08T18:00/2026-12-08T20:00"
        assert page(booking, {f"date-{slot.pk}": choice, "each": "1"}).status_code == 302
        assert slots(booking) == [("12-08 17:00", "released"), ("12-08 18:00", "proposed")]

    def test_moves_all_dates_at_once(self, scene, page):
        from tests.resources.booking.scene import tuesdays  # noqa: PLC0415

        booking = scene.sent(tuesdays())
        data = {"all": "1", "opens": "9:00", "closes": "11:00", "days_later": "1"}
        assert page(booking, data).status_code == 302
        proposed = [day for day, state in slots(booking) if state == "proposed"]
        assert proposed == [
            "12-02 09:00",
            "12-09 09:00",
            "12-16 09:00",
            "12-23 09:00",
            "12-30 09:00",
        ]

    def test_a_taken_date_is_named_and_nothing_is_sent(self, scene, page):
        taken = scene.sent_by_another(once(period("2026-12-08 09:00", "11:00")))
        booking = scene.sent()
        answer = page(booking, {"all": "1", "opens": "9:00", "closes": "11:00"})
        assert answer.status_code == 409
        assert "8.12" in answer.content.decode()
        assert slots(booking) == [("12-08 17:00", "held")]
        assert slots(taken) == [("12-08 09:00", "held")]

    def test_a_room_of_another_unit_is_refused(self, scene, page):
        booking = scene.sent()
        foreign = factories.room()
        choice = f"{foreign.code}@2026-12-08T18:00/2026-12-08T20:00"
        answer = page(booking, {f"date-{booking.slots.get().pk}": choice, "each": "1"})
        assert answer.status_code == 422


class TestShape:
    def test_one_unit_is_opened_at_once_and_several_are_listed(self, scene, signed_in):
        client = signed_in(scene.decider)
        home = reverse("desk:home")
        assert client.get(home)["Location"] == reverse("desk:unit", args=[scene.unit.code])
        make.staff(factories.unit(name="Druga"), VIEWER, scene.decider)
        assert "Druga" in client.get(home).content.decode()

    def test_somebody_without_a_unit_learns_what_to_do(self, db, signed_in):
        person = make.person()
        page = signed_in(person).get(reverse("desk:home")).content.decode()
        assert person.email in page

    def test_the_help_card_can_be_hidden_and_shown_again(self, scene, signed_in):
        client = signed_in(scene.decider)
        desk, toggle = (
            reverse(f"desk:{name}", args=[scene.unit.code]) for name in ("unit", "help")
        )
        assert "desk-help" in client.get(desk).content.decode()
        client.post(toggle)
        assert "desk-help" not in client.get(desk).content.decode()
        client.post(toggle)
        assert "desk-help" in client.get(desk).content.decode()

    def test_keys_are_shown_only_to_who_uses_them(self, scene, signed_in):
        scene.sent()
        client = signed_in(scene.decider)
        desk = reverse("desk:unit", args=[scene.unit.code])
        assert "<kbd>P</kbd>" in client.get(desk).content.decode()
        scene.decider.shortcuts_enabled = False
        scene.decider.save()
        page = client.get(desk).content.decode()
        assert "<kbd>P</kbd>" not in page
        assert 'data-shortcuts=""' in page

    @pytest.mark.parametrize(
        "query", ["?karta=x", "?tydzien=x", "?tydzien=9999-12-31", "?sale=x", "?page=x", "?po=x"]
    )
    def test_a_strange_address_still_answers(self, scene, signed_in, query):
        address = reverse("desk:unit", args=[scene.unit.code]) + query
        assert signed_in(scene.decider).get(address).status_code == 200

    def test_queries_of_the_desk_do_not_grow(self, scene, signed_in):
        client = signed_in(scene.decider)
        desk = reverse("desk:unit", args=[scene.unit.code])

        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(desk).status_code == 200
            return len(captured)

        scene.sent()
        queries()
        one = queries()
        for hour in range(8, 17):
            for day in ("2026-12-08", "2026-12-09", "2026-12-10"):
                scene.sent_by_another(once(period(f"{day} {hour:02}:00", f"{hour + 1:02}:00")))
        assert queries() == one
