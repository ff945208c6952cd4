"""Money that explains itself: Decimal, rounded half up to grosz, with the tree of its factors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

GROSZ = Decimal("0.01")


def to_grosz(amount: Decimal) -> Decimal:
    """Rounded to grosz, half up, as Polish tax law rounds."""
    return amount.quantize(GROSZ, rounding=ROUND_HALF_UP)


class Kind(StrEnum):
    """What the amount of a node is."""

    SUM = "sum"  # PLN
    RATE = "rate"  # PLN for 1 m² a month
    FACTOR = "factor"  # the line above is multiplied by it
    PERCENT = "percent"  # per cent by which the line above changes: -40


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node of a calculation: what, how much, on what basis, from which parts."""

    label: str
    amount: Decimal | None = None
    basis: str = ""
    parts: tuple["Explanation", ...] = ()
    kind: Kind = Kind.SUM

    def as_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "amount": None if self.amount is None else str(self.amount),
            "basis": self.basis,
            "parts": [part.as_dict() for part in self.parts],
            **({} if self.kind is Kind.SUM else {"kind": str(self.kind)}),
        }

    @classmethod
    def from_dict(cls, frozen: Mapping[str, Any]) -> "Explanation":
        """A node as as_dict() froze it: of a contract, an annex, a letter."""
        amount = frozen["amount"]
        return cls(
            frozen["label"],
            None if amount is None else Decimal(amount),
            frozen.get("basis", ""),
            tuple(cls.from_dict(part) for part in frozen.get("parts", ())),
            Kind(frozen.get("kind", Kind.SUM)),
        )


def thawed(frozen: Iterable[Mapping[str, Any]]) -> tuple[Explanation, ...]:
    """The trees of a frozen explanation, as rows keep it in JSON."""
    return tuple(Explanation.from_dict(one) for one in frozen)


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
