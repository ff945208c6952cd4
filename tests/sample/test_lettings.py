"""Contracts of the sample city: as the product itself would have left them."""

import itertools
from collections import Counter
from datetime import timedelta

from django.db.models import Count, Q

from organisations.models import Organisation
from premises.leasing import clock
from premises.leasing.states import BY_ENDS
from premises.models import ConsumerPriceIndex, Lease, LeaseVersion, Premises
from premises.vacancy import vacant
from records.clock import frozen
from records.periods import local_moment
from resources.models import Claim, Resource

S = Lease.State
ENDED = (S.RETURNED, S.SETTLED, S.ARCHIVED)


def running():
    return Lease.objects.filter(state__in=Lease.BINDING)


class TestHowMany:
    def test_180_run_and_12_ended(self, city):
        assert running().filter(exclusive=True).count() >= 180
        assert Lease.objects.filter(state__in=ENDED).count() >= 12

    def test_leases_and_loans_with_firms_and_with_organisations(self, city):
        kinds = Counter(running().values_list("kind", flat=True))
        assert min(kinds[Lease.Kind.LEASE], kinds[Lease.Kind.LENDING]) >= 20
        with_ngo = running().filter(parties__organisation__isnull=False).distinct().count()
        assert 40 <= with_ngo <= running().count() - 60

    def test_every_state_has_somebody_in_it(self, city):
        passing = {S.SIGNED, S.ENDED, S.TERMINATED_IMMEDIATE, S.ABANDONED}
        assert set(S) - passing <= set(Lease.objects.values_list("state", flat=True))

    def test_ten_years_of_prices_say_which_is_invented(self, city):
        rows = ConsumerPriceIndex.objects.all()
        assert rows.count() >= 10
        assert all(row.is_sample or row.reference for row in rows)
        assert rows.filter(is_sample=True).exists()

    def test_enough_stays_vacant(self, city):
        free = vacant(Resource.objects.all())
        assert free.count() >= 45
        assert free.filter(area_m2__gte=100, step_free="yes").count() >= 25


class TestCourses:
    def test_every_step_is_in_the_table_of_states(self, city):
        for lease in Lease.objects.prefetch_related("steps"):
            steps = list(lease.steps.all())
            for one, after in itertools.pairwise(steps):
                assert one.to_state == after.from_state, lease.number
            assert all((one.from_state, one.to_state) in BY_ENDS for one in steps), lease.number
            last = steps[-1].to_state if steps else S.DRAFTING
            assert last == lease.state, lease.number

    def test_nothing_has_happened_after_the_day(self, city):
        tomorrow = local_moment(city + timedelta(days=1), 0)
        assert not Lease.objects.filter(
            Q(steps__at__gte=tomorrow) | Q(created_at__gte=tomorrow) | Q(returned_at__gte=tomorrow)
        ).exists()

    def test_the_clock_has_nothing_left_to_do(self, city):
        with frozen(local_moment(city, 12 * 60)):
            assert clock.run() == 0

    def test_terms_are_told_for_every_day(self, city):
        for lease in Lease.objects.prefetch_related("versions"):
            versions = sorted(lease.versions.all(), key=lambda one: one.valid.lower)
            assert versions[0].valid.lower == lease.starts_on
            assert versions[-1].valid.upper is None
            for one, after in itertools.pairwise(versions):
                assert one.valid.upper == after.valid.lower, lease.number

    def test_rents_of_some_years_were_indexed(self, city):
        indexed = LeaseVersion.objects.filter(reason=LeaseVersion.Reason.INDEXATION)
        assert indexed.count() > 100
        assert not indexed.exclude(valid__startswith__month=3).exists()

    def test_some_tenants_stay_with_the_next_contract(self, city):
        for lease in Lease.objects.exclude(previous=None).select_related("previous"):
            assert lease.previous.ends_before == lease.starts_on
        assert Lease.objects.exclude(previous=None).count() >= 10


class TestPlaces:
    def test_what_runs_is_claimed_and_what_is_prepared_is_not(self, city):
        held = set(Claim.objects.values_list("hold__lease", flat=True))
        for lease in Lease.objects.all():
            assert (lease.pk in held) is (lease.state not in Lease.PREPARED), lease.number

    def test_a_tenant_who_stays_holds_the_place(self, city):
        late = Lease.objects.filter(state__in=[S.RETURN_PENDING, S.HOLDOVER])
        places = Resource.objects.filter(lease_objects__lease__in=late)
        assert late.count() >= 5
        assert not vacant(places).exists()

    def test_who_looks_after_it(self, city):
        spread = Lease.objects.values("unit").annotate(n=Count("officer", distinct=True))
        assert all(row["n"] >= 2 for row in spread.filter(unit__code__startswith="zarzad"))

    def test_a_party_or_union_has_no_premises(self, city):
        assert (
            not running()
            .filter(parties__organisation__legal_form=Organisation.LegalForm.EXCLUDED_ENTITY)
            .exists()
        )

    def test_every_premises_is_marked(self, city):
        assert not Premises.objects.filter(resource__is_sample=False).exists()
