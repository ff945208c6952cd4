"""Figures of districts: each with what it counts, when, and where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Prefetch, Sum

from maps.models import District, DistrictResidents, PopulationCell
from records.models import DataSource


@dataclass(frozen=True)
class CensusEstimate:
    """Census residents of a district, estimated from 1 km cells by area.

    A cell cut by the border counts with the share of its area inside. Sexes and age groups leave
    out cells where statistical secrecy hides them: `hidden` is how many residents those have.
    """

    year: int
    residents: int
    female: int
    male: int
    age_0_14: int
    age_15_64: int
    age_65_plus: int
    hidden: int
    cells: int
    source: DataSource


@dataclass(frozen=True)
class DistrictProfile:
    """A district with its figures; `registered` newest first."""

    district: District
    registered: list[DistrictResidents]
    census: CensusEstimate | None

    @property
    def latest(self) -> DistrictResidents | None:
        return self.registered[0] if self.registered else None

    @property
    def change(self) -> tuple[int, date] | None:
        """(difference, earlier date) between the two newest counts of registered residents."""
        if len(self.registered) < 2:
            return None
        new, old = self.registered[:2]
        return new.total - old.total, old.on_date

    @property
    def per_km2(self) -> int | None:
        """Registered residents per square kilometre of the official area."""
        if self.latest is None:
            return None
        return round(Decimal(self.latest.total) / self.district.official_area_km2)


def district_profiles(numbers: Iterable[int] | None = None) -> list[DistrictProfile]:
    """Profiles in order of number, of all districts or of those named. Four queries."""
    wanted = District.objects.defer("boundary", "boundary_2178", "outline").select_related("source")
    if numbers is not None:
        wanted = wanted.filter(number__in=list(numbers))
    registered = DistrictResidents.objects.filter(
        kind=DistrictResidents.Kind.REGISTERED
    ).select_related("source")
    found = list(
        wanted.prefetch_related(
            Prefetch("residents", registered.order_by("-on_date"), to_attr="registered")
        )
    )
    census = census_estimates([district.number for district in found])
    return [
        DistrictProfile(district, district.registered, census.get(district.number))
        for district in found
    ]


def census_estimates(numbers: list[int]) -> dict[int, CensusEstimate]:
    """Estimates from the newest census grid by district number; empty where none is loaded."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with latest as (select max(year) as year from maps_populationcell),
            part as (
                select d.number, c.*,
                       case when ST_CoveredBy(c.cell_2178, d.boundary_2178) then 1.0
                            else ST_Area(ST_Intersection(c.cell_2178, d.boundary_2178))
                                 / ST_Area(c.cell_2178) end as share
                from maps_district d
                join maps_populationcell c on ST_Intersects(c.cell_2178, d.boundary_2178)
                join latest on c.year = latest.year
                where d.number = any(%s)
            )
            select number, max(year), max(source_id), count(*),
                   round(sum(residents * share)), round(sum(female * share)),
                   round(sum(male * share)), round(sum(age_0_14 * share)),
                   round(sum(age_15_64 * share)), round(sum(age_65_plus * share)),
                   coalesce(round(sum(residents * share) filter (
                       where female is null or male is null or age_0_14 is null
                          or age_15_64 is null or age_65_plus is null)), 0)
            from part group by number
            """,
            [numbers],
        )
        rows = cursor.fetchall()
    sources = DataSource.objects.in_bulk({row[2] for row in rows})
    return {
        number: CensusEstimate(
            year=year,
            source=sources[source_id],
            cells=cells,
            residents=int(residents),
            female=int(female or 0),
            male=int(male or 0),
            age_0_14=int(young or 0),
            age_15_64=int(middle or 0),
            age_65_plus=int(old or 0),
            hidden=int(hidden),
        )
        for number, year, source_id, cells, residents, female, male, young, middle, old, hidden in (
            rows
        )
    }


@dataclass(frozen=True)
class CityTotals:
    """The city's sums of the three denominators that must not be confused."""

    registered: int | None
    registered_on: date | None
    census_in_city: int | None
    census_year: int | None


def city_totals(profiles: list[DistrictProfile]) -> CityTotals:
    """Sums over all districts; registered only if all counts are of the same day."""
    days = {profile.latest.on_date for profile in profiles if profile.latest}
    same_day = len(days) == 1 and all(profile.latest for profile in profiles)
    estimates = [profile.census for profile in profiles if profile.census]
    return CityTotals(
        registered=sum(p.latest.total for p in profiles if p.latest) if same_day else None,
        registered_on=days.pop() if same_day else None,
        census_in_city=sum(e.residents for e in estimates) if estimates else None,
        census_year=estimates[0].year if estimates else None,
    )


def residents_in_grid(year: int) -> int:
    """All residents of the loaded cells of a year, inside the city and around it."""
    total = PopulationCell.objects.filter(year=year).aggregate(total=Sum("residents"))["total"]
    return int(total or 0)
