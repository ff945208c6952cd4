"""Forms of the desk: closures, own use, imports, opening hours."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.clock import today
from resources.desk.week import rooms_of
from resources.forms.fields import DayField, MinuteField, WeekdaysField
from resources.models import Closure, ManagingUnit, Resource


class PlacesField(forms.ModelMultipleChoiceField):
    """Places of one unit; the form's `unit` decides which."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            Resource.objects.none(),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one place.")},
            **options,
        )

    def of_unit(self, unit: ManagingUnit) -> list[Resource]:
        rooms = rooms_of(unit)
        self.queryset = Resource.objects.filter(pk__in=[one.pk for one in rooms]).order_by(
            "title_pl"
        )
        return rooms


class ClosureForm(forms.Form):
    """Which places, when, why. Hours are for "only the afternoon"; empty: whole days."""

    places = PlacesField(label=_("Which places?"))
    first = DayField(label=_("From day"))
    last = DayField(
        label=_("To day"), required=False, help_text=_("Included. Empty: that one day.")
    )
    opens = MinuteField(label=_("From hour"), required=False, help_text=_("Empty: the whole day."))
    closes = MinuteField(label=_("To hour"), required=False)
    reason = forms.ChoiceField(label=_("Why?"), choices=Closure.Reason.choices)
    public_note = forms.CharField(
        label=_("What everybody may read"),
        max_length=160,
        required=False,
        help_text=_("For example: “painting”. Empty: the reason above."),
    )
    internal_note = forms.CharField(label=_("Note for ourselves"), max_length=300, required=False)

    def __init__(self, *args: Any, unit: ManagingUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = self.fields["places"].of_unit(unit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens"), data.get("closes")
        if (opens is None) != (closes is None) and not (self.errors.keys() & {"opens", "closes"}):
            self.add_error(
                "closes" if closes is None else "opens",
                _("Give both hours, or none for whole days."),
            )
        first = data.get("first")
        if first and not data.get("last"):
            data["last"] = first
        if first and first < today():
            self.add_error("first", _("This day is over. Choose today or later."))
        return data


class OwnUseForm(forms.Form):
    """A weekly series of the unit's own, or one date."""

    title = forms.CharField(
        label=_("What is it?"), max_length=160, help_text=_("For example: ballet, choir rehearsal.")
    )
    places = PlacesField(label=_("Where?"))
    first = DayField(label=_("From day"))
    last = DayField(
        label=_("To day"),
        required=False,
        help_text=_("Included. Empty: only that one day."),
    )
    weekdays = WeekdaysField(
        label=_("On which days of the week?"),
        required=False,
        help_text=_("None: the weekday of the first day."),
    )
    opens = MinuteField(label=_("From hour"))
    closes = MinuteField(label=_("To hour"))
    skip_days_off = forms.BooleanField(
        label=_("Leave out holidays and breaks that the place observes"),
        required=False,
        initial=True,
    )
    show_title = forms.BooleanField(
        label=_("Everybody may see what it is"),
        required=False,
        help_text=_("Otherwise others see “own use of the unit”."),
    )
    leave_out = forms.BooleanField(label=_("Leave out dates that are taken"), required=False)

    def __init__(self, *args: Any, unit: ManagingUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = self.fields["places"].of_unit(unit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first = data.get("first")
        if first:
            data["last"] = data.get("last") or first
            data["weekdays"] = data.get("weekdays") or [first.isoweekday()]
        return data


class LoadForm(forms.Form):
    """A timetable from a file."""

    file = forms.FileField(
        label=_("File"), help_text=_("A table (.csv) or a calendar (.ics), up to 2 MB.")
    )
    default = forms.ModelChoiceField(
        Resource.objects.none(),
        label=_("Place of what names none"),
        required=False,
        empty_label=_("none: such rows are refused"),
    )
    leave_out = forms.BooleanField(
        label=_("Leave out dates that are taken"),
        required=False,
        help_text=_("Otherwise a row that collides is refused, and nothing is loaded."),
    )
    complete = forms.BooleanField(
        label=_("The file is the whole timetable"),
        required=False,
        help_text=_("What an earlier file brought and this one lacks is removed."),
    )

    def __init__(self, *args: Any, unit: ManagingUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = rooms_of(unit)
        self.fields["default"].queryset = Resource.objects.filter(
            pk__in=[one.pk for one in self.rooms]
        )


class ClosuresFileForm(forms.Form):
    """Closures of many units from one table."""

    file = forms.FileField(label=_("Table (.csv)"))
    reason = forms.ChoiceField(
        label=_("Why?"), choices=Closure.Reason.choices, initial=Closure.Reason.ELECTION
    )
    public_note = forms.CharField(
        label=_("What everybody may read"), max_length=160, required=False
    )
