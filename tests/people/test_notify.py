"""Notifications: once per fact, in the reader's language, and for nobody else's eyes."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from organisations.models import Notification
from organisations.notify import KINDS, mark_read, notify, restored, text_of, unread_count
from records.clock import KRAKOW
from records.models import OutgoingMail
from tests import make

pytestmark = pytest.mark.django_db

ACCEPTED = {"organisation": "Bractwo Studni"}


def test_every_kind_has_a_template_with_subject():
    assert KINDS
    for template in KINDS.values():
        assert get_template(template).template.source.strip(), template


def test_each_person_gets_a_message_and_a_mail_in_their_language():
    polish, english = make.person(language="pl"), make.person(language="en")
    with override("en"):
        notify([polish, english], "join_accepted", ACCEPTED, url="/organizacje/bractwo/")
    mails = {mail.to: mail for mail in OutgoingMail.objects.all()}
    assert "You now belong to Bractwo Studni" in mails[english.email].subject
    assert "municipal space" in mails[english.email].body
    assert "municipal space" not in mails[polish.email].body
    for person in (polish, english):
        assert mails[person.email].language == person.language
        assert "http://127.0.0.1:8000/organizacje/bractwo/" in mails[person.email].body
        assert unread_count(person) == 1


def test_names_are_not_escaped_in_mails():
    person = make.person(language="en")
    notify(person, "join_accepted", {"organisation": "Koło „A & B”"})
    assert "A & B" in OutgoingMail.objects.get().subject


def test_without_mail_there_is_only_the_message():
    notify(make.person(), "join_accepted", ACCEPTED, mail=False)
    assert Notification.objects.count() == 1
    assert not OutgoingMail.objects.exists()


def test_a_key_is_told_once_a_person():
    people = [make.person(), make.person()]
    assert len(notify(people, "join_accepted", ACCEPTED, key="fact:1")) == 2
    assert notify(people, "join_accepted", ACCEPTED, key="fact:1") == []
    assert len(notify(people, "join_accepted", ACCEPTED, key="fact:2")) == 2
    assert OutgoingMail.objects.count() == 4


def test_the_database_keeps_a_key_once_a_person():
    person = make.person()
    notify(person, "join_accepted", ACCEPTED, key="fact:1")
    row = Notification.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="notification_once_per_key"), transaction.atomic():
        row.save()


def test_closed_accounts_are_not_written_to():
    assert notify(make.person(is_active=False), "join_accepted", ACCEPTED) == []


def test_what_rolls_back_was_never_told():
    def fail():
        with transaction.atomic():
            notify(make.person(), "join_accepted", ACCEPTED)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert not OutgoingMail.objects.exists()


def test_dates_and_money_come_back_as_they_went():
    context = {
        "organisation": "X",
        "when": datetime(2027, 3, 28, 18, tzinfo=KRAKOW),
        "day": date(2027, 3, 28),
        "price": Decimal("86.40"),
        "list": [{"day": date(2027, 1, 1)}],
    }
    [notification] = notify(make.person(), "join_accepted", context)
    notification.refresh_from_db()
    assert restored(notification) == context


@pytest.mark.parametrize("value", [gettext_lazy("yes"), object(), {1, 2}])
def test_what_cannot_be_kept_is_refused(value):
    with pytest.raises(TypeError):
        notify(make.person(), "join_accepted", {"organisation": value})


def test_an_unknown_kind_is_an_error():
    with pytest.raises(KeyError):
        notify(make.person(), "never_registered", {})


def test_a_kind_of_an_older_version_does_not_break_the_page():
    assert text_of(Notification(kind="gone", context={})) == ("gone", "")


class TestPage:
    def test_shows_mine_and_not_theirs(self, client):
        me = make.person(language="en")
        notify(me, "join_accepted", {"organisation": "Mine <b>"}, mail=False)
        notify(make.person(), "join_accepted", {"organisation": "Theirs"}, mail=False)
        client.force_login(me)
        page = client.get(reverse("notifications")).content.decode()
        assert "Mine &lt;b&gt;" in page
        assert "Theirs" not in page

    def test_reading_is_a_post_and_leads_on(self, client):
        me = make.person()
        [one] = notify(me, "join_accepted", ACCEPTED, url="/organizacje/bractwo/", mail=False)
        client.force_login(me)
        url = reverse("notification_read", args=[one.pk])
        assert client.get(url).status_code == 405
        assert unread_count(me) == 1
        assert client.post(url).url == "/organizacje/bractwo/"
        assert unread_count(me) == 0

    def test_a_foreign_one_is_not_there(self, client):
        [one] = notify(make.person(), "join_accepted", ACCEPTED, mail=False)
        client.force_login(make.person())
        assert client.post(reverse("notification_read", args=[one.pk])).status_code == 404
        one.refresh_from_db()
        assert one.read_at is None

    def test_all_at_once(self, client):
        me, other = make.person(), make.person()
        notify([me, other], "join_accepted", ACCEPTED, mail=False)
        client.force_login(me)
        client.post(reverse("notifications_read_all"))
        assert (unread_count(me), unread_count(other)) == (0, 1)

    @pytest.mark.parametrize("many", [1, 30])
    def test_the_list_costs_the_same_for_one_and_thirty(
        self, client, many, django_assert_max_num_queries
    ):
        me = make.person()
        for _ in range(many):
            notify(me, "join_accepted", ACCEPTED, mail=False)
        client.force_login(me)
        with django_assert_max_num_queries(9):
            client.get(reverse("notifications"))


def test_marking_marks_only_ones_own():
    me, other = make.person(), make.person()
    [_mine], [theirs] = (notify(who, "join_accepted", ACCEPTED, mail=False) for who in (me, other))
    assert mark_read(me, [theirs.pk]) == 0
