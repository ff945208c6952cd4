"""Address points: MSIP's register (GeoJSON, EPSG:2178) or a CSV with coordinates.

Every address gets exactly one district. The register names it, and an official district wins over
the drawn border; but one that the point contradicts by more than the border band is refused, since
then either the point or the number is wrong.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from maps.crs import METRIC, WGS84
from maps.districts import REACH_GENERALISED_M, districts_of
from maps.importing.geometry import transform_between, why_not_in_city
from maps.importing.numbers import district_number, roman
from maps.importing.report import (
    ImportRefused,
    ImportReport,
    Refusal,
    all_or_nothing,
    refuse_if_any,
)
from maps.importing.sources import SourceFacts, record_source
from maps.models import District
from maps.names import plain_street
from maps.reading import Feature, FeatureSet

# Our name -> how MSIP, PRG and our own CSV call it (compared in lower case).
COLUMNS = {
    "source_ref": ("id", "id_iip", "source_id"),
    "street": ("nazwa_ulicy", "ulica", "street"),
    "number": ("numer_adresowy", "numer_porzadkowy", "adr_nr", "number"),
    "postcode": ("kod_pocztowy", "kod_kod", "postcode"),
    "locality": ("miejscowosc", "nazwa_miejscowosci", "locality"),
    "district": ("numer_dzielnicy", "nr_dzielnicy", "district"),
    "approximate": ("przyblizony", "approximate"),
    "x": ("lon", "x"),
    "y": ("lat", "y"),
}
TRUE_WORDS = frozenset({"1", "t", "tak", "true", "yes"})


@dataclass(frozen=True)
class CheckedAddress:
    position: int
    source_ref: str
    street: str
    number: str
    postcode: str
    locality: str
    point: BaseGeometry  # EPSG:4326
    stated_district: int | None
    approximate: bool
    district: int = 0

    @property
    def label(self) -> str:
        return f"{self.street} {self.number}"


def import_addresses(
    features: FeatureSet, source: SourceFacts, *, srid: int = WGS84, dry_run: bool = False
) -> ImportReport:
    """Make the addresses of this source those of the file. Raises ImportRefused.

    `srid` is the CRS of the coordinate columns of a plain table; other files carry their own.
    """
    checked = check_addresses(features, srid=features.srid or srid)
    with all_or_nothing(dry_run=dry_run):
        data_source = record_source(source, state_on_from_file=features.state_on)
        report = _merge(checked, data_source.pk)
    report.dry_run = dry_run
    return report


def check_addresses(features: FeatureSet, *, srid: int) -> list[CheckedAddress]:
    """The addresses of the file with their districts. Raises ImportRefused with every bad row."""
    if not District.objects.exists():
        raise ImportRefused(
            [
                Refusal(
                    None,
                    "",
                    _("The districts are not loaded, and each address needs one."),
                    _("Run import_districts first."),
                )
            ]
        )
    refusals: list[Refusal] = []
    found: dict[str, CheckedAddress] = {}
    to_wgs84 = transform_between(srid, WGS84)
    for feature in features.features:
        values = _values(feature)
        point, fault = _point_of(feature, values, srid)
        fault = fault or _why_incomplete(values) or _why_twice(values, found)
        if fault is not None or point is None:
            subject = f"{values['street']} {values['number']}".strip()
            refusals.append(Refusal(feature.position, subject, *(fault or ("", ""))))
            continue
        found[values["source_ref"]] = CheckedAddress(
            position=feature.position,
            source_ref=values["source_ref"],
            street=values["street"] or values["locality"],
            number=values["number"],
            postcode=values["postcode"],
            locality=values["locality"] or "Kraków",
            point=to_wgs84(point),
            stated_district=district_number(values["district"]),
            approximate=values["approximate"].lower() in TRUE_WORDS,
        )
    refuse_if_any(refusals)
    return _with_districts(list(found.values()))


def _values(feature: Feature) -> dict[str, str]:
    lower = {key.lower(): value for key, value in feature.properties.items()}
    return {
        ours: next((_text(lower[name]) for name in names if lower.get(name) is not None), "")
        for ours, names in COLUMNS.items()
    }


def _text(value: Any) -> str:
    """Text of a value; whole numbers that came as floats lose their ".0"."""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return " ".join(str(value).split())


def _point_of(
    feature: Feature, values: dict[str, str], srid: int
) -> tuple[BaseGeometry | None, tuple[str, str] | None]:
    """(point in `srid`, None) or (None, (reason, remedy))."""
    take_anew = _("Take the file anew, or leave the row out.")
    if feature.problem:
        return None, (feature.problem, take_anew)
    point = feature.geometry
    if point is None:
        try:
            x, y = (float(values[axis].replace(",", ".")) for axis in ("x", "y"))
        except ValueError:
            return None, (
                _("Its coordinates (lon and lat, or x and y) cannot be read."),
                _("Write them as decimal numbers."),
            )
        point = shapely.Point(x, y)
    if point.geom_type != "Point":
        return None, (_("Its geometry is a %s.") % point.geom_type, take_anew)
    if point.is_empty or not np.isfinite(shapely.get_coordinates(point)).all():
        return None, (_("Its geometry is empty."), take_anew)
    fault = why_not_in_city(point, srid)
    return (None, fault) if fault else (point, None)


def _why_incomplete(values: dict[str, str]) -> tuple[str, str] | None:
    missing = [name for name in ("source_ref", "number") if not values[name]]
    if not values["street"] and not values["locality"]:
        missing.append("street")
    if not missing:
        return None
    columns = "; ".join("/".join(COLUMNS[name]) for name in missing)
    return _("It lacks a value in: %s.") % columns, _("Fill it in, or leave the row out.")


def _why_twice(values: dict[str, str], found: dict[str, CheckedAddress]) -> tuple[str, str] | None:
    if values["source_ref"] not in found:
        return None
    return (
        _("The identifier %(ref)s stands in row %(position)s already.")
        % {"ref": values["source_ref"], "position": found[values["source_ref"]].position},
        _("Leave one row per identifier."),
    )


def _with_districts(addresses: list[CheckedAddress]) -> list[CheckedAddress]:
    """Each address with its district: the stated one where the border band allows, else drawn."""
    points = [Point(a.point.x, a.point.y, srid=WGS84) for a in addresses]
    matches = districts_of(points)
    borders = dict(District.objects.values_list("number", "boundary_2178"))
    to_metric = transform_between(WGS84, METRIC)
    refusals, placed = [], []
    for address, match in zip(addresses, matches, strict=True):
        stated = address.stated_district
        if match.number is None:
            refusals.append(
                Refusal(
                    address.position,
                    address.label,
                    _("It lies in none of the districts."),
                    _("Leave addresses outside the city out."),
                )
            )
        elif stated is None or stated == match.number:
            placed.append(replace(address, district=match.number))
        else:
            metric = to_metric(address.point)
            away = borders[stated].distance(Point(metric.x, metric.y, srid=METRIC))
            if away <= REACH_GENERALISED_M:
                placed.append(replace(address, district=stated))
            else:
                refusals.append(
                    Refusal(
                        address.position,
                        address.label,
                        _("It says district %(stated)s, but lies in %(found)s, %(away)s m away.")
                        % {
                            "stated": roman(stated),
                            "found": roman(match.number),
                            "away": round(away),
                        },
                        _("Correct the point or the district's number."),
                    )
                )
    refuse_if_any(refusals)
    return placed


def _merge(addresses: list[CheckedAddress], source_id: int) -> ImportReport:
    """Compare by COPY and one statement each: the register has 70,000 rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            create temporary table incoming_address (
                source_ref text, street text, street_plain text, number text, postcode text,
                locality text, lon float8, lat float8, district_id int, approximate boolean
            ) on commit drop
            """
        )
        with cursor.copy("copy incoming_address from stdin") as copy:
            for a in addresses:
                copy.write_row(
                    (
                        a.source_ref,
                        a.street,
                        plain_street(a.street),
                        a.number,
                        a.postcode,
                        a.locality,
                        a.point.x,
                        a.point.y,
                        a.district,
                        a.approximate,
                    )
                )
        cursor.execute(
            """
            delete from maps_address a where a.source_id = %s and not exists (
                select from incoming_address i where i.source_ref = a.source_ref)
            """,
            [source_id],
        )
        removed = cursor.rowcount
        cursor.execute(
            """
            insert into maps_address (source_id, source_ref, street, street_plain, number,
                                      postcode, locality, point, district_id, approximate)
            select %s, source_ref, street, street_plain, number, postcode, locality,
                   ST_SetSRID(ST_MakePoint(lon, lat), 4326), district_id, approximate
            from incoming_address
            on conflict (source_id, source_ref) do update
            set street = excluded.street, street_plain = excluded.street_plain,
                number = excluded.number, postcode = excluded.postcode,
                locality = excluded.locality, point = excluded.point,
                district_id = excluded.district_id, approximate = excluded.approximate
            where (maps_address.street, maps_address.street_plain, maps_address.number,
                   maps_address.postcode, maps_address.locality, maps_address.district_id,
                   maps_address.approximate, ST_AsEWKB(maps_address.point))
                  is distinct from
                  (excluded.street, excluded.street_plain, excluded.number, excluded.postcode,
                   excluded.locality, excluded.district_id, excluded.approximate,
                   ST_AsEWKB(excluded.point))
            returning (xmax = 0) as is_new
            """,
            [source_id],
        )
        written = [is_new for (is_new,) in cursor.fetchall()]
        cursor.execute("drop table incoming_address")
    added = sum(written)
    return ImportReport(
        added=added,
        changed=len(written) - added,
        unchanged=len(addresses) - len(written),
        removed=removed,
    )
