"""The filter form: what a person fills in, as parameters of the search.

The form has more fields than the address: it is turned into the canonical address and redirected
there, so that a link never depends on which fields were shown. Works without JavaScript.
"""

from collections.abc import Iterable
from datetime import time
from typing import Any
from urllib.parse import parse_qs, urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maps.geocoding import Place as Named
from maps.geocoding import find_places
from maps.models import AreaGroup, District
from records.problems import Problems
from records.typography import distance
from resources.models import ManagingUnit, Resource
from resources.search.criteria import Criteria, Gap, Series, Slot, Sort, StepFree
from resources.search.parsing import parse, time_parameters
from resources.search.values import WEEKDAY_CODES, write_minute, write_numbers

NONE, ONCE, WEEKLY, ANY_HOURS = "none", "once", "weekly", "hours"
RADII = (500, 1000, 1500, 3000, 5000, 10_000)

#: Where a parameter's problem is shown, by the way of time that is chosen.
_FIELD_OF = {
    "q": "q", "kind": "kind", "near": "address", "radius": "radius", "district": "area",
    "area_group": "area", "within": "within", "bbox": "bbox", "capacity": "capacity",
    "area_min": "area_min", "area_max": "area_max", "step_free": "step_free",
    "equipment": "equipment", "free_of_charge": "free_of_charge", "open_to": "open_to",
    "unit_kind": "unit_kind", "unit": "unit", "vacant": "vacant", "sort": "sort",
    "at": "end", "weekly": "weekdays", "gap_hours": "hours", "between": "hours_end",
}  # fmt: skip


class Choosing(Exception):  # noqa: N818 - no error: the person has to choose
    """The address may mean several places, which are here."""

    def __init__(self, places: list[Named]) -> None:
        super().__init__()
        self.places = places


class TimeOfDay(forms.TimeField):
    """A time of day; 24:00 is written as midnight by the browser's control, so it ends the day."""

    widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _small_number(label: Any, **attrs: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "input--short", **attrs})
    return forms.IntegerField(label=label, min_value=1, required=False, widget=widget)


class SearchForm(forms.Form):
    """All fields are optional; those of a way of time count only where it is chosen."""

    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("workshop, club room")}),
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        required=False,
        choices=[
            (NONE, gettext_lazy("Any time")),
            (ONCE, gettext_lazy("Once")),
            (WEEKLY, gettext_lazy("Weekly")),
            (ANY_HOURS, gettext_lazy("A few hours")),
        ],
        widget=forms.RadioSelect,
    )
    date = Day(label=gettext_lazy("Day"), required=False)
    start = TimeOfDay(label=gettext_lazy("From"), required=False)
    end = TimeOfDay(label=gettext_lazy("To"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("On"),
        required=False,
        choices=[
            ("MO", gettext_lazy("Mo")),
            ("TU", gettext_lazy("Tu")),
            ("WE", gettext_lazy("We")),
            ("TH", gettext_lazy("Th")),
            ("FR", gettext_lazy("Fr")),
            ("SA", gettext_lazy("Sa")),
            ("SU", gettext_lazy("Su")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    weekly_start = TimeOfDay(label=gettext_lazy("From"), required=False)
    weekly_end = TimeOfDay(label=gettext_lazy("To"), required=False)
    weekly_from = Day(label=gettext_lazy("First day"), required=False)
    weekly_until = Day(label=gettext_lazy("Last day"), required=False)
    hours = forms.DecimalField(
        label=gettext_lazy("How many hours"),
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input--short"}),
    )
    hours_from = Day(label=gettext_lazy("First day"), required=False)
    hours_until = Day(label=gettext_lazy("Last day"), required=False)
    hours_start = TimeOfDay(label=gettext_lazy("Not before"), required=False)
    hours_end = TimeOfDay(label=gettext_lazy("Not after"), required=False)
    address = forms.CharField(
        label=gettext_lazy("Near"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("street, estate, place")}),
    )
    radius = forms.TypedChoiceField(
        label=gettext_lazy("How far"), required=False, coerce=int, empty_value=None
    )
    area = forms.ChoiceField(label=gettext_lazy("District or area"), required=False)
    near = forms.CharField(required=False, widget=forms.HiddenInput)
    near_label = forms.CharField(required=False, widget=forms.HiddenInput)
    bbox = forms.CharField(required=False, widget=forms.HiddenInput)
    within = forms.CharField(required=False, widget=forms.HiddenInput)
    capacity = _small_number(gettext_lazy("How many people"))
    area_min = _small_number(gettext_lazy("Area from (m²)"))
    area_max = _small_number(gettext_lazy("Area to (m²)"))
    step_free = forms.ChoiceField(
        label=gettext_lazy("Way in without steps"),
        required=False,
        choices=[
            (StepFree.YES.value, gettext_lazy("only confirmed")),
            (StepFree.YES_OR_UNKNOWN.value, gettext_lazy("also without data")),
            (StepFree.ANY.value, gettext_lazy("does not matter")),
        ],
        widget=forms.RadioSelect,
    )
    equipment = forms.MultipleChoiceField(
        label=gettext_lazy("Equipment"), required=False, widget=forms.CheckboxSelectMultiple
    )
    free_of_charge = forms.BooleanField(
        label=gettext_lazy("free for organisations"), required=False
    )
    vacant = forms.BooleanField(label=gettext_lazy("vacant now"), required=False)
    open_to = forms.ChoiceField(label=gettext_lazy("Who will use it"), required=False)
    unit_kind = forms.ChoiceField(label=gettext_lazy("Who keeps it"), required=False)
    unit = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    # The time as the address has it: kept as it is while nobody touches the fields of time, since
    # an address may say more than they can show (other hours on other days).
    time_as = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, equipment: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["equipment"].choices = list(equipment)
        self.fields["radius"].choices = self._radii()
        self.fields["area"].choices = _areas()
        self.fields["open_to"].choices = [("", _("anybody")), *Resource.OpenTo.choices]
        self.fields["unit_kind"].choices = [("", _("everybody")), *ManagingUnit.Kind.choices]

    def _radii(self) -> list[tuple[int, str]]:
        """The usual distances, and the one in the address where it is another."""
        wanted = self.initial.get("radius") or (self.data.get("radius") if self.is_bound else None)
        radii = {*RADII, *([int(wanted)] if str(wanted or "").isdigit() else [])}
        return [(metres, distance(metres)) for metres in sorted(radii)]

    # --- to the address ---------------------------------------------------------------------

    def parameters(self) -> dict[str, list[str]]:
        """Parameters of the search from what was filled in. Raises Choosing; adds errors."""
        data = self.cleaned_data
        found = {
            name: [str(data[name])]
            for name in ("kind", "q", "capacity", "area_min", "area_max", "open_to", "unit_kind")
            if data.get(name)
        }
        if data.get("equipment"):
            found["equipment"] = data["equipment"]
        if data.get("unit"):
            found["unit"] = data["unit"].split(",")
        for name in ("free_of_charge", "vacant"):
            if data.get(name):
                found[name] = ["true"]
        if data.get("step_free") and data["step_free"] != StepFree.ANY:
            found["step_free"] = [data["step_free"]]
        found |= self._place()
        if data.get("sort") and (data["sort"] != Sort.DISTANCE or "near" in found):
            found["sort"] = [data["sort"]]
        return found | self._time()

    def _place(self) -> dict[str, list[str]]:
        data = self.cleaned_data
        found: dict[str, list[str]] = {}
        if data.get("area"):
            kind, _colon, value = data["area"].partition(":")
            found["district" if kind == "district" else "area_group"] = [value]
        address = (data.get("address") or "").strip()
        if data.get("near") and address == (data.get("near_label") or "").strip():
            found |= {"near": [data["near"]], "address": [address] if address else []}
        elif address:
            found |= self.named(address)
        if data.get("radius") and "near" in found:
            found["radius"] = [str(data["radius"])]
        # What is drawn or seen on the map stands until another place is named.
        elsewhere = "near" in found or "area" in self.changed_data
        for name in ("bbox", "within"):
            if data.get(name) and not (name == "bbox" and elsewhere):
                found[name] = [data[name]]
        return {name: values for name, values in found.items() if values}

    def named(self, address: str) -> dict[str, list[str]]:
        """The place that the address names. Raises Choosing where it may be several."""
        places = find_places(address)
        if not places:
            self.add_error(
                "address",
                _("We know no such place. Write a street with a number, an estate or a district."),
            )
            return {}
        best = places[0]
        rivals = [one for one in places if one.rank >= best.rank - 0.05]
        if len(rivals) > 1 or best.rank < 0.8:
            raise Choosing(places)
        return place_parameters(best)

    def _time(self) -> dict[str, list[str]]:
        data = self.cleaned_data
        if untouched := self._untouched_time():
            return untouched
        match data.get("when"):
            case "once":
                return self._once(data)
            case "weekly":
                return self._weekly(data)
            case "hours":
                return self._any_hours(data)
        return {}

    def _untouched_time(self) -> dict[str, list[str]]:
        """The time of the address the form was made from, if the form still says the same."""
        given = parse_qs(self.cleaned_data.get("time_as") or "")
        try:
            shown = _initial_time(parse(given))
        except Problems:
            return {}
        for name, value in shown.items():
            said = self.fields[name].clean(self._as_text(value)) if value is not None else None
            if said != self.cleaned_data.get(name):
                return {}
        return given

    @staticmethod
    def _as_text(value: Any) -> Any:
        return value if isinstance(value, list) else str(value)

    def _require(self, names: Iterable[str]) -> bool:
        """Whether all fields are filled; says so at those that are not."""
        missing = [
            name
            for name in names
            if self.cleaned_data.get(name) in (None, "", []) and name not in self.errors
        ]
        for name in missing:
            self.add_error(name, _("Fill this in, or choose another “When”."))
        return not missing and not self.errors

    def _once(self, data: dict[str, Any]) -> dict[str, list[str]]:
        if not self._require(["date", "start", "end"]):
            return {}
        day = data["date"].isoformat()
        return {"at": [f"{day}T{_clock(data['start'])}/{day}T{_clock(data['end'], ends=True)}"]}

    def _weekly(self, data: dict[str, Any]) -> dict[str, list[str]]:
        names = ["weekdays", "weekly_start", "weekly_end", "weekly_from", "weekly_until"]
        if not self._require(names):
            return {}
        hours = f"{_clock(data['weekly_start'])},{_clock(data['weekly_end'], ends=True)}"
        return {
            "weekly": [f"{code},{hours}" for code in data["weekdays"]],
            "from": [data["weekly_from"].isoformat()],
            "until": [data["weekly_until"].isoformat()],
        }

    def _any_hours(self, data: dict[str, Any]) -> dict[str, list[str]]:
        if not self._require(["hours", "hours_from", "hours_until"]):
            return {}
        found = {
            "gap_hours": [f"{data['hours']:f}"],
            "from": [data["hours_from"].isoformat()],
            "until": [data["hours_until"].isoformat()],
        }
        if data.get("hours_start") or data.get("hours_end"):
            start = _clock(data.get("hours_start") or time(0))
            end = _clock(data["hours_end"], ends=True) if data.get("hours_end") else "24:00"
            found["between"] = [f"{start}-{end}"]
        return found

    def take(self, problems: Problems) -> None:
        """Shows the problems of the parameters at the fields they came from."""
        weekly = self.data.get("when") == WEEKLY
        prefix = "weekly" if weekly else "hours"
        for problem in problems.problems:
            name = str(problem.field or "")
            field = _FIELD_OF.get(name, f"{prefix}_{name}" if name in ("from", "until") else None)
            message = problem.message.removeprefix(f"{name}: ")
            self.add_error(field if field in self.fields else None, message)


def _clock(value: time, *, ends: bool = False) -> str:
    """17:00; midnight as an end is 24:00."""
    return "24:00" if ends and value == time(0) else f"{value:%H:%M}"


def _areas() -> list[tuple[str, Any]]:
    districts = [(f"district:{one.number}", str(one)) for one in District.objects.only(
        "number", "roman", "name")]  # fmt: skip
    groups = [
        (f"group:{group.slug}", str(group))
        for group in AreaGroup.objects.filter(loaded=True, districts__isnull=False).distinct()
    ]
    found: list[tuple[str, Any]] = [("", _("all Kraków"))]
    if districts:
        found.append((_("Districts"), districts))
    if groups:
        found.append((_("Areas"), groups))
    return found


def place_parameters(place: Named) -> dict[str, list[str]]:
    """A named place as parameters of the search."""
    if place.kind == "district":
        return {"district": [place.key]}
    if place.kind == "area_group":
        return {"area_group": [place.key]}
    return {"near": [write_numbers((place.point.x, place.point.y))], "address": [place.label]}


# --- from the address ---------------------------------------------------------------------------


def initial(criteria: Criteria, *, near_label: str = "") -> dict[str, Any]:
    """What the form shows for criteria."""
    place = criteria.place
    area = f"group:{place.area_group}" if place.area_group else ""
    if len(place.districts) == 1:
        area = f"district:{place.districts[0]}"
    found: dict[str, Any] = {
        "kind": criteria.kind,
        "q": criteria.text,
        "when": NONE,
        "address": near_label,
        "near_label": near_label,
        "near": write_numbers(place.near) if place.near else "",
        "radius": place.radius,
        "area": area,
        "bbox": write_numbers(place.bbox) if place.bbox else "",
        "within": place.within,
        "capacity": criteria.capacity,
        "area_min": criteria.area_min,
        "area_max": criteria.area_max,
        "step_free": criteria.step_free.value,
        "equipment": list(criteria.equipment),
        "free_of_charge": criteria.free_of_charge,
        "vacant": criteria.vacant,
        "open_to": criteria.open_to,
        "unit_kind": criteria.unit_kind,
        "unit": ",".join(criteria.units),
        "time_as": urlencode(time_parameters(criteria.time)),
        "sort": "" if criteria.sort == Sort.FIT else criteria.sort.value,
    }
    return found | _initial_time(criteria)


def _initial_time(criteria: Criteria) -> dict[str, Any]:
    match criteria.time:
        case Slot(period):
            return {
                "when": ONCE,
                "date": period.start.date(),
                "start": period.start.time(),
                "end": period.end.time(),
            }
        case Series(weekly, first, last):
            return {
                "when": WEEKLY,
                "weekdays": [WEEKDAY_CODES[one.weekday] for one in weekly],
                "weekly_start": write_minute(weekly[0].from_minute),
                "weekly_end": write_minute(weekly[0].to_minute % 1440),
                "weekly_from": first,
                "weekly_until": last,
            }
        case Gap(minutes, first, last, from_minute, to_minute):
            between = (from_minute, to_minute) != (0, 1440)
            return {
                "when": ANY_HOURS,
                "hours": round(minutes / 60, 2),
                "hours_from": first,
                "hours_until": last,
                "hours_start": write_minute(from_minute) if between else None,
                "hours_end": write_minute(to_minute % 1440) if between else None,
            }
    return {}
