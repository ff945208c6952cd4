"""Keeping the inventory true: how old a confirmation is, and confirming it with one click.

A place was confirmed on a day by somebody of its unit. After `review_months` it is due, thirty
days later stale: it says so on its page, sinks in search, and its unit is asked.
"""

from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from records.clock import today
from resources.models import Resource

GRACE = timedelta(days=30)


class Freshness(StrEnum):
    """How far a description may be relied on."""

    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"
    NEVER = "never"


def due_on(resource: Resource) -> date | None:
    """The day from which the description should be confirmed again; None if it never was."""
    if resource.verified_on is None:
        return None
    return resource.verified_on + relativedelta(months=resource.review_months)


def freshness(resource: Resource, on: date | None = None) -> Freshness:
    """Whether the description is confirmed, due, stale or was never confirmed, on a day."""
    due = due_on(resource)
    day = on or today()
    if due is None:
        return Freshness.NEVER
    if day < due:
        return Freshness.FRESH
    return Freshness.DUE if day < due + GRACE else Freshness.STALE


def due_for_review(resources: QuerySet[Resource], on: date) -> QuerySet[Resource]:
    """Those that were never confirmed, or whose confirmation is due on a day; oldest first."""
    return (
        resources.exclude(visibility=Resource.Visibility.WITHDRAWN)
        .annotate(
            review_due=RawSQL(
                "(resources_resource.verified_on"
                " + make_interval(months => resources_resource.review_months))::date",
                [],
            )
        )
        .filter(Q(review_due__lte=on) | Q(verified_on__isnull=True))
        .order_by("verified_on", "title_pl")
    )


@transaction.atomic
def confirm(resource: Resource, *, role: str) -> None:
    """ "Still true": nothing changed, today, says a keeper. `role` is shown; it names no person."""
    locked = Resource.objects.select_for_update().get(pk=resource.pk)
    locked.verified_on = today()
    locked.verified_by = role
    locked.save(update_fields=["verified_on", "verified_by"])
    resource.verified_on, resource.verified_by = locked.verified_on, locked.verified_by
