"""Numbers per unit, series and year: 41/2026, without gaps and without locking a table."""

from django.db import connection

from resources.models import ManagingUnit

_BUMP = """
INSERT INTO premises_numberseries (unit_id, series, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (unit_id, series, year) DO UPDATE SET last = premises_numberseries.last + 1
RETURNING last
"""


def next_number(unit: ManagingUnit, series: str, year: int) -> int:
    """The next number of the series of the unit in the year, from 1.

    Call it inside the transaction that uses the number: its row stays locked until the end, so a
    rolled-back number is given again and none is missing. Take it as late as possible.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BUMP, [unit.pk, series, year])
        number: int = cursor.fetchone()[0]
    return number
