"""Addresses of calendars: signed, so that nobody guesses one, and revocable.

The address carries the feed's key and a signature over it. Whoever has it reads the calendar
without signing in, so it says no more than the maker may see, asked anew each time: who left an
organisation or a unit leaves a dead address behind.
"""

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from organisations.models import Organisation, Person
from organisations.permissions import can as can_in_organisations
from records.clock import now
from records.problems import Forbidden, Invalid
from resources.models import Feed, ManagingUnit, Resource
from resources.permissions import can

MAX_FEEDS = 30
_signer = Signer(salt="resources.booking.feeds")


def signed(feed: Feed) -> str:
    """The part of the address that stands for the feed."""
    return _signer.sign(feed.key.hex).replace(":", ".")


def find(text: str) -> Feed | None:
    """The living feed of a signed key whose maker may still see what it shows."""
    try:
        key = _signer.unsign(text.replace(".", ":"))
    except BadSignature:
        return None
    feed = (
        Feed.objects.select_related("person", "organisation", "resource__site", "unit")
        .filter(key=key, revoked_at__isnull=True)
        .first()
    )
    return feed if feed is not None and _allowed(feed) else None


def _allowed(feed: Feed) -> bool:
    person = feed.person
    if not person.is_active:
        return False
    subject = _subject(feed)
    if isinstance(subject, Organisation):
        return can_in_organisations(person, "organisation.feed", subject)
    if isinstance(subject, ManagingUnit):
        return can(person, "unit.feed", subject)
    if isinstance(subject, Resource):
        return can(person, "resource.view", subject)
    return True


def _subject(feed: Feed) -> Organisation | ManagingUnit | Resource | None:
    return {
        Feed.Kind.ORGANISATION: feed.organisation,
        Feed.Kind.UNIT: feed.unit,
        Feed.Kind.RESOURCE: feed.resource,
    }.get(Feed.Kind(feed.kind))


def make(
    person: Person,
    *,
    organisation: Organisation | None = None,
    resource: Resource | None = None,
    unit: ManagingUnit | None = None,
) -> Feed:
    """A new address for the person's own dates, or for the one subject given.

    Raises Forbidden for what the person may not see, Invalid beyond 30 addresses.
    """
    if living(person).count() >= MAX_FEEDS:
        raise Invalid(_("You have many calendars already. Revoke one that you do not use."))
    kind = Feed.Kind.PERSON
    if organisation is not None:
        kind = Feed.Kind.ORGANISATION
    elif resource is not None:
        kind = Feed.Kind.RESOURCE
    elif unit is not None:
        kind = Feed.Kind.UNIT
    feed = Feed(
        kind=kind,
        person=person,
        organisation=organisation,
        resource=resource,
        unit=unit,
        created_at=now(),
    )
    if not _allowed(feed):
        raise Forbidden(_("You may not see this calendar."))
    feed.save()
    return feed


def living(person: Person) -> QuerySet[Feed]:
    return Feed.objects.filter(person=person, revoked_at__isnull=True)


def revoke(feed: Feed) -> None:
    """From now on the address leads nowhere."""
    Feed.objects.filter(pk=feed.pk, revoked_at__isnull=True).update(revoked_at=now())
