"""Looks for holds and claims that should not be: for operators and for the tests."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from resources.claims import orphan_holds

# What the constraints cannot say by themselves, each with the words for its finding.
FINDINGS = {
    "claims that expire at another moment than their hold": """
        SELECT claim.id FROM resources_claim claim
        JOIN resources_hold hold ON hold.id = claim.hold_id
        WHERE claim.expires_at IS DISTINCT FROM hold.expires_at
    """,
    "claims outside the validity of their leaf": """
        SELECT claim.id FROM resources_claim claim
        JOIN resources_space leaf ON leaf.id = claim.space_id
        WHERE leaf.valid IS NOT NULL AND NOT tstzrange(
            lower(leaf.valid)::timestamp AT TIME ZONE 'Europe/Warsaw',
            upper(leaf.valid)::timestamp AT TIME ZONE 'Europe/Warsaw') @> claim.period
    """,
    "leaves that the list of leaves has not, or has in vain": """
        WITH RECURSIVE above (id, leaf) AS (
            SELECT id, id FROM resources_space WHERE is_leaf
            UNION ALL
            SELECT space.parent_id, above.leaf FROM above
            JOIN resources_space space ON space.id = above.id WHERE space.parent_id IS NOT NULL
        )
        (SELECT id, leaf FROM above EXCEPT SELECT space_id, leaf_id FROM resources_spaceleaf)
        UNION ALL
        (SELECT space_id, leaf_id FROM resources_spaceleaf EXCEPT SELECT id, leaf FROM above)
    """,
    "active dates of bookings without their claims": """
        SELECT slot.id FROM resources_bookingslot slot
        JOIN resources_booking booking ON booking.id = slot.booking_id
        JOIN resources_hold hold ON hold.id = booking.hold_id
        JOIN resources_resource resource ON resource.id = slot.resource_id
        WHERE slot.state IN ('held', 'proposed', 'confirmed') AND hold.binding
          AND NOT EXISTS (
              SELECT 1 FROM resources_spaceleaf leaf
              JOIN resources_claim claim ON claim.space_id = leaf.leaf_id AND claim.layer = 1
               AND claim.hold_id = booking.hold_id AND claim.period @> slot.period
              WHERE leaf.space_id = resource.space_id)
    """,
}


class Command(BaseCommand):
    help = "Check holds and claims for what must never be; exits with 1 when something is found."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for words, statement in FINDINGS.items():
            with connection.cursor() as cursor:
                cursor.execute(statement)
                ids = [row[0] for row in cursor.fetchall()]
            found += self._report(words, ids)
        found += self._report("holds that nothing stands behind", [h.pk for h in orphan_holds()])
        if found:
            raise CommandError(f"{found} findings.")
        self.stdout.write("Holds and claims are in order.")

    def _report(self, words: str, ids: list[int]) -> int:
        if ids:
            shown = ", ".join(map(str, ids[:20]))
            self.stdout.write(f"{len(ids)} {words}: {shown}{' …' if len(ids) > 20 else ''}")
        return len(ids)
