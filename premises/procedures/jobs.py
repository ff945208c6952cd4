"""What the clock does for calls. Each job looks at the state, so it may run late or twice."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from premises.applications import messages
from premises.models import AllocationProcedure, Application
from premises.procedures.course import catch_up, lock
from records.clock import now
from records.jobs import periodic

State = AllocationProcedure.State
WARN_BEFORE = timedelta(hours=48)


@periodic("* * * * *")
def open_and_close_calls() -> int:
    """Calls whose hour has come; a minute at most after it. Sending never waits for this."""
    at = now()
    due = AllocationProcedure.objects.filter(
        Q(state__in=[State.APPROVED, State.NOTICE_PUBLISHED])
        | Q(state=State.CALL_OPEN, closes_at__lte=at)
    )
    return sum(_catch_up(one) for one in due)


@transaction.atomic
def _catch_up(procedure: AllocationProcedure) -> bool:
    return bool(catch_up(lock(procedure)))


@periodic("*/15 * * * *")
def warn_of_closing() -> int:
    """Whoever has a draft hears two days before the closing, once."""
    at = now()
    drafts = Application.objects.filter(
        state=Application.State.DRAFT,
        procedure__state=State.CALL_OPEN,
        procedure__closes_at__gt=at,
        procedure__closes_at__lte=at + WARN_BEFORE,
    ).select_related("procedure__unit", "procedure__kind", "organisation")
    for one in drafts:
        messages.draft_waits(one)
    return len(drafts)
