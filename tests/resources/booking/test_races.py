"""Sixteen real connections at once: exactly one winner, nobody lost, no deadlock in sight.

Every contender runs in a thread with a database connection of its own and commits. They are let
go together by a barrier; each ends with a booking or with a Problem that a person can read. Any
other exception (a deadlock, a serialization failure, an integrity error) fails the test.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from records.clock import frozen
from records.problems import Problem
from resources import claims
from resources.booking import changes, clock_steps, course, decisions, jobs, requests, waiting_list
from resources.booking.course import period_of
from resources.models import Booking, BookingSlot, Claim, Hold, Space
from tests import factories, make
from tests.resources.booking.scene import NOW, TUESDAY, Scene, once, period, tuesdays

CONTENDERS = 16

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Iterator[Scene]:
    with frozen(NOW):
        yield Scene()


def race(contenders: Sequence[Callable[[], Any]], *, at=NOW) -> list[Any]:
    """Each contender's result, or the Problem it met; what is no Problem is raised."""
    barrier = threading.Barrier(len(contenders))

    def run(contender: Callable[[], Any]) -> Any:
        try:
            with frozen(at):
                connection.ensure_connection()
                barrier.wait(timeout=30)
                return contender()
        except Problem as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(contenders)) as pool:
        return [one.result(timeout=120) for one in [pool.submit(run, c) for c in contenders]]


def winners(results: list[Any]) -> list[Booking]:
    return [one for one in results if isinstance(one, Booking)]


def assert_sound() -> None:
    """What stands has its claims, and nothing else has any (the constraint forbids overlaps)."""
    held = set()
    for slot in BookingSlot.objects.filter(state__in=BookingSlot.HOLDING).select_related(
        "resource", "booking"
    ):
        [wanted] = course.wanted([slot])
        leaves = Space.objects.filter(pk=wanted.space_id, is_leaf=True) | Space.objects.filter(
            parent=wanted.space_id
        )
        held |= {(slot.booking.hold_id, leaf.pk, wanted.start.timestamp()) for leaf in leaves}
    claimed = {
        (one.hold_id, one.space_id, one.period.lower.timestamp())
        for one in Claim.objects.filter(hold__kind=Hold.Kind.BOOKING)
    }
    assert claimed == held


def drafts(scene: Scene, wishes: Sequence[Any], rooms: Sequence[Any] | None = None) -> list:
    """One draft of an organisation of its own for each wish: (booking, member)."""
    made = []
    for number, wish in enumerate(wishes):
        organisation, member = scene.another()
        room = rooms[number % len(rooms)] if rooms else None
        made.append((scene.saved(wish, by=member, organisation=organisation, room=room), member))
    return made


def submitting(booking: Booking, member: Any) -> Callable[[], Booking]:
    return lambda: requests.submit(booking, member)


def test_one_slot_has_one_winner_and_the_others_get_alternatives(scene) -> None:
    results = race([submitting(*draft) for draft in drafts(scene, [once()] * CONTENDERS)])
    assert len(winners(results)) == 1
    lost = [one for one in results if isinstance(one, Problem)]
    assert {one.code for one in lost} == {"slot_taken"}
    assert all(one.extra["alternatives"] for one in lost)
    assert_sound()


def test_overlapping_slots_leave_no_overlap_and_no_gap_that_somebody_wanted(scene) -> None:
    # All of them within opening hours: what the rules refuse leaves a gap, too.
    starts = [TUESDAY.start - timedelta(hours=5) + timedelta(minutes=30) * n for n in range(16)]
    wishes = [
        once(period(f"2026-12-08 {start:%H:%M}", f"{start + timedelta(hours=2):%H:%M}"))
        for start in starts
    ]
    race([submitting(*draft) for draft in drafts(scene, wishes)])
    held = [period_of(slot) for slot in BookingSlot.objects.filter(state="held")]
    assert not [(a, b) for a in held for b in held if a is not b and a.overlaps(b)]
    for wish in wishes:
        assert any(wish.single.overlaps(one) for one in held), "somebody was lost"
    assert_sound()


def test_a_hall_against_its_sectors(scene) -> None:
    hall = factories.room(unit=scene.unit, policy=scene.policy, sectors=["A", "B"], capacity=60)
    sectors = list(hall.parts.order_by("pk"))
    results = race(
        [
            submitting(*draft)
            for draft in drafts(scene, [once()] * CONTENDERS, [hall, sectors[0], sectors[1]])
        ]
    )
    places = sorted(one.resource.pk for one in winners(results))
    assert places in ([hall.pk], sorted(sector.pk for sector in sectors))
    assert_sound()


def test_series_against_single_dates(scene) -> None:
    singles = [once(period(f"2026-12-{day:02} 18:00", "20:00")) for day in (1, 8, 15, 22, 29)]
    wishes = [tuesdays(), *singles] * 3
    results = race([submitting(*draft) for draft in drafts(scene, wishes[:CONTENDERS])])
    series = [one for one in winners(results) if one.is_series]
    single = [one for one in winners(results) if not one.is_series]
    assert (len(series), len(single)) in {(1, 0), (0, 5)}
    assert_sound()


def test_series_that_cross_in_opposite_order_do_not_deadlock(scene) -> None:
    """Rooms are locked in the order of their spaces, whatever the order of the dates."""
    other = factories.room(unit=scene.unit, policy=scene.policy)
    results = race(
        [
            submitting(*draft)
            for draft in drafts(scene, [tuesdays()] * CONTENDERS, [scene.room, other])
        ]
    )
    assert len(winners(results)) == 2
    assert_sound()


def test_approval_against_closure(scene) -> None:
    """Requests are under review; the desk accepts while a closure wants the same times."""
    rooms = [factories.room(unit=scene.unit, policy=scene.policy) for _n in range(8)]
    held = [requests.submit(*draft) for draft in drafts(scene, [once()] * len(rooms), rooms)]

    def close(room) -> Callable[[], Hold]:
        @claims.retrying
        @transaction.atomic
        def closing() -> Hold:
            hold = claims.new_hold(Hold.Kind.CLOSURE, f"Z-{room.pk}", "")
            claims.claim(hold, [claims.Wanted.of(room, TUESDAY)])
            return hold

        return closing

    results = race(
        [
            *(lambda b=booking: decisions.accept(b, scene.decider) for booking in held),
            *(close(room) for room in rooms),
        ]
    )
    assert len(winners(results)) == len(rooms), "what is held is accepted"
    assert {one.code for one in results[len(rooms) :]} == {"slot_taken"}
    assert_sound()


def test_approval_after_the_deadline_against_closure(scene) -> None:
    """The hold has run out: either the closure gets the time or nobody, never both."""
    booking = scene.sent()

    @claims.retrying
    @transaction.atomic
    def close() -> Hold:
        hold = claims.new_hold(Hold.Kind.CLOSURE, "Z-1", "")
        claims.claim(hold, [claims.Wanted.of(scene.room, TUESDAY)])
        return hold

    results = race(
        [close, *[lambda: decisions.accept(booking, scene.decider)] * (CONTENDERS - 1)],
        at=booking.hold.expires_at,
    )
    assert isinstance(results[0], Hold)
    assert not winners(results)


def test_expiry_against_request(scene) -> None:
    """The worker expires what others already ask for: one of the others gets it."""
    booking = scene.sent()
    rest = drafts(scene, [once()] * (CONTENDERS - 2))
    results = race(
        [jobs.take_due_steps, jobs.take_due_steps, *(submitting(*draft) for draft in rest)],
        at=booking.hold.expires_at,
    )
    assert len(winners(results)) == 1
    with frozen(booking.hold.expires_at):
        jobs.take_due_steps()
    booking.refresh_from_db()
    assert booking.state == "expired"
    assert not clock_steps.due().exists()
    assert_sound()


def test_two_deciders_answer_once(scene) -> None:
    booking = scene.sent()
    other = make.staff(scene.unit)
    results = race(
        [
            *[lambda: decisions.accept(booking, scene.decider)] * 8,
            *[lambda: decisions.reject(booking, other, reason="nie")] * 8,
        ]
    )
    assert len(winners(results)) == 1
    assert {one.code for one in results if isinstance(one, Problem)} == {"wrong_state"}
    assert_sound()


def test_acceptance_against_withdrawal(scene) -> None:
    booking = scene.sent()
    results = race(
        [
            *[lambda: decisions.accept(booking, scene.decider)] * 8,
            *[lambda: changes.withdraw(booking, scene.member)] * 8,
        ]
    )
    [winner] = winners(results)
    booking.refresh_from_db()
    assert winner.state == booking.state in {"confirmed", "withdrawn"}
    assert_sound()


def test_the_limit_of_waiting_requests_holds_under_contention(scene) -> None:
    scene.policy.max_pending = 3
    scene.policy.save()
    made = [
        scene.saved(once(period(f"2026-12-{day:02} 10:00", "12:00")))
        for day in range(1, CONTENDERS + 1)
    ]
    results = race([submitting(booking, scene.member) for booking in made])
    assert len(winners(results)) == 3
    assert {one.code for one in results if isinstance(one, Problem)} == {"too_many_pending"}
    assert_sound()


def test_free_hours_are_not_spent_twice(scene) -> None:
    scene.policy.free_hours_per_week = 4
    scene.policy.max_pending = 50
    scene.policy.save()
    scene.room.price_list = factories.price_list(scene.unit, {"ngo_free": 0, "ngo_fee": 10})
    scene.room.save()
    made = [
        scene.saved(once(period(f"2026-12-08 {hour:02}:00", f"{hour + 1:02}:00")))
        for hour in range(8, 20)
    ]
    results = race([submitting(booking, scene.member) for booking in made])
    assert sorted(one.cost_gross for one in winners(results)) == [0] * 4 + [10] * 8


def test_many_wait_and_one_is_moved(scene) -> None:
    booking = decisions.accept(scene.sent(), scene.decider)
    waiting = [
        requests.submit(draft, member, wait_if_taken=True)
        for draft, member in drafts(scene, [once()] * 6)
    ]
    race(
        [
            lambda: changes.cancel(booking, scene.member),
            *[lambda: waiting_list.advance(scene.unit.pk)] * 9,
            *(submitting(*draft) for draft in drafts(scene, [once()] * 6)),
        ]
    )
    waiting_list.advance(scene.unit.pk)
    assert BookingSlot.objects.filter(state="held").count() == 1
    moved = [one for one in waiting if Booking.objects.get(pk=one.pk).state == "under_review"]
    assert len(moved) <= 1
    assert_sound()


def test_the_same_draft_sent_from_two_windows_is_one_request(scene) -> None:
    booking = scene.saved()
    results = race([submitting(booking, scene.member)] * CONTENDERS)
    assert len(winners(results)) == 1
    assert {one.code for one in results if isinstance(one, Problem)} == {"wrong_state"}
    assert booking.steps.count() == 2
