"""Preparing and publishing rates, zones from the map and from a file, rules by two people."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import OrganisationSphere, Sphere
from premises.models import (
    BaseRate,
    Position,
    Premises,
    PremisesPart,
    RateZone,
    TenureRule,
    VatRate,
)
from premises.rates.editing import fitted, new_schedule, publish, take
from premises.rates.importing import import_zones
from premises.rates.rent import estimate, rent
from premises.rates.table import NoRate, schedule_on, zone_at
from premises.rules import versions
from premises.rules.eligibility import eligibility
from records.clock import frozen
from records.periods import local_moment
from records.problems import Conflict, Forbidden, Invalid, Problems
from tests import factories, make
from tests.premises.test_indexation import lease
from tests.premises.test_rates_kept import act, box, schedule, zone
from tests.premises.test_rates_kept import publish as force

TODAY = date(2027, 1, 20)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_january():
    with frozen(local_moment(TODAY, 600)):
        yield


def rated(unit=None, **fields):
    """A published schedule with a zone of 10.00 and the rest of the city at 5.00."""
    one = schedule(unit=unit, floor_at_operating_cost=False, **fields)
    inner = zone(one, "I", box(19.90, 19.92))
    rest = RateZone.objects.create(schedule=one, code="II", name_pl="reszta", order=1)
    for row, net in ((inner, 10), (rest, 5)):
        BaseRate.objects.create(schedule=one, zone=row, net_m2=net)
    force(one)
    return one


def vat() -> None:
    for tenure, percent in (("lease", 23), ("lending", None)):
        VatRate.objects.create(
            tenure=tenure, percent=percent, valid=(date(2011, 1, 1), date(2028, 1, 1)),
            legal_act=act(),
        )  # fmt: skip


def premises(unit=None, *, at=(19.91, 50.055), **fields) -> Premises:
    resource = factories.resource(
        "premises", unit=unit, tenure="contract", capacity=None, title_pl="Lokal",
        at=factories.Point(*at, srid=4326), area_m2=Decimal("50.00"),
    )  # fmt: skip
    return Premises.objects.create(resource=resource, **fields)


class TestWhichRate:
    def test_zones_by_place_and_the_rest(self):
        one = rated()
        assert zone_at(one, factories.Point(19.91, 50.055, srid=4326)).code == "I"
        assert zone_at(one, factories.Point(19.99, 50.055, srid=4326)).code == "II"
        assert zone_at(one, None) is None

    def test_on_a_common_border_the_lower_order_wins(self):
        one = schedule()
        zone(one, "B", box(19.90, 19.92), order=2)
        zone(one, "A", box(19.92, 19.94), order=1)
        assert zone_at(one, factories.Point(19.92, 50.055, srid=4326)).code == "A"

    def test_the_last_day_of_the_old_and_the_first_of_the_new(self):
        unit = make.unit()
        old = rated(valid=(date(2026, 3, 1), date(2027, 3, 1)))
        new = rated(valid=(date(2027, 3, 1), None))
        assert schedule_on(unit.pk, date(2027, 2, 28)) == old
        assert schedule_on(unit.pk, date(2027, 3, 1)) == new
        assert schedule_on(unit.pk, date(2026, 2, 28)) is None

    def test_a_units_own_goes_before_the_citys(self):
        unit = make.unit()
        city, own = rated(), rated(unit)
        assert schedule_on(unit.pk, TODAY) == own
        assert schedule_on(make.unit().pk, TODAY) == city

    def test_rent_by_parts_with_a_share_of_common_area(self):
        vat()
        rated()
        one = premises(position=Position.YARD)
        PremisesPart.objects.create(premises=one, kind="rooms", area_m2=40)
        PremisesPart.objects.create(
            premises=one, kind="common_share", area_m2=10, share_numerator=1, share_denominator=3
        )
        money = rent(one, None, TODAY)
        assert [part.amount for part in money.explanation] == [Decimal("400.00"), Decimal("33.30")]
        assert money.gross == Decimal("532.96")

    @pytest.mark.parametrize(
        ("on", "known"), [(date(2027, 12, 31), True), (date(2028, 1, 1), False)]
    )
    def test_vat_of_the_day(self, on, known):
        vat()
        rated()
        one = premises()
        if known:
            assert rent(one, None, on).vat_rate == 23
        else:
            with pytest.raises(NoRate):
                rent(one, None, on)

    def test_a_loan_costs_nothing_and_needs_no_schedule(self):
        assert rent(premises(), None, TODAY, tenure="lending").gross == 0

    def test_reductions_are_for_confirmed_organisations(self):
        vat()
        rated()
        draft = make.organisation(verification_state="draft", verified_until=None)
        assert len(estimate(premises(), draft, TODAY).notes) > len(
            estimate(premises(), make.organisation(opp_status="none"), TODAY).notes
        )


class TestDraftAndPublication:
    def test_a_copy_of_what_holds(self):
        unit, by = make.unit(), make.person()
        city = rated()
        made = new_schedule(unit, name="Nasze", act=act(), start=TODAY, by=by)
        assert (made.unit, made.copied_from, made.is_approved) == (unit, city, False)
        assert [z.code for z in made.zones.all()] == ["I", "II"]
        assert set(made.base_rates.values_list("zone__schedule", "net_m2")) == {
            (made.pk, Decimal(10)),
            (made.pk, Decimal(5)),
        }

    def test_never_for_the_past(self):
        with pytest.raises(Invalid):
            new_schedule(make.unit(), name="x", act=act(), start=TODAY - timedelta(days=1), by=None)

    def test_published_by_another_person_and_the_former_ends_there(self):
        unit, by = make.unit(), make.person()
        former = rated(unit)
        made = new_schedule(unit, name="Nasze", act=act(), start=date(2027, 3, 1), by=by)
        with pytest.raises(Forbidden):
            publish(made, by)
        publish(made, make.person())
        former.refresh_from_db()
        assert former.valid.upper == date(2027, 3, 1)
        assert schedule_on(unit.pk, date(2027, 3, 1)).pk == made.pk
        with pytest.raises(Conflict):
            publish(made, make.person())

    def test_not_without_rates_nor_before_its_first_day_was_moved(self):
        bare = schedule(valid=(TODAY, None))
        with pytest.raises(Conflict):
            publish(bare, make.person())
        zone(bare)
        with pytest.raises(Conflict):
            publish(bare, make.person())
        late = rated(valid=(TODAY - timedelta(days=1), None))
        with pytest.raises(Conflict):
            publish(late, make.person())

    def test_the_second_of_two_editors_is_told(self):
        draft = schedule()
        take(draft, draft.version)
        with pytest.raises(Conflict) as told:
            take(draft, draft.version)
        assert told.value.code == "edited_meanwhile"


class TestZonesDrawn:
    def test_an_overlap_is_named_with_its_size(self):
        draft = schedule()
        zone(draft, "I", box(19.90, 19.92))
        with pytest.raises(Conflict) as told:
            fitted(draft, None, box(19.91, 19.94), trim=False)
        assert "I (" in told.value.message

    def test_cut_off_at_its_neighbours(self):
        draft = schedule()
        zone(draft, "I", box(19.90, 19.92))
        area = fitted(draft, None, box(19.91, 19.94), trim=True)
        zone(draft, "II", area)
        assert area.extent[0] == pytest.approx(19.92)

    def test_nothing_left(self):
        draft = schedule()
        zone(draft, "I", box(19.90, 19.94))
        with pytest.raises(Invalid):
            fitted(draft, None, box(19.91, 19.92), trim=True)


def geojson(tmp_path, *features):
    path = tmp_path / "strefy.geojson"
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "properties": properties, "geometry": json.loads(area.json)}
                    for properties, area in features
                ],
            }
        )
    )
    return path


class TestZonesFromAFile:
    def test_new_and_known_signs(self, tmp_path):
        draft = schedule()
        known = zone(draft, "I", box(19.90, 19.92))
        path = geojson(
            tmp_path,
            ({"kod": "I", "nazwa": "Śródmieście"}, box(19.90, 19.93)),
            ({"kod": "II"}, box(19.93, 19.95)),
        )
        assert import_zones(draft, path, seen=draft.version) == 2
        known.refresh_from_db()
        assert (known.name_pl, known.area.extent[2]) == ("Śródmieście", pytest.approx(19.93))
        assert draft.zones.count() == 2

    def test_every_bad_feature_is_named_and_nothing_is_loaded(self, tmp_path):
        draft = schedule()
        swapped = MultiPolygon(Polygon.from_bbox((50.05, 19.90, 50.06, 19.92)), srid=4326)
        path = geojson(
            tmp_path,
            ({"kod": "I"}, box(19.90, 19.92)),
            ({}, box(19.93, 19.95)),
            ({"kod": "III"}, swapped),
        )
        with pytest.raises(Problems) as told:
            import_zones(draft, path, seen=draft.version)
        assert len(told.value.problems) == 2
        assert draft.zones.count() == 0

    def test_overlaps_in_the_file(self, tmp_path):
        draft = schedule()
        path = geojson(
            tmp_path, ({"kod": "I"}, box(19.90, 19.93)), ({"kod": "II"}, box(19.92, 19.95))
        )
        with pytest.raises(Problems):
            import_zones(draft, path, seen=draft.version)


class TestRulesByTwoPeople:
    def test_proposed_approved_and_in_place_of_the_citys(self):
        call_command("load_tenure_rules", verbosity=0)
        unit, by = make.unit(), make.person()
        rule = TenureRule.objects.get(code="notice-list")
        version = versions.proposed(rule, unit, by, TODAY)
        version.term_over_months = 1
        version.save()
        with pytest.raises(Forbidden):
            versions.approve(version, by)
        versions.approve(version, make.person())
        with pytest.raises(Conflict):
            versions.withdraw(version)
        later = versions.proposed(
            TenureRule.objects.get(pk=version.pk), unit, by, TODAY + timedelta(days=30)
        )
        later.save()
        versions.approve(later, make.person())
        version.refresh_from_db()
        assert version.valid.upper == TODAY + timedelta(days=30)

    def test_never_for_the_past(self):
        call_command("load_tenure_rules", verbosity=0)
        rule = TenureRule.objects.get(code="notice-list")
        with pytest.raises(Invalid):
            versions.proposed(rule, make.unit(), None, TODAY - timedelta(days=1))


class TestEligibility:
    def states(self, organisation, one=None):
        call_command("load_tenure_rules", verbosity=0)
        found = eligibility(one or premises(), organisation, TODAY)
        return {condition.label: condition.state for condition in found.conditions}, found

    def organisation(self, **fields):
        made = make.organisation(
            krs="0000123456", registered_on=date(2019, 4, 11), opp_status="none", **fields
        )
        sphere = Sphere.objects.get_or_create(
            code="1",
            defaults={"order": 1, "text_pl": "pomoc", "text_en": "help",
                      "valid": (date(2004, 1, 1), None), "legal_act": act()},
        )[0]  # fmt: skip
        OrganisationSphere.objects.create(organisation=made, sphere=sphere)
        return made

    def test_what_the_register_knows_is_answered_and_the_rest_stays_unknown(self):
        states, found = self.states(self.organisation())
        assert list(states.values()).count("no") == 0
        assert [label for label, state in states.items() if state == "unknown"] == [
            "Brak zaległości wobec miasta"
        ] or list(states.values()).count("unknown") == 1
        assert found.may is None
        assert len(found.held) >= 2

    @pytest.mark.parametrize(
        ("registered", "state"),
        [(date(2025, 1, 20), "yes"), (date(2025, 1, 21), "no"), (None, "unknown")],
    )
    def test_two_years_to_the_day(self, registered, state):
        made = self.organisation()
        made.registered_on = registered
        states, _found = self.states(made)
        assert list(states.values())[2] == state

    def test_an_informal_group_is_no_party(self):
        group = make.organisation(legal_form="informal_group")
        _states, found = self.states(group)
        assert found.may is False
        assert found.missing

    def test_for_nobody_in_particular_nothing_is_claimed(self):
        _states, found = self.states(None)
        assert found.may is None
        assert found.held == []


class TestPages:
    @pytest.fixture
    def unit(self):
        call_command("load_tenure_rules", verbosity=0)
        rated()
        return make.unit()

    @pytest.mark.parametrize("name", ["rules", "schedules", "indexation", "try_plan"])
    def test_staff_look_and_others_do_not_know_of_it(self, client, unit, name):
        address = reverse(f"lettings:{name}", args=[unit.code])
        client.force_login(make.staff(unit, "viewer"))
        assert client.get(address).status_code == 200
        client.force_login(make.person())
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize(
        ("role", "status"), [("viewer", 403), ("lettings_officer", 302), ("head", 302)]
    )
    def test_who_prepares(self, client, unit, role, status):
        client.force_login(make.staff(unit, role))
        response = client.post(
            reverse("lettings:new_schedule", args=[unit.code]),
            {"name": "Nasze", "legal_act": act().pk, "start": TODAY.isoformat()},
        )
        assert response.status_code == status

    def test_officers_do_not_publish(self, client, unit):
        made = new_schedule(unit, name="x", act=act(), start=TODAY, by=make.person())
        address = reverse("lettings:publish_schedule", args=[unit.code, made.pk])
        client.force_login(make.staff(unit, "lettings_officer"))
        assert client.post(address).status_code == 403
        client.force_login(make.staff(unit, "head"))
        assert client.post(address).status_code == 302
        made.refresh_from_db()
        assert made.is_approved

    def test_a_zone_is_typed_cut_and_saved(self, client, unit):
        made = new_schedule(unit, name="x", act=act(), start=TODAY, by=make.person())
        client.force_login(make.staff(unit, "lettings_officer"))
        response = client.post(
            reverse("lettings:new_zone", args=[unit.code, made.pk]),
            {"code": "V", "name_pl": "Nowa", "order": 5, "version": made.version, "trim": "on",
             "wkt": "POLYGON((19.91 50.05,19.94 50.05,19.94 50.06,19.91 50.06,19.91 50.05))"},
        )  # fmt: skip
        assert response.status_code == 302
        assert made.zones.get(code="V").area.extent[0] == pytest.approx(19.92)

    def test_what_was_typed_stays_when_another_person_was_faster(self, client, unit):
        made = new_schedule(unit, name="x", act=act(), start=TODAY, by=make.person())
        take(made, made.version)
        client.force_login(make.staff(unit, "lettings_officer"))
        response = client.post(
            reverse("lettings:new_rate_row", args=[unit.code, made.pk, "mnoznik"]),
            {"kind": "position", "value": "yard", "factor": "0.85", "label_pl": "Od podwórza",
             "order": 0, "version": 1},
        )  # fmt: skip
        assert response.status_code == 422
        assert "Od podwórza" in response.content.decode()
        assert not made.multipliers.exists()

    def test_the_pages_of_a_draft(self, client, unit):
        made = new_schedule(unit, name="x", act=act(), start=TODAY, by=make.person())
        rule = TenureRule.objects.get(code="notice-list")
        client.force_login(make.staff(unit, "lettings_officer"))
        for name, *arguments in (
            ("schedule", made.pk),
            ("new_zone", made.pk),
            ("zone", made.pk, made.zones.first().pk),
            ("new_rate_row", made.pk, "znizka"),
            ("rate_row", made.pk, "stawka", made.base_rates.first().pk),
            ("change_rule", "umowy", rule.pk),
        ):
            address = reverse(f"lettings:{name}", args=[unit.code, *arguments])
            assert client.get(address).status_code == 200, name

    def test_a_plan_tried_out(self, client, unit):
        one = premises(unit)
        client.force_login(make.staff(unit, "viewer"))
        response = client.get(
            reverse("lettings:try_plan", args=[unit.code]),
            {"premises": one.resource.code, "tenure": "lease", "start": "2027-02-01"},
        )
        assert "tender" in [need.needed for need in response.context["needs"]]

    def test_an_indexation_from_preview_to_letter(self, client, unit):
        from tests.premises.test_indexation import index, rule  # noqa: PLC0415

        one = lease(unit, "821.58")
        officer, head = make.staff(unit, "lettings_officer"), make.staff(unit, "head")
        client.force_login(officer)
        response = client.post(
            reverse("lettings:prepare_indexation", args=[unit.code]),
            {"rule": rule().pk, "index": index().pk, "effective_on": "2027-03-01"},
        )
        page = client.get(response.url)
        assert one.number in page.content.decode()
        run = one.indexation_lines.get().run
        approve = reverse("lettings:approve_indexation", args=[unit.code, run.pk])
        assert client.post(approve).status_code == 403
        client.force_login(head)
        client.post(approve)
        run.refresh_from_db()
        assert run.state == "approved"
        letter = client.get(
            reverse("lettings:indexation_letter", args=[unit.code, run.pk, run.lines.get().pk])
        )
        assert letter.status_code == 200
        assert letter.context["money"].net == Decimal("851.16")

    def test_the_list_of_lines_asks_as_much_for_thirty_as_for_one(self, client, unit):
        from tests.premises.test_indexation import run_for  # noqa: PLC0415

        client.force_login(make.staff(unit, "viewer"))

        def queries() -> int:
            run = run_for(unit)
            address = reverse("lettings:indexation_run", args=[unit.code, run.pk])
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

        lease(unit)
        few = queries()
        for _n in range(29):
            lease(unit)
        assert queries() == few

    def test_the_panel_on_the_page_of_premises(self, client, unit):
        one = premises(unit, technical_state=3, surveyed_on=TODAY)
        organisation = make.organisation(registered_on=date(2019, 1, 1), opp_status="none")
        address = reverse("resources:detail", args=[one.resource.code])
        assert client.get(address).context["panel"]["can_we"].organisation is None
        client.force_login(make.member(organisation))
        panel = client.get(address).context["panel"]["can_we"]
        assert panel.organisation == organisation
        assert panel.rent.money.net == Decimal("500.00")
