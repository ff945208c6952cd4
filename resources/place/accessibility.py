"""Accessibility of one place: what is known of its site and of itself, feature by feature."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from resources.models import AccessibilityFact, Feature, Resource, ThreeValued


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A feature with its value, details, and who says so since when."""

    feature: str
    label: str
    value: str
    detail: str
    checked_on: date | None
    checked_by: str
    evidence: str

    @property
    def is_known(self) -> bool:
        return self.value != ThreeValued.UNKNOWN


def feature_rows(resource: Resource) -> list[FeatureRow]:
    """Every feature in its order; unknown where nobody looked. A place's own fact counts first."""
    facts: dict[str, AccessibilityFact] = {}
    if resource.site is not None:
        facts.update((fact.feature, fact) for fact in resource.site.accessibility.all())
    facts.update((fact.feature, fact) for fact in resource.accessibility.all())
    return [_row(feature, facts.get(feature)) for feature in Feature]


def _row(feature: Feature, fact: AccessibilityFact | None) -> FeatureRow:
    label = str(feature.label)
    if fact is None:
        return FeatureRow(
            feature, label, ThreeValued.UNKNOWN, _("nobody has checked yet"), None, "", ""
        )
    english = (get_language() or "pl").startswith("en")
    detail = (fact.detail_en or fact.detail_pl) if english else fact.detail_pl
    if not detail and fact.value == ThreeValued.UNKNOWN:
        detail = _("nobody has checked yet")
    return FeatureRow(
        feature,
        label,
        fact.value,
        detail,
        fact.checked_on,
        fact.checked_by,
        fact.get_evidence_display() if fact.evidence else "",
    )


def last_check(rows: list[FeatureRow]) -> FeatureRow | None:
    """The most recent check among the rows, for the source line."""
    dated = [(row.checked_on, row) for row in rows if row.checked_on]
    return max(dated, key=lambda pair: pair[0])[1] if dated else None
