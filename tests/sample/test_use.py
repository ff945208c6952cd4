"""Requests, own use and closures of the sample city: as the product itself would have left them."""

import itertools
from collections import Counter
from datetime import timedelta

from django.db.models import Count, Q

from organisations.models import Organisation
from records.clock import KRAKOW, frozen
from records.models import CalendarPeriod
from records.periods import local_moment
from resources.booking import clock_steps
from resources.booking.states import PENDING, TRANSITIONS
from resources.models import (
    Booking,
    BookingSlot,
    Claim,
    Closure,
    HeldPeriod,
    OpeningRule,
    OwnUse,
    Resource,
    SpaceLeaf,
)

S = Booking.State
NEVER = {S.DRAFT, S.SUBMITTED, S.LAPSED}  # passed through in moments, or kept by nobody for long


class TestCourses:
    def test_every_step_is_in_the_table_of_states(self, city):
        known = {(one.source, one.target) for one in TRANSITIONS}
        for booking in Booking.objects.prefetch_related("steps"):
            steps = list(booking.steps.all())
            for one, after in itertools.pairwise(steps):
                assert one.to_state == after.from_state, booking.code
                assert one.at <= after.at, booking.code
            assert steps[0].from_state == S.DRAFT
            assert steps[-1].to_state == booking.state, booking.code
            assert {(one.from_state, one.to_state) for one in steps} <= known, booking.code

    def test_every_state_has_somebody_in_it(self, city):
        states = Counter(Booking.objects.values_list("state", flat=True))
        assert set(S) - NEVER <= set(states)

    def test_nothing_has_happened_after_the_morning_of_the_day(self, city):
        morning = local_moment(city, 0)
        assert not Booking.objects.filter(
            Q(submitted_at__gt=morning) | Q(decided_at__gt=morning) | Q(steps__at__gt=morning)
        ).exists()

    def test_the_clock_has_nothing_left_to_do(self, city):
        with frozen(local_moment(city, 0)):
            assert list(clock_steps.due()) == []

    def test_on_the_next_evening_only_what_began_or_ended_is_due(self, city):
        evening = local_moment(city + timedelta(days=1), 22 * 60)
        with frozen(evening):
            due = set(clock_steps.due().values_list("pk", flat=True))
        begun = BookingSlot.objects.filter(state="confirmed", period__startswith__lte=evening)
        waited = Booking.objects.filter(
            Q(decide_by__lte=evening) | Q(hold__expires_at__lte=evening) | Q(state=S.WAITLISTED)
        )
        assert due
        assert due <= {*begun.values_list("booking_id", flat=True)} | {
            *waited.values_list("pk", flat=True)
        }

    def test_who_waits_has_a_deadline_to_come(self, city):
        waiting = Booking.objects.filter(state__in=[*PENDING])
        assert waiting.count() > 60
        assert not waiting.filter(
            Q(decide_by=None) | Q(decide_by__lte=local_moment(city, 0))
        ).exists()
        assert not waiting.exclude(hold__expires_at__gt=local_moment(city, 0)).exists()

    def test_some_answers_are_due_by_tomorrow(self, city):
        tomorrow = local_moment(city + timedelta(days=2), 0)
        assert Booking.objects.filter(state=S.UNDER_REVIEW, decide_by__lt=tomorrow).exists()

    def test_nobody_has_more_waiting_than_the_rules_allow(self, city):
        crowded = (
            Booking.objects.filter(state__in=PENDING)
            .values("organisation", "unit", "resource__policy__max_pending")
            .annotate(n=Count("pk"))
        )
        assert all(row["n"] <= row["resource__policy__max_pending"] for row in crowded)

    def test_every_request_is_priced_or_says_so(self, city):
        assert Booking.objects.filter(cost_gross=None).count() == 0
        assert Booking.objects.filter(cost_gross__gt=0).count() > 150
        assert not Booking.objects.filter(cost_explanation={}).exists()

    def test_requests_are_marked_as_sample(self, city):
        assert not Booking.objects.filter(is_sample=False).exists()


class TestTimes:
    def test_eight_weeks_around_the_day_are_busy(self, city):
        monday = city - timedelta(days=city.weekday())
        for week in range(-4, 4):
            first = monday + timedelta(weeks=week)
            span = local_moment(first, 0), local_moment(first + timedelta(days=7), 0)
            assert BookingSlot.objects.filter(period__overlap=span).count() > 120, week

    def test_every_district_is_used(self, city):
        used = Booking.objects.values_list("resource__district", flat=True)
        assert set(used) == set(range(1, 19))

    def test_meetings_lie_in_opening_hours_and_not_on_days_off(self, city):
        rules: dict[int, list[OpeningRule]] = {}
        for rule in OpeningRule.objects.all():
            rules.setdefault(rule.resource_id, []).append(rule)
        off: dict[str, set] = {}
        for kind, days in CalendarPeriod.objects.values_list("kind", "days"):
            for n in range((days.upper - days.lower).days):
                off.setdefault(kind, set()).add(days.lower + timedelta(days=n))
        standing = BookingSlot.objects.filter(state__in=BookingSlot.HOLDING)
        for slot in standing.select_related("resource"):
            start = slot.period.lower.astimezone(KRAKOW)
            end = slot.period.upper.astimezone(KRAKOW)
            day = start.date()
            assert not any(day in off.get(kind, ()) for kind in slot.resource.observes)
            assert any(
                rule.weekday == day.isoweekday()
                and rule.opens <= start.hour * 60 + start.minute
                and end.hour * 60 + end.minute <= rule.closes
                and rule.valid.lower <= day
                and (rule.valid.upper is None or day < rule.valid.upper)
                for rule in rules[slot.resource_id]
            ), slot

    def test_what_stands_is_claimed_and_nothing_else(self, city):
        leaves: dict[int, list[int]] = {}
        for space, leaf in SpaceLeaf.objects.values_list("space_id", "leaf_id"):
            leaves.setdefault(space, []).append(leaf)
        wanted = Counter()
        for slot in BookingSlot.objects.filter(state__in=BookingSlot.HOLDING).select_related(
            "resource", "booking"
        ):
            turnaround = timedelta(minutes=slot.resource.turnaround_minutes)
            for leaf in leaves[slot.resource.space_id]:
                period = slot.period.lower, slot.period.upper + turnaround
                wanted[slot.booking.hold_id, leaf, *period] += 1
        claimed = Counter(
            (claim.hold_id, claim.space_id, claim.period.lower, claim.period.upper)
            for claim in Claim.objects.filter(hold__kind="booking")
        )
        assert claimed == wanted

    def test_own_use_and_closures_are_held_as_meant(self, city):
        assert OwnUse.objects.count() > 150
        assert Closure.objects.count() >= 6
        for model in (OwnUse, Closure):
            assert not model.objects.filter(hold__held_periods=None).exists()
            assert not model.objects.filter(hold__claims=None).exists()
        held = HeldPeriod.objects.exclude(hold__kind__in=["own_use", "closure"])
        assert not held.exists()


class TestStories:
    def test_the_desk_of_the_culture_house(self, city):
        desk = Booking.objects.filter(unit__code="dk-wiklina")
        states = Counter(desk.values_list("state", flat=True))
        assert states[S.UNDER_REVIEW] == 3
        assert states[S.PROPOSED_CHANGE] == 1
        assert states[S.WAITLISTED] == 1

    def test_the_member_has_requests_in_many_states(self, city):
        mine = Booking.objects.filter(person__email="anna.przykladowa@example.org")
        assert len(set(mine.values_list("state", flat=True))) >= 5

    def test_tuesday_evenings_near_centrum_c(self, city):
        """The search of the look: four rooms fit on all dates, two on most, one on none."""
        taken = {
            "klub-pod-kasztanem-kolorowa": (0, 0),
            "bib-zakladka-swietlica": (0, 0),
            "pom-zgody-narad": (0, 0),
            "ks-pogodna-pracownia": (0, 0),
            "sp-na-skarpie-sala-14": (1, 4),
            "dk-wiklina-wiklinowa": (1, 5),
            "co-c10-p6": (8, 30),
        }
        tuesdays = [
            day
            for day in (city + timedelta(days=n) for n in range(40, 200))
            if day.isoweekday() == 2
        ]
        for code, (least, most) in taken.items():
            space = Resource.objects.get(code=code).space_id
            found = sum(
                Claim.objects.filter(
                    space=space,
                    period__overlap=(local_moment(day, 17 * 60), local_moment(day, 19 * 60)),
                ).exists()
                for day in tuesdays
            )
            assert least <= found <= most, code

    def test_who_waits_waits_for_a_taken_time(self, city):
        waiting = Booking.objects.filter(state=S.WAITLISTED)
        assert waiting.count() >= 5
        for slot in BookingSlot.objects.filter(booking__in=waiting).select_related("resource"):
            leaves = SpaceLeaf.objects.filter(space=slot.resource.space_id).values("leaf_id")
            assert Claim.objects.filter(space__in=leaves, period__overlap=slot.period).exists()
        assert not waiting.filter(hold__binding=True).exists()

    def test_a_suspended_organisation_asks_for_nothing(self, city):
        state = Organisation.VerificationState
        stopped = [state.SUSPENDED, state.ARCHIVED]
        assert not Booking.objects.filter(organisation__verification_state__in=stopped).exists()
