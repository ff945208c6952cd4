"""The rent as a table of worked cases, each reckoned by hand: rates by part, net, gross.

The schedule of these cases: zone I 30.00 (street side 36.00), zone II 18.50, zone III 9.99 (upper
7.77; basic standard 6.66; upper and basic 5.55), zone IV 1.00. Factors: yard 0.85, cellar 0.40,
first floor 0.90, state 1 to 3: 0.60, 0.75, 0.90, basic standard 0.80, not step-free 0.95, catering
1.333, indefinite term 1.10. Reductions: spheres 1 and 7 40 %, OPP 10 %, joint use 5 % (these
together), renovation 50 % alone, public task 2.00 PLN fixed; the last two below the cost too.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from premises.models import BaseRate, Multiplier, RateSchedule, RateZone, Reduction
from premises.rates.reckoning import Facts, Grounds, Part, Rent, by_offer, free, reckon
from premises.rates.table import NoRate, RateTable
from records.models import LegalAct
from records.money import Kind

ZONES = {code: RateZone(pk=n, code=code) for n, code in enumerate(("I", "II", "III", "IV"), 1)}
BASE = [
    ("I", "", "", "30.00"),
    ("I", "front_ground", "", "36.00"),
    ("II", "", "", "18.50"),
    ("III", "", "", "9.99"),
    ("III", "upper", "", "7.77"),
    ("III", "", "basic", "6.66"),
    ("III", "upper", "basic", "5.55"),
    ("IV", "", "", "1.00"),
]
FACTORS = [
    ("position", "yard", "0.85", "Wejście od podwórza"),
    ("position", "cellar", "0.40", "Piwnica"),
    ("floor", "1", "0.90", "Pierwsze piętro"),
    ("standard", "basic", "0.80", "Niepełny standard"),
    ("technical_state", "1", "0.60", "Stan techniczny 1 z 5"),
    ("technical_state", "2", "0.75", "Stan techniczny 2 z 5"),
    ("technical_state", "3", "0.90", "Stan techniczny 3 z 5"),
    ("accessibility", "no", "0.95", "Schody przy wejściu"),
    ("activity", "catering", "1.333", "Gastronomia"),
    ("term", "indefinite", "1.10", "Czas nieoznaczony"),
]


def table(
    *,
    percent: str = "40",
    fixed: str = "2.00",
    combining: str = "sum",
    most: str | None = None,
    floor: bool = True,
) -> RateTable:
    schedule = RateSchedule(
        name="Stawki",
        legal_act=LegalAct(title="zarządzenie o stawkach (przykład)"),
        valid=DateRange(date(2026, 3, 1), None),
        combining=combining,
        most_reduced_percent=Decimal(most) if most else None,
        floor_at_operating_cost=floor,
        floor_provision="§ 9 (przykład)",
    )
    reductions = [
        ("sphere", ["1", "7"], percent, None, True, False, "działalność w sferze pomocy"),
        ("opp", [], "10", None, True, False, "organizacja pożytku publicznego"),
        ("joint_use", [], "5", None, True, False, "kilka organizacji razem"),
        ("renovation", [], "50", None, False, True, "czas remontu"),
        ("public_task", [], None, fixed, False, True, "zadanie publiczne miasta"),
    ]
    return RateTable(
        schedule,
        tuple(
            BaseRate(
                zone=ZONES[zone], position=position, standard=standard, net_m2=Decimal(net),
                provision="§ 2",
            )
            for zone, position, standard, net in BASE
        ),
        tuple(
            Multiplier(
                kind=kind, value=value, factor=Decimal(factor), label_pl=label,
                provision="załącznik 1",
            )
            for kind, value, factor, label in FACTORS
        ),
        tuple(
            Reduction(
                kind=kind, code=kind, spheres=spheres, cumulable=together, below_floor=below,
                percent=Decimal(share) if share else None,
                fixed_net_m2=Decimal(rate) if rate else None,
                label_pl=label,
            )
            for kind, spheres, share, rate, together, below, label in reductions
        ),
    )  # fmt: skip


SCHEDULE_FIELDS = ("percent", "fixed", "combining", "most", "floor")
GROUND_FIELDS = ("is_opp", "public_task", "renovation", "organisations")


def work_out(
    *,
    zone: str = "II",
    parts: Any = (("rooms", "86.40"),),
    cost: str | None = None,
    vat: str | None = "23",
    offer: str | None = None,
    spheres: Any = (),
    state: int | None = 4,
    **others: Any,
) -> Rent:
    rates = table(**{name: others.pop(name) for name in SCHEDULE_FIELDS if name in others})
    grounds = {name: others.pop(name) for name in GROUND_FIELDS if name in others}
    facts = Facts(
        parts=tuple(
            Part(
                position.capitalize(),
                "" if position == "rooms" else position,
                Decimal(area),
                *floor,
            )
            for position, area, *floor in parts
        ),
        zone=ZONES[zone],
        technical_state=state,
        operating_cost_m2=Decimal(cost) if cost else None,
        grounds=Grounds(spheres=frozenset(spheres), **grounds),
        **others,
    )
    percent = None if vat is None else Decimal(vat)
    if offer is not None:
        return by_offer(facts, Decimal(offer), percent)
    return reckon(rates, facts, percent)


def rates_of(rent: Rent) -> str:
    """The final rate of each part: the last rate of its lines."""
    return " ".join(
        str([line.amount for line in part.parts if line.kind is Kind.RATE][-1])
        for part in rent.money.explanation
    )


@dataclass(frozen=True)
class Case:
    name: str
    given: dict[str, Any]
    rates: str
    net: str
    gross: str


CASES = [
    Case("one part, no ground", {}, "18.50", "1598.40", "1966.03"),
    Case("zone I is dearer", {"zone": "I"}, "30.00", "2592.00", "3188.16"),
    Case(
        "zone I names the street side",
        {"zone": "I", "parts": [("front_ground", "86.40")]},
        "36.00",
        "3110.40",
        "3825.79",
    ),
    Case(
        "zone I, yard: general rate and its factor",
        {"zone": "I", "parts": [("yard", "86.40")]},
        "25.50",
        "2203.20",
        "2709.94",
    ),
    Case(
        "zone III names position and standard together",
        {"zone": "III", "parts": [("upper", "50.00")], "standard": "basic"},
        "4.44",
        "222.00",
        "273.06",
    ),
    Case(
        "zone III names the position alone",
        {"zone": "III", "parts": [("upper", "50.00")]},
        "7.77",
        "388.50",
        "477.86",
    ),
    Case(
        "zone III names the standard alone",
        {"zone": "III", "parts": [("yard", "50.00")], "standard": "basic"},
        "4.53",
        "226.50",
        "278.60",
    ),
    Case(
        "zone III, nothing named",
        {"zone": "III", "parts": [("yard", "50.00")]},
        "8.49",
        "424.50",
        "522.14",
    ),
    Case("yard", {"parts": [("yard", "86.40")]}, "15.73", "1359.07", "1671.66"),
    Case(
        "half a grosz of the rate goes up", {"parts": [("yard", "1.00")]}, "15.73", "15.73", "19.35"
    ),
    Case("cellar", {"parts": [("cellar", "14.20")]}, "7.40", "105.08", "129.25"),
    Case("technical state 1", {"state": 1}, "11.10", "959.04", "1179.62"),
    Case("technical state 2", {"state": 2}, "13.88", "1199.23", "1475.05"),
    Case("technical state 3", {"state": 3}, "16.65", "1438.56", "1769.43"),
    Case("technical state 4 has no factor", {"state": 4}, "18.50", "1598.40", "1966.03"),
    Case("technical state unknown changes nothing", {"state": None}, "18.50", "1598.40", "1966.03"),
    Case("basic standard", {"standard": "basic"}, "14.80", "1278.72", "1572.83"),
    Case("not step-free", {"step_free": "no"}, "17.58", "1518.91", "1868.26"),
    Case("step-free has no factor", {"step_free": "yes"}, "18.50", "1598.40", "1966.03"),
    Case(
        "step-free unknown changes nothing", {"step_free": "unknown"}, "18.50", "1598.40", "1966.03"
    ),
    Case(
        "catering: a factor of three places",
        {"activity": "catering"},
        "24.66",
        "2130.62",
        "2620.66",
    ),
    Case("an activity without a factor", {"activity": "reading"}, "18.50", "1598.40", "1966.03"),
    Case("indefinite term", {"indefinite": True}, "20.35", "1758.24", "2162.64"),
    Case("fixed term has no factor", {"indefinite": False}, "18.50", "1598.40", "1966.03"),
    Case("first floor", {"parts": [("upper", "40.00", 1)]}, "16.65", "666.00", "819.18"),
    Case(
        "all factors together",
        {
            "parts": [("yard", "86.40")],
            "state": 3,
            "standard": "basic",
            "step_free": "no",
            "activity": "catering",
            "indefinite": True,
        },
        "15.77",
        "1362.53",
        "1675.91",
    ),
    Case("sphere on the list", {"spheres": {"1"}}, "11.10", "959.04", "1179.62"),
    Case(
        "one of several spheres on the list", {"spheres": {"17", "7"}}, "11.10", "959.04", "1179.62"
    ),
    Case("sphere not on the list", {"spheres": {"17"}}, "18.50", "1598.40", "1966.03"),
    Case("public benefit organisation", {"is_opp": True}, "16.65", "1438.56", "1769.43"),
    Case("OPP status unknown reduces nothing", {"is_opp": None}, "18.50", "1598.40", "1966.03"),
    Case("sphere and OPP add up", {"spheres": {"1"}, "is_opp": True}, "9.25", "799.20", "983.02"),
    Case(
        "sphere, OPP and joint use add up",
        {"spheres": {"1"}, "is_opp": True, "organisations": 2},
        "8.33",
        "719.71",
        "885.24",
    ),
    Case(
        "one after the other instead",
        {"spheres": {"1"}, "is_opp": True, "combining": "product"},
        "9.99",
        "863.14",
        "1061.66",
    ),
    Case(
        "at most half",
        {"spheres": {"1"}, "is_opp": True, "organisations": 2, "most": "50"},
        "9.25",
        "799.20",
        "983.02",
    ),
    Case(
        "at most half, one after the other",
        {
            "spheres": {"1"},
            "is_opp": True,
            "organisations": 2,
            "combining": "product",
            "most": "45",
        },
        "10.18",
        "879.55",
        "1081.85",
    ),
    Case(
        "exactly the most is not cut",
        {"spheres": {"1"}, "is_opp": True, "most": "50"},
        "9.25",
        "799.20",
        "983.02",
    ),
    Case(
        "joint use of one organisation is none", {"organisations": 1}, "18.50", "1598.40", "1966.03"
    ),
    Case(
        "renovation stands alone and beats OPP",
        {"renovation": True, "is_opp": True},
        "9.25",
        "799.20",
        "983.02",
    ),
    Case(
        "renovation loses to more together",
        {"renovation": True, "spheres": {"1"}, "is_opp": True, "organisations": 2},
        "8.33",
        "719.71",
        "885.24",
    ),
    Case("public task: a fixed rate", {"public_task": True}, "2.00", "172.80", "212.54"),
    Case(
        "public task beats everything else",
        {"public_task": True, "spheres": {"1"}, "is_opp": True},
        "2.00",
        "172.80",
        "212.54",
    ),
    Case(
        "a fixed rate above the reduced one is not taken",
        {
            "public_task": True,
            "spheres": {"1"},
            "is_opp": True,
            "parts": [("cellar", "10.00")],
            "state": 1,
            "fixed": "4.00",
        },
        "2.22",
        "22.20",
        "27.31",
    ),
    Case(
        "a fixed rate never raises",
        {"public_task": True, "fixed": "25.00"},
        "18.50",
        "1598.40",
        "1966.03",
    ),
    Case("cost below the rate leaves it", {"cost": "6.20"}, "18.50", "1598.40", "1966.03"),
    Case(
        "raised to the cost",
        {"cost": "6.20", "parts": [("cellar", "14.20")], "state": 3, "spheres": {"1"}},
        "6.20",
        "88.04",
        "108.29",
    ),
    Case("cost equal to the rate", {"cost": "18.50"}, "18.50", "1598.40", "1966.03"),
    Case("one grosz under the cost is raised", {"cost": "18.51"}, "18.51", "1599.26", "1967.09"),
    Case(
        "no floor where the schedule sets none",
        {"cost": "20.00", "floor": False},
        "18.50",
        "1598.40",
        "1966.03",
    ),
    Case(
        "a public task goes below the cost",
        {"cost": "6.20", "public_task": True},
        "2.00",
        "172.80",
        "212.54",
    ),
    Case(
        "renovation goes below the cost",
        {"cost": "12.00", "renovation": True},
        "9.25",
        "799.20",
        "983.02",
    ),
    Case(
        "operating cost unknown: no floor",
        {"cost": None, "spheres": {"1"}},
        "11.10",
        "959.04",
        "1179.62",
    ),
    Case(
        "reduced to nothing without a floor",
        {"percent": "100", "spheres": {"1"}},
        "0.00",
        "0.00",
        "0.00",
    ),
    Case("VAT 8 %", {"vat": "8"}, "18.50", "1598.40", "1726.27"),
    Case("VAT 0 %", {"vat": "0"}, "18.50", "1598.40", "1598.40"),
    Case("outside VAT", {"vat": None}, "18.50", "1598.40", "1598.40"),
    Case(
        "parts are rounded one by one",
        {"parts": [("rooms", "10.01"), ("rooms", "10.01"), ("rooms", "10.01")], "zone": "III"},
        "9.99 9.99 9.99",
        "300.00",
        "369.00",
    ),
    Case("the smallest part", {"parts": [("cellar", "0.01")]}, "7.40", "0.07", "0.09"),
    Case(
        "VAT of half a grosz goes up",
        {"parts": [("rooms", "0.50")], "zone": "IV"},
        "1.00",
        "0.50",
        "0.62",
    ),
    Case(
        "a large hall",
        {"parts": [("rooms", "12345.67")], "zone": "I"},
        "30.00",
        "370370.10",
        "455555.22",
    ),
    Case(
        "the page of premises 0412",
        {
            "parts": [("yard", "86.40"), ("cellar", "14.20")],
            "state": 3,
            "spheres": {"1"},
            "cost": "6.20",
        },
        "8.49 6.20",
        "821.58",
        "1010.54",
    ),
    Case(
        "Nowa Huta 2024: one rate by contest, two parts",
        {"parts": [("rooms", "96.58"), ("rooms", "24.63")], "offer": "8.10"},
        "8.10 8.10",
        "981.80",
        "1207.61",
    ),
    Case("a bid is rounded to grosz", {"offer": "17.995"}, "18.00", "1555.20", "1912.90"),
    Case(
        "a bid knows no reduction and no floor",
        {"offer": "3.00", "spheres": {"1"}, "cost": "6.20"},
        "3.00",
        "259.20",
        "318.82",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_worked_case(case):
    rent = work_out(**case.given)
    assert (rates_of(rent), str(rent.money.net), str(rent.money.gross)) == (
        case.rates,
        case.net,
        case.gross,
    )


def test_there_are_enough_of_them():
    assert len({case.name for case in CASES}) == len(CASES) >= 40


class TestTree:
    def lines(self, **given) -> list[tuple[str, str]]:
        with translation.override("pl"):
            part = work_out(**given).money.explanation[0]
        return [(line.label, str(line.amount)) for line in part.parts]

    def test_the_ground_floor_of_0412_line_by_line(self):
        assert self.lines(parts=[("yard", "86.40")], state=3, spheres={"1"}, cost="6.20") == [
            ("Stawka bazowa, strefa II", "18.50"),
            ("Wejście od podwórza", "0.85"),
            ("Stan techniczny 3 z 5", "0.90"),
            ("Zniżka: działalność w sferze pomocy", "-40"),
            ("Stawka po zniżkach", "8.49"),
        ]

    def test_its_cellar_is_raised_to_the_cost(self):
        lines = self.lines(parts=[("cellar", "14.20")], state=3, spheres={"1"}, cost="6.20")
        assert lines[-2:] == [("To daje", "4.00"), ("Podniesiona do kosztu eksploatacji", "6.20")]

    def test_a_limit_of_all_reductions_is_told(self):
        lines = self.lines(spheres={"1"}, is_opp=True, organisations=2, most="50")
        assert lines[-2] == ("Wszystkie zniżki razem najwyżej", "-50")

    def test_the_first_line_names_act_provision_and_day(self):
        with translation.override("pl"):
            line = work_out().money.explanation[0].parts[0]
        assert line.basis == "zarządzenie o stawkach (przykład), § 2, od 1.03.2026"

    def test_english_falls_back_to_polish_words_of_the_schedule(self):
        with translation.override("en"):
            line = work_out(state=3).money.explanation[0].parts[1]
        assert line.label == "Stan techniczny 3 z 5"

    @given(
        st.sampled_from(["1", "2", "3", ""]),
        st.booleans(),
        st.integers(1, 3),
        st.decimals("0.01", "999", places=2),
        st.sampled_from([None, "6.20", "30.00"]),
    )
    def test_parts_always_add_up_to_the_net(self, sphere, opp, organisations, area, cost):
        rent = work_out(
            parts=[("yard", area), ("cellar", area)],
            spheres={sphere} - {""},
            is_opp=opp,
            organisations=organisations,
            cost=cost,
        )
        assert sum(part.amount for part in rent.money.explanation) == rent.money.net
        if cost:
            assert min(Decimal(one) for one in rates_of(rent).split()) >= Decimal(cost)


class TestNothingIsInvented:
    @pytest.mark.parametrize(
        "given", [{"parts": []}, {"offer": "5.00", "parts": []}], ids=["schedule", "offer"]
    )
    def test_without_an_area_there_is_no_rent(self, given):
        with pytest.raises(NoRate):
            work_out(**given)

    def test_without_a_zone_there_is_no_rent(self):
        with pytest.raises(NoRate):
            reckon(table(), Facts((Part("Rooms", "", Decimal(10)),)), Decimal(23))

    def test_without_a_base_rate_there_is_no_rent(self):
        elsewhere = Facts((Part("Rooms", "", Decimal(10)),), RateZone(pk=99, code="V"))
        with pytest.raises(NoRate):
            reckon(table(), elsewhere, Decimal(23))

    def test_each_thing_that_nobody_knows_is_named(self):
        known = work_out(
            parts=[("yard", "10.00")], standard="full", step_free="yes", cost="1.00", is_opp=False
        )
        assert known.notes == ()
        assert len(work_out(state=None, is_opp=None).notes) == 6

    def test_a_loan_is_free_and_names_the_upkeep(self):
        facts = Facts((Part("Rooms", "", Decimal("100.60")),), operating_cost_m2=Decimal("6.20"))
        with translation.override("pl"):
            money = free(facts, "art. 710 KC").money
        assert (money.net, money.vat_rate, money.gross) == (Decimal("0.00"), None, Decimal("0.00"))
        assert "623,72\u00a0zł" in money.explanation[0].parts[0].label
