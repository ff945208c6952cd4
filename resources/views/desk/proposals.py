"""Proposing another time: pick from what is free, or set hours, room or day for all dates."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from records.problems import Problem
from resources.booking import decisions
from resources.booking.series import Slot
from resources.claims import SlotTaken
from resources.desk import proposing
from resources.desk.case import case_of
from resources.desk.words import title_of, weekday_and_day
from resources.forms.fields import MinuteField
from resources.models import ManagingUnit, Resource
from resources.permissions import require
from resources.views.desk.access import case_in, of_unit, show


class AllForm(forms.Form):
    """One change for every date; empty leaves it as it is."""

    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False)
    opens = MinuteField(label=gettext_lazy("From hour"), required=False)
    closes = MinuteField(label=gettext_lazy("To hour"), required=False)
    days_later = forms.TypedChoiceField(
        label=gettext_lazy("Day"),
        required=False,
        coerce=int,
        empty_value=0,
    )

    def __init__(self, *args: Any, rooms: list[Resource], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = [
            ("", _("as asked")),
            *((room.code, title_of(room)) for room in rooms),
        ]
        self.fields["days_later"].choices = [
            (0, _("as asked")),
            *(
                (days, ngettext("%(days)d day later", "%(days)d days later", days) % {"days": days})
                for days in range(1, 8)
            ),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("opens") is None) != (data.get("closes") is None) and not self.errors:
            self.add_error("closes", _("Give both hours, or none."))
        return data


@require_http_methods(["GET", "POST"])
@of_unit()
def propose(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    booking = case_in(request, unit, code)
    require(request.user, "booking.propose", booking)
    slots = proposing.held_slots(booking)
    rooms = proposing.rooms_for(booking)
    form = AllForm(request.POST or None, rooms=rooms)
    problem: Problem | None = None
    answers = {slot.pk: request.POST.get(f"date-{slot.pk}", proposing.KEEP) for slot in slots}
    if request.method == "POST" and form.is_valid():
        try:
            instead = _instead(form, slots, answers, rooms, all_dates="all" in request.POST)
            decisions.propose(
                booking, request.user, instead=instead, message=request.POST.get("message", "")
            )
        except Problem as error:
            if error.status in (403, 404):
                raise
            problem = error
        else:
            messages.success(
                request, _("Proposed. The dates are held until the organisation answers.")
            )
            return redirect(f"{reverse('desk:unit', args=[unit.code])}?po={booking.code}")
    return show(
        request,
        unit,
        "desk/propose.html",
        {
            "case": case_of(booking, request.user),
            "dates": [
                (one, answers[one.slot.pk])
                for one in proposing.dates_to_change(booking, slots, rooms)
            ],
            "form": form,
            "problem": problem,
            "taken": _taken(problem),
            "message": request.POST.get("message", ""),
        },
        status=problem.status if problem else 422 if form.is_bound and form.errors else 200,
    )


def _instead(
    form: AllForm,
    slots: list,
    answers: dict[int, str],
    rooms: list[Resource],
    *,
    all_dates: bool,
) -> dict[int, Slot | None]:
    if not all_dates:
        return proposing.chosen(slots, answers, rooms)
    data = form.cleaned_data
    room = next((one for one in rooms if one.code == data["room"]), None)
    hours = None if data["opens"] is None else (data["opens"], data["closes"])
    return proposing.all_otherwise(
        slots, resource=room, hours=hours, days_later=data["days_later"] or 0
    )


def _taken(problem: Problem | None) -> list[str]:
    """Which proposed dates somebody else has."""
    if not isinstance(problem, SlotTaken):
        return []
    return sorted({weekday_and_day(one.start) for one in problem.taken})[:10]
