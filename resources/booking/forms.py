"""Forms of a request. They read what was typed; whether it may be is for policy.py."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from organisations.scopes import organisations_where
from records.problems import Problem, Problems
from resources.booking.drafts import Meeting
from resources.booking.wishes import WEEKDAYS
from resources.models import Resource

CHOICE_PREFIX = "d:"


class YesNoField(forms.ChoiceField):
    """A question answered by one of two radio buttons; False until somebody says yes."""

    def __init__(self, *, no: Any = None, yes: Any = None, **options: Any) -> None:
        choices = [("no", no or _("no")), ("yes", yes or _("yes"))]
        super().__init__(choices=choices, widget=forms.RadioSelect, initial="no", **options)

    def clean(self, value: Any) -> bool:
        return super().clean(value) == "yes"

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)


class InWhoseNameField(forms.ModelChoiceField):
    """A choice that has to be made, of which "without an organisation" is one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Organisation.objects.none(), to_field_name="slug", **options)
        # The browser would take the choice without a value for none at all.
        self.widget.use_required_attribute = lambda _initial: False

    def clean(self, value: Any) -> Organisation | None:
        if value in self.empty_values and self.empty_label is not None:
            return None
        return super().clean(value)


class MeetingForm(forms.Form):
    """Step 2: in whose name, what for, how many, who is in charge."""

    organisation = InWhoseNameField(
        label=_("In whose name"),
        error_messages={
            "required": _("Choose an organisation: this place is lent to organisations only.")
        },
        empty_label=_("a group of neighbours, without an organisation"),
    )
    purpose = forms.CharField(
        label=_("What the meeting is about"),
        max_length=300,
        help_text=_("One sentence. The unit reads it."),
        error_messages={"required": _("Say in one sentence what the meeting is about.")},
    )
    participants = forms.IntegerField(
        label=_("How many people usually come"),
        min_value=1,
        max_value=100_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Say how many people usually come."),
            "invalid": _("Enter a whole number."),
            "min_value": _("Enter at least 1."),
        },
    )
    person_in_charge = forms.CharField(
        label=_("Person in charge on the spot"),
        max_length=150,
        help_text=_("Somebody from your side, an adult."),
        error_messages={
            "required": _("Say who is in charge on the spot: an adult from your side.")
        },
    )
    person_in_charge_phone = forms.CharField(
        label=_("Telephone of that person"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Only the unit sees it."),
    )
    minors = YesNoField(label=_("Will there be minors?"))
    fee_taking = YesNoField(
        label=_("Do participants pay anything?"), no=_("no, entry is free"), yes=_("yes")
    )
    minors_declaration = forms.BooleanField(
        label=_(
            "With minors: our standards of child protection are in force, and the people who work "
            "with them were checked in the registers"
        ),
        required=False,
    )
    equipment = forms.MultipleChoiceField(
        label=_("What you need from the equipment"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Anything else"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    show_name = forms.BooleanField(
        label=_("Show the name of our organisation in the public week of the room"),
        required=False,
    )

    def __init__(self, *args: Any, resource: Resource, person: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = person is not None and person.is_authenticated
        if known:
            mine = organisations_where(person, "organisation.request_for").order_by("name")
            self.fields["organisation"].queryset = mine
            if Resource.OpenTo.INFORMAL_GROUP not in resource.open_to:
                self.fields["organisation"].empty_label = None
        else:
            del self.fields["organisation"]
        english = (get_language() or "pl").startswith("en")
        there = [
            (one.equipment.code, one.equipment.name_en if english else one.equipment.name_pl)
            for one in resource.equipment.select_related("equipment")
        ]
        if there:
            self.fields["equipment"].choices = there
        else:
            del self.fields["equipment"]

    def meeting(self) -> Meeting:
        """What was typed, as far as it could be read: a draft may be half filled."""
        data = getattr(self, "cleaned_data", {})
        return Meeting(
            purpose=data.get("purpose") or "",
            participants=data.get("participants"),
            person_in_charge=data.get("person_in_charge") or "",
            person_in_charge_phone=data.get("person_in_charge_phone") or "",
            minors=data.get("minors") or False,
            minors_declaration=data.get("minors_declaration") or False,
            fee_taking=data.get("fee_taking") or False,
            equipment=tuple(data.get("equipment") or ()),
            note=data.get("note") or "",
            show_name=data.get("show_name") or False,
        )

    def chosen_organisation(self) -> Organisation | None:
        return getattr(self, "cleaned_data", {}).get("organisation")

    def unreadable(self) -> bool:
        """Whether something typed could not be read at all (what is merely missing may wait)."""
        return any(
            error.code != "required"
            for errors in self.errors.as_data().values()
            for error in errors
        )

    def tell(self, problems: list[Problem]) -> None:
        """Show problems of the rules beside the fields they are about."""
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            if field is None or not self.has_error(field):
                self.add_error(field, problem.message)


def initial_of(meeting: Meeting, organisation: Organisation | None) -> dict[str, Any]:
    return {**meeting.as_json(), "organisation": organisation.slug if organisation else None}


def choices_of(data: Any) -> dict[str, str]:
    """The choices for dates that are not free, from the radio buttons of step 2."""
    return {
        name.removeprefix(CHOICE_PREFIX): value
        for name, value in data.items()
        if name.startswith(CHOICE_PREFIX)
    }


class ReasonForm(forms.Form):
    """Taking a step back, with a word for the other side if one likes."""

    reason = forms.CharField(
        label=_("A word for the unit"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TimeForm(forms.Form):
    """Step 1, for whoever comes without a time: one date, or every week."""

    day = forms.DateField(
        label=_("First or only day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    start = forms.TimeField(
        label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    end = forms.TimeField(
        label=_("To"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    until = forms.DateField(
        label=_("Every week until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty for a single meeting. At most 60 dates."),
    )

    def as_query(self) -> list[tuple[str, str]]:
        """The time as parameters of the address of step 2."""
        data = self.cleaned_data
        day, start, end = data["day"], f"{data['start']:%H:%M}", f"{data['end']:%H:%M}"
        if data["until"] and data["until"] > day:
            code = WEEKDAYS[day.weekday()]
            return [
                ("weekly", f"{code},{start},{end}"),
                ("from", str(day)),
                ("until", str(data["until"])),
            ]
        return [("at", f"{day}T{start}/{day}T{end}")]


def all_of(problem: Problem) -> list[Problem]:
    """The single problems of one that may hold several."""
    return problem.problems if isinstance(problem, Problems) else [problem]
