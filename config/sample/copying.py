"""Many plain rows at once through PostgreSQL's COPY, which compiles no statement per row."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql
from psycopg.types.range import TimestamptzRange


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows given as values of `fields`, in their order.

    For models without history: what COPY writes bears no actor. Constraints and triggers of the
    database hold as always.
    """
    meta = model._meta
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(meta.db_table),
        sql.SQL(", ").join(sql.Identifier(meta.get_field(name).column) for name in fields),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_range(v) if isinstance(v, tuple) else v for v in row])


def _range(period: tuple[datetime, datetime | None]) -> TimestamptzRange:
    return TimestamptzRange(*period)
