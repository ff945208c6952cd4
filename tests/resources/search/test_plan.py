"""The plan guard: a search in the viewport reads few pages, however many claims there are.

No clock: what counts is how many buffers PostgreSQL touches. The table is large enough for the
planner to fall into the trap that the search avoids, and a test of the test shows that it does.
"""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from bench import city
from records.clock import today
from records.periods import local_period
from resources.search import statements
from resources.search.criteria import Criteria, Gap, Place, Series, Slot, StepFree, Weekly

SPACES, CLAIMS = 3000, 320_000
MOST_BUFFERS = 1700


@pytest.fixture(scope="module")
def _city(django_db_setup, django_db_blocker):  # noqa: ARG001 - the tables must be there
    """Built once, and taken away again: the other tests begin with empty tables."""
    with django_db_blocker.unblock():
        city.build(spaces=SPACES, claims=CLAIMS, today=today())
        city.settle()
        yield
        city.raze()


def day():
    """A Tuesday with claims all around it."""
    found = today() + timedelta(days=20)
    return found + timedelta(days=(1 - found.weekday()) % 7)


WISH = Criteria(
    kind="room",
    place=Place(bbox=(19.92, 50.045, 19.96, 50.07)),
    capacity=15,
    step_free=StepFree.YES,
    limit=200,
)


def wishes() -> dict[str, Criteria]:
    return {
        "slot": WISH.but(time=Slot(local_period(day(), 17 * 60, 19 * 60))),
        "series": WISH.but(
            time=Series((Weekly(2, 17 * 60, 19 * 60),), day(), day() + timedelta(days=63))
        ),
        "gap": WISH.but(time=Gap(120, day(), day() + timedelta(days=13))),
    }


def explained(sql: str, values: dict) -> dict:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", values)
        return cursor.fetchone()[0][0]["Plan"]


def buffers(plan: dict) -> int:
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def nodes(plan: dict) -> list[dict]:
    return [plan, *(inner for part in plan.get("Plans", []) for inner in nodes(part))]


@pytest.mark.django_db
@pytest.mark.usefixtures("_city")
class TestBuffers:
    @pytest.mark.parametrize("time", ["slot", "series", "gap"])
    def test_a_viewport_search_touches_few(self, time):
        criteria = wishes()[time]
        found = statements.parts(criteria, AnonymousUser())
        plan = explained(statements.hits(found, criteria), found.values)
        assert plan["Actual Rows"] > 5
        assert buffers(plan) < MOST_BUFFERS, json.dumps(plan)[:4000]

    def test_claims_are_found_through_the_index_of_the_exclusion_constraint(self):
        criteria = wishes()["slot"]
        found = statements.parts(criteria, AnonymousUser())
        plan = explained(statements.hits(found, criteria), found.values)
        used = {node.get("Index Name") for node in nodes(plan)}
        assert "claim_occupancy_no_overlap" in used
        assert not [n for n in nodes(plan) if n["Node Type"] == "Seq Scan"
                    and n["Relation Name"] == "resources_claim"]  # fmt: skip

    def test_the_guard_catches_the_naive_plan(self):
        """NOT EXISTS, as anybody would write it first, reads the whole index in a join."""
        criteria = wishes()["slot"]
        found = statements.parts(criteria, AnonymousUser())
        wanted = [*found.scope, *found.where.exact, *(one.sql for one in found.attributes)]
        naive = f"""SELECT r.id FROM resources_resource r
            WHERE {" AND ".join(wanted)} AND NOT EXISTS (
                SELECT FROM resources_claim c WHERE c.space_id = r.space_id AND c.layer = 1
                AND c.period && tstzrange(%(starts)s, %(ends)s))"""  # noqa: S608
        assert buffers(explained(naive, found.values)) > MOST_BUFFERS
