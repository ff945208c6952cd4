"""Removing the sample city: rows marked as sample and what hangs on them, nothing else.

What a visitor did to sample rows (a request for an invented room) goes with them. The documented
Civic Centres, geography, dictionaries and everything without the mark stay.
"""

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from organisations.models import Organisation, Person
from premises.models import Tenancy
from records.models import DataSource, LegalAct, StoredFile
from resources.models import (
    Booking,
    BookingPolicy,
    Claim,
    Closure,
    Hold,
    ManagingUnit,
    OwnUse,
    PriceList,
    Resource,
    ResourcePhoto,
    Site,
    Space,
)


def remove_sample_city() -> None:
    """Call it inside a transaction."""
    units = ManagingUnit.objects.filter(is_sample=True)
    resources = Resource.objects.filter(is_sample=True)
    bookings = Booking.objects.filter(
        Q(is_sample=True) | Q(resource__in=resources) | Q(organisation__is_sample=True)
    )
    holds = Hold.objects.filter(
        Q(booking__in=bookings)
        | Q(tenancy__is_sample=True)
        | Q(closure__unit__in=units)
        | Q(own_use__unit__in=units)
    )
    hold_ids = list(holds.values_list("pk", flat=True))
    space_ids = list(resources.values_list("space_id", flat=True))
    Claim.objects.filter(hold_id__in=hold_ids).delete()
    bookings.delete()
    Tenancy.objects.filter(is_sample=True).delete()
    Closure.objects.filter(hold_id__in=hold_ids).delete()
    OwnUse.objects.filter(hold_id__in=hold_ids).delete()
    Hold.objects.filter(pk__in=hold_ids).delete()
    _delete_pictures(list(resources.values_list("photos__file", flat=True)))
    resources.filter(part_of__isnull=False).delete()
    resources.delete()
    _delete_spaces(space_ids)
    BookingPolicy.objects.filter(unit__in=units, replaces__isnull=False).delete()
    BookingPolicy.objects.filter(unit__in=units).delete()
    PriceList.objects.filter(unit__in=units).delete()
    Site.objects.filter(is_sample=True).delete()
    units.filter(merged_into__isnull=False).delete()
    units.delete()
    Organisation.objects.filter(parent__is_sample=True).update(parent=None)
    Organisation.objects.filter(is_sample=True).delete()
    Person.objects.filter(is_sample=True).delete()
    LegalAct.objects.filter(is_sample=True).delete()
    DataSource.objects.filter(code="sample-city").delete()


def _delete_pictures(ids: list[int]) -> None:
    """Rows of the files and, once that is certain, the files."""
    files = StoredFile.objects.filter(pk__in=ids)
    ResourcePhoto.objects.filter(file__in=files).delete()
    paths = list(files.values_list("file", flat=True))
    files.delete()

    def drop() -> None:
        kept = set(StoredFile.objects.filter(file__in=paths).values_list("file", flat=True))
        for path in set(paths) - kept:
            default_storage.delete(path)

    transaction.on_commit(drop)


def _delete_spaces(ids: list[int]) -> None:
    """Leaves before the nodes above them, at any depth."""
    trees = Space.objects.filter(Q(pk__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids))
    trees.filter(is_leaf=True).delete()
    Space.objects.filter(pk__in=ids).delete()
