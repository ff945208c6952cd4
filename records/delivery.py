"""Delivering queued mail: to an SMTP server if EMAIL_HOST names one, else to files.

At least once: a mail is marked as sent after the server took it, so a crash in between repeats it,
with the same Message-ID and date. Failures wait longer each time (1, 2, 4 ... minutes,
12 hours at most) for five days, as RFC 5321 4.5.4.1 asks; then the row stays for a person to see.
"""

import os
import re
import smtplib
import tempfile
from datetime import timedelta
from email.utils import format_datetime
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from django.db import transaction

from records import clock
from records.models import OutgoingMail

LONGEST_WAIT = timedelta(hours=12)
KEEP_TRYING = timedelta(days=5)
SERVER_ANSWERED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


class Transport(Protocol):
    def send(self, message: EmailMultiAlternatives) -> None:
        """Hand one mail over, or raise."""


class FileTransport:
    """One .eml for each mail, named by its Message-ID: a repeat replaces itself, whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMultiAlternatives) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = re.sub(r"[^\w.@-]", "_", message.extra_headers["Message-ID"].strip("<>"))
        with tempfile.NamedTemporaryFile(
            dir=self.folder, prefix=".", suffix=".new", delete=False
        ) as file:
            file.write(message.message().as_bytes())
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(self.folder / f"{name}.eml")


class SMTPTransport:
    """The server named by EMAIL_HOST and its companions; one connection for each mail."""

    def send(self, message: EmailMultiAlternatives) -> None:
        SMTPBackend(fail_silently=False).send_messages([message])


def configured_transport() -> Transport:
    return SMTPTransport() if settings.EMAIL_HOST else FileTransport(Path(settings.MAIL_DIR))


def deliver_due(transport: Transport | None = None) -> int:
    """Try every mail that is due, each in its own transaction; the number delivered.

    Rows are locked while they are tried and locked rows are skipped, so workers may run in
    parallel. If the server cannot be reached at all, the round ends: the rest would fail too.
    """
    transport = transport or configured_transport()
    delivered = 0
    while (outcome := _deliver_next(transport)) not in (Outcome.NOTHING_DUE, Outcome.NO_SERVER):
        delivered += outcome is Outcome.DELIVERED
    return delivered


class Outcome(Enum):
    DELIVERED = auto()
    REFUSED = auto()
    NO_SERVER = auto()
    NOTHING_DUE = auto()


def _deliver_next(transport: Transport) -> Outcome:
    with transaction.atomic():
        now = clock.now()
        mail = OutgoingMail.objects.due(now).select_for_update(skip_locked=True).first()
        if mail is None:
            return Outcome.NOTHING_DUE
        mail.attempts += 1
        try:
            transport.send(as_message(mail))
        except Exception as error:  # noqa: BLE001 -- one bad mail must not hold up the rest
            mail.last_error = f"{type(error).__name__}: {error}"[:2000]
            wait = min(timedelta(minutes=2 ** min(mail.attempts - 1, 20)), LONGEST_WAIT)
            if now + wait > mail.created_at + KEEP_TRYING:
                mail.gave_up_at = now
            mail.not_before = now + wait
            mail.save()
            unreachable = isinstance(error, OSError) and not isinstance(error, SERVER_ANSWERED)
            return Outcome.NO_SERVER if unreachable else Outcome.REFUSED
        mail.sent_at = now
        mail.last_error = ""
        mail.save()
        return Outcome.DELIVERED


def as_message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as Django's message."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "Message-ID": mail.message_id,
            "Date": format_datetime(mail.created_at),
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",  # RFC 3834: holiday replies stay away
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message
