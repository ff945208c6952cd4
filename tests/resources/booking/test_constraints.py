"""What the database itself keeps of bookings, told to it in SQL past all functions."""

import pytest
from django.db import IntegrityError, connection, transaction

from resources.booking import decisions
from resources.claims import orphan_holds
from resources.models import Booking, Claim
from tests.resources.booking.scene import WEDNESDAY, once, tuesdays


def refused(statement: str, *parameters: object) -> str:
    """The name of the constraint that stops the statement."""
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return error.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    ("purpose", "participants"), [("", 12), ("Zebranie", 0), ("Zebranie", None)]
)
def test_a_sent_request_says_why_and_how_many(scene, purpose, participants) -> None:
    booking = scene.sent()
    assert (
        refused(
            "UPDATE resources_booking SET purpose = %s, participants = %s WHERE id = %s",
            purpose,
            participants,
            booking.pk,
        )
        == "booking_submitted_says_why_and_how_many"
    )


@pytest.mark.parametrize("state", ["rejected", "cancelled_by_owner", "returned"])
def test_a_no_has_a_reason(scene, state) -> None:
    booking = scene.sent()
    assert (
        refused("UPDATE resources_booking SET state = %s WHERE id = %s", state, booking.pk)
        == "booking_refusal_has_reason"
    )


def test_a_date_stands_once_in_a_booking(scene) -> None:
    booking = scene.sent()
    assert (
        refused(
            "INSERT INTO resources_bookingslot"
            " (booking_id, resource_id, period, state, reason, late)"
            " SELECT booking_id, resource_id, period, 'confirmed', '', false"
            " FROM resources_bookingslot WHERE booking_id = %s",
            booking.pk,
        )
        == "booking_slot_once"
    )


@pytest.mark.parametrize("period", ["empty", "(,2027-01-01)", "[2027-01-01,)"])
def test_a_date_has_two_ends(scene, period) -> None:
    booking = scene.sent()
    assert (
        refused(
            "UPDATE resources_bookingslot SET period = %s::tstzrange WHERE booking_id = %s",
            period,
            booking.pk,
        )
        == "booking_slot_period_bounded"
    )


def test_two_requests_never_hold_the_same_time(scene) -> None:
    first, second = scene.sent(), scene.sent_by_another(once(WEDNESDAY))
    assert (
        refused(
            "UPDATE resources_claim SET period = (SELECT period FROM resources_claim"
            " WHERE hold_id = %s) WHERE hold_id = %s",
            first.hold_id,
            second.hold_id,
        )
        == "claim_occupancy_no_overlap"
    )


def test_what_waits_owns_no_claims(scene) -> None:
    booking = scene.sent()
    assert (
        refused(
            "UPDATE resources_hold SET binding = false, expires_at = NULL WHERE id = %s",
            booking.hold_id,
        )
        == "claim_hold_is_binding"
    )


def test_a_code_is_given_once(scene) -> None:
    first, second = scene.sent(), scene.sent_by_another(once(WEDNESDAY))
    assert "code" in refused(
        "UPDATE resources_booking SET code = %s WHERE id = %s", first.code, second.pk
    )


def test_claims_repeat_the_expiry_of_their_hold(scene) -> None:
    booking = scene.sent(tuesdays())
    assert set(Claim.objects.values_list("expires_at", flat=True)) == {booking.hold.expires_at}
    decisions.accept(booking, scene.decider)
    assert set(Claim.objects.values_list("expires_at", flat=True)) == {None}


def test_no_hold_is_left_without_its_booking(scene) -> None:
    scene.sent()
    draft = scene.saved()
    draft.delete()
    assert orphan_holds() == []
    assert Booking.objects.count() == 1
