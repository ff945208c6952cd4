"""The panel "can we have this, how, at what rent, what papers" on the page of premises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from organisations.models import Organisation
from organisations.scopes import organisations_where
from premises.models import Premises
from premises.rates.reckoning import Rent
from premises.rates.rent import estimate
from premises.rates.table import NoRate, RateTable, table_on
from premises.rules.authorisation import Need, check, plan_for
from premises.rules.eligibility import Eligibility, eligibility
from premises.rules.months import add_months
from records.clock import today

#: The plan that the panel speaks of: the longest term that needs neither tender nor Council.
USUAL_MONTHS = 36


@dataclass(frozen=True, slots=True)
class CanWe:
    """The answer for one organisation; `organisation` None is the answer for anybody."""

    organisation: Organisation | None
    others: Sequence[Organisation]
    eligibility: Eligibility
    rent: Rent | None
    no_rate: str
    needs: Sequence[Need]
    on: date
    months: int

    @property
    def may(self) -> bool | None:
        return self.eligibility.may

    @property
    def tone(self) -> str:
        if self.organisation is None:
            return ""
        return {True: "ok", False: "stop", None: "wait"}[self.may]


def can_we(premises: Premises, person: Any, wanted: str = "") -> CanWe:
    """For the organisation named by its slug `wanted`, else the person's first, else anybody."""
    mine = list(organisations_where(person, "organisation.request_for"))
    chosen = next((one for one in mine if one.slug == wanted), mine[0] if mine else None)
    on = today()
    found, no_rate = _rent(premises, chosen, on)
    plan = plan_for(premises, chosen, "lease", on, add_months(on, USUAL_MONTHS))
    return CanWe(
        organisation=chosen,
        others=[one for one in mine if one != chosen],
        eligibility=eligibility(premises, chosen, on),
        rent=found,
        no_rate=no_rate,
        needs=[need for need in check(plan, on) if need.is_open],
        on=on,
        months=USUAL_MONTHS,
    )


def _rent(
    premises: Premises, organisation: Organisation | None, on: date
) -> tuple[Rent | None, str]:
    try:
        table: RateTable = table_on(premises.resource.unit_id, on)
        return estimate(premises, organisation, on, table=table), ""
    except NoRate as missing:
        return None, missing.message
