"""POST, GET and DELETE of /api/v1/bookings: who may, what comes back, and asking twice."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organisations.models import ApiToken, Membership
from organisations.tokens import make_token
from records.clock import frozen
from resources.booking import decisions, idempotency, jobs
from resources.models import Booking, BookingSlot, IdempotencyKey, PolicyTerms, Resource
from tests import make
from tests.resources.booking.scene import DAY, NOW, TUESDAY, Scene, slots, tuesdays

BOOK = (ApiToken.Scope.READ, ApiToken.Scope.BOOK)


class Program:
    """Somebody's program with a key."""

    def __init__(self, person, scopes=BOOK) -> None:
        _token, self.secret = make_token(person, name="program", scopes=scopes)
        self.client = Client()

    def _headers(self, headers) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", **headers}

    def post(self, body, **headers):
        return self.client.post(
            "/api/v1/bookings",
            json.dumps(body),
            content_type="application/json",
            headers=self._headers(headers),
        )

    def get(self, path=""):
        return self.client.get(f"/api/v1/bookings{path}", headers=self._headers({}))

    def delete(self, path):
        return self.client.delete(f"/api/v1/bookings{path}", headers=self._headers({}))


@pytest.fixture
def program(scene: Scene) -> Program:
    return Program(scene.member)


def body(scene: Scene, **changes) -> dict:
    asked = {
        "resource": scene.room.code,
        "start": "2026-12-08T17:00",
        "end": "2026-12-08T19:00",
        "purpose": "Warsztaty",
        "participants": 12,
        **changes,
    }
    return {name: value for name, value in asked.items() if value is not ...}


def series(scene: Scene, **changes) -> dict:
    return body(
        scene,
        start=...,
        end=...,
        **{"weekly": "TU,17:00,19:00", "from": "2026-12-01", "until": "2026-12-29", **changes},
    )


class TestCreate:
    def test_one_time(self, scene, program) -> None:
        answer = program.post(body(scene))
        booking = Booking.objects.get()
        assert answer.status_code == 201
        assert answer["Location"] == f"http://testserver/api/v1/bookings/{booking.code}"
        told = answer.json()
        assert (told["code"], told["state"], told["organisation"]) == (
            booking.code,
            "under_review",
            scene.organisation.slug,
        )
        assert told["dates"] == [
            {
                "start": "2026-12-08T17:00:00+01:00",
                "end": "2026-12-08T19:00:00+01:00",
                "resource": scene.room.code,
                "state": "held",
                "replaces": None,
            }
        ]
        assert told["held_until"] == "2026-11-27T00:00:00+01:00"
        assert (booking.channel, booking.person_in_charge) == ("api", str(scene.member))

    def test_an_offset_is_heeded(self, scene, program) -> None:
        program.post(body(scene, start="2026-12-08T16:00Z", end="2026-12-08T18:00Z"))
        assert slots(Booking.objects.get()) == [("12-08 17:00", "held")]

    def test_a_series(self, scene, program) -> None:
        answer = program.post(series(scene, weekly=["TU,17:00,19:00", "TH,10:00,11:00"]))
        assert answer.status_code == 201
        assert len(answer.json()["dates"]) == 9

    def test_the_terms_in_force_are_accepted_by_sending(self, scene, program) -> None:
        terms = PolicyTerms.objects.create(
            policy=scene.policy, version="2", valid_from=date(2026, 9, 1), text_pl="…"
        )
        assert program.post(body(scene, terms="1")).json()["code"] == "terms_not_accepted"
        assert program.post(body(scene)).json()["terms"] == "2"
        assert Booking.objects.get().terms == terms

    def test_in_ones_own_name(self, scene, program) -> None:
        assert program.post(body(scene, organisation=None)).json()["organisation"] is None

    def test_who_belongs_to_two_organisations_names_one(self, scene, program) -> None:
        second = make.organisation()
        make.member(second, Membership.Role.EDITOR, scene.member)
        assert program.post(body(scene)).json()["organisation"] is None
        answer = program.post(
            body(scene, start="2026-12-09T17:00", end="2026-12-09T19:00", organisation=second.slug)
        )
        assert answer.json()["organisation"] == second.slug


class TestConflict:
    def test_alternatives_that_can_be_sent_back(self, scene, program) -> None:
        scene.sent_by_another()
        answer = program.post(body(scene))
        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        problem = answer.json()
        assert problem["code"] == "slot_taken"
        offered = problem["alternatives"][0]
        assert set(offered) == {"for", "choice", "resource", "start", "end", "why"}
        again = program.post(body(scene, choices={offered["for"]: offered["choice"]}))
        assert again.status_code == 201
        assert again.json()["dates"][0]["start"] == offered["start"]

    def test_nothing_is_left_of_the_refused_request(self, scene, program) -> None:
        scene.sent_by_another()
        program.post(body(scene))
        assert not Booking.objects.filter(person=scene.member).exists()

    def test_or_wait(self, scene, program) -> None:
        scene.sent_by_another()
        answer = program.post(body(scene, wait_if_taken=True))
        assert (answer.status_code, answer.json()["state"]) == (201, "waitlisted")

    def test_dates_of_a_series_may_be_skipped(self, scene, program) -> None:
        scene.sent_by_another()
        assert program.post(series(scene)).status_code == 409
        answer = program.post(series(scene, choices={"2026-12-08T17:00": "skip"}))
        assert len(answer.json()["dates"]) == 4


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"purpose": ...}, "purpose", id="missing"),
        pytest.param({"participants": 0}, "participants", id="nobody"),
        pytest.param({"participants": 31}, "participants", id="more-than-the-room-takes"),
        pytest.param({"start": "soon"}, "start", id="no-time"),
        pytest.param({"end": "2026-12-08T17:00"}, "end", id="ends-as-it-begins"),
        pytest.param({"end": ...}, "end", id="no-end"),
        pytest.param({"colour": "red"}, "colour", id="unknown-name"),
        pytest.param({"weekly": "TU,17:00,19:00"}, "weekly", id="one-time-and-a-series"),
        pytest.param({"start": "2026-11-22T10:00", "end": "2026-11-22T11:00"}, "dates", id="past"),
        pytest.param({"start": "9999-12-31T10:00"}, "start", id="end-of-the-calendar"),
        pytest.param({"choices": {"x": "skip"}}, "choices", id="choice-for-no-date"),
        pytest.param({"minors": True}, "minors_declaration", id="minors-without-declaration"),
    ],
)
def test_bad_values_are_422_and_named(scene, program, changes, field) -> None:
    answer = program.post(body(scene, **changes))
    assert answer.status_code == 422
    problem = answer.json()
    named = {problem.get("field")} | {error.get("field") for error in problem.get("errors", [])}
    assert field in named
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"weekly": "XX,17:00,19:00"}, "weekly", id="no-weekday"),
        pytest.param({"weekly": []}, "weekly", id="none"),
        pytest.param({"until": "2026-11-30"}, "until", id="ends-before-it-begins"),
        pytest.param({"until": "2028-12-29"}, "until", id="longer-than-a-year"),
        pytest.param({"from": ...}, "from", id="no-first-day"),
        pytest.param({"weekly": ["TU,17:00,19:00", "TU,18:00,20:00"]}, "weekly", id="overlap"),
    ],
)
def test_bad_series_are_422_and_named(scene, program, changes, field) -> None:
    answer = program.post(series(scene, **changes))
    problem = answer.json()
    named = {problem.get("field")} | {error.get("field") for error in problem.get("errors", [])}
    assert (answer.status_code, field in named) == (422, True)


class TestWhoMay:
    def test_nobody_without_a_key_or_session(self, scene) -> None:
        answer = Client().post(
            "/api/v1/bookings", json.dumps(body(scene)), content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert Client().get("/api/v1/bookings").status_code == 401

    def test_a_key_that_may_only_read(self, scene) -> None:
        program = Program(scene.member, [ApiToken.Scope.READ])
        assert program.post(body(scene)).status_code == 403
        assert program.get().status_code == 200

    def test_a_session_needs_the_csrf_token(self, scene) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(scene.member)
        asked = json.dumps(body(scene))
        answer = client.post("/api/v1/bookings", asked, content_type="application/json")
        assert answer.status_code == 403
        client.get("/prosby/")
        client.get(f"/prosba/nowa/?resource={scene.room.code}")
        token = client.get(
            f"/prosba/nowa/?resource={scene.room.code}&at=2026-12-08T17:00/2026-12-08T19:00"
        ).context["csrf_token"]
        answer = client.post(
            "/api/v1/bookings",
            asked,
            content_type="application/json",
            headers={"X-CSRFToken": str(token)},
        )
        assert answer.status_code == 201

    def test_a_viewer_of_the_organisation_is_403(self, scene) -> None:
        viewer = make.member(scene.organisation, Membership.Role.VIEWER)
        answer = Program(viewer).post(body(scene, organisation=scene.organisation.slug))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    def test_an_organisation_that_is_not_shown_is_404(self, scene, program) -> None:
        hidden = make.organisation(is_public=False)
        assert program.post(body(scene, organisation=hidden.slug)).status_code == 404

    def test_a_place_that_is_not_shown_is_404(self, scene, program) -> None:
        scene.room.visibility = Resource.Visibility.DRAFT
        scene.room.save()
        assert program.post(body(scene)).status_code == 404

    def test_somebody_elses_request_is_404(self, scene) -> None:
        booking = scene.sent()
        for person in (make.person(), scene.decider):
            stranger = Program(person)
            assert stranger.get(f"/{booking.code}").status_code == 404
            assert stranger.delete(f"/{booking.code}").status_code == 404
            assert stranger.get().json()["count"] == 0
        booking.refresh_from_db()
        assert booking.state == "under_review"

    def test_a_viewer_reads_but_does_not_cancel(self, scene) -> None:
        viewer = Program(make.member(scene.organisation, Membership.Role.VIEWER))
        booking = scene.sent()
        assert viewer.get(f"/{booking.code}").status_code == 200
        assert viewer.delete(f"/{booking.code}").status_code == 403


class TestAskingTwice:
    KEY = {"Idempotency-Key": "a1b2"}

    def test_the_same_key_and_body_get_the_same_answer(self, scene, program) -> None:
        first = program.post(body(scene), **self.KEY)
        second = program.post(body(scene), **self.KEY)
        assert first.status_code == second.status_code == 201
        assert (first.json(), first["Location"]) == (second.json(), second["Location"])
        assert Booking.objects.count() == 1

    def test_the_order_of_names_does_not_matter(self, scene, program) -> None:
        program.post(body(scene), **self.KEY)
        turned = dict(reversed(body(scene).items()))
        assert program.post(turned, **self.KEY).status_code == 201
        assert Booking.objects.count() == 1

    def test_another_body_is_refused(self, scene, program) -> None:
        program.post(body(scene), **self.KEY)
        answer = program.post(body(scene, participants=13), **self.KEY)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")

    def test_a_refusal_is_repeated_even_if_the_time_became_free(self, scene, program) -> None:
        booking = scene.sent_by_another()
        first = program.post(body(scene), **self.KEY)
        decisions.reject(booking, scene.decider, reason="nie")
        second = program.post(body(scene), **self.KEY)
        assert first.status_code == second.status_code == 409
        assert first.json() == second.json()

    def test_keys_of_others_are_their_own(self, scene, program) -> None:
        program.post(body(scene), **self.KEY)
        _organisation, other = scene.another()
        answer = Program(other).post(
            body(scene, start="2026-12-09T17:00", end="2026-12-09T19:00"), **self.KEY
        )
        assert answer.status_code == 201

    def test_while_the_first_is_worked_on_the_second_is_told_so(self, scene, program) -> None:
        idempotency.begin(scene.member, "a1b2", body(scene))
        answer = program.post(body(scene), **self.KEY)
        assert (answer.status_code, answer.json()["code"]) == (409, "in_progress")

    def test_what_a_dead_process_left_can_be_taken_over(self, scene, program) -> None:
        idempotency.begin(scene.member, "a1b2", body(scene))
        with frozen(NOW + timedelta(minutes=1)):
            assert program.post(body(scene), **self.KEY).status_code == 201

    @pytest.mark.parametrize("key", ["", "ł", "x" * 121])
    def test_a_key_that_is_none(self, scene, program, key) -> None:
        answer = program.post(body(scene), **{"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_idempotency_key")

    def test_keys_are_forgotten_after_two_days(self, scene, program) -> None:
        program.post(body(scene), **self.KEY)
        with frozen(NOW + 2 * DAY + timedelta(seconds=1)):
            assert jobs.forget_idempotency_keys() == 1
        assert not IdempotencyKey.objects.exists()


class TestReadAndDelete:
    def test_pages_of_the_list(self, scene, program) -> None:
        for day in (8, 9, 10):
            program.post(
                body(scene, start=f"2026-12-{day:02}T17:00", end=f"2026-12-{day:02}T19:00")
            )
        page = program.get("?limit=2").json()
        assert (page["count"], len(page["results"]), page["previous"]) == (3, 2, None)
        rest = program.client.get(
            page["next"], headers={"Authorization": f"Bearer {program.secret}"}
        ).json()
        assert (len(rest["results"]), rest["next"]) == (1, None)

    def test_the_list_by_state(self, scene, program) -> None:
        decisions.accept(scene.sent(), scene.decider)
        assert program.get("?state=confirmed").json()["count"] == 1
        assert program.get("?state=rejected").json()["count"] == 0
        assert program.get("?state=broken").status_code == 422
        assert program.get("?colour=red").status_code == 422

    def test_the_list_costs_the_same_for_one_and_many(self, new_scene) -> None:
        scene = new_scene(rules={"max_pending": 99})
        program = Program(scene.member)
        scene.sent(tuesdays())
        program.get()
        with CaptureQueriesContext(connection) as one:
            program.get()
        for day in range(2, 29):
            if day % 7 != 1:
                program.post(
                    body(scene, start=f"2026-12-{day:02}T08:00", end=f"2026-12-{day:02}T09:00")
                )
        with CaptureQueriesContext(connection) as many:
            assert len(program.get().json()["results"]) > 20
        assert len(many) == len(one)

    def test_a_waiting_request_is_withdrawn(self, scene, program) -> None:
        booking = scene.sent()
        assert program.delete(f"/{booking.code}").status_code == 204
        booking.refresh_from_db()
        assert booking.state == "withdrawn"
        assert program.delete(f"/{booking.code}").status_code == 204, "done before"

    def test_a_confirmed_one_is_cancelled(self, scene, program) -> None:
        booking = decisions.accept(scene.sent(), scene.decider)
        assert program.delete(f"/{booking.code}").status_code == 204
        booking.refresh_from_db()
        assert booking.state == "cancelled_by_user"

    def test_a_late_cancellation_must_be_known(self, scene, program) -> None:
        booking = decisions.accept(scene.sent(), scene.decider)
        with frozen(TUESDAY.start - DAY):
            refused = program.delete(f"/{booking.code}")
            assert (refused.status_code, refused.json()["code"]) == (409, "late_cancellation")
            assert program.delete(f"/{booking.code}?late_is_known=true").status_code == 204
        assert BookingSlot.objects.get().late

    def test_a_refused_one_can_no_longer_be_withdrawn(self, scene, program) -> None:
        booking = decisions.reject(scene.sent(), scene.decider, reason="nie")
        answer = program.delete(f"/{booking.code}")
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")

    def test_a_draft_is_thrown_away(self, scene, program) -> None:
        booking = scene.saved()
        assert program.delete(f"/{booking.code}").status_code == 204
        assert not Booking.objects.exists()

    def test_no_such_request(self, program) -> None:
        assert program.get("/P-XXXXXX").status_code == 404
