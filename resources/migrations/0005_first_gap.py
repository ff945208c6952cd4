"""The first free hours of a place, found day by day inside the database."""

from django.db import migrations

# The moment `minute` minutes after local midnight by the wall clock, as
# records.periods.local_moment has it: in the hour that the clocks repeat it is the first of the
# two, where AT TIME ZONE takes the second.
LOCAL_MOMENT = """
CREATE FUNCTION resources_local_moment(day date, minute integer) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    wall timestamp := day + make_interval(mins => minute);
    moment timestamptz := wall AT TIME ZONE 'Europe/Warsaw';
BEGIN
    IF minute BETWEEN 60 AND 239
        AND (moment - interval '1 hour') AT TIME ZONE 'Europe/Warsaw' = wall
    THEN
        RETURN moment - interval '1 hour';
    END IF;
    RETURN moment;
END $$;
"""

# The first moment from `earliest` on, to `last_day` included, from which a meeting of `minutes`
# lies within the opening hours of one day, between two minutes of it, and clear of all claims with
# the turnaround after it. A claim is stretched by the turnaround to the left instead of the
# meeting to the right, which is the same. Days are read in chunks that grow, since most places are
# free soon. `shut` are days closed by the calendar; starts lie on a grid of `grid` minutes.
FIRST_GAP = """
CREATE FUNCTION resources_first_gap(
    resource bigint, space bigint, turnaround integer, grid integer, earliest timestamptz,
    last_day date, shut datemultirange, from_minute integer, to_minute integer, minutes integer,
    at timestamptz
) RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    margin interval := make_interval(mins => turnaround);
    length interval := make_interval(mins => minutes);
    step integer := grid * 60;
    first_day date := (earliest AT TIME ZONE 'Europe/Warsaw')::date;
    chunk_end date;
    span integer := 3;
    busy tstzmultirange;
    best timestamptz;
BEGIN
    WHILE first_day <= last_day LOOP
        chunk_end := least(first_day + span - 1, last_day);
        SELECT coalesce(
            range_agg(tstzrange(lower(c.period) - margin, upper(c.period))), '{}'::tstzmultirange)
        INTO busy
        FROM resources_spaceleaf l
        JOIN resources_claim c ON c.space_id = l.leaf_id AND c.layer = 1
            AND c.period && tstzrange(
                first_day::timestamp AT TIME ZONE 'Europe/Warsaw',
                (chunk_end + 1)::timestamp AT TIME ZONE 'Europe/Warsaw' + margin)
            AND (c.expires_at IS NULL OR c.expires_at > at)
        WHERE l.space_id = space;
        SELECT min(piece.starts) INTO best
        FROM (
            SELECT day.day, range_agg(tstzrange(day.opens, day.closes)) AS hours
            FROM (
                SELECT first_day + n AS day,
                    resources_local_moment(first_day + n, greatest(o.opens, from_minute)) AS opens,
                    resources_local_moment(first_day + n, least(o.closes, to_minute)) AS closes
                FROM resources_openingrule o
                CROSS JOIN LATERAL generate_series(
                    (o.weekday - extract(isodow FROM first_day)::integer + 7) % 7,
                    chunk_end - first_day, 7
                ) n
                WHERE o.resource_id = resource AND o.valid @> first_day + n
                    AND greatest(o.opens, from_minute) < least(o.closes, to_minute)
                    AND NOT shut @> first_day + n
            ) day
            WHERE day.opens < day.closes
            GROUP BY day.day
        ) open
        CROSS JOIN LATERAL unnest(open.hours - busy) free
        CROSS JOIN LATERAL (
            SELECT to_timestamp(
                ceil(extract(epoch FROM greatest(lower(free), earliest)) / step) * step) AS starts
        ) piece
        WHERE piece.starts + length <= upper(free);
        IF best IS NOT NULL THEN
            RETURN best;
        END IF;
        first_day := chunk_end + 1;
        span := least(span * 4, 92);
    END LOOP;
    RETURN NULL;
END $$;
"""

DROP = """
DROP FUNCTION resources_first_gap(
    bigint, bigint, integer, integer, timestamptz, date, datemultirange, integer, integer, integer,
    timestamptz);
DROP FUNCTION resources_local_moment(date, integer);
"""


class Migration(migrations.Migration):
    dependencies = [("resources", "0004_booking_slot_late")]

    operations = [migrations.RunSQL(LOCAL_MOMENT + FIRST_GAP, DROP)]
