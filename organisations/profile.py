"""Contacts, spheres and places of activity of an organisation: set as a whole, in one step."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from maps.districts import district_of
from maps.geocoding import find_places
from organisations.models import (
    Organisation,
    OrganisationContact,
    OrganisationPlace,
    OrganisationSphere,
    Person,
)
from organisations.permissions import require
from organisations.spheres import spheres_on
from records import clock
from records.problems import Invalid

MAX_CONTACTS = 10
MAX_ADDRESSES = 10


@dataclass(frozen=True, slots=True)
class Contact:
    kind: str
    value: str
    public: bool = False


def find_address(text: str) -> Point | None:
    """The point of an address, if the text means exactly one (EPSG:4326)."""
    exact = [place for place in find_places(text) if place.kind == "address" and place.rank >= 1]
    return exact[0].point if len(exact) == 1 else None


@transaction.atomic
def set_contacts(person: Person, organisation: Organisation, contacts: Iterable[Contact]) -> None:
    """Replace what changed, keep what stays. Raises Invalid."""
    require(person, "organisation.edit", organisation)
    wanted = _checked(contacts)
    for known in organisation.contacts.select_for_update():
        key = (known.kind, known.value)
        if key not in wanted:
            known.delete()
        elif (public := wanted.pop(key)) != known.public:
            known.public = public
            known.save()
    for (kind, value), public in wanted.items():
        OrganisationContact.objects.create(
            organisation=organisation, kind=kind, value=value, public=public
        )
    _touched(person, organisation)


def _checked(contacts: Iterable[Contact]) -> dict[tuple[str, str], bool]:
    """(kind, value) -> whether public, without empty lines."""
    wanted: dict[tuple[str, str], bool] = {}
    for contact in contacts:
        value = contact.value.strip()
        if not value:
            continue
        if contact.kind not in OrganisationContact.Kind.values:
            raise Invalid(_("Choose a kind of contact."), field="contacts")
        if contact.kind == OrganisationContact.Kind.EMAIL:
            try:
                validate_email(value)
            except ValidationError as wrong:
                raise Invalid(
                    _("“%(value)s” is not an e-mail address.") % {"value": value}, field="contacts"
                ) from wrong
        wanted[contact.kind, value] = contact.public
    if len(wanted) > MAX_CONTACTS:
        raise Invalid(
            _("At most %(number)d contacts.") % {"number": MAX_CONTACTS}, field="contacts"
        )
    return wanted


@transaction.atomic
def set_spheres(person: Person, organisation: Organisation, codes: Iterable[str]) -> None:
    """Codes of spheres valid today; those of an older numbering stay until they are unticked."""
    require(person, "organisation.edit", organisation)
    codes = set(codes)
    spheres = {sphere.code: sphere for sphere in spheres_on()}
    if unknown := codes - set(spheres):
        raise Invalid(
            _("There is no sphere %(code)s today.") % {"code": min(unknown)}, field="spheres"
        )
    organisation.spheres.filter(sphere__in=spheres.values()).exclude(
        sphere__code__in=codes
    ).delete()
    present = set(organisation.spheres.values_list("sphere__code", flat=True))
    OrganisationSphere.objects.bulk_create(
        OrganisationSphere(organisation=organisation, sphere=spheres[code])
        for code in sorted(codes - present)
    )
    _touched(person, organisation)


@transaction.atomic
def set_places(
    person: Person, organisation: Organisation, districts: Iterable[int], addresses: Iterable[str]
) -> None:
    """Whole districts, and addresses that we can find. Raises Invalid naming those we cannot."""
    require(person, "organisation.edit", organisation)
    districts = set(districts)
    addresses = {" ".join(address.split()) for address in addresses} - {""}
    if len(addresses) > MAX_ADDRESSES:
        raise Invalid(
            _("At most %(number)d addresses.") % {"number": MAX_ADDRESSES}, field="addresses"
        )
    organisation.places.filter(address="").exclude(district__in=districts).delete()
    organisation.places.exclude(address="").exclude(address__in=addresses).delete()
    known = organisation.places.all()
    known_districts = {place.district_id for place in known if not place.address}
    known_addresses = {place.address for place in known if place.address}
    OrganisationPlace.objects.bulk_create(
        OrganisationPlace(organisation=organisation, district_id=number)
        for number in sorted(districts - known_districts)
    )
    for address in sorted(addresses - known_addresses):
        point = find_address(address)
        if point is None:
            raise Invalid(
                _("We do not find “%(address)s”: write street and number, one address a line.")
                % {"address": address},
                field="addresses",
            )
        OrganisationPlace.objects.create(
            organisation=organisation,
            address=address,
            point=point,
            district_id=district_of(point).number,
        )
    _touched(person, organisation)


def _touched(person: Person, organisation: Organisation) -> None:
    """Members who look after their data confirm it by doing so."""
    today = clock.today()
    if person.memberships.filter(organisation=organisation, valid__contains=today).exists():
        Organisation.objects.filter(pk=organisation.pk).update(updated_by_organisation_on=today)
