"""Mail that is never lost: written with the fact, delivered by the worker.

`queue_mail` and `queue_template` write a row of OutgoingMail in the caller's transaction: if that
rolls back, the mail was never asked for; once it commits, the mail survives any crash. The worker
delivers at least once (records/delivery.py). OutboxBackend sends whatever Django or allauth mail
down the same way.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template import Context, Engine
from django.utils.translation import get_language, override

from records import clock
from records.models import OutgoingMail


def queue_mail(
    *,
    to: str,
    language: str,
    subject: str,
    body: str,
    html: str = "",
    key: str = "",
    reply_to: str = "",
    not_before: datetime | None = None,
) -> OutgoingMail:
    """Ask for a mail to one address; it leaves after the surrounding transaction commits.

    `key` names the fact ("booking:12:reminder"): asking again with the same key is the same mail
    and changes nothing, so a job that reminds may run as often as it likes. Without a key every
    call is a mail of its own. `not_before` delays it.
    """
    from records.jobs import deliver_mail  # noqa: PLC0415 -- jobs import this module

    name = hashlib.sha256(key.encode()).hexdigest()[:32] if key else uuid.uuid4().hex
    message_id = f"<{name}@{settings.MAIL_DOMAIN}>"
    with transaction.atomic():
        mail, is_new = OutgoingMail.objects.get_or_create(
            message_id=message_id,
            defaults={
                "to": to,
                "reply_to": reply_to,
                "language": language,
                # A line end in a subject would begin another header.
                "subject": " ".join(subject.split())[:300],
                "body": body,
                "html": html,
                "created_at": clock.now(),
                "not_before": not_before or clock.now(),
            },
        )
        if is_new and not_before is None:
            deliver_mail.defer()
    return mail


def queue_template(
    template: str, *, to: str, language: str, context: dict[str, Any], **options: Any
) -> OutgoingMail:
    """Queue a mail from a text template, rendered in the reader's language.

    The first line of the template is the subject, the rest the body. Plain text: nothing is
    escaped. `site_url` (no slash at the end) is there for links. `options` as in queue_mail.
    """
    with override(language):
        text = (
            Engine.get_default()
            .get_template(template)
            .render(Context({"site_url": settings.SITE_URL, **context}, autoescape=False))
        )
    subject, _, body = text.strip().partition("\n")
    return queue_mail(
        to=to, language=language, subject=subject, body=body.strip() + "\n", **options
    )


class OutboxBackend(BaseEmailBackend):
    """Django's e-mail backend that queues, one row for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                if message.attachments:
                    raise ValueError("mails carry no attachments here: link to the document")
                for recipient in message.recipients():
                    queue_mail(
                        to=recipient,
                        language=get_language() or settings.LANGUAGE_CODE,
                        subject=str(message.subject),
                        body=str(message.body),
                        html=_html_part(message),
                        reply_to=next(iter(message.reply_to), ""),
                    )
        return len(email_messages)


def _html_part(message: EmailMessage) -> str:
    if isinstance(message, EmailMultiAlternatives):
        for content, mimetype in message.alternatives:
            if mimetype == "text/html":
                return str(content)
    return ""
