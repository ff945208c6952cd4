"""Accessibility of sites and rooms: a believable mix of yes, no and unknown, with who and when."""

from collections.abc import Iterator

from config.sample.city import City
from config.sample.reading import dice, document, table
from resources.models import AccessibilityFact, Feature, Resource, Site, ThreeValued

CHECKED_BY = "opiekun obiektu"
#: Features that a room has for itself.
OF_ROOMS = (Feature.INDUCTION_LOOP, Feature.QUIET_ROOM)


def site_facts(city: City) -> list[AccessibilityFact]:
    """Facts of all sites: those of access_named.csv, others by the profile of their unit."""
    named: dict[str, list[dict[str, str]]] = {}
    for row in table("access_named"):
        named.setdefault(row["unit"], []).append(row)
    profiles = document("access_profiles")
    facts = []
    for code, site in city.sites.items():
        unit = code.partition("/")[0]
        throw = dice("access", code)
        checked = city.days_ago(throw.randint(10, 500))
        if unit in named:
            facts += [
                _fact(
                    site,
                    row["feature"],
                    row["value"],
                    detail_pl=row["detail_pl"],
                    detail_en=row["detail_en"],
                    evidence=AccessibilityFact.Evidence.INSPECTION,
                    checked_on=city.days_ago(14),
                )
                for row in named[unit]
            ]
            continue
        profile = profiles[city.unit_rows[unit]["access"] or "unknown"]
        for feature, chances in profile.items():
            chance = throw.random()
            evidence = throw.choice(
                (
                    AccessibilityFact.Evidence.INSPECTION,
                    AccessibilityFact.Evidence.DECLARATION,
                    AccessibilityFact.Evidence.DECLARATION,
                    AccessibilityFact.Evidence.PLAN,
                )
            )
            if chance < chances["yes"]:
                value = ThreeValued.YES
            elif chance < chances["yes"] + chances["no"]:
                value = ThreeValued.NO
            else:
                continue  # nobody has looked: unknown needs no row
            facts.append(_fact(site, feature, value, evidence=evidence, checked_on=checked))
    return facts


def _fact(site: Site, feature: str, value: str, **more: object) -> AccessibilityFact:
    if value == ThreeValued.UNKNOWN:
        return AccessibilityFact(site=site, feature=feature, value=value)
    return AccessibilityFact(site=site, feature=feature, value=value, checked_by=CHECKED_BY, **more)


def site_values(city: City, feature: str) -> dict[int, str]:
    """The value of one feature by site id."""
    return dict(
        AccessibilityFact.objects.filter(
            site__in=list(city.sites.values()), feature=feature
        ).values_list("site_id", "value")
    )


def room_facts(
    city: City, room: Resource, *, floor: int, lift: str, route: str, detail: str, more: str
) -> Iterator[AccessibilityFact]:
    """The way to a room, and what it has itself.

    Without a lift a room upstairs cannot be reached without steps; where nobody knows of a lift,
    nobody knows of the way.
    """
    throw = dice("room access", room.code)
    checked = city.days_ago(throw.randint(10, 420))
    evidence = AccessibilityFact.Evidence.INSPECTION
    if not route:
        if floor == 0:
            route = ThreeValued.YES if throw.random() < 0.85 else ThreeValued.UNKNOWN
        else:
            route = lift
    if route != ThreeValued.UNKNOWN:
        yield AccessibilityFact(
            resource=room,
            feature=Feature.STEP_FREE_ROUTE,
            value=route,
            detail_pl=detail or ("schody, bez windy" if route == ThreeValued.NO else ""),
            detail_en="stairs, no lift" if route == ThreeValued.NO else "",
            evidence=evidence,
            checked_on=checked,
            checked_by=CHECKED_BY,
        )
    listed = dict(part.split("=") for part in more.split())
    if not listed and throw.random() < 0.18:
        listed = {throw.choice(OF_ROOMS): throw.choice(("yes", "no", "no"))}
    for feature, value in listed.items():
        known = value != ThreeValued.UNKNOWN
        yield AccessibilityFact(
            resource=room,
            feature=feature,
            value=value,
            evidence=evidence if known else "",
            checked_on=checked if known else None,
            checked_by=CHECKED_BY if known else "",
        )
