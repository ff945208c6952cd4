"""Spaces as a tree: making, dividing and merging them without losing what is claimed on them."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from records.periods import local_moment
from records.problems import Conflict, Invalid
from resources.claims import lock_leaves, retrying
from resources.models import Claim, Space


def new_leaf(name: str = "") -> Space:
    """An undivided space."""
    return Space.objects.create(name=name, is_leaf=True)


def new_divided(name: str, parts: Sequence[str]) -> tuple[Space, list[Space]]:
    """A node with leaves, for a hall built with sectors."""
    node = Space.objects.create(name=name, is_leaf=False)
    return node, [
        Space.objects.create(parent=node, name=part, order=number)
        for number, part in enumerate(parts)
    ]


@retrying
@transaction.atomic
def divide(space: Space, parts: Sequence[str]) -> list[Space]:
    """Turn a leaf into a node with at least two leaves; what was claimed is claimed on each part.

    Past claims move too: whoever had the whole room had every part of it.
    """
    if len(parts) < 2:
        raise Invalid(_("Name at least two parts."), field="parts")
    lock_leaves([space.pk])
    space.refresh_from_db()
    if not space.is_leaf:
        raise Conflict(_("This place is already divided."), code="already_divided")
    claims = list(Claim.objects.filter(space=space))
    Claim.objects.filter(space=space).delete()
    Space.objects.filter(pk=space.pk).update(is_leaf=False)
    space.is_leaf = False
    leaves = [
        Space.objects.create(parent=space, name=part, order=number)
        for number, part in enumerate(parts)
    ]
    Claim.objects.bulk_create(
        Claim(hold_id=one.hold_id, space=leaf, layer=one.layer, period=one.period)
        for one in claims
        for leaf in leaves
    )
    return leaves


@retrying
@transaction.atomic
def merge(node: Space, from_day: date, name: str = "") -> Space:
    """Let the parts of a node be one leaf from `from_day` on; returns the new leaf.

    The old parts keep their claims until then and end their validity. Raises Conflict, with what
    collides, when two holds have different parts at the same time afterwards.
    """
    lock_leaves([node.pk])
    parts = list(
        Space.objects.filter(parent=node, is_leaf=True)
        .exclude(valid__fully_lt=(from_day, None))
        .order_by("pk")
    )
    if len(parts) < 2:
        raise Conflict(_("There is nothing to merge."), code="nothing_to_merge")
    moment = local_moment(from_day, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT a_hold.label, b_hold.label, lower(a.period * b.period) AS starts
            FROM resources_claim a
            JOIN resources_claim b ON b.space_id = ANY(%(parts)s) AND b.layer = a.layer
                AND b.hold_id > a.hold_id AND b.period && a.period
            JOIN resources_hold a_hold ON a_hold.id = a.hold_id
            JOIN resources_hold b_hold ON b_hold.id = b.hold_id
            WHERE a.space_id = ANY(%(parts)s)
              AND a.period * b.period && tstzrange(%(moment)s, NULL)
            ORDER BY starts
            """,
            {"parts": [part.pk for part in parts], "moment": moment},
        )
        collisions = cursor.fetchall()
    if collisions:
        raise Conflict(
            _("Different parts are promised to different people after this day."),
            code="parts_in_use",
            extra={"collisions": [[a, b, starts.isoformat()] for a, b, starts in collisions]},
        )
    whole = Space.objects.create(
        parent=node, name=name or node.name, valid=(from_day, None), order=len(parts)
    )
    with connection.cursor() as cursor:
        # What reaches past the day is cut there: its later part moves to the whole, once per hold.
        cursor.execute(
            """
            WITH moved AS (
                DELETE FROM resources_claim
                WHERE space_id = ANY(%(parts)s) AND period && tstzrange(%(moment)s, NULL)
                RETURNING hold_id, space_id, layer, period
            )
            INSERT INTO resources_claim (hold_id, hold_binding, space_id, leaf, layer, period)
            SELECT hold_id, true, space_id, true, layer, period * tstzrange(NULL, %(moment)s)
            FROM moved WHERE NOT isempty(period * tstzrange(NULL, %(moment)s))
            UNION ALL
            SELECT hold_id, true, %(whole)s, true, layer, unnest(range_agg(late))
            FROM (SELECT hold_id, layer, period * tstzrange(%(moment)s, NULL) AS late FROM moved) m
            GROUP BY hold_id, layer
            """,
            {"parts": [part.pk for part in parts], "moment": moment, "whole": whole.pk},
        )
    for part in parts:
        start = part.valid.lower if part.valid else None
        part.valid = (start, from_day)
        part.save(update_fields=["valid"])
    return whole
