"""What the desk does with a request. Each action is a POST; the domain functions decide."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from records.problems import Invalid, Problem
from resources.booking import changes, decisions
from resources.desk import refusals
from resources.models import Booking, ManagingUnit
from resources.views.desk.access import case_in, of_unit
from resources.views.desk.inbox import desk

Do = Callable[[Booking, Any, QueryDict], str]


def _accept(booking: Booking, person: Any, data: QueryDict) -> str:
    done = decisions.accept(booking, person, message=data.get("message", "").strip())
    if done.state == Booking.State.CONTRACT_PENDING:
        return _("Accepted. The contract is next: the organisation has the dates until then.")
    return _("Accepted. The message is on its way.")


def _reject(booking: Booking, person: Any, data: QueryDict) -> str:
    reason = refusals.compose(data.get("usual_reason", ""), data.get("message", ""))
    if not reason:
        raise Invalid(
            _("Choose a reason or write it in a simple sentence: the organisation reads it."),
            code="reason_missing",
            field="message",
        )
    decisions.reject(booking, person, reason=reason)
    return _("Refused. The organisation got the reason, and the dates are free again.")


def _send_back(booking: Booking, person: Any, data: QueryDict) -> str:
    reason = data.get("message", "").strip()
    if not reason:
        raise Invalid(
            _("Write what is missing: the organisation reads it."),
            code="reason_missing",
            field="message",
        )
    decisions.send_back(booking, person, reason=reason)
    return _("Sent back to be completed. The dates stay held meanwhile.")


def _wait(booking: Booking, person: Any, data: QueryDict) -> str:
    decisions.put_on_waiting_list(booking, person, message=data.get("message", "").strip())
    return _("On the waiting list. The dates are free for others.")


def _undo(booking: Booking, person: Any, _data: QueryDict) -> str:
    decisions.undo(booking, person)
    return _("Taken back. The request waits for your decision again.")


def _sign(booking: Booking, person: Any, data: QueryDict) -> str:
    decisions.contract_signed(booking, person, reference=data.get("reference", ""))
    return _("The contract is signed and the dates are confirmed.")


def _call_off(booking: Booking, person: Any, data: QueryDict) -> str:
    changes.call_off(
        booking,
        person,
        reason=data.get("message", ""),
        slot_ids=_slots(data),
        urgent="urgent" in data,
    )
    return _("Called off. The organisation got the reason.")


def _absent(booking: Booking, person: Any, data: QueryDict) -> str:
    changes.mark_absent(booking, person, slot_ids=_slots(data))
    return _("Noted: nobody came. The organisation was told.")


def _present(booking: Booking, person: Any, data: QueryDict) -> str:
    changes.correct_absence(booking, person, slot_ids=_slots(data))
    return _("Corrected: they came.")


def _settle(booking: Booking, person: Any, data: QueryDict) -> str:
    attended = data.get("attended", "").strip()
    if not attended.isdecimal() or len(attended) > 5:
        raise Invalid(
            _("Enter how many people came, as a number."), code="attended", field="attended"
        )
    changes.settle(booking, person, attended=int(attended), message=data.get("message", "").strip())
    return _("Settled. Thank you: the figures of use count it now.")


def _slots(data: QueryDict) -> set[int]:
    chosen = {int(one) for one in data.getlist("slot") if one.isdecimal()}
    if not chosen:
        raise Invalid(_("Choose at least one date."), code="no_dates", field="slot")
    return chosen


#: Last part of the address -> what it does.
ACTIONS: dict[str, Do] = {
    "przyjmij": _accept,
    "odmow": _reject,
    "zwroc": _send_back,
    "lista-rezerwowa": _wait,
    "cofnij": _undo,
    "umowa": _sign,
    "odwolaj": _call_off,
    "nieobecnosc": _absent,
    "obecnosc": _present,
    "rozlicz": _settle,
}
#: After these the next request waits; the notice lets the answer be taken back.
ANSWERS = frozenset({"przyjmij", "odmow", "zwroc"})


@require_POST
@of_unit()
def act(request: HttpRequest, unit: ManagingUnit, code: str, action: str) -> HttpResponse:
    """Do it and go on, or show the case again with what stands in the way and what was typed."""
    if action not in ACTIONS:
        raise Http404
    booking = case_in(request, unit, code)
    try:
        said = ACTIONS[action](booking, request.user, request.POST)
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return desk(
            request,
            unit,
            case_in(request, unit, code),
            problem=problem,
            typed={"action": action, **request.POST.dict()},
        )
    messages.success(request, said)
    if action in ANSWERS:
        return redirect(f"{reverse('desk:unit', args=[unit.code])}?po={booking.code}")
    return redirect("desk:case", unit=unit.code, code=booking.code)
