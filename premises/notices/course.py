"""From draft to published to taken down; what hangs where; corrections.

A published list never changes (database triggers). Its days begin to run once every channel that
counts shows it; that day itself is not counted (KC art. 111 § 2), so that with 21 days it may be
taken down from the 22nd day after it.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from premises.models import Channel, NoticePosting, PublicNotice, PublicNoticeItem
from premises.notices import paper
from premises.notices.drafts import ITEM_FIELDS
from premises.notices.items import gaps
from premises.notices.rules import rule_on
from premises.numbers import next_number
from records import typography
from records.clock import now, today
from records.problems import Conflict, Invalid, Problems

State = PublicNotice.State
SERIES = "notice"


def lacking(notice: PublicNotice) -> list[str]:
    """What stands in the way of publication, in words; nothing: it may be published."""
    items = list(notice.items.all())
    if not items:
        return [_("The list has no lot yet.")]
    return [
        _("Lot %(lot)d lacks: %(names)s.") % {"lot": item.lot_no, "names": ", ".join(missing)}
        for item in items
        if (missing := gaps(item))
    ]


@transaction.atomic
def publish(
    notice: PublicNotice, *, by: str, actor: str, edit: int, hung_in_office_by: str = ""
) -> PublicNotice:
    """Publish the list on this site today, with its number, its PDF and the proof of posting.

    `by` is the name of the officer as the proof says it; `hung_in_office_by` spares the second
    step where the paper hangs already. Raises Conflict for a list that is no draft any more or
    changed meanwhile, Problems naming what is missing.
    """
    locked = PublicNotice.objects.select_for_update().get(pk=notice.pk)
    if locked.state != State.DRAFT or locked.edit != edit:
        raise Conflict(
            _("Somebody else has changed or published this list while you were writing."),
            code="edited_meanwhile",
        )
    if missing := lacking(locked):
        raise Problems([Invalid(one, code="notice_incomplete") for one in missing])
    day = today()
    rule = rule_on(day)
    locked.legal_act, locked.basis = rule.legal_act, rule.basis
    locked.days_required, locked.counted = rule.days_required, list(rule.counted)
    locked.number = next_number(locked.unit, SERIES, day.year)
    locked.year = day.year
    locked.code = f"{locked.unit.code[:40]}-{locked.number}-{day.year}"
    locked.published_on, locked.published_at, locked.published_by = day, now(), by
    locked.state = State.PUBLISHED
    locked.edit += 1
    locked.save()
    locked.document = paper.issue_list(locked, actor=actor)
    locked.save(update_fields=["document"])
    post(locked, Channel.WEBSITE, on=day, by=by)
    if hung_in_office_by:
        post(locked, Channel.OFFICE, on=day, by=hung_in_office_by)
    if locked.corrects_id:
        _take_down_if_replaced(locked.corrects, by=by)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def post(
    notice: PublicNotice, channel: str, *, on: date, by: str, reference: str = "", url: str = ""
) -> NoticePosting:
    """Record that the list hangs somewhere; its days begin to run once it does where it counts.

    Raises Invalid for a day before the publication or in the future, Conflict for a channel that is
    recorded already.
    """
    locked = PublicNotice.objects.select_for_update().get(pk=notice.pk)
    if locked.published_on is None or locked.state != State.PUBLISHED:
        raise Conflict(_("Only a list on display can be posted."), code="not_published")
    if not locked.published_on <= on <= today():
        raise Invalid(
            _("Give a day from %(first)s, when the list was published, to today.")
            % {"first": typography.day(locked.published_on)},
            field="posted_on",
        )
    if not by.strip():
        raise Invalid(_("Say who hung it."), field="posted_by")
    posting, is_new = NoticePosting.objects.get_or_create(
        notice=locked,
        channel=channel,
        defaults={"posted_on": on, "posted_by": by.strip(), "reference": reference, "url": url},
    )
    if not is_new:
        raise Conflict(_("This posting is recorded already."), code="posted")
    days = dict(locked.postings.values_list("channel", "posted_on"))
    if locked.counted_from is None and set(locked.counted) <= set(days):
        counted_from = max(days[one] for one in locked.counted)
        PublicNotice.objects.filter(pk=locked.pk).update(counted_from=counted_from)
    notice.refresh_from_db()
    return posting


@transaction.atomic
def take_down(notice: PublicNotice, *, on: date, by: str) -> None:
    """Record that it was taken down. Raises Conflict before its days have run, Invalid for the
    future or a day on which it had to hang."""
    locked = PublicNotice.objects.select_for_update().get(pk=notice.pk)
    if locked.state != State.PUBLISHED:
        raise Conflict(_("Only a list on display can be taken down."), code="not_published")
    if locked.removable_from is None:
        raise Conflict(
            _("Its days have not begun to run: it does not hang everywhere that counts."),
            code="not_hung",
        )
    if on < locked.removable_from or today() < locked.removable_from:
        raise Conflict(
            _("It may be taken down from %(day)s: %(days)d days after the day of posting.")
            % {"day": typography.day(locked.removable_from), "days": locked.days_required or 0},
            code="too_early",
        )
    if on > today():
        raise Invalid(_("Give a day up to today."), field="taken_down_on")
    if not by.strip():
        raise Invalid(_("Say who took it down."), field="taken_down_by")
    _close(locked, on=on, by=by.strip())
    notice.refresh_from_db()


def _close(notice: PublicNotice, *, on: date, by: str) -> None:
    notice.postings.filter(taken_down_on=None).exclude(channel=Channel.PRESS).update(
        taken_down_on=on, taken_down_by=by
    )
    PublicNotice.objects.filter(pk=notice.pk).update(state=State.TAKEN_DOWN, taken_down_on=on)


@transaction.atomic
def start_correction(
    notice: PublicNotice, items: Iterable[PublicNoticeItem], *, reason: str, actor: str
) -> PublicNotice:
    """The draft of a list that corrects lots of a published one and links to it.

    The corrected lots count again from the new publication; the others go on as they are. Raises
    Conflict for a draft, Invalid without a reason or lots.
    """
    chosen = list(items)
    if notice.state == State.DRAFT:
        raise Conflict(_("A draft is simply edited."), code="draft")
    if not reason.strip():
        raise Invalid(_("Say what is corrected and why."), field="correction_reason")
    if not chosen or any(one.notice_id != notice.pk for one in chosen):
        raise Invalid(_("Choose the lots that are corrected."), field="items")
    if any(one.corrections.exists() for one in chosen):
        raise Conflict(
            _("A correction of one of these lots has been begun or published already."),
            code="corrected",
        )
    draft = PublicNotice.objects.create(
        unit=notice.unit,
        subject_pl=notice.subject_pl,
        subject_en=notice.subject_en,
        contact=notice.contact,
        corrects=notice,
        correction_reason=reason.strip(),
        created_at=now(),
        created_by=actor,
        is_sample=notice.is_sample,
    )
    for number, item in enumerate(sorted(chosen, key=lambda one: one.lot_no), start=1):
        PublicNoticeItem.objects.create(
            notice=draft,
            lot_no=number,
            resource=item.resource,
            corrects=item,
            **{name: getattr(item, name) for name in ITEM_FIELDS},
        )
    return draft


def _take_down_if_replaced(notice: PublicNotice | None, *, by: str) -> None:
    """A list whose every lot is corrected by published lists hangs no longer."""
    if notice is None or notice.state != State.PUBLISHED:
        return
    standing = notice.items.exclude(
        corrections__notice__state__in=[State.PUBLISHED, State.TAKEN_DOWN]
    )
    if not standing.exists():
        locked = PublicNotice.objects.select_for_update().get(pk=notice.pk)
        _close(locked, on=today(), by=by)
