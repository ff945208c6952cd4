"""Entering organisations and keeping them true: duplicates, identity, confirmation, staleness."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from organisations import register, verification
from organisations.models import (
    Membership,
    Notification,
    Organisation,
    OrganisationContact,
    OrganisationSphere,
    Sphere,
)
from organisations.profile import Contact, set_contacts, set_spheres
from organisations.register import AlreadyEntered, change, confirm_unchanged, found, free_slug
from organisations.roles import roles_of
from organisations.scopes import organisations_visible_to
from organisations.spheres import load_spheres
from records import clock
from records.clock import KRAKOW
from records.dictionaries import load_legal_acts
from records.problems import Conflict, Forbidden, Invalid, NotFound, Problems
from tests import make

pytestmark = pytest.mark.django_db
State = Organisation.VerificationState

KRS = "0000123456"
NIP = "6761013717"
DATA = {"name": "Bractwo Studni", "legal_form": "registered_association", "krs": KRS}


def told(kind: str) -> set:
    return {one.person for one in Notification.objects.filter(kind=kind)}


class TestFound:
    def test_is_a_draft_that_its_founder_represents(self):
        person = make.person()
        organisation = found(person, DATA)
        assert organisation.verification_state == State.DRAFT
        assert organisation.slug == "bractwo-studni"
        assert roles_of(person).organisations[organisation.pk] == "own_org_representative"
        assert organisation.memberships.get().evidence  # says that nobody confirmed it

    def test_a_visitor_enters_nothing(self):
        with pytest.raises(Forbidden):
            found(AnonymousUser(), DATA)

    @pytest.mark.parametrize(
        ("theirs", "ours", "field"),
        [
            ({"krs": KRS}, {"krs": "123456"}, "krs"),
            ({"nip": NIP}, {"krs": "", "nip": "676-101-37-17"}, "nip"),
            ({"regon": "351554353"}, {"krs": "", "regon": "351554353"}, "regon"),
        ],
        ids=["krs with fewer zeros", "nip with dashes", "regon"],
    )
    @pytest.mark.parametrize("state", list(State))
    def test_a_number_in_the_register_stops_it_whatever_the_state(self, theirs, ours, field, state):
        known = make.organisation(**theirs, verification_state=state)
        with pytest.raises(AlreadyEntered) as refused:
            found(make.person(), {**DATA, **ours})
        assert refused.value.organisation == known
        assert refused.value.field == field
        assert Organisation.objects.count() == 1
        assert not Membership.objects.exists()

    def test_a_branch_may_bear_its_parents_numbers(self):
        parent = make.organisation(krs=KRS)
        branch = found(make.person(), {**DATA, "legal_form": "local_branch", "parent": parent})
        assert branch.krs == parent.krs

    def test_all_wrong_numbers_are_said_at_once(self):
        with pytest.raises(Problems) as refused:
            found(make.person(), {**DATA, "krs": "1" * 10, "nip": "6761013718", "regon": "1"})
        assert [one.field for one in refused.value.problems] == ["krs", "nip", "regon"]

    def test_an_informal_group_is_answered_for_by_an_adult_and_has_no_krs(self):
        group = {"name": "Sąsiedzi z Mistrzejowic", "legal_form": "informal_group"}
        with pytest.raises(Invalid) as refused:
            found(make.person(), group)
        assert refused.value.field == "adult"
        assert found(make.person(), group, adult=True).memberships.count() == 1
        with pytest.raises(Problems):
            found(make.person(), {**group, "krs": KRS}, adult=True)

    def test_the_seat_may_lie_outside_the_city(self):
        organisation = found(make.person(), {**DATA, "seat_locality": "Wieliczka"})
        assert organisation.seat_district is None

    def test_two_of_a_name_get_different_addresses(self):
        first = found(make.person(), DATA)
        second = found(make.person(), {**DATA, "krs": "0000654321"})
        assert {first.slug, second.slug} == {"bractwo-studni", "bractwo-studni-2"}

    @pytest.mark.parametrize(
        ("name", "slug"),
        [
            ("Łódka i Żagiel", "lodka-i-zagiel"),
            ("Nowa", "nowa-2"),
            ("Weryfikacja", "weryfikacja-2"),
            ("„…”", "organizacja"),
            ("ŚĆŹŃ", "sczn"),
        ],
    )
    def test_addresses_are_readable_and_never_pages_of_ours(self, name, slug):
        assert free_slug(name) == slug


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_one_number_at_once_the_second_learns_of_the_first():
    people = [make.person() for _ in range(6)]

    def enter(person):
        try:
            return found(person, DATA)
        except AlreadyEntered as refused:
            return refused.organisation
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        seen = set(pool.map(enter, people))
    assert seen == {Organisation.objects.get()}
    assert Membership.objects.count() == 1


class TestSimilarNames:
    def test_only_visible_ones_are_offered(self):
        shown = make.organisation("Bractwo Studni")
        make.organisation("Bractwo Studnii", verification_state=State.DRAFT)
        found_names = register.similar_names(
            "Bractwo Studni", organisations_visible_to(make.person())
        )
        assert found_names == [shown]


class TestChange:
    def make_one(self, role="representative", **fields):
        organisation = make.organisation(**fields)
        return organisation, make.member(organisation, role)

    def test_the_profile_changes_and_confirmation_stays(self):
        organisation, person = self.make_one("editor")
        assert change(person, organisation, {"about_pl": "Czyścimy studnie."}) == []
        assert organisation.verification_state == State.VERIFIED
        assert organisation.updated_by_organisation_on == clock.today()

    @pytest.mark.parametrize("state", [State.VERIFIED, State.STALE])
    @pytest.mark.parametrize(
        "data",
        [{"name": "Nowe Bractwo"}, {"krs": "0000999998"}, {"seat_address": "ul. Inna 1"}],
        ids=["name", "number", "seat"],
    )
    def test_identifying_data_go_back_to_the_queue(self, state, data):
        organisation, person = self.make_one(verification_state=state)
        coordinator = make.city_role("coordinator")
        assert change(person, organisation, data) == list(data)
        assert organisation.verification_state == State.SUBMITTED
        assert organisation.review_note
        assert told("organisation_changed") == {coordinator}

    def test_a_draft_stays_a_draft(self):
        organisation, person = self.make_one(verification_state=State.DRAFT)
        change(person, organisation, {"name": "Inne"})
        assert organisation.verification_state == State.DRAFT

    def test_the_same_values_are_no_change(self):
        organisation, person = self.make_one(krs=KRS)
        assert change(person, organisation, {"krs": "123456", "name": organisation.name}) == []
        assert organisation.verification_state == State.VERIFIED

    def test_an_editor_does_not_touch_what_the_city_confirms(self):
        organisation, person = self.make_one("editor")
        with pytest.raises(Forbidden):
            change(person, organisation, {"name": "Inne", "about_pl": "x"})
        organisation.refresh_from_db()
        assert organisation.about_pl == ""

    def test_a_coordinators_correction_keeps_the_confirmation(self):
        organisation, _person = self.make_one()
        change(make.city_role("coordinator"), organisation, {"seat_address": "ul. Inna 1"})
        assert organisation.verification_state == State.VERIFIED
        assert organisation.updated_by_organisation_on is None  # it was not its own word

    def test_a_number_of_another_is_refused(self):
        make.organisation(krs=KRS)
        organisation, person = self.make_one()
        with pytest.raises(AlreadyEntered):
            change(person, organisation, {"krs": KRS})

    def test_state_and_sample_mark_are_no_fields_of_the_form(self):
        organisation, person = self.make_one(verification_state=State.DRAFT)
        change(person, organisation, {"verification_state": State.VERIFIED, "slug": "x"})
        organisation.refresh_from_db()
        assert organisation.verification_state == State.DRAFT
        assert organisation.slug != "x"

    def test_nothing_changed_in_one_click(self):
        organisation, person = self.make_one("editor")
        confirm_unchanged(person, organisation)
        assert organisation.updated_by_organisation_on == clock.today()

    def test_strangers_see_nothing_to_change(self):
        organisation, _ = self.make_one(verification_state=State.DRAFT)
        with pytest.raises(NotFound):
            change(make.person(), organisation, {"about_pl": "x"})
        with pytest.raises(NotFound):
            confirm_unchanged(make.person(), organisation)


class TestParts:
    def test_contacts_are_kept_by_what_they_are(self):
        organisation = make.organisation()
        person = make.member(organisation)
        mail, phone = Contact("email", "a@example.org", public=True), Contact("phone", "12 345")
        set_contacts(person, organisation, [mail, phone, Contact("phone", "  ")])
        first = set(organisation.contacts.values_list("pk", flat=True))
        set_contacts(person, organisation, [Contact("email", "a@example.org"), phone])
        assert set(organisation.contacts.values_list("pk", flat=True)) == first
        assert not organisation.contacts.filter(public=True).exists()
        set_contacts(person, organisation, [phone])
        assert organisation.contacts.count() == 1

    @pytest.mark.parametrize("contact", [Contact("email", "nobody"), Contact("fax", "1")])
    def test_wrong_contacts_are_refused(self, contact):
        organisation = make.organisation()
        with pytest.raises(Invalid):
            set_contacts(make.member(organisation), organisation, [contact])

    def test_spheres_of_an_older_numbering_stay(self):
        load_legal_acts()
        load_spheres()
        old = Sphere.objects.create(
            code="33a",
            order=1,
            text_pl="dawna",
            text_en="old",
            valid=(date(2004, 1, 1), date(2010, 1, 1)),
            legal_act=Sphere.objects.first().legal_act,
        )
        organisation = make.organisation()
        OrganisationSphere.objects.create(organisation=organisation, sphere=old)
        person = make.member(organisation)
        set_spheres(person, organisation, ["16", "18"])
        set_spheres(person, organisation, ["18"])
        codes = set(organisation.spheres.values_list("sphere__code", flat=True))
        assert codes == {"33a", "18"}
        with pytest.raises(Invalid):
            set_spheres(person, organisation, ["33a"])


class TestVerification:
    def submitted(self, **fields):
        return make.organisation(verification_state=State.SUBMITTED, krs=KRS, **fields)

    def test_sending_names_everything_that_is_missing(self):
        organisation = make.organisation(verification_state=State.DRAFT)
        person = make.member(organisation, "representative")
        with pytest.raises(Problems) as refused:
            verification.submit(organisation, person)
        assert [one.field for one in refused.value.problems] == ["krs", "contacts"]

    def test_sent_it_waits_and_the_coordinators_know(self):
        coordinator = make.city_role("coordinator")
        organisation = make.organisation(verification_state=State.DRAFT, krs=KRS)
        OrganisationContact.objects.create(
            organisation=organisation, kind="email", value="a@example.org"
        )
        verification.submit(organisation, make.member(organisation, "representative"))
        assert list(verification.waiting()) == [organisation]
        assert told("organisation_submitted") == {coordinator}

    def test_confirmed_for_twelve_months_with_level_and_evidence(self):
        organisation = self.submitted()
        representative = make.member(organisation, "representative")
        with clock.frozen(datetime(2027, 2, 28, 12, tzinfo=KRAKOW)):
            verification.verify(
                organisation,
                make.city_role("coordinator"),
                level="register_match",
                evidence="Odpis z KRS",
            )
        assert organisation.verification_state == State.VERIFIED
        assert organisation.verified_until == date(2028, 2, 28)
        row = organisation.verifications.get()
        assert (row.level, row.evidence, row.valid_until) == (
            "register_match",
            "Odpis z KRS",
            date(2028, 2, 28),
        )
        assert told("organisation_verified") == {representative}

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({"level": "", "evidence": "x"}, "level"),
            ({"level": "hearsay", "evidence": "x"}, "level"),
            ({"level": "document", "evidence": " "}, "evidence"),
        ],
    )
    def test_not_without_level_and_evidence(self, wish, field):
        organisation = self.submitted()
        with pytest.raises(Invalid) as refused:
            verification.verify(organisation, make.city_role("coordinator"), **wish)
        assert refused.value.field == field

    @pytest.mark.parametrize("role", ["planner", "administrator"])
    def test_only_a_coordinator_confirms(self, role):
        with pytest.raises(Forbidden):
            verification.verify(
                self.submitted(), make.city_role(role), level="document", evidence="x"
            )

    @pytest.mark.parametrize("role", ["viewer", "representative"])
    def test_nobody_confirms_an_organisation_of_their_own(self, role):
        organisation = self.submitted()
        coordinator = make.member(organisation, role, make.city_role("coordinator"))
        for act in (
            lambda: verification.verify(organisation, coordinator, level="document", evidence="x"),
            lambda: verification.suspend(organisation, coordinator, reason="x"),
            lambda: verification.archive(organisation, coordinator, reason="x"),
        ):
            with pytest.raises(Forbidden):
                act()

    STEPS = {
        "submit": {"draft"},
        "verify": {"submitted", "stale", "verified"},
        "send_back": {"submitted", "stale"},
        "suspend": {"submitted", "verified", "stale"},
        "reinstate": {"suspended"},
        "archive": {"draft", "submitted", "verified", "stale", "suspended"},
    }

    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize("state", list(State))
    def test_each_step_starts_only_where_it_may(self, step, state):
        organisation = make.organisation(verification_state=state, krs=KRS)
        OrganisationContact.objects.create(
            organisation=organisation, kind="email", value="a@example.org"
        )
        by = make.city_role("coordinator")
        arguments = {
            "verify": {"level": "document", "evidence": "x"},
            "submit": {},
            "reinstate": {},
        }.get(step, {"reason": "powód"})
        if step == "submit":
            by = make.member(organisation, "representative")
        act = getattr(verification, step)
        if state in self.STEPS[step]:
            act(organisation, by, **arguments)
            assert organisation.verification_state != state or step == "verify"
        else:
            with pytest.raises(Conflict):
                act(organisation, by, **arguments)

    def test_what_harms_needs_a_reason_that_the_representatives_read(self):
        organisation = self.submitted()
        representative = make.member(organisation, "representative")
        coordinator = make.city_role("coordinator")
        with pytest.raises(Invalid):
            verification.send_back(organisation, coordinator, reason="  ")
        verification.send_back(organisation, coordinator, reason="Brak statutu.")
        assert organisation.review_note == "Brak statutu."
        assert told("organisation_returned") == {representative}

    def test_a_confirmation_ends_on_its_last_day_and_is_told_once(self):
        until = date(2027, 6, 1)
        organisation = make.organisation(verified_until=until)
        representative = make.member(organisation, "representative", valid=(date(2026, 1, 1), None))
        assert verification.age_confirmations(until - timedelta(days=1)) == 0
        with clock.frozen(datetime(2027, 6, 1, 4, tzinfo=KRAKOW)):
            assert verification.age_confirmations() == 1
            assert verification.age_confirmations() == 0
        organisation.refresh_from_db()
        assert organisation.verification_state == State.STALE
        assert told("organisation_stale") == {representative}

    def test_a_stale_one_that_says_nothing_changed_joins_the_queue(self):
        until = clock.today() - timedelta(days=40)
        organisation = make.organisation(
            verification_state=State.STALE, verified_until=until, updated_by_organisation_on=None
        )
        assert not verification.waiting().exists()
        confirm_unchanged(make.member(organisation), organisation)
        assert list(verification.waiting()) == [organisation]
        assert organisation.verification_state == State.STALE  # the city has the last word

    def test_twelve_months_are_counted_by_the_calendar(self):
        assert relativedelta(months=verification.MONTHS_VALID) == relativedelta(years=1)
