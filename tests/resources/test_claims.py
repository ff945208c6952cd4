"""Nothing is promised twice: holds, claims and leaves, by domain functions and by bare SQL."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from records.clock import KRAKOW, frozen
from records.periods import Period
from resources import claims
from resources.claims import HoldLapsed, SlotTaken, Wanted
from resources.models import Claim, Hold, Layer
from resources.spaces import divide, merge, new_divided, new_leaf

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=KRAKOW)


def hold(code: str = "H-1", **fields: object) -> Hold:
    return claims.new_hold("booking", code, f"hold {code}", **fields)


def wanted(space, start: datetime, end: datetime | None) -> Wanted:
    return Wanted(space.pk, start, end)


def leaf_periods(space) -> list[tuple[datetime, datetime]]:
    return [
        (one.period.lower, one.period.upper)
        for one in Claim.objects.filter(space=space).order_by("period")
    ]


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        pytest.param(at(8), at(10), True, id="ends as the other starts"),
        pytest.param(at(12), at(14), True, id="starts as the other ends"),
        pytest.param(at(8), at(10, 1), False, id="one minute into it"),
        pytest.param(at(11, 59), at(13), False, id="one minute before its end"),
        pytest.param(at(10), at(12), False, id="the same time"),
        pytest.param(at(9), at(13), False, id="around it"),
        pytest.param(at(10, 30), at(11), False, id="inside it"),
        pytest.param(at(11), None, False, id="with no end, from within"),
        pytest.param(at(12), None, True, id="with no end, from its end"),
    ],
)
def test_periods_are_half_open(start, end, free):
    room = new_leaf("room")
    claims.claim(hold("A"), [wanted(room, at(10), at(12))])
    if free:
        claims.claim(hold("B"), [wanted(room, start, end)])
        assert Claim.objects.count() == 2
        return
    with pytest.raises(SlotTaken) as refused:
        claims.claim(hold("B"), [wanted(room, start, end)])
    assert [(t.space_id, t.start, t.end, t.label) for t in refused.value.taken] == [
        (room.pk, at(10), at(12), "hold A")
    ]


def test_turnaround_is_appended_once():
    period = Period(at(10), at(12))
    assert period.padded(timedelta(minutes=15)).end == at(12, 15)


def test_all_or_nothing():
    room = new_leaf("room")
    claims.claim(hold("A"), [wanted(room, at(10, day=8), at(12, day=8))])
    series = [wanted(room, at(10, day=day), at(12, day=day)) for day in (1, 8, 15)]
    with pytest.raises(SlotTaken):
        claims.claim(hold("B"), series)
    assert Claim.objects.filter(hold__code="B").count() == 0


class TestHallAndSectors:
    def test_a_hall_takes_each_of_its_sectors(self):
        hall, (a, b) = new_divided("hall", ["A", "B"])
        claims.claim(hold("A"), [wanted(hall, at(10), at(12))])
        assert set(Claim.objects.values_list("space_id", flat=True)) == {a.pk, b.pk}
        with pytest.raises(SlotTaken):
            claims.claim(hold("B"), [wanted(a, at(11), at(13))])

    def test_two_sectors_are_two_places(self):
        _hall, (a, b) = new_divided("hall", ["A", "B"])
        claims.claim(hold("A"), [wanted(a, at(10), at(12))])
        claims.claim(hold("B"), [wanted(b, at(10), at(12))])

    def test_a_taken_sector_stands_in_the_way_of_the_hall(self):
        hall, (_a, b) = new_divided("hall", ["A", "B"])
        claims.claim(hold("A"), [wanted(b, at(10), at(12))])
        with pytest.raises(SlotTaken) as refused:
            claims.claim(hold("B"), [wanted(hall, at(11), at(13))])
        assert [t.space_id for t in refused.value.taken] == [b.pk]


class TestLayers:
    def test_a_steward_does_not_exclude_bookings(self):
        room = new_leaf()
        claims.claim(hold("L"), [wanted(room, at(0), None)], layers=[Layer.STEWARDSHIP])
        claims.claim(hold("B"), [wanted(room, at(10), at(12))])

    def test_an_exclusive_tenure_excludes_both(self):
        room = new_leaf()
        claims.claim(hold("L"), [wanted(room, at(0), None)], layers=list(Layer))
        for layers in ([Layer.OCCUPANCY], [Layer.STEWARDSHIP]):
            with pytest.raises(SlotTaken):
                claims.claim(hold(f"B{layers}"), [wanted(room, at(10), at(12))], layers=layers)

    def test_a_booked_season_cannot_be_let(self):
        room = new_leaf()
        claims.claim(hold("B"), [wanted(room, at(10, day=20), at(12, day=20))])
        with pytest.raises(SlotTaken):
            claims.claim(hold("L"), [wanted(room, at(0), None)], layers=list(Layer))


class TestExpiry:
    def test_an_expired_hold_is_freed_by_whoever_wants_the_time(self):
        room = new_leaf()
        with frozen(at(8)):
            pending = hold("A", expires_at=at(9))
            claims.claim(pending, [wanted(room, at(10), at(12))])
        with frozen(at(9)):
            claims.claim(hold("B"), [wanted(room, at(10), at(12))])
        pending.refresh_from_db()
        assert (pending.binding, pending.expires_at) == (False, None)

    def test_it_binds_until_the_very_moment(self):
        room = new_leaf()
        with frozen(at(8)):
            claims.claim(hold("A", expires_at=at(9)), [wanted(room, at(10), at(12))])
        with frozen(at(8, 59)), pytest.raises(SlotTaken):
            claims.claim(hold("B"), [wanted(room, at(10), at(12))])

    def test_what_was_given_away_cannot_be_made_firm(self):
        room = new_leaf()
        with frozen(at(8)):
            pending = hold("A", expires_at=at(9))
            claims.claim(pending, [wanted(room, at(10), at(12))])
        with frozen(at(9)):
            claims.claim(hold("B"), [wanted(room, at(10), at(12))])
            with pytest.raises(HoldLapsed):
                claims.bind(pending)

    def test_a_late_decision_counts_while_nobody_took_the_time(self):
        room = new_leaf()
        with frozen(at(8)):
            pending = hold("A", expires_at=at(9))
            claims.claim(pending, [wanted(room, at(10), at(12))])
        with frozen(at(9, 30)):
            claims.bind(pending)
        assert Claim.objects.get().expires_at is None

    def test_claims_repeat_the_expiry_of_their_hold(self):
        pending = hold("A", expires_at=at(9))
        claims.claim(pending, [wanted(new_leaf(), at(10), at(12))])
        assert Claim.objects.get().expires_at == at(9)
        claims.hold_until(pending, at(11))
        assert Claim.objects.get().expires_at == at(11)


class TestDividingAndMerging:
    def test_dividing_claims_every_part_for_whoever_had_the_whole(self):
        room = new_leaf("hall")
        claims.claim(hold("A"), [wanted(room, at(10), at(12))])
        a, b = divide(room, ["A", "B"])
        assert leaf_periods(a) == leaf_periods(b) == [(at(10), at(12))]
        with pytest.raises(SlotTaken):
            claims.claim(hold("B"), [wanted(room, at(11), at(13))])

    def test_merging_moves_what_comes_after_the_day_and_keeps_what_was(self):
        hall, (a, b) = new_divided("hall", ["A", "B"])
        both = hold("both")
        claims.claim(both, [wanted(hall, at(10, day=5), at(12, day=5))])
        claims.claim(hold("past"), [wanted(a, at(10, day=1), at(12, day=1))])
        claims.claim(hold("later"), [wanted(b, at(10, day=6), at(12, day=6))])
        whole = merge(hall, at(0, day=3).date())
        assert leaf_periods(whole) == [
            (at(10, day=5), at(12, day=5)),
            (at(10, day=6), at(12, day=6)),
        ]
        assert leaf_periods(a) == [(at(10, day=1), at(12, day=1))]
        assert leaf_periods(b) == []
        with pytest.raises(SlotTaken):
            claims.claim(hold("new"), [wanted(hall, at(11, day=6), at(13, day=6))])

    def test_a_tenure_over_the_day_is_cut_there(self):
        hall, (a, _b) = new_divided("hall", ["A", "B"])
        claims.claim(hold("lease"), [wanted(a, at(0, day=1), at(0, day=10))])
        whole = merge(hall, at(0, day=3).date())
        assert leaf_periods(a) == [(at(0, day=1), at(0, day=3))]
        assert leaf_periods(whole) == [(at(0, day=3), at(0, day=10))]

    def test_parts_promised_to_different_people_are_not_merged(self):
        hall, (a, b) = new_divided("hall", ["A", "B"])
        claims.claim(hold("one"), [wanted(a, at(10, day=5), at(12, day=5))])
        claims.claim(hold("two"), [wanted(b, at(11, day=5), at(13, day=5))])
        with pytest.raises(claims.Conflict) as refused:
            merge(hall, at(0, day=3).date())
        assert refused.value.extra["collisions"][0][:2] == ["hold one", "hold two"]

    def test_after_merging_an_ended_part_is_no_place(self):
        hall, (a, _b) = new_divided("hall", ["A", "B"])
        merge(hall, at(0, day=3).date())
        with pytest.raises(claims.Conflict) as refused:
            claims.claim(hold("A"), [wanted(a, at(10, day=5), at(12, day=5))])
        assert refused.value.code == "no_such_space"


def insert_claim(space_id: int, hold_id: int, *, leaf: bool = True, binding: bool = True) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO resources_claim (hold_id, hold_binding, space_id, leaf, layer, period)"
            " VALUES (%s, %s, %s, %s, 1, tstzrange('2027-03-01 10:00', '2027-03-01 12:00'))",
            [hold_id, binding, space_id, leaf],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestTheDatabaseItself:
    def test_refuses_overlapping_claims(self):
        room = new_leaf()
        insert_claim(room.pk, hold("A").pk)
        with (
            pytest.raises(IntegrityError, match="claim_occupancy_no_overlap"),
            transaction.atomic(),
        ):
            insert_claim(room.pk, hold("B").pk)

    def test_refuses_a_claim_on_a_hall(self):
        hall, _parts = new_divided("hall", ["A", "B"])
        with pytest.raises(IntegrityError, match="claim_space_is_leaf"), transaction.atomic():
            insert_claim(hall.pk, hold("A").pk)
        with pytest.raises(IntegrityError, match="claim_only_on_leaf"), transaction.atomic():
            insert_claim(hall.pk, hold("B").pk, leaf=False)

    def test_refuses_a_claim_of_a_hold_that_does_not_bind(self):
        room = new_leaf()
        idle = hold("A", binding=False)
        with pytest.raises(IntegrityError, match="claim_hold_is_binding"), transaction.atomic():
            insert_claim(room.pk, idle.pk)
        with pytest.raises(IntegrityError, match="claim_only_of_binding"), transaction.atomic():
            insert_claim(room.pk, idle.pk, binding=False)

    def test_refuses_to_make_a_hall_of_a_claimed_leaf(self):
        room = new_leaf()
        insert_claim(room.pk, hold("A").pk)
        with (
            pytest.raises(IntegrityError, match="claim_space_is_leaf"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE resources_space SET is_leaf = false WHERE id = %s", [room.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_refuses_parts_of_a_leaf(self):
        room = new_leaf()
        with (
            pytest.raises(IntegrityError, match="space_parent_is_node"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                'INSERT INTO resources_space (parent_id, parent_is_leaf, is_leaf, name, "order")'
                " VALUES (%s, false, true, 'part', 0)",
                [room.pk],
            )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_refuses_a_hold_that_expires_without_binding(self):
        with pytest.raises(IntegrityError, match="hold_only_binding_expires"), transaction.atomic():
            hold("A", binding=False, expires_at=at(9))


def test_a_hold_without_owner_is_found():
    stray = hold("A")
    assert claims.orphan_holds() == [stray]


def test_claiming_costs_the_same_for_one_date_and_for_thirty(django_assert_num_queries):
    room = new_leaf()
    for code, days in (("one", 1), ("thirty", 30)):
        owner = hold(code)
        series = [
            wanted(room, at(10, day=day), at(11, day=day))
            if code == "one"
            else wanted(room, at(12, day=day), at(13, day=day))
            for day in range(1, days + 1)
        ]
        with django_assert_num_queries(7):
            claims.claim(owner, series)
