"""Pages of the register over HTTP: what each sees, what never leaks, what a list costs."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations import joining
from organisations.models import (
    JoinRequest,
    Membership,
    Organisation,
    OrganisationContact,
    OrganisationSphere,
    Sphere,
)
from organisations.spheres import load_spheres
from records.dictionaries import load_legal_acts
from tests import make

pytestmark = pytest.mark.django_db
Role = Membership.Role


def browser(person=None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    if person is not None:
        person.language = "en"
        person.save()
        client.force_login(person)
    return client


def text(answer) -> str:
    return answer.content.decode()


def page(name, *args):
    return reverse(f"organisations:{name}", args=args)


class TestRegister:
    def test_visitors_find_public_profiles_by_words_in_any_order_and_without_marks(self):
        make.organisation("Stowarzyszenie „Łódka” w Nowej Hucie")
        make.organisation("Bractwo Studni")
        found = text(browser().get(page("list"), {"q": "hucie lodka"}))
        assert "Łódka" in found
        assert "Bractwo Studni" not in found

    @pytest.mark.parametrize("number", ["6761013717", "676-101-37-17", "123456", "0000123456"])
    def test_numbers_find_too(self, number):
        make.organisation("Bractwo Studni", nip="6761013717", krs="0000123456")
        make.organisation("Inni", krs="0000999998")
        found = text(browser().get(page("list"), {"q": number}))
        assert "Bractwo Studni" in found
        assert "Inni" not in found

    def test_unverified_and_hidden_ones_are_in_no_list_and_no_count(self):
        for state in ("draft", "submitted", "suspended", "archived"):
            make.organisation(f"Tajne {state}", verification_state=state)
        make.organisation("Tajne ukryte", is_public=False)
        answer = browser().get(page("list"), {"q": "tajne"})
        assert "Tajne" not in re.sub(r'value="[^"]*"', "", text(answer))
        assert answer.context["number"] == 0

    @pytest.mark.parametrize("name", ["detail", "edit", "members", "confirm", "submit", "verify"])
    @pytest.mark.parametrize("state", ["draft", "submitted", "suspended"])
    def test_a_foreign_unpublished_one_is_not_there(self, name, state):
        organisation = make.organisation("Tajne", verification_state=state)
        client = browser(make.member(make.organisation(), Role.REPRESENTATIVE))
        method = client.post if name in ("confirm", "submit", "verify") else client.get
        answer = method(page(name, organisation.slug))
        assert answer.status_code == 404
        assert "Tajne" not in text(answer)

    def test_a_missing_one_and_a_hidden_one_look_alike(self):
        make.organisation(slug="ukryta", verification_state="draft")
        client = browser(make.person())
        hidden, missing = client.get(page("detail", "ukryta")), client.get(page("detail", "brak"))
        assert hidden.status_code == missing.status_code == 404

        def words(answer):
            return re.sub(
                r'(nonce|csrfmiddlewaretoken" value)="[^"]+"|brak|ukryta', "", text(answer)
            )

        assert words(hidden) == words(missing)

    def test_a_visitor_who_may_not_is_asked_to_sign_in(self):
        organisation = make.organisation()
        answer = browser().get(page("edit", organisation.slug))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))

    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.VIEWER, 403), (Role.EDITOR, 200), (Role.PROXY, 200), (Role.REPRESENTATIVE, 200)],
    )
    def test_who_opens_the_form(self, role, status):
        organisation = make.organisation()
        client = browser(make.member(organisation, role))
        assert client.get(page("edit", organisation.slug)).status_code == status

    @pytest.mark.parametrize("who", ["visitor", "coordinator"])
    def test_the_list_costs_the_same_for_one_and_thirty(self, who):
        load_legal_acts()
        load_spheres()
        spheres = list(Sphere.objects.all()[:4])

        def add(number):
            for _ in range(number):
                one = make.organisation()
                for sphere in spheres:
                    OrganisationSphere.objects.create(organisation=one, sphere=sphere)

        client = browser(make.city_role("coordinator") if who == "coordinator" else None)
        counts = []
        for number in (1, 29):
            add(number)
            with CaptureQueriesContext(connection) as queries:
                client.get(page("list"))
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_wrong_filters_narrow_nothing_and_break_nothing(self):
        make.organisation("Bractwo Studni")
        answer = browser().get(page("list"), {"dzielnica": "99", "sfera": "nope", "page": "x"})
        assert answer.status_code == 200


class TestContacts:
    def test_office_contacts_are_for_officials_and_members_only(self):
        organisation = make.organisation()
        OrganisationContact.objects.create(
            organisation=organisation, kind="phone", value="500 600 700", public=False
        )
        OrganisationContact.objects.create(
            organisation=organisation, kind="email", value="biuro@example.org", public=True
        )
        for person, sees in [
            (None, False),
            (make.person(), False),
            (make.member(make.organisation()), False),
            (make.member(organisation, Role.VIEWER), True),
            (make.staff(make.unit(), "viewer"), True),
            (make.city_role("coordinator"), True),
        ]:
            seen = text(browser(person).get(page("detail", organisation.slug)))
            assert ("500 600 700" in seen) is sees, person
            assert "biuro@example.org" in seen

    def test_members_and_history_are_not_public(self):
        organisation = make.organisation()
        make.member(organisation, Role.REPRESENTATIVE, make.person("Anna Sekretna"))
        organisation.review_note = "notatka urzędu"
        organisation.save()
        for person in (None, make.person(), make.staff(make.unit(), "head")):
            seen = text(browser(person).get(page("detail", organisation.slug)))
            assert "Anna Sekretna" not in seen
            assert "notatka urzędu" not in seen


class TestEntering:
    FORM = {
        "name": "Bractwo Studni",
        "legal_form": "registered_association",
        "krs": "0000 123 456",
        "seat_locality": "Kraków",
    }

    def test_from_draft_to_confirmed(self):
        person, coordinator = make.person(), make.city_role("coordinator")
        client = browser(person)
        answer = client.post(page("found"), self.FORM)
        assert answer.url == page("edit", "bractwo-studni")
        client.post(
            page("edit", "bractwo-studni"),
            {
                **self.FORM,
                "is_public": "on",
                "contacts-TOTAL_FORMS": "1",
                "contacts-INITIAL_FORMS": "0",
                "contacts-0-kind": "email",
                "contacts-0-value": "biuro@example.org",
                "contacts-0-public": "on",
            },
        )
        assert client.post(page("submit", "bractwo-studni")).status_code == 302
        assert browser().get(page("detail", "bractwo-studni")).status_code == 404
        desk = browser(coordinator)
        assert "Bractwo Studni" in text(desk.get(page("queue")))
        desk.post(
            page("verify", "bractwo-studni"),
            {"verify-level": "register_match", "verify-evidence": "Odpis z KRS z 20.11.2026"},
        )
        assert "biuro@example.org" in text(browser().get(page("detail", "bractwo-studni")))
        assert "Bractwo Studni" not in text(desk.get(page("queue")))

    def test_a_known_number_leads_to_asking_and_no_further(self):
        known = make.organisation("Bractwo Prawdziwe", krs="0000123456", verification_state="draft")
        client = browser(make.person())
        answer = client.post(page("found"), self.FORM)
        assert answer.status_code == 422
        assert not Organisation.objects.filter(name="Bractwo Studni").exists()
        address = re.search(r'href="(/organizacje/[^"]+/dolacz/[^"]+)"', text(answer))[1]
        assert client.get(page("detail", known.slug)).status_code == 404
        assert client.get(page("join", known.slug)).status_code == 404
        assert client.get(address.replace("&amp;", "&")).status_code == 200
        word = address.partition("zaproszenie=")[2]
        client.post(page("join", known.slug), {"role": "representative", "zaproszenie": word})
        assert JoinRequest.objects.get().organisation == known
        assert client.get(page("detail", known.slug)).status_code == 404

    def test_similar_names_are_shown_once(self):
        make.organisation("Bractwo Studnia")
        client = browser(make.person())
        first = client.post(page("found"), self.FORM)
        assert "Bractwo Studnia" in text(first)
        assert client.post(page("found"), {**self.FORM, "another": "on"}).status_code == 302

    def test_a_form_with_a_mistake_keeps_what_was_typed(self):
        answer = browser(make.person()).post(page("found"), {**self.FORM, "nip": "123"})
        assert answer.status_code == 422
        assert "0000 123 456" in text(answer)

    def test_the_parts_of_the_form_are_saved_together_or_not_at_all(self):
        organisation = make.organisation(about_pl="dawne")
        client = browser(make.member(organisation))
        answer = client.post(
            page("edit", organisation.slug),
            {
                "about_pl": "nowe",
                "addresses": "ul. Nieistniejąca 99999",
                "contacts-TOTAL_FORMS": "0",
                "contacts-INITIAL_FORMS": "0",
            },
        )
        assert answer.status_code == 422
        assert "ul. Nieistniejąca 99999" in text(answer)
        organisation.refresh_from_db()
        assert organisation.about_pl == "dawne"


class TestMembersPage:
    def test_the_representative_answers_on_it(self):
        organisation = make.organisation()
        representative = make.member(organisation, Role.REPRESENTATIVE)
        asked = joining.ask_to_join(make.person("Ewa Nowa"), organisation, Role.EDITOR)
        client = browser(representative)
        assert "Ewa Nowa" in text(client.get(page("members", organisation.slug)))
        client.post(page("accept_join", asked.pk), {f"a{asked.pk}-role": "editor"})
        asked.refresh_from_db()
        assert asked.state == "accepted"

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.PROXY])
    def test_other_members_do_not_see_who_asks(self, role):
        organisation = make.organisation()
        person = make.member(organisation, role)
        asked = joining.ask_to_join(make.person("Ewa Nowa"), organisation, Role.EDITOR)
        client = browser(person)
        assert "Ewa Nowa" not in text(client.get(page("members", organisation.slug)))
        assert client.post(page("accept_join", asked.pk), {}).status_code == 404

    def test_a_foreign_members_page_is_forbidden_and_empty(self):
        organisation = make.organisation()
        make.member(organisation, Role.REPRESENTATIVE, make.person("Anna Sekretna"))
        answer = browser(make.person()).get(page("members", organisation.slug))
        assert answer.status_code == 403
        assert "Anna Sekretna" not in text(answer)

    def test_a_membership_of_another_organisation_is_not_reached_through_ones_own(self):
        ours, theirs = make.organisation(), make.organisation()
        representative = make.member(ours, Role.REPRESENTATIVE)
        make.member(theirs, Role.EDITOR)
        foreign = theirs.memberships.get()
        answer = browser(representative).post(page("end_membership", ours.slug, foreign.pk))
        assert answer.status_code == 404
        assert theirs.memberships.get().valid.upper is None

    def test_gets_change_nothing(self):
        organisation = make.organisation()
        client = browser(make.member(organisation, Role.REPRESENTATIVE))
        mine = organisation.memberships.get()
        for address in (
            page("end_membership", organisation.slug, mine.pk),
            page("confirm", organisation.slug),
            page("submit", organisation.slug),
            page("verify", organisation.slug),
            page("step", organisation.slug, "zawies"),
        ):
            assert client.get(address).status_code == 405


class TestQueue:
    @pytest.mark.parametrize(
        ("who", "status"),
        [("person", 403), ("administrator", 403), ("coordinator", 200)],
    )
    def test_is_for_coordinators(self, who, status):
        person = make.person() if who == "person" else make.city_role(who)
        assert browser(person).get(page("queue")).status_code == status

    def test_every_page_opens_for_a_coordinator(self):
        coordinator = browser(make.city_role("coordinator"))
        for state in Organisation.VerificationState.values:
            organisation = make.organisation(verification_state=state)
            joining_person = make.person()
            JoinRequest.objects.create(
                organisation=organisation,
                person=joining_person,
                role="editor",
                created_at=organisation.created_at,
            )
            for name in ("detail", "edit", "members"):
                assert coordinator.get(page(name, organisation.slug)).status_code == 200
        assert coordinator.get(page("queue")).status_code == 200
        assert coordinator.get(page("list"), {"stan": "draft"}).status_code == 200


class TestApi:
    def test_me(self):
        organisation = make.organisation("Bractwo")
        person = make.member(organisation, Role.VIEWER)
        make.member(make.organisation("Cudze"))
        answer = browser(person).get("/api/v1/me").json()
        assert answer["email"] == person.email
        assert [(o["name"], o["may_request"]) for o in answer["organisations"]] == [
            ("Bractwo", False)
        ]

    def test_me_needs_somebody(self):
        assert browser().get("/api/v1/me").status_code == 401

    def test_unknown_parameters_are_named(self):
        answer = browser(make.person()).get("/api/v1/me?x=1")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "x"
