"""Telling people what happened: inside the application and by mail, in the reader's language.

    notify(people, "join_accepted", {"organisation": name}, url="/organizacje/…/")

A kind is a text template, `<folder>/<kind>.txt`: its first line is the subject, the rest the body.
The text is made when it is read, so an English reader never gets what a Polish one triggered. Apps
register their kinds in config/composition.py with `register`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template import Context, Engine
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from organisations.models import Notification, Person
from records import clock
from records.clock import KRAKOW
from records.mail import queue_mail

#: kind -> template
KINDS: dict[str, str] = {}


def register(folder: str, *kinds: str) -> None:
    """Make kinds known, with their templates in `folder` (of a template directory)."""
    for kind in kinds:
        KINDS[kind] = f"{folder}/{kind}.txt"


register(
    "organisations/notifications",
    "join_asked",
    "join_accepted",
    "join_refused",
    "membership_given",
    "membership_ended",
    "organisation_submitted",
    "organisation_verified",
    "organisation_returned",
    "organisation_suspended",
    "organisation_stale",
    "organisation_changed",
    "role_given",
    "role_ended",
)


@transaction.atomic
def notify(
    people: Person | Iterable[Person],
    kind: str,
    context: Mapping[str, Any],
    url: str = "",
    *,
    mail: bool = True,
    key: str = "",
) -> list[Notification]:
    """Leave a message of a registered kind for each person; by mail, too, unless `mail` is False.

    `context` holds what the template shows: text, numbers, dates, Decimal, and lists and mappings
    of these; a lazy translation would freeze the writer's language, so it is a TypeError. `url` is
    the path of a page that shows more and asks; following it decides nothing. `key` names the fact
    ("booking:12:reminder"): a person is told once per key, however often we are called.
    """
    if kind not in KINDS:
        raise KeyError(f"no notification of kind {kind!r} is registered")
    packed = _packed(dict(context))
    told = []
    for person in [people] if isinstance(people, Person) else people:
        if not person.is_active:
            continue
        fields = {"kind": kind, "context": packed, "url": url, "created_at": clock.now()}
        if key:
            notification, is_new = Notification.objects.get_or_create(
                person=person, key=key, defaults=fields
            )
            if not is_new:
                continue
        else:
            notification = Notification.objects.create(person=person, **fields)
        told.append(notification)
        if mail:
            _mail(person, notification)
    return told


def _mail(person: Person, notification: Notification) -> None:
    with override(person.language):
        subject, body = text_of(notification)
        parts = [body]
        if notification.url:
            parts.append(settings.SITE_URL + notification.url)
        parts.append("-- \n" + _("Zasoby, municipal space of Kraków") + f"\n{settings.SITE_URL}")
        queue_mail(
            to=person.email,
            language=person.language,
            subject=f"Zasoby: {subject}",
            body="\n\n".join(part for part in parts if part) + "\n",
            key=f"notification:{notification.pk}",
        )


def text_of(notification: Notification) -> tuple[str, str]:
    """Subject and body in the language that is active now."""
    template = KINDS.get(notification.kind)
    if template is None:  # a kind of an older version
        return notification.kind, ""
    context = {"site_url": settings.SITE_URL, **restored(notification)}
    text = (
        Engine.get_default()
        .get_template(template)
        .render(Context(context, autoescape=False))
        .strip()
    )
    subject, _newline, body = text.partition("\n")
    return subject.strip(), body.strip()


def restored(notification: Notification) -> dict[str, Any]:
    """What the notification was given to show, with its dates and sums."""
    return _unpacked(notification.context)


def unread_count(person: Person) -> int:
    return person.notifications.filter(read_at=None).count()


def mark_read(person: Person, pks: Iterable[int] | None = None) -> int:
    """Mark own notifications as read, or all of them. Returns how many changed."""
    unread = person.notifications.filter(read_at=None)
    if pks is not None:
        unread = unread.filter(pk__in=list(pks))
    return unread.update(read_at=clock.now())


# JSON knows no dates and no decimals; templates need them to format in the reader's convention.
_MARK = "$"


def _packed(value: Any) -> Any:
    if isinstance(value, Promise):
        raise TypeError("translate in the template: the reader's language is not known here")
    if isinstance(value, datetime):
        return {_MARK: "datetime", "value": value.isoformat()}
    if isinstance(value, date):
        return {_MARK: "date", "value": value.isoformat()}
    if isinstance(value, Decimal):
        return {_MARK: "decimal", "value": str(value)}
    if isinstance(value, Mapping):
        return {str(name): _packed(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(inner) for inner in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a notification cannot hold a {type(value).__name__}: pass what it shows")


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        match value.get(_MARK):
            case "datetime":
                return datetime.fromisoformat(value["value"]).astimezone(KRAKOW)
            case "date":
                return date.fromisoformat(value["value"])
            case "decimal":
                return Decimal(value["value"])
        return {name: _unpacked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_unpacked(inner) for inner in value]
    return value
