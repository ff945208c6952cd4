"""Vacant premises on the map."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maps.layers import Layer
from premises.stock.forecast import falling_parameters, falling_sql
from records.clock import now
from resources.models import Layer as ClaimLayer
from resources.scopes import visible_sql


def _visible(person: Any) -> tuple[str, dict[str, Any]]:
    """resource.view for the rows of the layer, with named parameters."""
    condition, values = visible_sql(person, "r")
    names = {f"seen_{number}": value for number, value in enumerate(values)}
    for name in names:
        condition = condition.replace("%s", f"%({name})s", 1)
    address = reverse("resources:detail", args=["0"]).removesuffix("0/")
    return condition, {**names, "at": now(), "base": address}


VACANT = Layer(
    code="lokale",
    label=_("Vacant premises"),
    rows=f"""
        SELECT r.point AS geom, r.point_3857 AS geom_3857, r.code, r.visibility, r.unit_id,
               CASE WHEN %(language)s = 'en' AND r.title_en <> '' THEN r.title_en
                    ELSE r.title_pl END AS title,
               r.kind, unit.name AS place, r.is_sample AS sample,
               %(base)s || r.code || '/' AS url
        FROM resources_resource r
        JOIN resources_managingunit unit ON unit.id = r.unit_id
        WHERE r.kind = 'premises' AND r.point IS NOT NULL AND NOT EXISTS (
            SELECT FROM resources_spaceleaf leaf
            JOIN resources_claim claim ON claim.space_id = leaf.leaf_id
                AND claim.layer = {int(ClaimLayer.STEWARDSHIP)}
                AND claim.period @> %(at)s::timestamptz
                AND (claim.expires_at IS NULL OR claim.expires_at > %(at)s)
            WHERE leaf.space_id = r.space_id)
    """,  # noqa: S608 - a constant is put in
    properties=("code", "title", "kind", "place", "sample", "url"),
    visible=_visible,
    clustered=True,
)


FALLING_CODE = "lokale-zwolnia-sie"


def _falling_visible(person: Any) -> tuple[str, dict[str, Any]]:
    condition, values = _visible(person)
    return condition, {**values, **falling_parameters()}


def falling() -> Layer:
    """Premises that fall vacant within the forecast. A function, since the SQL names every source
    of states that is registered by then."""
    return Layer(
        code=FALLING_CODE,
        label=_("Premises that fall vacant"),
        rows=f"""
            SELECT r.point AS geom, r.point_3857 AS geom_3857, r.code, r.visibility, r.unit_id,
                   CASE WHEN %(language)s = 'en' AND r.title_en <> '' THEN r.title_en
                        ELSE r.title_pl END AS title,
                   r.kind, to_char(falling.falls_on, 'FMDD.MM.YYYY') AS place,
                   falling.falls_on AS vacant_from, r.area_m2, r.district_id AS district,
                   r.is_sample AS sample, %(base)s || r.code || '/' AS url
            FROM ({falling_sql()}) falling
            JOIN resources_resource r ON r.id = falling.premises_id
            WHERE r.point IS NOT NULL
        """,  # noqa: S608 - our own SQL
        properties=(
            "code", "title", "kind", "place", "vacant_from", "area_m2", "district", "sample", "url",
        ),
        visible=_falling_visible,
        clustered=True,
    )  # fmt: skip


def _visible_calls(_person: Any) -> tuple[str, dict[str, Any]]:
    """Public calls that run or come; everybody sees the same."""
    address = reverse("premises:call", args=["0"]).removesuffix("0/")
    return "TRUE", {"at": now(), "base": address}


CALLS = Layer(
    code="nabory",
    label=_("Premises in calls"),
    rows="""
        SELECT r.point AS geom, r.point_3857 AS geom_3857, call.code,
               CASE WHEN %(language)s = 'en' AND r.title_en <> '' THEN r.title_en
                    ELSE r.title_pl END AS title,
               r.kind, unit.name AS place, call.is_sample AS sample,
               call.state = 'call_open' AS open, call.closes_at,
               %(base)s || call.code || '/' AS url
        FROM premises_lot lot
        JOIN premises_allocationprocedure call ON call.id = lot.procedure_id
        JOIN premises_procedurekind kind ON kind.id = call.kind_id
        JOIN resources_resource r ON r.id = lot.resource_id
        JOIN resources_managingunit unit ON unit.id = call.unit_id
        WHERE lot.live AND r.point IS NOT NULL AND kind.takes_applications
          AND (call.state = 'notice_published'
               OR (call.state = 'approved' AND NOT kind.needs_notice)
               OR (call.state = 'call_open' AND call.closes_at > %(at)s))
    """,
    properties=("code", "title", "kind", "place", "sample", "open", "closes_at", "url"),
    visible=_visible_calls,
)
