"""The columns of the stock: what an official's spreadsheet may say of one premises.

One list serves the template, the import, the export, the edit page, bulk edits and the undo of an
import. A column knows where its value stands (`of`), how its cells read (`kind`), how other
spreadsheets call it (`aliases`, in lower case without Polish marks).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from premises.models import Building, Position, Premises, PremisesPart
from premises.stock import kinds, registers
from premises.stock.kinds import Kind
from resources.importing.tables import plain
from resources.models import Feature, Resource

Part = PremisesPart.Kind
_METRES = kinds.Number(2, Decimal("0.01"), Decimal("99999.99"))
_PRICE = kinds.Number(2, Decimal(0), Decimal("99999.99"))
_DEGREES_EAST = kinds.Number(6, Decimal("19.78"), Decimal("20.23"))
_DEGREES_NORTH = kinds.Number(6, Decimal("49.95"), Decimal("50.14"))
_FLOOR = kinds.Whole(-3, 60, words={"parter": 0, "piwnica": -1, "suterena": -1, "przyziemie": 0})


@dataclass(frozen=True, eq=False)
class Column:
    """One column.

    `of` says where the value stands: "premises", "resource", "site" or "building" (an attribute
    `name` of that row), "part" (the area of a kind of part), "share", "fact" (accessibility of the
    place) or "site_fact" (of its building). Columns of a site or building speak of all premises in
    it. `bulk`: may be set for many rows at once.
    """

    code: str
    label: str | Promise
    kind: Kind
    of: str = "premises"
    name: str = ""
    aliases: tuple[str, ...] = ()
    bulk: bool = False
    example: str = ""

    @property
    def attribute(self) -> str:
        return self.name or self.code

    @property
    def header(self) -> str:
        """The header in our template and exports, in Polish: files travel between people."""
        with override("pl"):
            return str(self.label)

    @property
    def shared(self) -> bool:
        """Whether it speaks of the building, and so of other premises too."""
        return self.of in ("site", "building", "site_fact")


COLUMNS: tuple[Column, ...] = (
    Column(
        "number", _("stock number"), kinds.Text(30),
        aliases=("numer", "nr", "nr lokalu", "numer lokalu", "numer ewidencyjny", "id"),
        example="0417",
    ),
    Column(
        "title", _("name of the premises"), kinds.Text(160), "resource", "title_pl",
        aliases=("nazwa", "nazwa lokalu"), example="Lokal 0417, ul. Przykładowa 8",
    ),
    Column(
        "address", _("address"), kinds.Text(200), "site",
        aliases=("adres", "ulica i numer", "lokalizacja"), example="ul. Przykładowa 8",
    ),
    Column(
        "postcode", _("postcode"), kinds.Text(6), "site",
        aliases=("kod pocztowy", "kod"), example="31-001",
    ),
    Column(
        "longitude", _("longitude (east)"), _DEGREES_EAST, "site",
        aliases=("dlugosc geograficzna", "lon", "lng", "x"), example="19,937300",
    ),
    Column(
        "latitude", _("latitude (north)"), _DEGREES_NORTH, "site",
        aliases=("szerokosc geograficzna", "lat", "y"), example="50,061700",
    ),
    Column(
        "unit_number", _("number in the building"), kinds.Text(20),
        aliases=("nr w budynku", "numer lokalu w budynku"), example="U2",
    ),
    Column(
        "floor", _("floor"), _FLOOR, bulk=True,
        aliases=("pietro", "kondygnacja", "poziom"), example="0",
    ),
    Column(
        "position", _("position"),
        kinds.of_choices(
            Position, empty="unknown",
            also={"front": "front_ground", "podworze": "yard", "oficyna": "yard",
                  "pietro": "upper", "piwnica": "cellar"},
        ),
        bulk=True, aliases=("polozenie",), example="parter, od ulicy",
    ),
    Column(
        "standard", _("standard"), kinds.of_choices(Premises.Standard, empty="unknown"), bulk=True,
        example="wszystkie instalacje, własna toaleta",
    ),
    Column(
        "area_rooms", _("area of the rooms (m²)"), _METRES, "part", Part.ROOMS,
        aliases=("powierzchnia", "powierzchnia m2", "pow", "pow.", "metraz", "m2",
                 "powierzchnia uzytkowa", "powierzchnia lokalu"),
        example="86,40",
    ),
    Column(
        "area_cellar", _("area of the cellar (m²)"), _METRES, "part", Part.CELLAR,
        aliases=("piwnica", "powierzchnia piwnicy", "pow. piwnicy"), example="14,20",
    ),
    Column(
        "area_upper", _("area on upper floors (m²)"), _METRES, "part", Part.UPPER,
        aliases=("powierzchnia na pietrze", "antresola"),
    ),
    Column(
        "area_common", _("area of common parts (m²)"), _METRES, "part", Part.COMMON_SHARE,
        aliases=("czesci wspolne", "powierzchnia wspolna"),
    ),
    Column(
        "share_common", _("share of common parts"), kinds.Share(), "share",
        aliases=("udzial", "udzial w czesciach wspolnych"),
    ),
    Column(
        "rooms_count", _("number of rooms"), kinds.Whole(1, 200),
        aliases=("liczba pomieszczen", "izby", "pomieszczenia"), example="4",
    ),
    Column(
        "height_m", _("height (m)"), kinds.Number(2, Decimal("1.5"), Decimal(20)),
        aliases=("wysokosc",), example="3,20",
    ),
    Column("front", _("windows to the street"), kinds.TRUTH, bulk=True, aliases=("witryna",)),
    Column(
        "entrance", _("entrance"), kinds.of_choices(Premises.Entrance, empty="unknown"), bulk=True,
        aliases=("wejscie",), example="od ulicy",
    ),
    Column(
        "sanitary", pgettext_lazy("column", "toilet"),
        kinds.of_choices(Premises.Sanitary, empty="unknown"), bulk=True,
        aliases=("toaleta", "wc", "wezel sanitarny"), example="własna",
    ),
    Column(
        "utilities", _("utilities"), kinds.Several(tuple(Premises.Utility.choices)), bulk=True,
        aliases=("media", "instalacje"), example="prąd, woda, kanalizacja",
    ),
    Column(
        "heating", _("heating"), kinds.of_choices(Premises.Heating, empty="unknown"), bulk=True,
        aliases=("ogrzewanie", "co"), example="sieć miejska",
    ),
    Column(
        "technical_state", _("technical state (1–5)"), kinds.Whole(1, 5), bulk=True,
        aliases=("stan techniczny", "stan"), example="3",
    ),
    Column(
        "surveyed_on", _("surveyed on"), kinds.Day(), bulk=True,
        aliases=("data przegladu", "data ogledzin", "ogledziny"), example="14.09.2026",
    ),
    Column(
        "permitted_use", _("permitted use"), kinds.Text(300), name="permitted_use_pl", bulk=True,
        aliases=("przeznaczenie", "dopuszczalne uzytkowanie"), example="usługi nieuciążliwe",
    ),
    Column(
        "excluded_use", _("excluded use"), kinds.Text(300), name="excluded_use_pl", bulk=True,
        aliases=("wykluczone uzytkowanie", "wylaczenia"), example="sprzedaż alkoholu",
    ),
    Column(
        "local_plan", _("local plan (MPZP)"), kinds.Text(200), bulk=True, aliases=("mpzp", "plan"),
    ),
    Column(
        "planned_works", _("planned works"), kinds.Text(300), name="planned_works_pl", bulk=True,
        aliases=("planowane roboty", "planowane remonty", "remonty"),
    ),
    Column(
        "operating_cost", _("operating cost (PLN/m²)"), _PRICE, name="operating_cost_m2", bulk=True,
        aliases=("koszt eksploatacji", "koszty eksploatacji"), example="6,20",
    ),
    Column(
        "legal_title", _("legal title"), kinds.of_choices(Premises.LegalTitle, empty="unknown"),
        bulk=True, aliases=("tytul prawny",), example="własność miasta",
    ),
    Column(
        "legal_title_basis", _("basis of the title"), kinds.Text(200), bulk=True,
        aliases=("podstawa", "decyzja"),
    ),
    Column(
        "permanent_management_until", _("permanent management until"), kinds.Day(), bulk=True,
        aliases=("trwaly zarzad do",),
    ),
    Column(
        "land_register", _("land register (KW)"), kinds.Numbers(registers.read_land_register),
        aliases=("kw", "ksiega wieczysta", "nr kw", "numer kw"), example="KR1P/00012345/1",
    ),
    Column(
        "parcel_ids", _("parcels"), kinds.Numbers(registers.read_parcel),
        aliases=("dzialki", "dzialka", "nr dzialki", "identyfikator dzialki"),
        example="126105_9.0012.123/4",
    ),
    Column(
        "energy_certificate", _("energy certificate"), kinds.Text(60),
        aliases=("swiadectwo energetyczne",),
    ),
    Column("energy_certificate_until", _("energy certificate valid until"), kinds.Day()),
    Column(
        "energy_kwh_m2", _("yearly energy (kWh/m²)"),
        kinds.Number(2, Decimal(0), Decimal(5000)), aliases=("eu", "ep"),
    ),
    Column(
        "step_free", _("step-free entrance"), kinds.FACT, "fact", Feature.STEP_FREE_ENTRANCE,
        aliases=("bez stopni", "wejscie bez stopni"), example="tak",
    ),
    Column(
        "accessible_toilet", _("accessible toilet"), kinds.FACT, "fact", Feature.ACCESSIBLE_TOILET,
        aliases=("toaleta dostosowana",), example="nie",
    ),
    Column(
        "ownership", _("owner of the building"),
        kinds.of_choices(Building.Ownership, empty=""), "building",
        aliases=("wlasnosc", "wlasciciel", "wlasnosc budynku"), example="komunalny",
    ),
    Column(
        "built_year", _("built in"), kinds.Whole(1200, 2200), "building",
        aliases=("rok budowy",), example="1955",
    ),
    Column(
        "storeys", _("storeys"), kinds.Whole(1, 60), "building",
        aliases=("liczba kondygnacji", "kondygnacje"), example="4",
    ),
    Column(
        "heritage", _("protection of monuments"), kinds.Text(160), "building",
        aliases=("zabytek", "ochrona konserwatorska"),
    ),
    Column("lift", _("lift"), kinds.FACT, "site_fact", Feature.LIFT, aliases=("winda",)),
    Column(
        "visibility", _("who sees it"), kinds.of_choices(Resource.Visibility, empty="draft"),
        "resource", bulk=True, aliases=("widocznosc",), example="publiczny",
    ),
    Column(
        "description", _("description"), kinds.Text(2000), "resource", "description_pl",
        aliases=("opis", "uwagi"),
    ),
)  # fmt: skip
BY_CODE: Mapping[str, Column] = {column.code: column for column in COLUMNS}
#: What a row of premises that we do not know yet must say.
NEEDED_FOR_NEW = ("number", "address", "area_rooms", "ownership")


def column_called(header: str) -> Column | None:
    """The column that a header of some spreadsheet means, by its label, code or an alias."""
    wanted = plain(header).replace("_", " ").rstrip(" *:")
    return _meanings().get(wanted)


def _meanings() -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in COLUMNS:
        names = [column.code.replace("_", " "), plain(column.header), *column.aliases]
        with override("en"):
            names.append(plain(str(column.label)))
        for name in names:
            found.setdefault(name, column)
    return found


def check_together(values: Mapping[str, Any]) -> list[tuple[str, str | Promise]]:
    """What single cells cannot say is wrong: (code, what to mend). `values` are all values of the
    premises as they would be."""
    wrong: list[tuple[str, str | Promise]] = []
    if values.get("technical_state") is not None and values.get("surveyed_on") is None:
        wrong.append(("surveyed_on", _("Say when the state was surveyed (1 to 5).")))
    if (
        values.get("permanent_management_until") is not None
        and values.get("legal_title") != Premises.LegalTitle.PERMANENT_MANAGEMENT
    ):
        wrong.append(("legal_title", _("Only permanent management ends on a day.")))
    if values.get("share_common") is not None and values.get("area_common") is None:
        wrong.append(("area_common", _("Give the area of the common parts with the share.")))
    if values.get("area_rooms") is None:
        wrong.append(("area_rooms", _("Give the area of the rooms.")))
    wrong += [
        (code, _("This cannot be empty."))
        for code in ("number", "title", "address", "ownership")
        if not values.get(code)
    ]
    if (values.get("longitude") is None) != (values.get("latitude") is None):
        wrong.append(("latitude", _("Give both coordinates, or none.")))
    return wrong
