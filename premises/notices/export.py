"""Lists for programs: lots as CSV rows, lists as an Atom feed."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from premises.models import PublicNotice, PublicNoticeItem
from premises.notices.paper import fee_words, term_words
from records.clock import KRAKOW


def csv_rows(notices: Iterable[PublicNotice]) -> Iterable[list[str]]:
    """A heading and a row for each lot. `notices` with their items prefetched."""
    yield [
        _("List"),
        _("Lot"),
        _("Published on"),
        _("May be taken down from"),
        _("Manager"),
        _("Address"),
        _("Land register (KW)"),
        _("Parcels"),
        _("Area"),
        _("Meant for"),
        _("Term"),
        _("Fee"),
        _("Description"),
    ]
    for notice in notices:
        for item in notice.items.all():
            yield _row(notice, item)


def _row(notice: PublicNotice, item: PublicNoticeItem) -> list[str]:
    return [
        str(notice),
        str(item.lot_no),
        notice.published_on.isoformat() if notice.published_on else "",
        notice.removable_from.isoformat() if notice.removable_from else "",
        notice.unit.name,
        item.address,
        ", ".join(item.kw_numbers),
        ", ".join(item.parcels),
        str(item.area_m2),
        item.get_tenure_display(),
        term_words(item),
        fee_words(item),
        item.description,
    ]


def atom(notices: Iterable[PublicNotice], *, base: str) -> str:
    """The feed of the newest lists; `base` is the address of the site without a slash."""
    feed = Atom1Feed(
        title=_("Public notice lists of Kraków"),
        link=base + reverse("premises:notices"),
        description=_("What the city means to let or lend"),
        feed_url=base + reverse("premises:notices_feed"),
        language=get_language(),
    )
    for notice in notices:
        if notice.published_at is None:
            continue
        link = base + reverse("premises:notice", args=[notice.code])
        lots = notice.items.all()
        feed.add_item(
            title=_("List %(number)s: %(subject)s")
            % {"number": notice, "subject": notice.subject_pl},
            link=link,
            unique_id=link,
            description="; ".join(f"{one.lot_no}. {one.address}" for one in lots),
            pubdate=notice.published_at.astimezone(KRAKOW),
            updateddate=notice.published_at.astimezone(KRAKOW),
            author_name=notice.unit.name,
        )
    return feed.writeString("utf-8")
