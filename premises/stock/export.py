"""The stock as a file: CSV, XLSX or GeoPackage of any filtered list.

The columns are those of the import, under the same headers, and after them what is derived (state,
district, days). So an exported table may be changed in a spreadsheet and loaded again.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyogrio.raw
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from numpy import array, datetime64

from maps.crs import METRIC
from premises.models import Premises
from premises.stock.columns import COLUMNS
from premises.stock.kinds import Day, Number, Whole
from premises.stock.status import Status, statuses
from premises.stock.values import values_of
from records import spreadsheets, typography
from records.spreadsheets import neutral

GPKG_TYPE = "application/geopackage+sqlite3"
KINDS = ("csv", "xlsx", "gpkg")


def header() -> list[str]:
    return [column.header for column in COLUMNS] + derived_header()


def derived_header() -> list[str]:
    """Headers of what is derived; an import passes them over."""
    with override("pl"):
        return [
            _("state (derived)"),
            _("vacant since (derived)"),
            _("until (derived)"),
            _("district (derived)"),
            _("total area, m² (derived)"),
            _("managing unit (derived)"),
        ]


def line(premises: Premises, state: Status) -> list[object]:
    """One row of the table, in Polish whatever the reader's language: files travel."""
    values = values_of(premises)
    cells: list[object] = [column.kind.write(values[column.code]) for column in COLUMNS]
    resource = premises.resource
    return [
        *cells,
        state.state.label,
        state.since if state.is_vacant else None,
        state.last_day,
        typography.district(resource.district.number, resource.district.name)
        if resource.district
        else None,
        resource.area_m2,
        resource.unit.name,
    ]


def table(premises: Sequence[Premises]) -> list[list[object]]:
    """The rows of these premises (from `with_values`), in their order."""
    states = statuses(one.pk for one in premises)
    with override("pl"):
        return [line(one, states[one.pk]) for one in premises]


def as_response(kind: str, name: str, premises: Sequence[Premises]) -> HttpResponse:
    """The file to save; `name` is plain ASCII without suffix."""
    if kind == "gpkg":
        response = HttpResponse(as_geopackage(premises), content_type=GPKG_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{name}.gpkg"'
        response["Cache-Control"] = "private, no-store"
        return response
    with override("pl"):  # a decimal comma belongs to Polish headers
        return spreadsheets.answer(kind, name, header(), table(premises))


def as_geopackage(premises: Sequence[Premises]) -> bytes:
    """One layer of points in EPSG:2178 with the columns of the table as fields."""
    rows = table(premises)
    shapes = [
        bytes(one.resource.point.transform(METRIC, clone=True).wkb) if one.resource.point else None
        for one in premises
    ]
    names = [*(column.code for column in COLUMNS), *_DERIVED_FIELDS]
    kinds = [column.kind for column in COLUMNS]
    fields = []
    for place in range(len(names)):
        kind = kinds[place] if place < len(kinds) else None
        fields.append(_field([row[place] for row in rows], names[place], kind))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stock.gpkg"
        pyogrio.raw.write(
            path,
            geometry=array(shapes, dtype=object),
            field_data=fields,
            fields=names,
            geometry_type="Point",
            crs=f"EPSG:{METRIC}",
            driver="GPKG",
            layer="lokale",
        )
        return path.read_bytes()


_DERIVED_FIELDS = ("state", "vacant_since", "until", "district", "area_m2", "unit")
_DAYS = {"vacant_since", "until"}


def _field(cells: Sequence[Any], name: str, kind: Any) -> Any:
    """One column as numpy: numbers as floats (NaN for nothing), days as days, the rest as text."""
    if name in _DAYS or isinstance(kind, Day):
        return array([datetime64(cell or "NaT", "D") for cell in cells], dtype="datetime64[D]")
    if name == "area_m2" or isinstance(kind, Number | Whole):
        return array([float("nan") if cell is None else float(cell) for cell in cells])
    return array([None if cell is None else neutral(str(cell)) for cell in cells], dtype=object)


def template() -> HttpResponse:
    """Our own table to fill in, with one example row."""
    example = [column.example for column in COLUMNS]
    with override("pl"):
        return spreadsheets.answer(
            "xlsx", "lokale-wzor", [column.header for column in COLUMNS], [example]
        )


def file_words(kind: str) -> str:
    """What a format is for, for the menu of the list."""
    return {
        "csv": _("CSV, for any program"),
        "xlsx": _("XLSX, for a spreadsheet"),
        "gpkg": pgettext("file", "GeoPackage, for a map program"),
    }[kind]
