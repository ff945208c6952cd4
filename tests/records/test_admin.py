"""The technical admin of mail: looking on, and trying again what was given up."""

from datetime import timedelta

import pytest
from django.urls import reverse

from organisations.models import Person
from records import clock, delivery
from records.mail import queue_mail
from tests import make

pytestmark = pytest.mark.django_db
LIST = "admin:records_outgoingmail_changelist"


@pytest.fixture
def administrator(client) -> Person:
    person = make.city_role("administrator")
    client.force_login(person)
    return person


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize("model", ["legalact", "datasource", "calendarperiod", "outgoingmail"])
def test_lists_open(client, model):
    assert client.get(reverse(f"admin:records_{model}_changelist")).status_code == 200


@pytest.mark.usefixtures("administrator")
def test_mail_that_was_given_up_is_tried_again_and_only_that(client, tmp_path):
    given_up, sent = (
        queue_mail(to=to, language="pl", subject="Tak", body="tak")
        for to in ("a@example.org", "b@example.org")
    )
    long_ago = clock.now() - timedelta(days=9)
    type(given_up).objects.filter(pk=given_up.pk).update(created_at=long_ago, gave_up_at=long_ago)
    type(sent).objects.filter(pk=sent.pk).update(sent_at=long_ago)

    client.post(reverse(LIST), {"action": "try_again", "_selected_action": [given_up.pk, sent.pk]})

    assert delivery.deliver_due(delivery.FileTransport(tmp_path)) == 1
    given_up.refresh_from_db()
    assert given_up.sent_at is not None
    assert given_up.gave_up_at is None


@pytest.mark.usefixtures("administrator")
def test_nobody_writes_mail_here(client):
    mail = queue_mail(to="a@example.org", language="pl", subject="Tak", body="tak")
    assert client.get(reverse("admin:records_outgoingmail_add")).status_code == 403
    page = reverse("admin:records_outgoingmail_change", args=[mail.pk])
    assert client.post(page, {"to": "c@example.org"}).status_code == 403


@pytest.mark.usefixtures("administrator")
def test_the_text_is_not_shown_for_it_may_hold_a_link_to_a_new_password(client):
    mail = queue_mail(to="a@example.org", language="pl", subject="Tak", body="tajny-link")
    page = client.get(reverse("admin:records_outgoingmail_change", args=[mail.pk]))
    assert page.status_code == 200
    assert "tajny-link" not in page.content.decode()
