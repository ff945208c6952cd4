"""The first gap, day by day: most places are free on the first day, and looking at one is cheap."""

from django.db import migrations, models

# The first moment from `earliest` on, to `last_day` included, from which a meeting of `minutes`
# lies within the opening hours of one day, between two minutes of it, and clear of all claims with
# the turnaround after it. A claim is stretched by the turnaround to the left instead of the
# meeting to the right, which is the same. `shut` are days closed by the calendar; starts lie on a
# grid of `grid` minutes. A claim that covers many days is passed over at once. Plans are generic:
# planning these small queries anew for each place took half of the time.
FIRST_GAP = """
CREATE OR REPLACE FUNCTION resources_first_gap(
    resource bigint, space bigint, turnaround integer, grid integer, earliest timestamptz,
    last_day date, shut datemultirange, from_minute integer, to_minute integer, minutes integer,
    at timestamptz
) RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    margin interval := make_interval(mins => turnaround);
    length interval := make_interval(mins => minutes);
    step integer := grid * 60;
    day date := (earliest AT TIME ZONE 'Europe/Warsaw')::date;
    after date;
    hours int4multirange;
    opens timestamptz;
    closes timestamptz;
    busy tstzmultirange;
    best timestamptz;
BEGIN
    -- Whole seconds, so that the grid can be reckoned with whole numbers.
    earliest := date_trunc('second', earliest + interval '999999 microseconds');
    WHILE day <= last_day LOOP
        after := day + 1;
        hours := NULL;
        IF NOT shut @> day THEN
            SELECT range_agg(int4range(greatest(o.opens, from_minute), least(o.closes, to_minute)))
            INTO hours
            FROM resources_openingrule o
            WHERE o.resource_id = resource AND o.weekday = extract(isodow FROM day)::integer
                AND o.valid @> day
                AND greatest(o.opens, from_minute) < least(o.closes, to_minute);
        END IF;
        IF hours IS NOT NULL THEN
            opens := resources_local_moment(day, lower(hours));
            -- In the night when the clocks skip an hour, hours within it come to nothing.
            closes := greatest(opens, resources_local_moment(day, upper(hours)));
            SELECT range_agg(tstzrange(lower(c.period) - margin, upper(c.period)))
            INTO busy
            FROM resources_spaceleaf l
            JOIN resources_claim c ON c.space_id = l.leaf_id AND c.layer = 1
                AND c.period && tstzrange(opens, closes + margin)
                AND (c.expires_at IS NULL OR c.expires_at > at)
            WHERE l.space_id = space;
            -- Nothing claimed in hours of one piece, which is the usual case.
            IF busy IS NULL AND hours = int4multirange(range_merge(hours)) THEN
                best := greatest(opens, earliest);
                best := best + make_interval(
                    secs => (step - extract(epoch FROM best)::bigint % step) % step);
                IF best + length <= closes THEN
                    RETURN best;
                END IF;
            END IF;
            busy := coalesce(busy, '{}'::tstzmultirange);
            SELECT min(start.moment) INTO best
            FROM unnest(hours) piece
            CROSS JOIN LATERAL (
                SELECT resources_local_moment(day, lower(piece)) AS opens,
                    resources_local_moment(day, upper(piece)) AS closes
            ) edge
            CROSS JOIN LATERAL unnest(
                tstzmultirange(tstzrange(edge.opens, greatest(edge.opens, edge.closes))) - busy
            ) free
            CROSS JOIN LATERAL (
                SELECT to_timestamp(
                    ceil(extract(epoch FROM greatest(lower(free), earliest)) / step) * step
                ) AS moment
            ) start
            WHERE start.moment + length <= upper(free);
            IF best IS NOT NULL THEN
                RETURN best;
            END IF;
            IF upper_inf(busy) AND busy @> opens THEN
                SELECT lower(block) INTO closes FROM unnest(busy) block WHERE upper_inf(block);
                IF closes <= opens THEN
                    RETURN NULL;
                END IF;
            ELSIF busy @> opens THEN
                SELECT greatest(after, (upper(block) AT TIME ZONE 'Europe/Warsaw')::date)
                INTO after FROM unnest(busy) block WHERE block @> opens;
            END IF;
        END IF;
        day := after;
    END LOOP;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("resources", "0006_booking_participants_not_null")]

    operations = [
        migrations.RunSQL(FIRST_GAP, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="openingrule",
            index=models.Index(fields=["resource", "weekday"], name="opening_rule_resource_weekday"),
        ),
    ]
