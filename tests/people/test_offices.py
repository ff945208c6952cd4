"""Roles over the city, and the technical back office."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse

from config.admin_site import LookingAdmin
from organisations import city_roles
from organisations.models import CityRole, Notification
from organisations.roles import forget
from records import clock
from records.problems import Conflict, Forbidden, Invalid
from resources.permissions import can
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return make.city_role("administrator", make.person(language="en"))


class TestGiving:
    def test_a_role_holds_from_its_first_day_to_its_last(self, administrator):
        person, today = make.person(), clock.today()
        city_roles.grant(
            administrator,
            email=person.email.upper(),
            role="coordinator",
            first=today,
            last=today + timedelta(days=2),
        )
        assert can(person, "organisation.verify")
        assert can(person, "organisation.verify", on=today + timedelta(days=2))
        assert not can(person, "organisation.verify", on=today + timedelta(days=3))

    def test_its_holder_is_told_in_their_language(self, administrator):
        person = make.person(language="en")
        city_roles.grant(administrator, email=person.email, role="planner")
        notification = Notification.objects.get(person=person)
        assert notification.context["role"] == "planner of the Civic Centre network"

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({"role": "mayor"}, "role"),
            ({"email": "nobody@example.org"}, "email"),
            ({"first": clock.today() - timedelta(days=1)}, "first"),
            ({"last": clock.today() - timedelta(days=1)}, "last"),
        ],
    )
    def test_wrong_wishes(self, administrator, wish, field):
        person = make.person()
        with pytest.raises(Invalid) as refused:
            city_roles.grant(administrator, **{"email": person.email, "role": "planner", **wish})
        assert refused.value.field == field

    def test_not_twice_at_a_time(self, administrator):
        person = make.city_role("planner")
        with pytest.raises(Conflict):
            city_roles.grant(administrator, email=person.email, role="planner")

    @pytest.mark.parametrize("who", ["coordinator", "planner", "head"])
    def test_nobody_else_gives_roles(self, who):
        person = make.staff(make.unit(), "head") if who == "head" else make.city_role(who)
        with pytest.raises(Forbidden):
            city_roles.grant(person, email=person.email, role="administrator")


class TestEnding:
    @pytest.mark.parametrize("days_ago", [0, 30])
    def test_at_once(self, administrator, days_ago):
        first = clock.today() - timedelta(days=days_ago)
        person = make.city_role("coordinator", valid=(first, None))
        city_roles.end(administrator, person.city_roles.get())
        forget(person)
        assert not can(person, "organisation.verify")

    def test_the_last_administrator_stays(self, administrator):
        with pytest.raises(Conflict):
            city_roles.end(administrator, administrator.city_roles.get())
        assert CityRole.objects.get().valid.upper is None
        other = make.city_role("administrator")
        city_roles.end(administrator, other.city_roles.get())


class TestPage:
    def test_gives_and_ends(self, administrator, client):
        client.force_login(administrator)
        person = make.person("Ewa Nowa")
        today = clock.today().isoformat()
        client.post(
            reverse("city_roles"), {"email": person.email, "role": "planner", "first": today}
        )
        role = person.city_roles.get()
        assert "Ewa Nowa" in client.get(reverse("city_roles")).content.decode()
        client.post(reverse("end_city_role", args=[role.pk]))
        assert not person.city_roles.exists()

    def test_a_mistake_is_said_beside_its_field(self, administrator, client):
        client.force_login(administrator)
        answer = client.post(
            reverse("city_roles"),
            {"email": "nobody@example.org", "role": "planner", "first": clock.today().isoformat()},
        )
        assert answer.status_code == 422
        assert "nobody@example.org" in answer.content.decode()

    @pytest.mark.parametrize("who", ["coordinator", "planner"])
    def test_is_for_the_administrator(self, who, client):
        person = make.city_role(who)
        client.force_login(person)
        assert client.get(reverse("city_roles")).status_code == 403
        role = person.city_roles.get()
        assert client.post(reverse("end_city_role", args=[role.pk])).status_code == 403

    def test_the_past_is_apart(self, administrator, client):
        client.force_login(administrator)
        today = clock.today()
        make.city_role(
            "planner", make.person("Dawna Osoba"), valid=(today - timedelta(days=9), today)
        )
        answer = client.get(reverse("city_roles"))
        assert [str(role.person) for role in answer.context["over"]] == ["Dawna Osoba"]


class TestBackOffice:
    def models(self):
        return [
            model for model, one in admin.site._registry.items() if isinstance(one, LookingAdmin)
        ]

    def test_every_list_opens_for_the_administrator(self, administrator, client):
        client.force_login(administrator)
        assert client.get("/admin/").status_code == 200
        assert len(self.models()) > 10
        for model in self.models():
            options = model._meta
            address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
            assert client.get(address).status_code == 200, address

    @pytest.mark.parametrize("who", ["person", "coordinator", "flagged as staff"])
    def test_nobody_else_enters(self, who, client):
        person = make.city_role(who) if who == "coordinator" else make.person()
        person.is_staff = who == "flagged as staff"
        person.save()
        client.force_login(person)
        assert client.get("/admin/", follow=True).status_code == 403

    def test_a_visitor_is_asked_to_sign_in(self, client):
        answer = client.get("/admin/organisations/person/")
        assert answer.status_code == 302
        assert reverse("account_login") in client.get(answer.url).url

    def test_nothing_is_deleted_and_people_are_not_edited(self, administrator, client):
        client.force_login(administrator)
        unit = make.unit()
        for model in self.models():
            options = model._meta
            name = f"admin:{options.app_label}_{options.model_name}_delete"
            assert client.post(reverse(name, args=[unit.pk]), {"post": "yes"}).status_code in (
                302,  # no such row
                403,
            )
        assert type(unit).objects.filter(pk=unit.pk).exists()
        person = make.person("Anna")
        client.post(
            reverse("admin:organisations_person_change", args=[person.pk]), {"full_name": "Ewa"}
        )
        person.refresh_from_db()
        assert person.full_name == "Anna"

    def test_secrets_are_shown_nowhere(self, administrator, client):
        client.force_login(administrator)
        person = make.person(password=make.PASSWORD)
        page = client.get(reverse("admin:organisations_person_change", args=[person.pk]))
        assert person.password not in page.content.decode()

    def test_history_is_that_of_the_triggers(self, administrator, client):
        client.force_login(administrator)
        unit = make.unit("Dawna nazwa")
        unit.name = "Nowa nazwa"
        unit.save()
        page = client.get(reverse("admin:resources_managingunit_history", args=[unit.pk]))
        assert "Dawna nazwa" in page.content.decode()
