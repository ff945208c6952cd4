"""Money that explains itself: Decimal, rounded half up to grosz, with the tree of its factors."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

GROSZ = Decimal("0.01")


def to_grosz(amount: Decimal) -> Decimal:
    """Rounded to grosz, half up, as Polish tax law rounds."""
    return amount.quantize(GROSZ, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node of a calculation: what, how much, on what basis, from which parts."""

    label: str
    amount: Decimal | None = None
    basis: str = ""
    parts: tuple["Explanation", ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "amount": None if self.amount is None else str(self.amount),
            "basis": self.basis,
            "parts": [part.as_dict() for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in PLN: net, VAT rate (None = outside VAT or exempt), and how it came about."""

    net: Decimal
    vat_rate: Decimal | None = None
    explanation: tuple[Explanation, ...] = field(default=())

    @property
    def vat(self) -> Decimal:
        return to_grosz(self.net * (self.vat_rate or Decimal(0)) / 100)

    @property
    def gross(self) -> Decimal:
        return to_grosz(self.net) + self.vat
