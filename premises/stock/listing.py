"""The list of the stock: conditions as people set them, and the premises that meet them.

The state of a list is its address; `canonical` writes it in one form, so that it can be kept under
a name (SavedFilter) and compared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maps.models import District
from premises.models import Building, Premises
from premises.stock.status import State, in_states, state_of_row
from records import typography
from resources.forms.fields import DayField
from resources.models import ThreeValued

#: What may be missing, and how one finds where it is.
LACKING: Mapping[str, tuple[str | Promise, Q]] = {
    "number": (_("stock number"), Q(number="")),
    "position": (_("position"), Q(position="unknown")),
    "land_register": (_("land register (KW)"), Q(land_register=[])),
    "parcel_ids": (_("parcels"), Q(parcel_ids=[])),
    "survey": (_("survey of the technical state"), Q(technical_state=None)),
    "step_free": (_("whether the entrance is step-free"), Q(resource__step_free="unknown")),
    "operating_cost": (_("operating cost (PLN/m²)"), Q(operating_cost_m2=None)),
    "legal_title": (_("legal title"), Q(legal_title="unknown")),
}
SORTS: Mapping[str, tuple[Any, ...]] = {
    "number": ("number",),
    "address": ("resource__site__address", "number"),
    "district": ("resource__district_id", "number"),
    "area": ("resource__area_m2", "number"),
    "technical": ("technical_state", "number"),
    "until": ("said_until", "number"),
}


class StockForm(forms.Form):
    """Conditions. What is not valid narrows nothing and is named beside its field."""

    q = forms.CharField(label=_("Number, name, address"), max_length=80, required=False)
    state = forms.MultipleChoiceField(
        label=_("State"),
        choices=lambda: [(str(one), one.label) for one in State],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    district = forms.ModelChoiceField(
        label=_("District"),
        queryset=District.objects.defer("boundary", "boundary_2178", "outline"),
        required=False,
        empty_label=_("all districts"),
    )
    area_min = forms.IntegerField(label=_("At least (m²)"), required=False, min_value=1)
    area_max = forms.IntegerField(label=_("At most (m²)"), required=False, min_value=1)
    step_free = forms.ChoiceField(
        label=_("Step-free entrance"),
        choices=[("", _("any")), *ThreeValued.choices],
        required=False,
    )
    technical_max = forms.TypedChoiceField(
        label=_("Technical state at most"),
        choices=[("", _("any")), *[(str(n), str(n)) for n in range(1, 6)]],
        coerce=int,
        required=False,
    )
    ownership = forms.ChoiceField(
        label=_("Owner of the building"),
        choices=[("", pgettext_lazy("owner", "any")), *Building.Ownership.choices],
        required=False,
    )
    until_before = DayField(label=_("Ends on or before"), required=False)
    lacking = forms.ChoiceField(
        label=_("Lacks"),
        choices=[("", "–"), *[(code, words) for code, (words, _q) in LACKING.items()]],
        required=False,
    )

    @property
    def wanted(self) -> dict[str, Any]:
        """The valid conditions that narrow something."""
        self.is_valid()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "", []) and name not in self.errors
        }


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition in words, and the query of the list without it."""

    words: str
    without: str


@dataclass(slots=True)
class Listing:
    """One list of the stock of a unit."""

    form: StockForm
    sort: str = "number"
    descending: bool = False

    @classmethod
    def from_query(cls, query: QueryDict) -> "Listing":
        sort = query.get("sort", "number")
        name = sort.removeprefix("-")
        if name not in SORTS:
            return cls(StockForm(query))
        return cls(StockForm(query), name, sort.startswith("-"))

    @property
    def canonical(self) -> str:
        """The query without page and view, in one form whatever order it was typed in."""
        return urlencode(self._pairs())

    def _pairs(self, without: str = "") -> list[tuple[str, str]]:
        pairs = []
        for name, value in sorted(self.form.wanted.items()):
            if name != without:
                many = value if isinstance(value, list) else [value]
                pairs += [(name, _in_address(one)) for one in many]
        if self.sort != "number" or self.descending:
            pairs.append(("sort", f"{'-' if self.descending else ''}{self.sort}"))
        return pairs

    def chips(self) -> Iterator[Chip]:
        for name, value in sorted(self.form.wanted.items()):
            field = self.form.fields[name]
            yield Chip(
                f"{field.label}: {_in_words(field, value)}", urlencode(self._pairs(without=name))
            )

    def sort_query(self, name: str) -> str:
        """The query that sorts by a column, or the other way round when it does already."""
        turned = Listing(self.form, name, name == self.sort and not self.descending)
        return urlencode(turned._pairs())

    def narrowed(self, premises: QuerySet[Premises]) -> QuerySet[Premises]:
        """Those of the premises that meet the conditions, in the order of the list."""
        wanted = self.form.wanted
        for name, value in wanted.items():
            premises = _CONDITIONS[name](premises, value)
        if self.sort == "until" or "until_before" in wanted:
            until = state_of_row("until", "premises_premises.resource_id")
            premises = premises.annotate(said_until=until)
        if "until_before" in wanted:
            ending = Q(("said_until__lte", wanted["until_before"]))
            premises = premises.filter(ending)
        order = [
            F(name).desc(nulls_last=True) if self.descending else F(name).asc(nulls_last=True)
            for name in SORTS[self.sort]
        ]
        return premises.order_by(*order, "pk")


def _in_address(value: Any) -> str:
    return str(value.pk) if isinstance(value, District) else str(value)


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(value, District):
        return typography.district(value.number, value.name)
    if isinstance(field, DayField):
        return typography.day(value)
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    many = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(one), str(one)) for one in many)


def _by_text(premises: QuerySet[Premises], text: str) -> QuerySet[Premises]:
    text = " ".join(text.split())
    return premises.filter(
        Q(number__istartswith=text)
        | Q(resource__title_pl__icontains=text)
        | Q(resource__site__address__icontains=text)
        | Q(land_register__contains=[text.upper()])
        | Q(parcel_ids__contains=[text])
    )


def _by_state(premises: QuerySet[Premises], chosen: list[str]) -> QuerySet[Premises]:
    states = {State(one) for one in chosen}
    if State.AVAILABLE not in states:
        return premises.filter(pk__in=in_states(states))
    others = set(State) - states
    return premises.exclude(pk__in=in_states(others)) if others else premises


_CONDITIONS: Mapping[str, Any] = {
    "q": _by_text,
    "state": _by_state,
    "district": lambda premises, value: premises.filter(resource__district=value),
    "area_min": lambda premises, value: premises.filter(resource__area_m2__gte=value),
    "area_max": lambda premises, value: premises.filter(resource__area_m2__lte=value),
    "step_free": lambda premises, value: premises.filter(resource__step_free=value),
    "technical_max": lambda premises, value: premises.filter(technical_state__lte=value),
    "ownership": lambda premises, value: premises.filter(resource__site__building__ownership=value),
    "until_before": lambda premises, _value: premises,
    "lacking": lambda premises, value: premises.filter(LACKING[value][1]),
}
