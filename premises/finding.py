"""Finding anything of lettings by number, name or address, from one box.

Each kind of thing is found by a Finder, which asks only for what the person may see. The list
FINDERS is filled in config/composition.py: leases and procedures register themselves beside
premises and organisations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.models import Organisation
from organisations.scopes import organisations_visible_to
from premises.models import AllocationProcedure, Lease
from premises.scopes import stock_visible_to, units_where
from premises.stock.status import statuses
from records import typography
from records.marks import Badge

MIN_LENGTH, MAX_LENGTH = 2, 80
#: Shown of each kind; one more is fetched, to say that there are more.
MOST = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found."""

    title: str
    detail: str
    address: str
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Finder:
    """How one kind of thing is found: `find(person, text, most)`, likeliest first."""

    code: str
    label: str | Promise
    find: Callable[[Any, str, int], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `more` says that there is more than is shown."""

    code: str
    label: str | Promise
    found: list[Found]
    more: bool


FINDERS: list[Finder] = []


def find(person: Any, text: str) -> list[Group]:
    """Everything that fits, by kind; kinds without anything are left out."""
    text = " ".join(text.split())[:MAX_LENGTH]
    if len(text) < MIN_LENGTH:
        return []
    groups = []
    for finder in FINDERS:
        found = list(finder.find(person, text, MOST + 1))
        if found:
            groups.append(Group(finder.code, finder.label, found[:MOST], len(found) > MOST))
    return groups


def _every_word(text: str, *fields: str) -> Q:
    """Each word of the text stands in one of the fields."""
    condition = Q()
    for word in text.split():
        condition &= Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR)
    return condition


def _first(*whens: Q) -> Case:
    """Rank by the first condition that holds."""
    return Case(
        *(When(when, then=Value(rank)) for rank, when in enumerate(whens)),
        default=Value(len(whens)),
        output_field=IntegerField(),
    )


def premises(person: Any, text: str, most: int) -> list[Found]:
    """By stock number, name, address, land register number or parcel."""
    rows = list(
        stock_visible_to(person)
        .filter(
            Q(number__istartswith=text)
            | _every_word(text, "resource__title_pl", "resource__site__address")
            | Q(land_register__contains=[text.upper()])
            | Q(parcel_ids__contains=[text])
        )
        .annotate(rank=_first(Q(number__iexact=text), Q(number__istartswith=text)))
        .select_related("resource__unit", "resource__site", "resource__district")
        .defer("resource__district__boundary", "resource__district__outline")
        .order_by("rank", "number", "pk")[:most]
    )
    states = statuses(row.pk for row in rows)
    return [
        Found(
            title=row.resource.title_pl,
            detail=" · ".join(
                filter(
                    None,
                    [
                        row.resource.site.address if row.resource.site else "",
                        typography.area(row.resource.area_m2) if row.resource.area_m2 else "",
                        row.resource.unit.short_name or row.resource.unit.name,
                    ],
                )
            ),
            address=reverse("lettings:premises", args=[row.resource.unit.code, row.resource.code]),
            badge=states[row.pk].badge,
        )
        for row in rows
    ]


def organisations(person: Any, text: str, most: int) -> list[Found]:
    """By name, or a whole identifier (KRS, NIP, REGON)."""
    digits = "".join(sign for sign in text if sign.isdigit())
    condition = _every_word(text, "name")
    if len(digits) >= 9 and digits == text.replace(" ", "").replace("-", ""):
        condition |= Q(krs=digits) | Q(nip=digits) | Q(regon=digits)
    rows = (
        organisations_visible_to(person)
        .filter(condition)
        .annotate(rank=_first(Q(name__iexact=text), Q(name__istartswith=text)))
        .order_by("rank", "name", "pk")[:most]
    )
    return [_organisation(row) for row in rows]


def _organisation(row: Organisation) -> Found:
    return Found(
        title=row.name,
        detail=str(row.get_legal_form_display()),
        address=reverse("organisations:detail", args=[row.slug]),
    )


def leases(person: Any, text: str, most: int) -> list[Found]:
    """By number, by party, or by the address of what is let; in the units that one serves."""
    rows = (
        Lease.objects.filter(unit__in=units_where(person, "lettings.desk"))
        .filter(
            Q(number__icontains=text)
            | _every_word(text, "parties__name", "parties__organisation__name")
            | _every_word(
                text,
                "objects_let__resource__title_pl",
                "objects_let__resource__site__address",
            )
        )
        .annotate(rank=_first(Q(number__iexact=text), Q(number__istartswith=text)))
        .select_related("unit")
        .prefetch_related("parties__organisation", "objects_let__resource")
        .order_by("rank", "-starts_on", "pk")
        .distinct()[:most]
    )
    return [_lease(row) for row in rows]


def procedures(person: Any, text: str, most: int) -> list[Found]:
    """By number and year, title, or what is given; in the units that one serves."""
    number, _slash, year = text.partition("/")
    by_number = Q()
    if number.isdecimal() and (year.isdecimal() or not year):
        by_number = Q(number=int(number[:9])) & (Q(year=int(year[:4])) if year else Q())
    rows = (
        AllocationProcedure.objects.filter(unit__in=units_where(person, "lettings.desk"))
        .filter(
            _every_word(text, "title_pl", "lots__resource__title_pl")
            | _every_word(text, "lots__resource__site__address")
            | (by_number or Q(pk=None))
        )
        .select_related("unit", "kind")
        .order_by("-created_at", "pk")
        .distinct()[:most]
    )
    return [
        Found(
            title=f"{row}, {row.title_pl}",
            detail=f"{row.kind} · {row.unit.short_name or row.unit.name}",
            address=reverse("lettings:unit", args=[row.unit.code]),
            badge=Badge(str(row.get_state_display())),
        )
        for row in rows
    ]


def _lease(row: Lease) -> Found:
    parties = [str(one.organisation or one.name) for one in row.parties.all()]
    places = [one.resource.title_pl for one in row.objects_let.all()]
    return Found(
        title=f"{row.number}, {', '.join(dict.fromkeys(parties))}",
        detail=" · ".join([str(row.get_kind_display()), *places]),
        address=_page_of(row),
        badge=Badge(str(row.get_state_display())),
    )


def _page_of(row: Lease) -> str:
    """The page of the premises that are let, on which the contract stands with its terms."""
    let = next((one.resource for one in row.objects_let.all()), None)
    if let is None:
        return reverse("lettings:unit", args=[row.unit.code])
    if let.kind == "premises":
        return reverse("lettings:premises", args=[row.unit.code, let.code])
    return reverse("resources:detail", args=[let.code])


PREMISES = Finder("premises", pgettext_lazy("several places", "premises"), premises)
ORGANISATIONS = Finder("organisations", _("organisations"), organisations)
LEASES = Finder("leases", _("contracts"), leases)
PROCEDURES = Finder("procedures", pgettext_lazy("several", "procedures"), procedures)
