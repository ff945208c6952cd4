"""The booking policy of a unit in plain words, as the page of a place and the desk show it."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resources.models import BookingPolicy


def rules_in_words(policy: BookingPolicy) -> list[str]:
    """Sentences for whoever is about to ask, most useful first."""
    return [
        _lead(policy),
        _length(policy),
        _reply(policy),
        _cancelling(policy),
        *([_quota(policy)] if policy.free_hours_per_week is not None else []),
        _no_shows(policy),
        *([_minors()] if policy.minors_declaration else []),
        *([_("The organiser needs liability insurance.")] if policy.insurance_required else []),
        *([_contract(policy)] if policy.contract_after_days is not None else []),
    ]


def _lead(policy: BookingPolicy) -> str:
    hours = policy.min_lead_hours
    if hours >= 48 and hours % 24 == 0:
        days = hours // 24
        return ngettext(
            "Send your request at least {number} day before.",
            "Send your request at least {number} days before.",
            days,
        ).format(number=days)
    return ngettext(
        "Send your request at least {number} hour before.",
        "Send your request at least {number} hours before.",
        hours,
    ).format(number=hours)


def _length(policy: BookingPolicy) -> str:
    return _("A meeting lasts from {shortest} to {longest}.").format(
        shortest=duration(policy.min_minutes), longest=duration(policy.max_minutes)
    )


def duration(minutes: int) -> str:
    """Minutes as a reader says them: "45 min", "2 h", "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours}\u00a0{_('h')}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest}\u00a0{_('min')}")
    return "\u00a0".join(parts)


def _reply(policy: BookingPolicy) -> str:
    single = ngettext(
        "You get an answer within {number} working day",
        "You get an answer within {number} working days",
        policy.reply_working_days,
    ).format(number=policy.reply_working_days)
    series = ngettext(
        "for a series within {number} day.",
        "for a series within {number} days.",
        policy.series_reply_days,
    ).format(number=policy.series_reply_days)
    return f"{single}, {series}"


def _cancelling(policy: BookingPolicy) -> str:
    return ngettext(
        "You can cancel up to {number} hour before the meeting.",
        "You can cancel up to {number} hours before the meeting.",
        policy.cancel_hours,
    ).format(number=policy.cancel_hours)


def _quota(policy: BookingPolicy) -> str:
    hours = f"{policy.free_hours_per_week:f}".rstrip("0").rstrip(".")
    return _("Free of charge up to {hours} hours a week for one organisation.").format(hours=hours)


def _no_shows(policy: BookingPolicy) -> str:
    return ngettext(
        "{number} meeting not used and not cancelled stops further requests for {days} days.",
        "{number} meetings not used and not cancelled stop further requests for {days} days.",
        policy.no_show_limit,
    ).format(number=policy.no_show_limit, days=policy.ban_days)


def _minors() -> str:
    return _("Activities for children need a declaration on standards for protecting minors.")


def _contract(policy: BookingPolicy) -> str:
    return ngettext(
        "A series longer than {number} day needs a contract for the season.",
        "A series longer than {number} days needs a contract for the season.",
        policy.contract_after_days or 0,
    ).format(number=policy.contract_after_days)
