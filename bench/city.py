"""A synthetic city for measuring: rooms around forty centres, opening hours, a year of claims.

Made by SQL inside the database, with triggers off and the claims' indexes built last: 5,000,000
claims through the product's own path would take hours. Seeded, so that two runs measure the same
city; the claims lie around the day it is built.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

#: The year begins so many days before today.
DAYS_BEFORE, DAYS = 90, 365
SLOTS_A_DAY = 7  # of two hours, from eight to twenty-two
UNITS = 45
MOST_CLAIMS_A_SPACE = 1300

_QUIET = (
    "resources_managingunit",
    "resources_bookingpolicy",
    "resources_pricerate",
    "resources_space",
    "resources_resource",
    "resources_openingrule",
    "resources_room",
    "resources_claim",
)

_UNITS = """
INSERT INTO resources_managingunit (id, code, name, short_name, kind, legal_personality,
    acts_as_lessor, power_of_attorney, address, public_email, public_phone, contact_role, is_sample)
SELECT n, 'unit-' || n, 'Jednostka ' || n, '',
    (ARRAY['school','culture','library','sport'])[n %% 4 + 1],
    false, false, '', '', '', '', '', true
FROM generate_series(1, %(units)s) n;
INSERT INTO resources_bookingpolicy (id, unit_id, name, min_lead_hours, max_lead_days, grid_minutes,
    min_minutes, max_minutes, max_pending, reply_working_days, series_reply_days, return_days,
    proposal_days, contract_days, cancel_hours, owner_cancel_days, no_show_limit,
    no_show_window_days, ban_days, minors_declaration, insurance_required, documents)
SELECT n, n, 'Zasady', 24, 365, 15, 30, 480, 5, 3, 14, 7, 5, 14, 48, 3, 2, 365, 90, true, false,
    '{}'
FROM generate_series(1, %(units)s) n;
INSERT INTO resources_pricelist (id, unit_id, name)
SELECT n, n, 'Cennik' FROM generate_series(1, %(units)s) n;
INSERT INTO resources_pricerate (price_list_id, user_group, valid, from_minute, to_minute,
    net_per_hour, ground_pl, ground_en)
SELECT n, 'ngo_free', daterange('2020-01-01', NULL), 0, 1440, (n %% 3) * 20,
    'uchwała', 'resolution'
FROM generate_series(1, %(units)s) n;
INSERT INTO resources_equipment (id, code, name_pl, name_en, "order")
SELECT n, 'thing-' || n, 'Rzecz ' || n, 'Thing ' || n, n FROM generate_series(1, 12) n;
"""

# Six in ten rooms stand around forty centres, the others anywhere in the city.
_ROOMS = """
INSERT INTO resources_space (id, is_leaf, parent_is_leaf, name, "order")
SELECT n, true, false, '', 0 FROM generate_series(1, %(spaces)s) n;
INSERT INTO resources_spaceleaf (space_id, leaf_id)
SELECT n, n FROM generate_series(1, %(spaces)s) n;
INSERT INTO resources_site (id, code, name, kind, address, postcode, point, position_note,
    district_override_reason, district_to_be_checked, directions_pl, directions_en, is_sample)
SELECT n, 'site-' || n, 'Budynek ' || n, 'building', 'ul. Przykładowa ' || n, '',
    ST_SetSRID(ST_MakePoint(19.94, 50.06), 4326), '', '', false, '', '', true
FROM generate_series(1, %(units)s) n;
INSERT INTO resources_resource (id, code, kind, unit_id, site_id, space_id, title_pl, title_en,
    description_pl, description_en, point, tenure, visibility, capacity, area_m2, step_free,
    open_to, turnaround_minutes, observes, policy_id, price_list_id, contact_role, contact_email,
    contact_phone, verified_on, verified_by, review_months, is_sample, created_at, search_text)
SELECT n, 'room-' || n, 'room', u, u, n, 'Sala ' || n, 'Room ' || n, '', '',
    ST_SetSRID(ST_MakePoint(
        least(20.22, greatest(19.79, CASE WHEN clustered THEN c.x + dx ELSE 19.79 + 0.43 * a END)),
        least(50.13, greatest(49.97, CASE WHEN clustered THEN c.y + dy ELSE 49.97 + 0.16 * b END))),
        4326),
    'time', 'public', size, size * 2.1, step_free, '{ngo,informal_group}',
    (ARRAY[0, 0, 15, 30])[1 + n %% 4],
    CASE WHEN n %% 3 = 0 THEN '{public_holiday,school_break}'::varchar[]
        ELSE '{public_holiday}'::varchar[] END,
    u, u, '', '', '', %(today)s::date - age, 'kierownik', 12, true, now(),
    'sala ' || n || ' room jednostka ' || u || ' ul. przykladowa ' || u
FROM (
    SELECT n, 1 + n %% %(units)s AS u, 1 + (random() * 39)::int AS centre,
        random() < 0.6 AS clustered,
        (random() + random() + random() - 1.5) * 0.018 AS dx,
        (random() + random() + random() - 1.5) * 0.012 AS dy,
        random() AS a, random() AS b, least(400, 3 + exp(3.2 + 0.7 * (random() + random() + random()
            + random() - 2) * 1.7))::int AS size,
        CASE WHEN random() < 0.55 THEN 'yes' WHEN random() < 0.5 THEN 'unknown' ELSE 'no' END
            AS step_free,
        (random() * 500)::int AS age
    FROM generate_series(1, %(spaces)s) n
) room
JOIN (SELECT centre, 19.83 + 0.32 * random() AS x, 50.0 + 0.11 * random() AS y
    FROM generate_series(1, 40) centre) c USING (centre);
INSERT INTO resources_room (resource_id, noise, activities, not_allowed_pl, not_allowed_en)
SELECT n, '', '{}', '', '' FROM generate_series(1, %(spaces)s) n;
INSERT INTO resources_openingrule (resource_id, weekday, opens, closes, valid)
SELECT n, weekday, 480, CASE WHEN n %% 4 = 0 THEN 1080 ELSE 1320 END, daterange('2020-01-01', NULL)
FROM generate_series(1, %(spaces)s) n, generate_series(1, 7) weekday
WHERE weekday <= 5 OR (n + weekday) %% 5 > 1;
INSERT INTO resources_resourceequipment (resource_id, equipment_id, quantity, note_pl, note_en)
SELECT n, thing, 1, '', '' FROM generate_series(1, %(spaces)s) n, generate_series(1, 12) thing
WHERE (n * 7 + thing * 13) %% 5 = 0;
"""

# Popular rooms have many claims, most have few. Of the year's slots of two hours a room takes the
# numbers k * 1201 + offset, which never repeat (1201 and 2555 have no common divisor).
_CLAIMS = """
INSERT INTO resources_hold (id, kind, code, label, binding, created_at)
VALUES (1, 'booking', 'bench', 'bench', true, now());
INSERT INTO resources_claim (hold_id, hold_binding, space_id, leaf, layer, period)
SELECT 1, true, id, true, 1, tstzrange(
    (day + (start || ' minutes')::interval) AT TIME ZONE 'Europe/Warsaw',
    (day + (start + 60 + (k %% 2) * 15 || ' minutes')::interval) AT TIME ZONE 'Europe/Warsaw')
FROM (
    SELECT s.id, k, %(first_day)s::date + slot / %(slots)s AS day,
        480 + slot %% %(slots)s * 120 + (k %% 4) * 15 AS start
    FROM (
        SELECT id, (id * 37) %% %(all_slots)s AS first, greatest(1, least(%(most)s,
            round(weight / sum(weight) OVER () * %(claims)s * %(stretch)s))::int) AS wanted
        FROM (SELECT id, exp((random() + random() + random() - 1.5) * 2) AS weight
            FROM generate_series(1, %(spaces)s) id) w
    ) s
    CROSS JOIN LATERAL generate_series(1, s.wanted) k
    CROSS JOIN LATERAL (SELECT (s.first + k * 1201) %% %(all_slots)s AS slot) x
) claim;
"""


def build(
    *, spaces: int, claims: int, today: date, say: Callable[[str], None] = lambda _words: None
) -> int:
    """Fill the empty tables of the default database. Returns the number of claims made."""
    values: dict[str, int | float | date] = {
        "spaces": spaces,
        "claims": claims,
        "units": UNITS,
        "today": today,
        "first_day": today - timedelta(days=DAYS_BEFORE),
        "slots": SLOTS_A_DAY,
        "all_slots": SLOTS_A_DAY * DAYS,
        "most": MOST_CLAIMS_A_SPACE,
        "stretch": 1.0,
    }
    with connection.cursor() as cursor, transaction.atomic(), _quiet(cursor):
        cursor.execute("SELECT setseed(0.20261123)")
        started = time.perf_counter()
        for name, script in (("units", _UNITS), ("rooms", _ROOMS), ("claims", _CLAIMS)):
            for statement in filter(str.strip, script.split(";\n")):
                cursor.execute(statement, values)
            say(f"  {name}: {time.perf_counter() - started:.0f} s")
            started = time.perf_counter()
        cursor.execute("SELECT count(*) FROM resources_claim")
        made = int(cursor.fetchone()[0])
        _restart_ids(cursor)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    say(f"  indexes and constraints: {time.perf_counter() - started:.0f} s")
    return made


@contextmanager
def _quiet(cursor: CursorWrapper) -> Iterator[None]:
    """Triggers off, and the claims without indexes and keys, which come back at the end."""
    cursor.execute("SET LOCAL maintenance_work_mem = '768MB'")
    cursor.execute("SET LOCAL synchronous_commit = off")
    for table in _QUIET:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute("""
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = 'resources_claim'::regclass AND contype IN ('p', 'x', 'f')
        ORDER BY contype DESC""")
    constraints = cursor.fetchall()
    for name, _definition in constraints:
        cursor.execute(f'ALTER TABLE resources_claim DROP CONSTRAINT "{name}"')
    cursor.execute("""
        SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'resources_claim'
            AND schemaname = current_schema()""")
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in indexes:
        cursor.execute(definition)
    for name, definition in constraints:
        cursor.execute(f'ALTER TABLE resources_claim ADD CONSTRAINT "{name}" {definition}')
    for table in _QUIET:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _restart_ids(cursor: CursorWrapper) -> None:
    """Let new rows begin after those that were numbered here."""
    for table in ("managingunit", "bookingpolicy", "pricelist", "equipment", "space", "site",
                  "resource", "hold"):  # fmt: skip
        name = f"resources_{table}"
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
        )


def raze() -> None:
    """Empty what build() fills."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE resources_managingunit, resources_space, resources_hold, "
            "resources_equipment, resources_site CASCADE"
        )


def settle() -> None:
    """VACUUM ANALYZE, so that the planner knows what it deals with. Outside a transaction."""
    with connection.cursor() as cursor:
        for table in ("claim", "resource", "openingrule", "spaceleaf", "resourceequipment"):
            cursor.execute(f"VACUUM (ANALYZE) resources_{table}")
