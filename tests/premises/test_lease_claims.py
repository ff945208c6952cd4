"""No double letting: what a contract holds, until when, and how the next one fits in."""

from datetime import date, datetime, timedelta

import pytest

from premises.leasing import claims, course, successors, terms
from premises.leasing.claims import PlaceTaken
from premises.models import Lease, LeaseClash, LeaseParty
from records.clock import frozen
from records.periods import Period, local_moment
from records.problems import Conflict, Invalid
from resources.claims import SlotTaken, Wanted, claim, new_hold
from resources.models import Claim, Layer
from resources.spaces import divide
from tests import make

DAY = date(2026, 11, 23)
NOON = local_moment(DAY, 12 * 60)
YEAR = date(2027, 1, 1)
MARGIN = timedelta(days=14)
OFFICER = course.Actor(course.Role.OFFICER, "referent")
HEAD = course.Actor(course.Role.HEAD, "kierownik")
State = Lease.State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with frozen(NOON):
        yield


@pytest.fixture
def place():
    return make.resource(kind="premises", title_pl="Lokal")


def to_sign(place, first: date, before: date | None, **fields) -> Lease:
    """A contract that waits for nothing but the signatures."""
    return make.lease(place, first, before, state=State.TO_SIGN, **fields)


def sign(lease: Lease) -> Lease:
    return course.move(lease, State.SIGNED, OFFICER)


def spans(lease: Lease, layer: Layer = Layer.STEWARDSHIP) -> list[tuple[date, date | None]]:
    """The contract's claims as local days."""
    lease.refresh_from_db()
    found = Claim.objects.filter(hold=lease.hold, layer=layer).order_by("period")
    return [(_day(one.period.lower), _day(one.period.upper)) for one in found]


def _day(moment: datetime | None) -> date | None:
    if moment is None:
        return None
    local = moment.astimezone(NOON.tzinfo)
    assert (local.hour, local.minute) == (0, 0)
    return local.date()


def meeting(place, day: date, *, hour: int = 17) -> None:
    """A season booking's date, as the booking engine claims it."""
    period = Period(local_moment(day, hour * 60), local_moment(day, hour * 60 + 120))
    claim(new_hold("booking", f"P-{make.next_number()}", "Próba"), [Wanted.of(place, period)])


def at(day: date):
    return frozen(local_moment(day, 12 * 60))


class TestHolding:
    def test_a_contract_in_preparation_holds_nothing(self, place):
        lease = to_sign(place, YEAR, None)
        assert lease.hold is None
        assert not Claim.objects.exists()

    def test_signing_claims_both_layers_from_the_first_day_without_end(self, place):
        lease = sign(to_sign(place, YEAR, date(2028, 1, 1)))
        assert spans(lease, Layer.OCCUPANCY) == [(YEAR, None)]
        assert spans(lease, Layer.STEWARDSHIP) == [(YEAR, None)]

    def test_an_operator_claims_stewardship_alone(self, place):
        lease = sign(to_sign(place, YEAR, None, exclusive=False))
        assert spans(lease, Layer.OCCUPANCY) == []
        assert spans(lease, Layer.STEWARDSHIP) == [(YEAR, None)]

    def test_the_last_day_of_the_term_frees_nothing(self, place):
        lease = make.lease(place, date(2024, 1, 1), DAY - timedelta(days=5))
        with pytest.raises(SlotTaken):
            meeting(place, DAY + timedelta(days=1))
        assert spans(lease) == [(date(2024, 1, 1), None)]

    def test_the_recorded_hand_back_frees_it_from_that_moment(self, place):
        lease = make.lease(place, date(2024, 1, 1), DAY - timedelta(days=5))
        lease = course.move(lease, State.RETURNED, OFFICER, on=NOON)
        assert lease.returned_at == NOON
        assert Claim.objects.filter(period__endswith=NOON).count() == 2
        meeting(place, DAY)

    def test_a_hand_back_is_not_recorded_ahead(self, place):
        lease = make.lease(place, date(2024, 1, 1), DAY)
        with pytest.raises(Conflict) as refused:
            course.move(lease, State.RETURNED, OFFICER, on=NOON + timedelta(minutes=1))
        assert refused.value.code == "in_the_future"

    def test_what_was_given_up_before_the_handover_frees_all(self, place):
        lease = sign(to_sign(place, YEAR, None))
        course.move(lease, State.ABANDONED, HEAD, reason="najemca się wycofał")
        assert not Claim.objects.exists()
        lease.refresh_from_db()
        assert lease.hold is not None
        assert not lease.hold.binding


class TestSecondContract:
    def test_a_second_one_over_the_same_time_is_refused_with_the_way_out(self, place):
        first = make.lease(place, date(2024, 1, 1), date(2028, 1, 1))
        with pytest.raises(PlaceTaken) as refused:
            sign(to_sign(place, YEAR, None))
        assert first.number in refused.value.reasons[0]
        assert "15.01.2028" in refused.value.reasons[0]

    def test_an_indefinite_one_leaves_no_room(self, place):
        make.lease(place, date(2024, 1, 1), None)
        with pytest.raises(PlaceTaken):
            sign(to_sign(place, date(2040, 1, 1), None))

    def test_the_operators_place_takes_no_second_contract_but_stays_bookable(self, place):
        make.lease(place, date(2024, 1, 1), date(2028, 1, 1), exclusive=False)
        for exclusive in (True, False):
            with pytest.raises(PlaceTaken):
                sign(to_sign(place, YEAR, None, exclusive=exclusive))
        meeting(place, YEAR)

    def test_a_part_of_a_let_hall_is_let_with_it(self):
        hall = make.resource()
        left, _right = divide(hall.space, ["A", "B"])
        part = make.resource(of=hall.unit, site=hall.site, space=left, part_of=hall)
        make.lease(hall, date(2024, 1, 1), date(2028, 1, 1))
        with pytest.raises(PlaceTaken):
            sign(to_sign(part, YEAR, None))

    def test_of_two_places_one_taken_is_enough_and_nothing_is_left_behind(self, place):
        other = make.resource(of=place.unit)
        make.lease(other, date(2024, 1, 1), None)
        both = to_sign(place, YEAR, None)
        both.objects_let.create(resource=other)
        with pytest.raises(PlaceTaken):
            sign(both)
        both.refresh_from_db()
        assert both.state == State.TO_SIGN
        assert both.hold is None
        sign(to_sign(place, YEAR, None))

    def test_only_one_is_offered_for_signature_at_a_time(self, place):
        offered = to_sign(place, YEAR, date(2028, 1, 1))
        second = make.lease(place, YEAR, None, state=State.LEGAL_CHECK)
        with pytest.raises(PlaceTaken) as refused:
            course.move(second, State.TO_SIGN, HEAD)
        assert offered.number in str(refused.value)
        course.move(offered, State.ABANDONED, OFFICER, reason="nie podpisano w terminie")
        assert course.move(second, State.TO_SIGN, HEAD).sign_by == DAY + timedelta(days=14)


class TestBookings:
    def test_a_booked_season_is_not_let(self, place):
        meeting(place, date(2027, 3, 2))
        with pytest.raises(PlaceTaken) as refused:
            sign(to_sign(place, YEAR, date(2028, 1, 1)))
        assert "Próba" in str(refused.value)

    def test_a_let_season_is_not_booked(self, place):
        sign(to_sign(place, YEAR, date(2028, 1, 1)))
        for day in (YEAR, date(2027, 6, 1), date(2029, 1, 1)):
            with pytest.raises(SlotTaken):
                meeting(place, day)
        meeting(place, YEAR - timedelta(days=1))

    def test_a_term_that_is_over_in_time_fits_before_a_booking(self, place):
        meeting(place, date(2027, 3, 2))
        lease = sign(to_sign(place, YEAR, date(2027, 2, 16)))
        occupied = Claim.objects.get(hold=lease.hold, layer=Layer.OCCUPANCY).period
        assert occupied.upper == local_moment(date(2027, 3, 2), 17 * 60)
        assert spans(lease, Layer.STEWARDSHIP) == [(YEAR, None)]

    def test_but_not_within_the_margin(self, place):
        meeting(place, date(2027, 3, 2))
        with pytest.raises(PlaceTaken):
            sign(to_sign(place, YEAR, date(2027, 2, 17)))

    def test_the_operators_contract_minds_no_booking(self, place):
        meeting(place, date(2027, 3, 2))
        sign(to_sign(place, YEAR, None, exclusive=False))


class TestSuccessor:
    ENDS = date(2027, 7, 1)

    @pytest.fixture
    def former(self, place):
        return make.lease(place, date(2024, 1, 1), self.ENDS, party="Dawny")

    @pytest.mark.parametrize(("days", "fits"), [(0, False), (13, False), (14, True), (60, True)])
    def test_begins_no_earlier_than_the_margin_after_the_end(self, place, former, days, fits):
        wanted = to_sign(place, self.ENDS + timedelta(days=days), None)
        if not fits:
            with pytest.raises(PlaceTaken):
                sign(wanted)
            assert spans(former) == [(date(2024, 1, 1), None)]
            return
        begins = sign(wanted).starts_on
        # Until somebody is out, the claims touch: nobody slips in between.
        assert spans(former) == [(date(2024, 1, 1), begins)]
        assert spans(wanted) == [(begins, None)]
        with pytest.raises(SlotTaken):
            meeting(place, begins - timedelta(days=1))

    def test_the_next_contract_of_the_same_tenant_needs_no_margin(self, place, former):
        wanted = to_sign(place, self.ENDS, None, party="Dawny", previous=former)
        sign(wanted)
        assert spans(former) == [(date(2024, 1, 1), self.ENDS)]

    def test_a_chain_without_a_common_party_does(self, place, former):
        with pytest.raises(PlaceTaken):
            sign(to_sign(place, self.ENDS, None, party="Nowy", previous=former))

    def test_the_unit_sets_its_own_margin(self, place, former):
        from premises.leasing.rules import set_rule  # noqa: PLC0415

        set_rule(place.unit, "hand_back_margin_days", 30, DAY)
        with pytest.raises(PlaceTaken):
            sign(to_sign(place, self.ENDS + timedelta(days=29), None))
        sign(to_sign(place, self.ENDS + timedelta(days=30), None))

    def test_a_hand_back_on_time_frees_the_days_between(self, place, former):
        begins = self.ENDS + timedelta(days=60)
        follower = sign(to_sign(place, begins, None))
        with at(self.ENDS + timedelta(days=2)):
            course.move(former, State.RETURNED, OFFICER)
            meeting(place, self.ENDS + timedelta(days=5))
        assert spans(follower) == [(begins, None)]

    def test_a_third_one_fits_between_if_it_ends_in_time(self, place, former):
        begins = date(2028, 7, 1)
        sign(to_sign(place, begins, None))
        first = self.ENDS + MARGIN
        with pytest.raises(PlaceTaken):
            sign(to_sign(place, first, begins - MARGIN + timedelta(days=1)))
        between = sign(to_sign(place, first, begins - MARGIN))
        assert spans(former)[0][1] == first
        assert spans(between) == [(first, begins)]

    def test_rescinded_gives_the_time_back_to_whoever_is_in(self, place, former):
        follower = sign(to_sign(place, self.ENDS + MARGIN, None))
        course.move(follower, State.ABANDONED, HEAD, reason="odstąpienie")
        assert spans(former) == [(date(2024, 1, 1), None)]

    def test_put_off_lengthens_what_whoever_is_in_holds(self, place, former):
        follower = sign(to_sign(place, self.ENDS + MARGIN, None))
        later = self.ENDS + timedelta(days=90)
        successors.put_off(follower, OFFICER, later, "lokal nie wrócił")
        assert spans(former) == [(date(2024, 1, 1), later)]
        assert spans(follower) == [(later, None)]
        follower.refresh_from_db()
        assert follower.starts_on == later
        assert terms.on(follower, later - timedelta(days=1)) is None
        assert terms.on(follower, later) is not None

    @pytest.mark.parametrize("days", [-1, 0])
    def test_put_off_means_later(self, place, former, days):
        follower = sign(to_sign(place, self.ENDS + MARGIN, None))
        with pytest.raises(Invalid):
            successors.put_off(
                follower, OFFICER, follower.starts_on + timedelta(days=days), "powód"
            )

    def test_prolonging_stops_before_the_successor(self, place, former):
        begins = self.ENDS + timedelta(days=60)
        sign(to_sign(place, begins, None))
        change = {"signed_on": DAY, "note": "przedłużenie"}
        with pytest.raises(PlaceTaken):
            terms.amend(former, OFFICER, self.ENDS, {"ends_before": None}, **change)
        with pytest.raises(PlaceTaken):
            terms.amend(
                former, OFFICER, self.ENDS,
                {"ends_before": begins - MARGIN + timedelta(days=1)}, **change,
            )  # fmt: skip
        terms.amend(former, OFFICER, self.ENDS, {"ends_before": begins - MARGIN}, **change)
        former.refresh_from_db()
        assert former.ends_before == begins - MARGIN

    def test_nobody_moves_in_before_the_other_is_out(self, place, former):
        follower = sign(to_sign(place, self.ENDS + MARGIN, None))
        with at(follower.starts_on):
            course.move(follower, State.HANDOVER_PENDING, OFFICER)
            with pytest.raises(Conflict) as refused:
                course.move(follower, State.ACTIVE, OFFICER)
            assert refused.value.code == "not_handed_back"
            assert former.number in str(refused.value)
            course.move(former, State.RETURNED, OFFICER)
            assert course.move(follower, State.ACTIVE, OFFICER).state == State.ACTIVE


class TestClash:
    """Overdue, and somebody comes next: both cases say so, and no claim moves by itself."""

    ENDS = DAY - timedelta(days=3)

    @pytest.fixture
    def former(self, place):
        with at(date(2026, 6, 1)):
            return make.lease(place, date(2024, 1, 1), self.ENDS, party="Dawny")

    @pytest.fixture
    def follower(self, place, former):
        with at(date(2026, 6, 1)):
            return sign(to_sign(place, self.ENDS + MARGIN, None))

    def test_on_time_there_is_none(self, former, follower):
        with at(self.ENDS - timedelta(days=1)):
            assert successors.raise_clashes() == 0

    def test_overdue_it_is_raised_once_on_both_cases(self, former, follower):
        held = spans(former), spans(follower)
        assert successors.raise_clashes() == 1
        assert successors.raise_clashes() == 0
        for one in (former, follower):
            assert [clash.later for clash in successors.open_clashes(one)] == [follower]
            assert one.steps.filter(action="clash", internal=True).count() == 1
        assert (spans(former), spans(follower)) == held

    def test_overdue_without_a_next_use_is_no_clash(self, former):
        assert successors.raise_clashes() == 0

    def test_a_booking_that_comes_next_clashes_too(self, place):
        with at(date(2026, 6, 1)):
            meeting(place, self.ENDS + MARGIN)
            make.lease(place, date(2024, 1, 1), self.ENDS)
        successors.raise_clashes()
        assert LeaseClash.objects.get().later is None

    def test_a_renewal_of_the_same_tenant_is_none(self, place, former):
        with at(date(2026, 6, 1)):
            sign(to_sign(place, self.ENDS, None, party="Dawny", previous=former))
        assert successors.raise_clashes() == 0
        former.refresh_from_db()

    def test_the_hand_back_settles_it(self, former, follower):
        successors.raise_clashes()
        course.move(former, State.RETURNED, OFFICER)
        successors.settle()
        assert LeaseClash.objects.get().settled_at is not None

    def test_rescinding_the_next_settles_it(self, former, follower):
        successors.raise_clashes()
        course.move(follower, State.ABANDONED, HEAD, reason="odstąpienie")
        successors.settle()
        assert not LeaseClash.objects.filter(settled_at=None).exists()
        assert spans(former) == [(date(2024, 1, 1), None)]

    def test_past_the_next_first_day_the_place_is_still_held(self, place, former, follower):
        with at(follower.starts_on + timedelta(days=3)):
            with pytest.raises(SlotTaken):
                meeting(place, follower.starts_on + timedelta(days=5))
            successors.raise_clashes()
            assert LeaseClash.objects.filter(settled_at=None).count() == 1

    def test_putting_off_settles_it_and_the_new_day_is_watched(self, former, follower):
        successors.raise_clashes()
        successors.put_off(follower, OFFICER, follower.starts_on + timedelta(days=30), "powód")
        assert not LeaseClash.objects.filter(settled_at=None).exists()
        successors.raise_clashes()
        assert LeaseClash.objects.filter(settled_at=None).count() == 1


def test_same_hands_are_those_bound_by_both(place):
    former = make.lease(place, date(2024, 1, 1), YEAR, party="A")
    follower = to_sign(place, YEAR, None, party="B", previous=former)
    assert not claims._same_hands(former, follower)
    follower.parties.create(name="A", valid=(YEAR, None), role=LeaseParty.Role.CO_TENANT)
    assert claims._same_hands(former, follower)


def test_signing_costs_the_same_for_one_place_and_for_ten(django_assert_max_num_queries):
    one = to_sign(make.resource(), YEAR, None)
    many = to_sign(make.resource(), YEAR, None)
    for _n in range(9):
        many.objects_let.create(resource=make.resource(of=many.unit))
    with django_assert_max_num_queries(60) as few:
        sign(one)
    with django_assert_max_num_queries(len(few)):
        sign(many)
