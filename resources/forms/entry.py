"""The form for a request that came by telephone or on paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.clock import KRAKOW, today
from records.periods import local_period
from records.problems import Invalid
from resources.booking.drafts import Draft, Meeting
from resources.booking.wishes import Weekly, Wish
from resources.desk.week import rooms_of
from resources.desk.words import title_of
from resources.forms.fields import DayField, MinuteField, WeekdaysField
from resources.models import Booking, ManagingUnit, Resource

CHANNELS = [
    (Booking.Channel.PHONE, Booking.Channel.PHONE.label),
    (Booking.Channel.PAPER, Booking.Channel.PAPER.label),
]


class EntryForm(forms.Form):
    """What a secretary writes down while somebody speaks, in the order in which they say it."""

    channel = forms.ChoiceField(
        label=_("How did it come?"),
        choices=CHANNELS,
        widget=forms.RadioSelect,
        initial=Booking.Channel.PHONE,
    )
    requester_name = forms.CharField(
        label=_("Or who asks, if not in the register"), max_length=200, required=False
    )
    requester_contact = forms.CharField(
        label=_("Their telephone or e-mail"),
        max_length=200,
        required=False,
        help_text=_("For your own use: nobody without an account gets messages from the system."),
    )
    place = forms.ModelChoiceField(
        Resource.objects.none(), label=_("Which room?"), empty_label=_("choose a room")
    )
    first = DayField(label=_("Day, or first day of a series"))
    last = DayField(
        label=_("Last day of a series"), required=False, help_text=_("Empty: one meeting.")
    )
    weekdays = WeekdaysField(
        label=_("Days of the week of a series"),
        required=False,
        help_text=_("None: the weekday of the first day."),
    )
    opens = MinuteField(label=_("From hour"))
    closes = MinuteField(label=_("To hour"))
    purpose = forms.CharField(label=_("What is the meeting about?"), max_length=300)
    participants = forms.IntegerField(label=_("How many people?"), min_value=1, max_value=99_999)
    person_in_charge = forms.CharField(
        label=_("In charge on the spot"), max_length=150, required=False
    )
    person_in_charge_phone = forms.CharField(
        label=_("Their telephone"), max_length=30, required=False
    )
    fee_taking = forms.BooleanField(label=_("Participants pay"), required=False)
    minors = forms.BooleanField(label=_("There will be minors"), required=False)
    minors_declaration = forms.BooleanField(
        label=_("They declared their standards of child protection and checks of staff"),
        required=False,
    )
    note = forms.CharField(
        label=_("Anything else"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    wait_if_taken = forms.BooleanField(
        label=_("If the time is taken, put it on the waiting list"), required=False
    )
    accept = forms.BooleanField(
        label=_("Accept it at once"),
        required=False,
        help_text=_("Otherwise it goes to the inbox to be decided."),
    )

    def __init__(self, *args: Any, unit: ManagingUnit, may_decide: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = [
            room for room in rooms_of(unit) if room.visibility != Resource.Visibility.DRAFT
        ]
        place = self.fields["place"]
        place.queryset = Resource.objects.filter(
            pk__in=[room.pk for room in self.rooms]
        ).select_related("unit", "policy", "price_list")
        place.label_from_instance = title_of
        if not may_decide:
            del self.fields["accept"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and first < today():
            self.add_error("first", _("This day is over. Choose today or later."))
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first one."))
        opens, closes = data.get("opens"), data.get("closes")
        if opens is not None and closes is not None and opens >= closes:
            self.add_error("closes", _("The hours must end after they begin."))
        return data

    def wish(self) -> Wish:
        """What was asked for. Raises Invalid."""
        data = self.cleaned_data
        first, last = data["first"], data["last"]
        opens, closes = data["opens"], data["closes"]
        if not last or last == first:
            return Wish(single=local_period(first, opens, closes))
        weekdays = data["weekdays"] or [first.isoweekday()]
        return Wish(
            weekly=tuple(Weekly(day, opens, closes) for day in sorted(weekdays)),
            first=first,
            last=last,
        )

    def draft(self, organisation: Any, choices: dict[str, str]) -> Draft:
        data = self.cleaned_data
        if organisation is None and not data["requester_name"].strip():
            raise Invalid(
                _("Find the organisation in the register, or write who asks."),
                field="requester_name",
            )
        return Draft(
            resource=data["place"],
            wish=self.wish(),
            choices=choices,
            meeting=Meeting(
                purpose=data["purpose"].strip(),
                participants=data["participants"],
                person_in_charge=data["person_in_charge"].strip(),
                person_in_charge_phone=data["person_in_charge_phone"].strip(),
                minors=data["minors"],
                minors_declaration=data["minors_declaration"],
                fee_taking=data["fee_taking"],
                note=data["note"].strip(),
            ),
            organisation=organisation,
        )


def initial_from(booking: Booking) -> dict[str, Any]:
    """The form of an earlier request, to be entered once more with other dates."""
    slot = booking.slots.order_by("period").first()
    found: dict[str, Any] = {
        "requester_name": booking.requester_name,
        "requester_contact": booking.requester_contact,
        "place": booking.resource_id,
        "purpose": booking.purpose,
        "participants": booking.participants,
        "person_in_charge": booking.person_in_charge,
        "person_in_charge_phone": booking.person_in_charge_phone,
        "fee_taking": booking.fee_taking,
        "minors": booking.minors,
        "minors_declaration": booking.minors_declaration,
        "note": booking.note,
    }
    if slot is not None:
        start, end = (one.astimezone(KRAKOW) for one in (slot.period.lower, slot.period.upper))
        found |= {
            "opens": start.hour * 60 + start.minute,
            "closes": end.hour * 60 + end.minute or 24 * 60,
        }
    return found
