"""What the sample city promises: numbers, marks, places, and the stories of the screens."""

from collections import Counter
from datetime import date

import pytest
from django.db.models import F, Q
from PIL import Image
from stdnum.pl import nip, regon

from civic_centres.models import CentreArea, CivicCentre
from maps.districts import districts_of
from maps.models import District
from organisations.models import CityRole, Membership, Organisation, Person
from premises.models import Premises, Tenancy
from records.models import DataSource, LegalAct
from resources.claims import orphan_holds
from resources.models import (
    Claim,
    Layer,
    ManagingUnit,
    Resource,
    ResourcePhoto,
    Room,
    Site,
    StaffRole,
    UserGroup,
)

NOWA_HUTA = range(14, 19)


def vacant_premises(day: date):
    taken = Claim.objects.filter(layer=Layer.STEWARDSHIP, period__contains=day).values("space_id")
    return Resource.objects.filter(kind="premises").exclude(space_id__in=taken)


class TestNumbers:
    """The least that issue 2 asks for."""

    @pytest.mark.parametrize(
        ("model", "least"),
        [(ManagingUnit, 45), (Room, 350), (Premises, 220), (Organisation, 90)],
    )
    def test_there_are_enough(self, city, model, least):
        assert model.objects.count() >= least

    def test_enough_rooms_even_without_sectors(self, city):
        assert Resource.objects.filter(kind="room", part_of=None, is_sample=True).count() >= 350

    def test_vacant_premises_for_a_civic_centre(self, city):
        fit = vacant_premises(city).filter(area_m2__gte=100, step_free="yes")
        assert fit.count() >= 25
        assert fit.filter(district__in=NOWA_HUTA).count() >= 8
        assert set(fit.values_list("district", flat=True)) == set(range(1, 19))

    def test_every_legal_form_and_state_of_an_organisation(self, city):
        forms = set(Organisation.objects.values_list("legal_form", flat=True))
        assert forms == set(Organisation.LegalForm.values)
        states = Counter(Organisation.objects.values_list("verification_state", flat=True))
        assert set(states) == set(Organisation.VerificationState.values)
        assert states["verified"] > 60

    def test_schools_culture_libraries_halls_offices(self, city):
        rooms = Counter(Room.objects.values_list("resource__unit__kind", flat=True))
        for kind in ("school", "culture", "library", "sport", "office", "social", "civic_centre"):
            assert rooms[kind] >= 7, kind

    def test_every_district_has_rooms_and_premises(self, city):
        for kind, least in (("room", 5), ("premises", 4)):
            where = Counter(
                Resource.objects.filter(kind=kind).values_list("district_id", flat=True)
            )
            assert {d.number for d in District.objects.all() if where[d.number] < least} == set()


class TestMarks:
    """Invented rows say so; the documented ones name their source."""

    @pytest.mark.parametrize(
        "model", [ManagingUnit, Site, Resource, Organisation, Person, Tenancy, LegalAct, DataSource]
    )
    def test_every_row_is_marked_or_documented(self, city, model):
        unmarked = model.objects.filter(is_sample=False)
        if model is DataSource or model is LegalAct:
            unmarked = unmarked.filter(code__startswith="sample")
        elif model is not Person and model is not Organisation and model is not Tenancy:
            unmarked = unmarked.exclude(source__code="civic-centres")
        assert list(unmarked) == []

    def test_civic_centres_are_real(self, city):
        for centre in CivicCentre.objects.select_related("site", "source"):
            assert not centre.site.is_sample
            assert not centre.source.is_sample
            assert "approximate, unverified" in centre.site.position_note
            assert "nie jest nam znany" in centre.operator_note_pl

    def test_areas_of_the_centres_sum_up_as_documented(self, city):
        sums = Counter()
        for area in CentreArea.objects.select_related("centre__site"):
            sums[area.centre.site.code] += area.area_m2
        assert {code: str(total) for code, total in sums.items()} == {
            "co-reymonta": "172.49",
            "co-c10": "182.38",
        }

    def test_nothing_is_claimed_about_the_centres_that_is_not_documented(self, city):
        rooms = Resource.objects.filter(site__civic_centre__isnull=False)
        assert rooms.exclude(step_free="unknown").count() == 0
        assert list(rooms.filter(capacity__isnull=False).values_list("code", "capacity")) == [
            ("co-reymonta-1w040", 70)
        ]

    def test_nobody_can_be_written_to(self, city):
        assert Person.objects.exclude(email__endswith="@example.org").count() == 0

    def test_only_the_listed_accounts_have_a_password(self, city):
        with_password = [one for one in Person.objects.all() if one.has_usable_password()]
        assert len(with_password) == 10
        assert all(one.emailaddress_set.filter(verified=True).exists() for one in with_password)


class TestNumbersOfRegisters:
    def test_they_pass_the_checks(self, city):
        for one in Organisation.objects.all():
            assert not one.nip or nip.is_valid(one.nip)
            assert not one.regon or regon.is_valid(one.regon)

    def test_they_cannot_be_real(self, city):
        for one in Organisation.objects.all():
            assert not one.krs or one.krs.startswith("00099")
            assert not one.nip or one.nip.startswith("900")
            assert not one.regon or one.regon.startswith("99")

    def test_who_is_entered_in_the_court_register_has_its_number(self, city):
        assert not Organisation.objects.filter(legal_form="foundation", krs="").exists()
        assert not Organisation.objects.filter(legal_form="informal_group").exclude(nip="").exists()


class TestPlaces:
    @pytest.mark.parametrize("model", [Site, Resource])
    def test_the_district_is_that_of_the_point(self, city, model):
        rows = list(model.objects.exclude(point=None))
        found = [match.number for match in districts_of(row.point for row in rows)]
        assert found == [row.district_id for row in rows]

    def test_sites_stand_apart(self, city):
        points = Counter((site.point.x, site.point.y) for site in Site.objects.all())
        assert points.most_common(1)[0][1] == 1

    def test_most_premises_stand_in_inhabited_cells(self, city):
        inhabited = Premises.objects.extra(
            tables=["resources_resource"],
            where=[
                "resources_resource.id = premises_premises.resource_id",
                """EXISTS (SELECT 1 FROM maps_populationcell c WHERE c.residents > 300
                   AND ST_Covers(c.cell_2178, resources_resource.point_2178))""",
            ],
        ).count()
        assert inhabited / Premises.objects.count() > 0.8


class TestHolds:
    def test_every_hold_has_an_owner(self, city):
        assert orphan_holds() == []

    def test_a_let_unit_is_held_in_both_layers(self, city):
        let = Tenancy.objects.filter(term__contains=city).select_related("hold")
        assert let.count() > 120
        for one in let[:40]:
            assert {claim.layer for claim in one.hold.claims.all()} == {1, 2}

    def test_some_tenancies_end_soon_and_some_have_no_end(self, city):
        ends = [one.term.upper for one in Tenancy.objects.filter(term__contains=city)]
        assert sum(end is None for end in ends) >= 10
        assert sum(end is not None and (end - city).days < 180 for end in ends) >= 10

    def test_claims_of_a_layer_never_overlap(self, city):
        overlapping = Claim.objects.filter(
            space__claims__layer=F("layer"),
            space__claims__period__overlap=F("period"),
        ).exclude(space__claims=F("pk"))
        assert not overlapping.exists()


class TestPeople:
    def test_each_unit_has_somebody_who_decides(self, city):
        units = ManagingUnit.objects.filter(is_sample=True, merged_into=None)
        heads = StaffRole.objects.filter(role="head").values("unit")
        assert not units.exclude(pk__in=heads).exists()

    def test_each_organisation_has_a_representative(self, city):
        led = Membership.objects.filter(role="representative").values("organisation")
        assert not Organisation.objects.exclude(pk__in=led).exists()

    def test_every_city_wide_role_is_held(self, city):
        assert set(CityRole.objects.values_list("role", flat=True)) == set(CityRole.Role.values)


class TestStories:
    """Rows that the screens of the look show."""

    def test_anna_may_request_for_her_verified_association(self, city):
        membership = Membership.objects.get(person__email="anna.przykladowa@example.org")
        assert membership.role == "editor"
        assert membership.organisation.verification_state == "verified"
        assert membership.organisation.name == "Stowarzyszenie „Bliżej Skarpy”"

    def test_rooms_for_25_with_a_projector_and_no_steps_near_centrum_c(self, city):
        origin = Resource.objects.get(code="co-c10-p6").point_2178
        fit = Resource.objects.filter(
            kind="room",
            visibility="public",
            capacity__gte=25,
            step_free="yes",
            equipment__equipment__code="projector",
            point_2178__dwithin=(origin, 1000),
            price_list__rates__user_group=UserGroup.NGO_FREE,
            price_list__rates__net_per_hour=0,
            price_list__rates__valid__contains=city,
            opening_rules__weekday=2,
            opening_rules__opens__lte=17 * 60,
            opening_rules__closes__gte=19 * 60,
            opening_rules__valid__contains=city,
        ).distinct()
        titles = set(fit.values_list("title_pl", flat=True))
        assert {
            "Sala Kolorowa",
            "Świetlica",
            "Sala 14",
            "Sala narad",
            "Sala Wiklinowa",
            "Pracownia",
        } <= titles

    def test_near_misses_of_each_sort(self, city):
        assert Resource.objects.get(code="mdk-fala-sala-3").step_free == "unknown"
        assert Resource.objects.get(code="klub-suwnica-koncertowa").capacity == 20
        assert Resource.objects.get(code="dk-wiklina-lustrzana").step_free == "no"

    def test_the_dance_hall_has_two_sectors(self, city):
        hall = Resource.objects.get(code="dk-wiklina-taneczna")
        assert not hall.space.is_leaf
        parts = set(hall.parts.values_list("title_pl", flat=True))
        assert parts == {"Sala taneczna, sektor A", "Sala taneczna, sektor B"}
        assert hall.space.children.count() == 2

    def test_some_facts_are_old_and_some_rooms_are_hidden(self, city):
        rooms = Resource.objects.filter(kind="room")
        old = rooms.filter(
            Q(verified_on=None) | Q(verified_on__lt=city.replace(year=city.year - 1))
        )
        assert 0.15 < old.count() / rooms.count() < 0.4
        assert set(rooms.values_list("visibility", flat=True)) == set(Resource.Visibility.values)

    def test_step_free_is_a_mix(self, city):
        values = Counter(Resource.objects.values_list("step_free", flat=True))
        assert min(values[value] for value in ("yes", "no", "unknown")) > 80

    def test_plans_are_described_and_marked(self, city):
        plans = ResourcePhoto.objects.select_related("resource", "file")
        assert plans.count() > 80
        for plan in plans:
            assert plan.resource.is_sample
            assert "przykładowy" in plan.alt_pl
            assert "Sample" in plan.alt_en
        with plans[0].file.file.open("rb") as file, Image.open(file) as picture:
            assert picture.size == (plans[0].file.width, plans[0].file.height)
