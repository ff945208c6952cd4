"""States of contracts as people read them: badges, and what is needed next."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premises.leasing import dates
from premises.models import Lease
from records import typography
from records.clock import today
from records.marks import Badge, Tone

S = Lease.State
TONES = {
    S.DRAFTING: (Tone.WAIT, "edit"),
    S.LEGAL_CHECK: (Tone.WAIT, "doc"),
    S.TO_SIGN: (Tone.WAIT, "edit"),
    S.SIGNED: (Tone.INFO, "doc"),
    S.HANDOVER_PENDING: (Tone.WAIT, "key"),
    S.ACTIVE: (Tone.OK, "yes"),
    S.ARREARS: (Tone.STOP, "coin"),
    S.WARNED: (Tone.STOP, "coin"),
    S.BREACH: (Tone.STOP, "warn"),
    S.EXPIRING: (Tone.WAIT, "clock"),
    S.RENEWAL_REQUESTED: (Tone.WAIT, "mail"),
    S.NOTICE_GIVEN: (Tone.WAIT, "out"),
    S.TERMINATED_IMMEDIATE: (Tone.STOP, "no"),
    S.ENDED: (Tone.WAIT, "undo"),
    S.RETURN_PENDING: (Tone.STOP, "undo"),
    S.HOLDOVER: (Tone.STOP, "warn"),
    S.RETURNED: (Tone.INFO, "key"),
    S.SETTLED: (Tone.MUTE, "yes"),
    S.ABANDONED: (Tone.MUTE, "no"),
    S.ARCHIVED: (Tone.MUTE, "doc"),
}


def badge(lease: Lease) -> Badge:
    tone, icon = TONES[S(lease.state)]
    return Badge(lease.get_state_display(), tone, icon)


_NEXT: dict[str, str | Promise] = {
    S.DRAFTING: gettext_lazy("Complete the draft and send it to the lawyer and the treasurer"),
    S.LEGAL_CHECK: gettext_lazy("The head approves it, or returns it with remarks"),
    S.TO_SIGN: gettext_lazy("Both sides sign by %(sign_by)s"),
    S.SIGNED: gettext_lazy("Collect what secures it and prepare the handover"),
    S.HANDOVER_PENDING: gettext_lazy("Hand the place over and record the protocol"),
    S.ACTIVE: gettext_lazy("In force %(until)s"),
    S.ARREARS: gettext_lazy("In arrears: note the payment, or call to pay in additional time"),
    S.WARNED: gettext_lazy("Additional time to pay runs since %(since)s"),
    S.BREACH: gettext_lazy("In breach since %(since)s: it is cured, or the contract ends"),
    S.EXPIRING: gettext_lazy("Ends on %(last)s: the next contract, or the hand-back"),
    S.RENEWAL_REQUESTED: gettext_lazy(
        "The tenant asks for the next contract; this one ends %(last)s"
    ),
    S.NOTICE_GIVEN: gettext_lazy("Ends on %(last)s by notice or agreement"),
    S.TERMINATED_IMMEDIATE: gettext_lazy("Terminated without notice: the place is to come back"),
    S.ENDED: gettext_lazy("The term ended on %(last)s"),
    S.RETURN_PENDING: gettext_lazy("The term ended on %(last)s and the place is not handed back"),
    S.HOLDOVER: gettext_lazy("Used without title since %(since)s: the place is not handed back"),
    S.RETURNED: gettext_lazy("Handed back on %(returned)s: settle what is open"),
    S.SETTLED: gettext_lazy("Settled; kept until claims lapse"),
    S.ABANDONED: gettext_lazy("Nothing came of it"),
    S.ARCHIVED: gettext_lazy("Over, and kept as a record"),
}


def answer(lease: Lease) -> str:
    """One sentence: where the contract stands and what is next."""
    last = dates.last_day(lease.ends_before)
    return str(_NEXT[S(lease.state)]) % {
        "sign_by": _day(lease.sign_by),
        "since": _day(lease.state_since.date()),
        "last": _day(last),
        "returned": _day(lease.returned_at.date() if lease.returned_at else None),
        "until": _("until %(day)s") % {"day": _day(last)} if last else _("for an indefinite time"),
    }


def _day(day: date | None) -> str:
    return typography.day_long(day) if day else "–"


def term(lease: Lease) -> str:
    """First and last day, as contracts write them."""
    last = dates.last_day(lease.ends_before)
    if last is None:
        return _("from %(day)s, for an indefinite time") % {"day": typography.day(lease.starts_on)}
    return typography.day_range(lease.starts_on, last)


def overdue_days(lease: Lease) -> int:
    """Days since the first one after the term without a hand-back; 0: none."""
    if lease.ends_before is None or lease.returned_at or lease.state not in Lease.BINDING:
        return 0
    return max((today() - lease.ends_before).days, 0)
