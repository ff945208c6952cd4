"""The applicant's pages: from a time to a sent request and afterwards, without JavaScript."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from records.clock import frozen
from resources.booking import changes, decisions, series
from resources.models import Booking, PolicyTerms, Resource, StaffRole
from tests import factories, make
from tests.resources.booking.scene import (
    DAY,
    TUESDAY,
    WEDNESDAY,
    Scene,
    once,
    period,
    slots,
    tuesdays,
)

MEETING = {
    "purpose": "Warsztaty robienia na drutach",
    "participants": "12",
    "person_in_charge": "Anna Przykładowa",
    "minors": "no",
    "fee_taking": "no",
}


@pytest.fixture
def visitor() -> Client:
    return Client()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(scene: Scene, when: str = "at=2026-12-08T17:00/2026-12-08T19:00") -> str:
    return f"/prosba/nowa/?resource={scene.room.code}&{when}"


SERIES = "weekly=TU,17:00,19:00&from=2026-12-01&until=2026-12-29"


def test_from_a_time_to_a_sent_request(scene) -> None:
    client = signed_in(scene.member)
    page = client.get(address(scene))
    assert page.status_code == 200
    assert not Booking.objects.exists(), "looking saves nothing"

    step = client.post(
        address(scene), {**MEETING, "organisation": scene.organisation.slug, "do": "next"}
    )
    draft = Booking.objects.get()
    assert step["Location"] == f"/prosba/{draft.code}/wyslij/"
    assert draft.state == "draft"

    assert client.get(step["Location"]).status_code == 200
    assert Booking.objects.get().state == "draft", "looking sends nothing"

    sent = client.post(step["Location"])
    assert sent["Location"] == f"/prosby/{draft.code}/"
    assert Booking.objects.get().state == "under_review"
    page = client.get(sent["Location"]).content.decode()
    assert "Warsztaty robienia na drutach" in page


def test_a_visitor_is_asked_to_sign_in_and_finds_what_was_typed(scene, visitor) -> None:
    step = visitor.post(address(scene), {**MEETING, "do": "next"})
    target = parse_qs(urlsplit(step["Location"]).query)["next"][0]
    assert urlsplit(step["Location"]).path == "/konto/login/"
    assert not Booking.objects.exists()

    visitor.force_login(scene.member)
    page = visitor.get(target)
    assert "Warsztaty robienia na drutach" in page.content.decode()
    assert page.context["form"].initial["participants"] == 12
    assert page.context["form"].initial["organisation"] == scene.organisation.slug
    onward = visitor.post(
        target, {**MEETING, "organisation": scene.organisation.slug, "do": "next"}
    )
    assert onward["Location"].endswith("/wyslij/")
    assert visitor.get("/prosby/").context["kept"] == "", "the session copy is gone"


def test_a_begun_request_is_offered_in_the_list_until_it_is_taken_up(scene, visitor) -> None:
    visitor.post(address(scene), {**MEETING, "do": "save"})
    visitor.force_login(scene.member)
    kept = visitor.get("/prosby/").context["kept"]
    assert kept.startswith(f"/prosba/nowa/?resource={scene.room.code}&at=")


def test_a_half_filled_draft_can_be_saved_and_taken_up_again(scene) -> None:
    client = signed_in(scene.member)
    saved = client.post(address(scene), {"purpose": "Coś", "do": "save"})
    draft = Booking.objects.get()
    assert saved["Location"] == f"/prosba/{draft.code}/"
    assert client.get(saved["Location"]).context["form"].initial["purpose"] == "Coś"


def test_mistakes_stand_beside_their_fields_and_nothing_is_lost(scene) -> None:
    client = signed_in(scene.member)
    page = client.post(
        address(scene), {**MEETING, "participants": "45", "purpose": "", "do": "next"}
    )
    assert page.status_code == 422
    form = page.context["form"]
    assert set(form.errors) == {"purpose"}, "rules are asked once the form is complete"
    page = client.post(address(scene), {**MEETING, "participants": "45", "do": "next"})
    assert set(page.context["form"].errors) == {"participants"}
    assert "30" in page.context["form"].errors["participants"][0]
    assert 'value="45"' in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()


def test_minors_need_the_declaration(scene) -> None:
    client = signed_in(scene.member)
    page = client.post(address(scene), {**MEETING, "minors": "yes", "do": "next"})
    assert set(page.context["form"].errors) == {"minors_declaration"}


class TestDatesThatAreNotFree:
    def test_the_first_alternative_is_preselected_and_skip_is_always_there(self, scene) -> None:
        factories.occupy(scene.room, "2026-12-08 16:00", "2026-12-08 18:00")
        [row] = signed_in(scene.member).get(address(scene, SERIES)).context["disputed"]
        assert row["chosen"] == row["options"][0]["value"]
        assert row["options"][-1]["value"] == "skip"

    def test_the_chosen_replacement_is_sent(self, scene) -> None:
        factories.occupy(scene.room, "2026-12-08 16:00", "2026-12-08 18:00")
        client = signed_in(scene.member)
        choice = series.token(scene.room, WEDNESDAY)
        step = client.post(
            address(scene, SERIES), {**MEETING, "d:2026-12-08T17:00": choice, "do": "next"}
        )
        client.post(step["Location"])
        booking = Booking.objects.get()
        assert [date_ for date_, _state in slots(booking)] == [
            "12-01 17:00", "12-09 17:00", "12-15 17:00", "12-22 17:00", "12-29 17:00",
        ]  # fmt: skip

    def test_a_single_taken_date_may_be_waited_for(self, scene) -> None:
        scene.sent_by_another()
        client = signed_in(scene.member)
        step = client.post(address(scene), {**MEETING, "d:2026-12-08T17:00": "wait", "do": "next"})
        client.post(step["Location"])
        assert Booking.objects.get(person=scene.member).state == "waitlisted"

    def test_a_date_lost_between_the_steps_leads_back_to_the_choice(self, scene) -> None:
        client = signed_in(scene.member)
        step = client.post(address(scene), {**MEETING, "do": "next"})
        scene.sent_by_another()
        lost = client.post(step["Location"])
        draft = Booking.objects.get(person=scene.member)
        assert lost["Location"] == f"/prosba/{draft.code}/"
        assert len(client.get(lost["Location"]).context["disputed"]) == 1
        assert draft.state == "draft"

    def test_an_invented_choice_is_ignored(self, scene) -> None:
        factories.occupy(scene.room, "2026-12-08 16:00", "2026-12-08 18:00")
        page = signed_in(scene.member).post(
            address(scene, SERIES), {**MEETING, "d:2026-12-08T17:00": "x@y/z", "do": "look"}
        )
        assert page.status_code == 200


def test_the_summary_follows_the_choices_by_htmx(scene) -> None:
    factories.occupy(scene.room, "2026-12-08 16:00", "2026-12-08 18:00")
    page = signed_in(scene.member).post(
        address(scene, SERIES),
        {**MEETING, "d:2026-12-08T17:00": "skip"},
        headers={"HX-Request": "true"},
    )
    html = page.content.decode()
    assert html.lstrip().startswith('<div class="card stack" id="podsumowanie">')
    assert len(page.context["look"].slots) == 4
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="no-time"),
        pytest.param("at=2026-12-08T19:00/2026-12-08T17:00", id="backwards"),
        pytest.param("at=nonsense", id="nonsense"),
        pytest.param("weekly=TU,17:00,19:00&from=2026-12-01&until=2028-12-01", id="too-long"),
    ],
)
def test_without_a_usable_time_step_one_asks_for_it(scene, visitor, query) -> None:
    page = visitor.get(address(scene, query))
    assert page.templates[0].name == "booking/time.html"


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ({"until": ""}, "at=2026-12-08T17%3A00%2F2026-12-08T19%3A00"),
        (
            {"until": "2026-12-29"},
            "weekly=TU%2C17%3A00%2C19%3A00&from=2026-12-08&until=2026-12-29",
        ),
    ],
)
def test_step_one_leads_to_the_address_of_step_two(scene, visitor, typed, leads_to) -> None:
    page = visitor.get(
        "/prosba/nowa/",
        {
            "resource": scene.room.code,
            "day": "2026-12-08",
            "start": "17:00",
            "end": "19:00",
            **typed,
        },
    )
    assert page["Location"].endswith(leads_to)


def test_the_terms_are_accepted_in_the_last_step(scene) -> None:
    terms = PolicyTerms.objects.create(
        policy=scene.policy, version="2", valid_from=date(2026, 9, 1), text_pl="Proszę sprzątać."
    )
    client = signed_in(scene.member)
    step = client.post(address(scene), {**MEETING, "do": "next"})
    assert "Proszę sprzątać." in client.get(step["Location"]).content.decode()
    assert client.post(step["Location"]).status_code == 422
    client.post(step["Location"], {"terms": str(terms.pk)})
    assert Booking.objects.get().terms == terms


class TestWhoSeesWhat:
    def test_a_case_is_a_404_for_strangers(self, scene) -> None:
        booking = scene.sent()
        for path in ("", "wycofaj/", "odwolaj/", "kalendarz.ics"):
            assert signed_in(make.person()).get(f"/prosby/{booking.code}/{path}").status_code == 404
        assert signed_in(make.person()).get(f"/prosba/{booking.code}/").status_code == 404

    def test_the_unit_sees_the_case_but_not_the_applicants_pages(self, scene) -> None:
        booking = scene.sent()
        client = signed_in(scene.decider)
        assert client.get(f"/prosby/{booking.code}/").status_code == 200
        assert client.get(f"/prosby/{booking.code}/wycofaj/").status_code == 404
        assert client.post(f"/prosby/{booking.code}/wycofaj/").status_code == 404

    def test_the_unit_does_not_see_a_draft(self, scene) -> None:
        booking = scene.saved()
        assert signed_in(scene.decider).get(f"/prosby/{booking.code}/").status_code == 404

    def test_a_hidden_place_is_not_there(self, scene, visitor) -> None:
        scene.room.visibility = Resource.Visibility.DRAFT
        scene.room.save()
        assert visitor.get(address(scene)).status_code == 404

    def test_a_visitor_is_sent_to_sign_in(self, scene, visitor) -> None:
        booking = scene.sent()
        answer = visitor.get(f"/prosby/{booking.code}/")
        assert answer["Location"].startswith("/konto/login/?next=")


class TestAfterwards:
    def test_a_get_withdraws_and_cancels_nothing(self, scene) -> None:
        booking = scene.sent()
        client = signed_in(scene.member)
        assert client.get(f"/prosby/{booking.code}/wycofaj/").status_code == 200
        decisions.accept(booking, scene.decider)
        assert client.get(f"/prosby/{booking.code}/odwolaj/").status_code == 200
        assert client.get(f"/prosby/{booking.code}/propozycja/").status_code == 405
        booking.refresh_from_db()
        assert booking.state == "confirmed"

    def test_withdrawing(self, scene) -> None:
        booking = scene.sent()
        signed_in(scene.member).post(f"/prosby/{booking.code}/wycofaj/", {"reason": "choroba"})
        booking.refresh_from_db()
        assert booking.state == "withdrawn"

    def test_cancelling_one_date_of_a_series(self, scene) -> None:
        booking = decisions.accept(scene.sent(tuesdays()), scene.decider)
        third = booking.slots.order_by("period")[2]
        signed_in(scene.member).post(f"/prosby/{booking.code}/odwolaj/", {"slot": third.pk})
        third.refresh_from_db()
        assert third.state == "cancelled_by_user"

    def test_a_late_cancellation_must_be_known(self, scene) -> None:
        booking = decisions.accept(scene.sent(), scene.decider)
        slot = booking.slots.get()
        client = signed_in(scene.member)
        with frozen(TUESDAY.start - DAY):
            path = f"/prosby/{booking.code}/odwolaj/"
            assert client.post(path, {"slot": slot.pk}).status_code == 422
            assert client.post(path, {"slot": slot.pk, "late_is_known": "1"}).status_code == 302
        slot.refresh_from_db()
        assert (slot.state, slot.late) == ("cancelled_by_user", True)

    @pytest.mark.parametrize(
        ("answer", "state"), [("accept", "confirmed"), ("decline", "withdrawn")]
    )
    def test_answering_a_proposal(self, scene, answer, state) -> None:
        booking = scene.sent()
        decisions.propose(
            booking,
            scene.decider,
            instead={booking.slots.get().pk: series.Slot(scene.room, WEDNESDAY)},
        )
        client = signed_in(scene.member)
        assert client.get(f"/prosby/{booking.code}/").context["may_answer"]
        client.post(f"/prosby/{booking.code}/propozycja/", {"answer": answer})
        booking.refresh_from_db()
        assert booking.state == state

    def test_request_again_fills_the_form(self, scene) -> None:
        booking = changes.withdraw(scene.sent(), scene.member)
        client = signed_in(scene.member)
        again = client.get(f"/prosby/{booking.code}/").context["again"]
        step_one = client.get(again)
        assert step_one.templates[0].name == "booking/time.html"
        page = client.get(f"{again}&at=2026-12-09T17:00/2026-12-09T19:00")
        assert page.context["form"].initial["purpose"] == booking.purpose

    def test_somebody_elses_request_cannot_be_repeated(self, scene) -> None:
        booking = scene.sent_by_another()
        page = signed_in(scene.member).get(address(scene) + f"&again={booking.code}")
        assert page.context["form"].initial["purpose"] == ""


@pytest.mark.parametrize("state", Booking.State.values)
def test_the_page_of_a_case_can_be_read_in_every_state(scene, state) -> None:
    booking = scene.sent()
    Booking.objects.filter(pk=booking.pk).update(state=state, reason="powód")
    page = signed_in(scene.member).get(f"/prosby/{booking.code}/", follow=True)
    assert page.status_code == 200


class TestQueryCounts:
    def test_the_list_costs_the_same_for_one_and_thirty(self, new_scene) -> None:
        scene = new_scene(rules={"max_pending": 99})
        scene.sent()
        client = signed_in(scene.member)
        client.get("/prosby/")
        with CaptureQueriesContext(
            connection,
        ) as one:
            client.get("/prosby/")
        for day in range(9, 31):
            scene.sent(once(period(f"2026-12-{day:02} 08:00", "09:00")))
        for day in range(9, 16):
            scene.sent(once(period(f"2026-12-{day:02} 10:00", "11:00")))
        with CaptureQueriesContext(connection) as thirty:
            page = client.get("/prosby/")
        assert len(page.context["rows"]) == 30
        assert len(thirty) == len(one)

    def test_a_case_costs_the_same_for_one_date_and_many(self, new_scene) -> None:
        scene = new_scene(rules={"max_pending": 99})
        single, many = scene.sent(once(WEDNESDAY)), scene.sent(tuesdays())
        client = signed_in(scene.member)
        found = []
        for booking in (single, many):
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/prosby/{booking.code}/")
            found.append(len(queries))
        assert found[0] == found[1]

    def test_step_two_costs_the_same_for_one_conflict_and_thirty(self, scene) -> None:
        client = signed_in(scene.member)
        weekly = "weekly=TU,17:00,19:00&from=2026-12-01&until=2027-06-22"
        found = []
        for until in ("2026-12-01 18:00", "2027-06-30 22:00"):
            factories.occupy(
                scene.room, "2026-12-01 16:00" if not found else "2026-12-02 08:00", until
            )
            with CaptureQueriesContext(connection) as queries:
                page = client.get(address(scene, weekly))
            found.append((len(page.context["disputed"]), len(queries)))
        assert [count for count, _queries in found] == [1, 30]
        assert found[0][1] == found[1][1]


def test_staff_see_the_same_case_page(scene) -> None:
    booking = scene.sent()
    viewer = make.staff(scene.unit, StaffRole.Role.VIEWER)
    page = signed_in(viewer).get(f"/prosby/{booking.code}/")
    assert not page.context["may_withdraw"]


def test_midnight_is_said_as_the_end_of_a_day(scene) -> None:
    page = signed_in(scene.member).get(address(scene)).content.decode()
    assert "27.11.2026" not in page
    assert "26 listopada" in page or "26\u00a0listopada" in page


def test_in_whose_name_must_be_chosen_where_groups_of_neighbours_may_not_come(scene) -> None:
    scene.room.open_to = ["ngo"]
    scene.room.save()
    page = signed_in(scene.member).post(address(scene), {**MEETING, "do": "next"})
    assert set(page.context["form"].errors) == {"organisation"}
