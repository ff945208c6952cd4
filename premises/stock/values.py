"""The values of premises by column: read from the rows they stand in, and written back.

Every change of the stock (edit, bulk edit, import, undo) goes through `write` and `create`, which
count the version up, so that two people who change the same premises notice.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from maps.crs import WGS84
from maps.districts import district_of
from maps.geocoding import find_places
from premises.models import Building, Premises, PremisesPart
from premises.stock.columns import BY_CODE, COLUMNS, Column
from records.clock import now, today
from records.problems import Invalid
from resources.importing.tables import CellError, plain
from resources.inventory import Statement, record_accessibility
from resources.models import AccessibilityFact, ManagingUnit, Resource, Site
from resources.sites import place_site
from resources.spaces import new_leaf

Values = dict[str, Any]


def with_values(premises: QuerySet[Premises]) -> QuerySet[Premises]:
    """Premises with all rows that `values_of` reads; five queries however many they are."""
    return premises.select_related(
        "resource__site__building", "resource__unit", "resource__district"
    ).prefetch_related("parts", "resource__accessibility", "resource__site__accessibility")


def values_of(premises: Premises) -> Values:
    """All columns of one premises."""
    return {column.code: _value(premises, column) for column in COLUMNS}


def _value(premises: Premises, column: Column) -> Any:
    read = _READERS[column.of]
    return read(premises, column)


def _of_part(premises: Premises, column: Column) -> Decimal | None:
    areas = [part.area_m2 for part in premises.parts.all() if part.kind == column.attribute]
    return sum(areas, Decimal(0)) if areas else None


def _of_share(premises: Premises, _column: Column) -> tuple[int, int] | None:
    for part in premises.parts.all():
        if part.share_numerator and part.share_denominator:
            return part.share_numerator, part.share_denominator
    return None


def _of_site(premises: Premises, column: Column) -> Any:
    site = premises.resource.site
    if site is None:
        return column.kind.empty
    if column.code in ("longitude", "latitude"):
        degrees = site.point.x if column.code == "longitude" else site.point.y
        return round(Decimal(degrees), 6)
    return getattr(site, column.attribute)


def _of_building(premises: Premises, column: Column) -> Any:
    building = getattr(premises.resource.site, "building", None)
    return getattr(building, column.attribute) if building else column.kind.empty


def _of_site_fact(premises: Premises, column: Column) -> str:
    site = premises.resource.site
    return _fact(site.accessibility.all() if site else (), column)


_READERS: dict[str, Callable[[Premises, Column], Any]] = {
    "premises": lambda premises, column: getattr(premises, column.attribute),
    "resource": lambda premises, column: getattr(premises.resource, column.attribute),
    "part": _of_part,
    "share": _of_share,
    "site": _of_site,
    "building": _of_building,
    "fact": lambda premises, column: _fact(premises.resource.accessibility.all(), column),
    "site_fact": _of_site_fact,
}


def _fact(facts: Any, column: Column) -> str:
    found = (fact.value for fact in facts if fact.feature == column.attribute)
    return next(found, column.kind.empty)


def changed(before: Values, wanted: Mapping[str, Any]) -> Values:
    """Those of the wanted values that differ from what is."""
    return {code: value for code, value in wanted.items() if before[code] != value}


def write(premises: Premises, changes: Mapping[str, Any], *, role: str, evidence: str) -> None:
    """Write changed values into the rows where they stand. Call it inside a transaction.

    `premises` comes from `with_values`, and its row is locked. Raises CellError for a change that
    the rows do not allow.
    """
    by_place: dict[str, dict[Column, Any]] = {}
    for code, value in changes.items():
        column = BY_CODE[code]
        by_place.setdefault(column.of, {})[column] = value
    _write_building(premises, by_place, role=role, evidence=evidence)
    if "part" in by_place or "share" in by_place:
        _write_parts(premises, by_place)
    resource = premises.resource
    for column, value in by_place.get("resource", {}).items():
        setattr(resource, column.attribute, value)
    resource.verified_on, resource.verified_by = today(), role
    resource.save()
    for column, value in by_place.get("premises", {}).items():
        setattr(premises, column.attribute, value)
    premises.version += 1
    premises.save()
    if facts := by_place.get("fact"):
        record_accessibility(
            resource,
            {column.attribute: Statement(value) for column, value in facts.items()},
            evidence=evidence,
            role=role,
        )


def _write_building(
    premises: Premises, by_place: Mapping[str, dict[Column, Any]], *, role: str, evidence: str
) -> None:
    """What is said of the building, for all premises in it."""
    said = {column.code: value for column, value in by_place.get("site", {}).items()}
    facts, building_values = by_place.get("site_fact", {}), by_place.get("building", {})
    if not (said or facts or building_values):
        return
    site = premises.resource.site
    if site is None:
        raise CellError(_("These premises stand in no building."), _("Leave the cell empty."))
    if said:
        _write_site(premises, site, said)
    if building_values:
        _building_of(site, building_values).save()
    if facts:
        record_accessibility(
            site,
            {column.attribute: Statement(value) for column, value in facts.items()},
            evidence=evidence,
            role=role,
        )


def _write_site(premises: Premises, site: Site, said: Mapping[str, Any]) -> None:
    if "address" in said and site.address:
        site.name = site.name.replace(site.address, said["address"])[:200]
    site.address = said.get("address", site.address)
    site.postcode = said.get("postcode", site.postcode)
    if "longitude" not in said and "latitude" not in said:
        site.save()
        return
    point = Point(
        float(said.get("longitude", site.point.x)),
        float(said.get("latitude", site.point.y)),
        srid=WGS84,
    )
    try:
        place_site(site, point)
    except Invalid as problem:
        raise CellError(str(problem.message), _("Check the coordinates.")) from problem
    premises.resource.point, premises.resource.district_id = point, site.district_id


def _building_of(site: Site, values: Mapping[Column, Any]) -> Building:
    """The building with these values, not saved yet."""
    said = {column.attribute: value for column, value in values.items()}
    building = getattr(site, "building", None)
    if building is None:
        if not said.get("ownership"):
            raise CellError(_("Nothing is known of this building yet."), _("Give its owner first."))
        building = Building(site=site)
    for attribute, value in said.items():
        setattr(building, attribute, value)
    return building


def _write_parts(premises: Premises, by_place: Mapping[str, dict[Column, Any]]) -> None:
    parts = list(premises.parts.all())
    for column, area in by_place.get("part", {}).items():
        of_kind = [part for part in parts if part.kind == column.attribute]
        if len(of_kind) > 1:
            raise CellError(
                _("These premises have %(count)d parts of this kind.") % {"count": len(of_kind)},
                _("Change their areas on the page of the premises."),
            )
        if area is None:
            for part in of_kind:
                part.delete()
                parts.remove(part)
        elif of_kind:
            of_kind[0].area_m2 = area
            of_kind[0].save()
        else:
            parts.append(
                PremisesPart.objects.create(premises=premises, kind=column.attribute, area_m2=area)
            )
    for share in by_place.get("share", {}).values():
        for part in parts:
            if part.kind == PremisesPart.Kind.COMMON_SHARE:
                part.share_numerator, part.share_denominator = share or (None, None)
                part.save()
    premises.resource.area_m2 = own_area(parts)


def own_area(parts: list[PremisesPart]) -> Decimal | None:
    """The area of the premises themselves, without a share of common parts."""
    own = [part.area_m2 for part in parts if part.kind != PremisesPart.Kind.COMMON_SHARE]
    return sum(own, Decimal(0)) if own else None


def create(unit: ManagingUnit, values: Mapping[str, Any], *, role: str, evidence: str) -> Premises:
    """New premises of the unit, a draft unless the values say otherwise. In a transaction.

    `values` has at least NEEDED_FOR_NEW. The building is the known one at this address, or a new
    one at the given point or at the point of the address. Raises CellError where there is none.
    """
    site, point = place_of_new(values)
    if site is None:
        site = _new_site(unit, values, point)
    number, title = values["number"], values.get("title")
    title = title or f"Lokal {number}, {values['address']}"
    resource = Resource.objects.create(
        code=_free_code(unit, number),
        kind="premises",
        unit=unit,
        site=site,
        space=new_leaf(title[:120]),
        title_pl=title[:160],
        point=site.point,
        district_id=site.district_id,
        tenure=Resource.Tenure.CONTRACT,
        visibility=values.get("visibility") or Resource.Visibility.DRAFT,
        open_to=[Resource.OpenTo.NGO],
        contact_role=unit.contact_role,
        contact_email=unit.public_email,
        contact_phone=unit.public_phone,
        source=unit.source,
        is_sample=unit.is_sample,
        created_at=now(),
    )
    made = Premises.objects.create(resource=resource, number=number, numbered_by=unit, version=0)
    made = with_values(Premises.objects.filter(pk=made.pk)).get()
    before = values_of(made)
    wanted = {code: value for code, value in values.items() if value not in (None, "", [])}
    write(
        made,
        changed(before, {**wanted, "title": title[:160]}),
        role=role,
        evidence=evidence,
    )
    return made


def _free_code(unit: ManagingUnit, number: str) -> str:
    """An address for the page: lokal-0417, or with the unit's code where that is taken."""
    short = slugify(f"lokal-{number}")[:40]
    if number and not Resource.objects.filter(code=short).exists():
        return short
    base = slugify(f"{unit.code}-{number}")[:34]
    code, again = base, 1
    while Resource.objects.filter(code=code).exists():
        again += 1
        code = f"{base}-{again}"
    return code


def place_of_new(values: Mapping[str, Any]) -> tuple[Site | None, Point]:
    """Where premises of these values would stand: the known building at their address, or none,
    and the point. Raises CellError for an address that nobody knows, without coordinates."""
    site = Site.objects.filter(building__isnull=False, address__iexact=values["address"]).first()
    if site is not None:
        return site, site.point
    if values.get("longitude") is not None and values.get("latitude") is not None:
        point = Point(float(values["longitude"]), float(values["latitude"]), srid=WGS84)
    else:
        point = _point_of(values["address"])
    if district_of(point).number is None:
        raise CellError(_("The point lies in no district of Kraków."), _("Check the coordinates."))
    return None, point


def _new_site(unit: ManagingUnit, values: Mapping[str, Any], point: Point) -> Site:
    address = values["address"]
    site = Site(
        code=_free_site_code(address),
        name=f"Budynek, {address}"[:200],
        address=address,
        postcode=values.get("postcode") or "",
        source=unit.source,
        is_sample=unit.is_sample,
    )
    place_site(site, point)
    Building.objects.create(site=site, ownership=values["ownership"])
    return site


def _point_of(address: str) -> Point:
    for found in find_places(address, limit=3):
        if found.kind == "address" and not found.approximate and plain(address):
            return found.point
    raise CellError(
        _("The register of addresses does not know “%(address)s”.") % {"address": address[:60]},
        _("Check the address, or give its longitude and latitude."),
    )


def _free_site_code(address: str) -> str:
    base = slugify(f"budynek-{address}")[:34]
    code, again = base, 1
    while Site.objects.filter(code=code).exists():
        again += 1
        code = f"{base}-{again}"
    return code


def accessibility_evidence(*, imported: bool) -> str:
    """How facts of accessibility that come with an edit or an import are known."""
    kinds = AccessibilityFact.Evidence
    return str(kinds.IMPORTED if imported else kinds.DECLARATION)


def packed(values: Mapping[str, Any]) -> Values:
    """Values as JSON."""
    return {code: BY_CODE[code].kind.pack(value) for code, value in values.items()}


def unpacked(kept: Mapping[str, Any]) -> Values:
    return {code: BY_CODE[code].kind.unpack(value) for code, value in kept.items()}
