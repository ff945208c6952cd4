"""The yearly report: which contracts count, and that its sums are right."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from organisations.models import CityRole, Organisation
from premises.desk.yearly import rent_class, report_of, years
from premises.models import Lease
from resources.models import StaffRole
from tests import factories, make
from tests.premises.contracts import contract

pytestmark = pytest.mark.django_db

YEAR = 2025


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def ngo():
    return make.organisation("Stowarzyszenie Skarpa")


def let(unit, ngo, **fields) -> Lease:
    place = factories.premises(unit=unit, title_pl="Lokal 1")
    return contract(
        unit, place, **{"tenant": ngo, "starts": date(2024, 5, 1), "area": 50, "rent": 400} | fields
    )


class TestWhichCount:
    @pytest.mark.parametrize(
        ("starts", "returned", "counts"),
        [
            pytest.param(date(2024, 5, 1), None, True, id="runs on"),
            pytest.param(date(2025, 12, 31), None, True, id="begins on the last day"),
            pytest.param(date(2026, 1, 1), None, False, id="begins after the year"),
            pytest.param(date(2023, 1, 1), date(2025, 1, 2), True, id="handed back on 2 January"),
            pytest.param(date(2023, 1, 1), date(2025, 1, 1), False, id="handed back on 1 January"),
            pytest.param(date(2023, 1, 1), date(2024, 6, 1), False, id="handed back before"),
        ],
    )
    def test_by_the_days_on_which_it_stood(self, unit, ngo, starts, returned, counts):
        let(unit, ngo, starts=starts, returned=returned)
        assert bool(report_of(YEAR, unit).contracts) is counts

    def test_a_term_that_ended_without_hand_back_still_counts(self, unit, ngo):
        let(unit, ngo, ends_before=date(2024, 12, 1), state=Lease.State.HOLDOVER)
        assert len(report_of(YEAR, unit).contracts) == 1

    def test_a_firm_does_not_count(self, unit):
        let(unit, "Firma")
        assert report_of(YEAR, unit).contracts == []

    def test_a_party_or_union_does_not_count(self, unit):
        union = make.organisation(legal_form=Organisation.LegalForm.EXCLUDED_ENTITY)
        let(unit, union)
        assert report_of(YEAR, unit).contracts == []

    @pytest.mark.parametrize("state", [*Lease.PREPARED, Lease.State.ABANDONED])
    def test_what_was_not_signed_does_not_count(self, unit, ngo, state):
        let(unit, ngo, state=state)
        assert report_of(YEAR, unit).contracts == []

    def test_of_all_units_or_of_one(self, unit, ngo):
        let(unit, ngo)
        let(make.unit(), ngo)
        assert len(report_of(YEAR, unit).contracts) == 1
        assert len(report_of(YEAR).contracts) == 2
        assert report_of(YEAR).organisations == 1


class TestSums:
    def test_area_rent_and_rent_per_metre(self, unit, ngo):
        let(unit, ngo, area=50, rent=400)
        let(unit, ngo, area=Decimal("24.63"), rent=0, kind=Lease.Kind.LENDING)
        report = report_of(YEAR, unit)
        assert (report.area, report.rent) == (Decimal("74.63"), Decimal(400))
        kinds = next(table for table in report.tables if table.title == "Według rodzaju umowy")
        assert kinds.rows == [
            ("najem", 1, Decimal(50), Decimal(400), Decimal("8.00")),
            ("użyczenie", 1, Decimal("24.63"), Decimal(0), Decimal("0.00")),
        ]
        assert "2" in kinds.of

    @pytest.mark.parametrize(
        ("per_m2", "words"),
        [
            (None, "powierzchnia nieznana"),
            (Decimal(0), "bez czynszu"),
            (Decimal("4.99"), "od 0 do 5 zł"),
            (Decimal(5), "od 5 do 10 zł"),
            (Decimal("19.99"), "od 10 do 20 zł"),
            (Decimal(20), "20 zł i więcej"),
        ],
    )
    def test_classes_of_rent_are_half_open(self, per_m2, words):
        assert rent_class(per_m2) == words

    def test_years_go_back_to_the_first_contract(self, unit, ngo):
        let(unit, ngo, starts=date(2023, 3, 1))
        assert years(unit, 2026) == [2026, 2025, 2024, 2023]

    def test_costs_the_same_for_one_and_for_thirty(self, unit, ngo, django_assert_max_num_queries):
        let(unit, ngo)
        with django_assert_max_num_queries(9) as first:
            report_of(YEAR, unit)
        for _ in range(29):
            let(unit, make.organisation())
        with django_assert_max_num_queries(len(first)):
            report_of(YEAR, unit)


class TestPage:
    def test_page_and_workbook_hold_the_same_tables(self, client, unit, ngo):
        let(unit, ngo)
        client.force_login(make.staff(unit, StaffRole.Role.LETTINGS_OFFICER))
        address = reverse("lettings:report", args=[unit.code, YEAR])
        page = client.get(address).content.decode()
        saved = client.get(address, {"plik": "xlsx"})
        assert saved["Content-Disposition"].endswith(f'-{YEAR}.xlsx"')
        book = load_workbook(BytesIO(saved.content))
        tables = report_of(YEAR, unit).tables
        assert len(book.sheetnames) == len(tables)
        for table in tables:
            assert table.title in page
        assert "Stowarzyszenie Skarpa" in [row[2].value for row in book.worksheets[-1].iter_rows()]

    @pytest.mark.parametrize(
        ("role", "status"),
        [(CityRole.Role.COORDINATOR, 200), (CityRole.Role.PLANNER, 200), (None, 403)],
    )
    def test_the_whole_city_is_for_those_who_evaluate(self, client, role, status):
        client.force_login(make.city_role(role) if role else make.person())
        assert client.get(reverse("lettings:report_of_all", args=[YEAR])).status_code == status

    def test_a_year_to_come_has_no_report(self, client, unit):
        client.force_login(make.staff(unit, StaffRole.Role.HEAD))
        assert client.get(reverse("lettings:report", args=[unit.code, 2999])).status_code == 404
