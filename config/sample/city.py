"""What the builders of the sample city share: its day, its size, and what was built before."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from organisations.models import Organisation, Person
from records.models import DataSource, LegalAct
from records.periods import local_moment
from resources.models import BookingPolicy, ManagingUnit, PriceList, Resource, Site

WEEKS_BEFORE = 4
WEEKS_AFTER = 4


@dataclass(slots=True)
class City:
    """The city so far. Codes are keys everywhere; `unit_rows` are the rows of units.csv."""

    today: date
    small: bool
    source: DataSource
    acts: dict[str, LegalAct] = field(default_factory=dict)
    unit_rows: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[str, ManagingUnit] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    policies: dict[str, BookingPolicy] = field(default_factory=dict)
    price_lists: dict[tuple[str, str], PriceList] = field(default_factory=dict)
    rooms: list[Resource] = field(default_factory=list)
    premises: list[Resource] = field(default_factory=list)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The first moment of the day: all that has happened lies before it."""
        return local_moment(self.today, 0)

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())

    @property
    def school_year(self) -> tuple[date, date]:
        """First day of the current school year, and of the next one."""
        year = self.today.year if self.today.month >= 9 else self.today.year - 1
        return date(year, 9, 1), date(year + 1, 9, 1)

    @property
    def season_ends(self) -> date:
        """The last day of weekly activities: 30 June after today."""
        june = date(self.today.year, 6, 30)
        return june if self.today <= june else june.replace(year=june.year + 1)

    @property
    def first_day(self) -> date:
        """The first day with bookings."""
        return self.monday - timedelta(weeks=WEEKS_BEFORE)

    def days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def moment_ago(self, days: int, minute: int = 600) -> datetime:
        """A moment so many days ago, by default at 10:00."""
        return local_moment(self.days_ago(days), minute)
