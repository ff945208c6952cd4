"""The rules that come with the code: tenure rules, eligibility, VAT, consumer prices.

Loading again brings rows of the files up to date and adds nothing twice. What an official has
changed, ended or put in place of a row stays: only untouched rows are brought up to date.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from premises.leasing.rules import load_lease_rules
from premises.models import ConsumerPriceIndex, EligibilityRule, TenureRule, VatRate
from premises.models.tenure_rules import DatedRule
from premises.upkeep.rules import load_inspection_questions, load_upkeep_rules
from records.clock import now
from records.dictionaries import Loaded, read_csv
from records.models import DataSource, LegalAct

#: Acts whose day is not known hold since long before the first contract here.
HOLDS_FROM = date(2004, 1, 1)
_YES_NO: Mapping[str, bool | None] = {"yes": True, "no": False, "": None}


def load_rules() -> Iterator[Loaded]:
    """All files in order; the legal acts must be there."""
    yield load_tenure_rules()
    yield load_eligibility_rules()
    yield load_vat_rates()
    yield load_consumer_prices()
    yield load_lease_rules()
    yield load_upkeep_rules()
    yield load_inspection_questions()


@transaction.atomic
def load_tenure_rules() -> Loaded:
    """fixtures/tenure_rules.csv. Rows from memory of the acts say that they are not confirmed."""
    loaded = Loaded("tenure rules")
    for row in read_csv("tenure_rules.csv"):
        fields: dict[str, Any] = {
            **{
                name: row[name].split()
                for name in ("tenures", "ownerships", "instead", "met_by_modes")
            },
            **{
                name: int(row[name]) if row[name] else None
                for name in ("term_over_months", "term_up_to_months", "cumulated_over_months")
            },
            **{
                name: _YES_NO[row[name]]
                for name in (
                    "indefinite",
                    "successive",
                    "party_is_opp",
                    "permanent_management",
                    "written_form",
                )
            },
            **{name: row[name] for name in ("needed", "reason_pl", "reason_en")},
        }
        loaded.count(is_new=_put(TenureRule, row, fields))
    return loaded


@transaction.atomic
def load_eligibility_rules() -> Loaded:
    """fixtures/eligibility_rules.csv: conditions and papers."""
    loaded = Loaded("conditions of organisations")
    texts = ("question", "kept_with", "label_pl", "label_en", "hint_pl", "hint_en")
    for row in read_csv("eligibility_rules.csv"):
        fields: dict[str, Any] = {
            **{name: row[name] for name in texts},
            "number": int(row["number"]) if row["number"] else None,
            "codes": row["codes"].split(),
            "tenures": row["tenures"].split(),
            "required": row["required"] == "yes",
        }
        loaded.count(is_new=_put(EligibilityRule, row, fields))
    return loaded


def _put(model: type[DatedRule], row: Mapping[str, str], fields: dict[str, Any]) -> bool:
    """One row of the whole city; whether it is new."""
    fields |= {
        "order": int(row["order"]),
        "legal_act": LegalAct.objects.get(code=row["act"]),
        "provision": row["provision"],
    }
    rows: Any = model._default_manager.filter(code=row["code"], unit=None)  # noqa: SLF001 - Django's
    if rows.exists():
        untouched = rows.filter(prepared_by=None, approved_by=None, valid=(HOLDS_FROM, None))
        untouched.update(**fields)
        return False
    rows.create(
        code=row["code"],
        valid=(HOLDS_FROM, None),
        prepared_at=now(),
        approved_at=now(),
        confirmed=row["confirmed"] == "yes",
        **fields,
    )
    return True


@transaction.atomic
def load_vat_rates() -> Loaded:
    """fixtures/vat_rates.csv."""
    loaded = Loaded("VAT rates")
    for row in read_csv("vat_rates.csv"):
        known = VatRate.objects.filter(tenure=row["tenure"])
        loaded.count(is_new=not known.exists())
        if not known.exists():
            VatRate.objects.create(
                tenure=row["tenure"],
                percent=Decimal(row["percent"]) if row["percent"] else None,
                valid=(date.fromisoformat(row["from"]), None),
                legal_act=LegalAct.objects.get(code=row["act"]),
                provision=row["provision"],
                confirmed=row["confirmed"] == "yes",
            )
    return loaded


@transaction.atomic
def load_consumer_prices() -> Loaded:
    """fixtures/consumer_prices.csv: mean yearly change, marked where it is invented."""
    loaded = Loaded("consumer prices")
    source, _new = DataSource.objects.update_or_create(
        code="gus-cpi",
        defaults={
            "name": "Średnioroczny wskaźnik cen towarów i usług konsumpcyjnych",
            "publisher": "Główny Urząd Statystyczny",
            "note": "Wpisane z pamięci: do potwierdzenia w Monitorze Polskim.",
        },
    )
    for row in read_csv("consumer_prices.csv"):
        _index, is_new = ConsumerPriceIndex.objects.get_or_create(
            year=int(row["year"]),
            defaults={
                "percent": Decimal(row["percent"]),
                "announced_on": date.fromisoformat(row["announced_on"])
                if row["announced_on"]
                else None,
                "reference": row["reference"],
                "source": source,
                "confirmed": row["confirmed"] == "yes",
                "is_sample": row["invented"] == "yes",
            },
        )
        loaded.count(is_new=is_new)
    return loaded
