"""Mail is written with the fact it tells and delivered at least once."""

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from records import clock, delivery
from records.mail import OutboxBackend, queue_mail, queue_template
from records.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(tmp_path: Path) -> delivery.FileTransport:
    return delivery.FileTransport(tmp_path / "mail")


def a_mail(**changes) -> OutgoingMail:
    fields = {
        "to": "anna@example.org",
        "language": "pl",
        "subject": "Sala jest Twoja",
        "body": "Zażółć gęślą jaźń\n",
    }
    return queue_mail(**fields | changes)


def read(folder: Path) -> list:
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.iterdir())
    ]


class Unreachable:
    def send(self, message: EmailMultiAlternatives) -> None:
        raise ConnectionRefusedError("nobody listens")


class TakesThenCrashes(delivery.FileTransport):
    """The machine goes down after the server took the mail, before we could note it."""

    def send(self, message: EmailMultiAlternatives) -> None:
        super().send(message)
        raise SystemExit("power cut")


def test_a_delivered_mail_is_one_readable_file(letters):
    mail = a_mail(reply_to="zbk@example.org")

    assert delivery.deliver_due(letters) == 1

    [message] = read(letters.folder)
    assert message["To"] == "anna@example.org"
    assert message["Reply-To"] == "zbk@example.org"
    assert message["Subject"] == "Sala jest Twoja"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "pl"
    assert message.get_content().strip() == "Zażółć gęślą jaźń"
    assert [path.stat().st_mode & 0o777 for path in letters.folder.iterdir()] == [0o600]


def test_a_delivered_mail_is_not_delivered_again(letters):
    a_mail()
    delivery.deliver_due(letters)
    assert delivery.deliver_due(letters) == 0


def test_a_mail_of_a_transaction_that_rolled_back_was_never_asked_for(letters):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        a_mail()
        raise ZeroDivisionError
    assert delivery.deliver_due(letters) == 0
    assert not OutgoingMail.objects.exists()


def test_a_crash_after_the_server_took_it_repeats_it_under_the_same_message_id(tmp_path):
    mail = a_mail()
    crashing = TakesThenCrashes(tmp_path)
    with pytest.raises(SystemExit):
        delivery.deliver_due(crashing)
    [first] = read(tmp_path)

    assert delivery.deliver_due(delivery.FileTransport(tmp_path)) == 1

    [second] = read(tmp_path)  # the repeat took the place of the first
    assert first["Message-ID"] == second["Message-ID"] == mail.message_id
    assert first["Date"] == second["Date"]


def test_the_same_key_is_the_same_mail(letters):
    assert a_mail(key="booking:12:reminder") == a_mail(key="booking:12:reminder")
    a_mail(key="booking:13:reminder")
    assert delivery.deliver_due(letters) == 2


def test_a_mail_waits_for_its_time(letters):
    later = clock.now() + timedelta(hours=2)
    a_mail(not_before=later)
    assert delivery.deliver_due(letters) == 0
    with clock.frozen(later):
        assert delivery.deliver_due(letters) == 1


def test_failures_wait_longer_each_time(letters):
    a_mail()
    start = at = clock.now()
    waits = []
    for _ in range(12):
        with clock.frozen(at):
            assert delivery.deliver_due(Unreachable()) == 0
        mail = OutgoingMail.objects.get()
        waits.append((mail.not_before - at) / timedelta(minutes=1))
        at = mail.not_before
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720]
    assert mail.last_error == "ConnectionRefusedError: nobody listens"
    with clock.frozen(at):
        assert delivery.deliver_due(letters) == 1
    assert at - start < delivery.KEEP_TRYING


def test_after_five_days_it_stays_for_a_person_to_see():
    mail = a_mail()
    with clock.frozen(mail.created_at + timedelta(days=5)):
        delivery.deliver_due(Unreachable())
    mail.refresh_from_db()
    assert mail.gave_up_at is not None
    assert mail.sent_at is None


def test_if_nobody_listens_the_round_ends_after_the_first_mail():
    a_mail()
    a_mail()
    delivery.deliver_due(Unreachable())
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 1]


def test_one_mail_that_cannot_be_built_does_not_hold_up_the_rest(letters):
    with clock.frozen(clock.now() - timedelta(minutes=1)):
        bad = a_mail(reply_to="broken\naddress@example.org")
    a_mail()
    assert delivery.deliver_due(letters) == 1
    bad.refresh_from_db()
    assert bad.last_error.startswith("BadHeaderError")


def test_a_line_end_in_a_subject_begins_no_header(letters):
    a_mail(subject="Hello\r\nBcc: everybody@example.org")
    delivery.deliver_due(letters)
    [message] = read(letters.folder)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: everybody@example.org"


def test_whatever_django_mails_goes_through_the_outbox(letters):
    message = EmailMultiAlternatives("Confirm", "text", to=["a@example.org", "b@example.org"])
    message.attach_alternative("<p>text</p>", "text/html")

    OutboxBackend().send_messages([message])

    assert django_mail.outbox == []
    assert delivery.deliver_due(letters) == 2
    assert {m["To"] for m in read(letters.folder)} == {"a@example.org", "b@example.org"}
    assert [m.get_body(["html"]).get_content().strip() for m in read(letters.folder)] == [
        "<p>text</p>"
    ] * 2


def test_attachments_are_refused_aloud():
    message = EmailMultiAlternatives("Statute", "here", to=["a@example.org"])
    message.attach("statute.pdf", b"%PDF", "application/pdf")
    with pytest.raises(ValueError, match="link to the document"):
        OutboxBackend().send_messages([message])


@pytest.fixture
def template(settings, tmp_path: Path) -> str:
    (tmp_path / "letter.txt").write_text(
        "{% load i18n %}{% translate 'Yes' %}, {{ name }}\n\n{{ site_url }}/prosby/ <3\n"
    )
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    return "letter.txt"


@pytest.mark.parametrize(("language", "yes"), [("pl", "Tak"), ("en", "Yes")])
def test_a_template_is_in_the_readers_language_and_plain(template, settings, language, yes):
    mail = queue_template(
        template, to="a@example.org", language=language, context={"name": "Róża & Syn"}
    )
    assert mail.subject == f"{yes}, Róża & Syn"
    assert mail.body == f"{settings.SITE_URL}/prosby/ <3\n"
