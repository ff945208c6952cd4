"""The planned contract as the rules ask for it (premises/rules/authorisation.py)."""

from collections.abc import Iterator
from dataclasses import replace

from organisations.models import Organisation
from premises.leasing import cumulated
from premises.models import Lease, LeaseParty
from premises.rules.authorisation import Need, Plan, plan_for, rules_on, weigh
from records.clock import today


def needs(lease: Lease) -> list[Need]:
    """What the rules of today ask for, of all places and parties, each thing once."""
    found: dict[str, Need] = {}
    rules = rules_on(lease.unit_id, today())
    for plan in plans(lease):
        for need in weigh(rules, plan):
            known = found.get(need.needed)
            if known is None or (need.certain and not known.certain):
                found[need.needed] = need
    return list(found.values())


def plans(lease: Lease) -> Iterator[Plan]:
    """A plan for each place with each party bound; months are those of all parties together."""
    bound = lease.parties.filter(role__in=LeaseParty.BOUND).select_related("organisation")
    parties: list[Organisation | str] = [one.organisation or one.name for one in bound]
    organisations: list[Organisation | None] = []
    organisations += [one for one in parties if isinstance(one, Organisation)]
    mode = lease.procedure.kind.code if lease.procedure else ""
    places = lease.objects_let.select_related("resource__premises", "resource__site__building")
    held = cumulated.months_of_places(
        parties, [place.resource for place in places], lease.starts_on
    )
    for place in places:
        months = held[place.resource_id]
        premises = getattr(place.resource, "premises", None)
        for organisation in organisations or [None]:
            if premises is None:
                plan = Plan(
                    lease.kind, lease.starts_on, lease.ends_before, mode=mode,
                    party_is_opp=None, ownership=None, unit_id=lease.unit_id,
                )  # fmt: skip
            else:
                plan = plan_for(
                    premises, organisation, lease.kind, lease.starts_on, lease.ends_before,
                    mode=mode,
                )  # fmt: skip
            yield replace(plan, months_before=months)
