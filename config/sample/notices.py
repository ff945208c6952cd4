"""Notice lists of the sample city: one on display, one that has run, a correction, a draft."""

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from config.sample.city import City
from premises.models import Channel, PublicNotice, PublicNoticeItem
from premises.notices import course, drafts
from premises.notices.rules import load_notice_rules
from premises.vacancy import vacant
from records.clock import frozen
from records.models import IssuedDocument, StoredFile
from records.periods import local_moment
from resources.models import Resource

UNIT = "zarzad-lokali"
ACTOR = "command:load_sample_city"
OFFICER = "Anna Przykładowa"


def build_notices(city: City) -> None:
    """Lists of the premises that are vacant today; needs units, premises and their rates."""
    load_notice_rules()
    with frozen(city.now):
        places = list(
            vacant(Resource.objects.filter(unit__code=UNIT, is_sample=True)).order_by("code")[:7]
        )
    if len(places) < 5:
        return
    run = _published(
        city, places[:2], "Lokale użytkowe do oddania w najem", "Premises to be let", days=40
    )
    hanging = _published(
        city,
        places[2:4],
        "Lokale użytkowe dla organizacji pozarządowych",
        "Premises for NGOs",
        days=15,
    )
    _correct(city, hanging, days=6)
    with frozen(local_moment(run.removable_from or city.today, 9 * 60)):
        course.take_down(run, on=run.removable_from or city.today, by=OFFICER)
    with frozen(local_moment(city.days_ago(1), 11 * 60)):
        _draft(places[4:5], "Lokal do użyczenia", "Premises for gratuitous loan", "lending", 12)


def _draft(
    places: list[Resource], subject_pl: str, subject_en: str, tenure: str, months: int
) -> PublicNotice:
    return drafts.start(
        places[0].unit,
        places,
        tenure=tenure,
        subject_pl=subject_pl,
        subject_en=subject_en,
        term_months=months,
        actor=ACTOR,
    )


def _published(
    city: City, places: list[Resource], subject_pl: str, subject_en: str, *, days: int
) -> PublicNotice:
    """Published so many days ago, on the site and in the office on the same day."""
    with frozen(local_moment(city.days_ago(days), 10 * 60)):
        notice = _draft(places, subject_pl, subject_en, "lease", 36)
        for item in notice.items.all():
            _complete(item)
        notice.refresh_from_db()
        published = course.publish(
            notice, by=OFFICER, actor=ACTOR, edit=notice.edit, hung_in_office_by=OFFICER
        )
        course.post(
            published,
            Channel.BIP,
            on=city.days_ago(days),
            by=OFFICER,
            reference=f"wykaz {published} (przykład)",
            url="https://www.example.org/bip/",
        )
    return published


def _complete(item: PublicNoticeItem) -> None:
    """What the invented stock does not know and a list has to say."""
    number = item.resource_id % 100000
    values = {
        "kw_numbers": item.kw_numbers or [f"KR1P/{number:08}/0"],
        "planned_use": item.planned_use or "plan miejscowy (przykład), usługi",
        "fee_amount": item.fee_amount or item.area_m2 * 9,
        "fee_unit": item.fee_unit or "month",
    }
    drafts.save_item(item, values, edit=item.notice.edit)


def _correct(city: City, notice: PublicNotice, *, days: int) -> None:
    with frozen(local_moment(city.days_ago(days), 13 * 60)):
        draft = course.start_correction(
            notice,
            notice.items.filter(lot_no=2),
            reason="poprawiony opis lokalu: wejście od podwórza, nie od ulicy",
            actor=ACTOR,
        )
        item = draft.items.get()
        drafts.save_item(
            item, {"description": f"{item.description} Wejście od podwórza."}, edit=draft.edit
        )
        draft.refresh_from_db()
        course.publish(draft, by=OFFICER, actor=ACTOR, edit=draft.edit, hung_in_office_by=OFFICER)


def remove_notices() -> None:
    """Sample lists, drafts about sample units, and every sample document with its file."""
    rows = PublicNotice.objects.filter(Q(is_sample=True) | Q(unit__is_sample=True))
    rows.filter(corrects__isnull=False).delete()
    rows.delete()
    documents = IssuedDocument.objects.filter(is_sample=True)
    documents.filter(replaces__isnull=False).delete()
    files = StoredFile.objects.filter(document__in=documents)
    keys = list(files.values_list("pk", flat=True))
    paths = list(files.values_list("file", flat=True))
    documents.delete()
    StoredFile.objects.filter(pk__in=keys).delete()

    def drop() -> None:
        for path in paths:
            default_storage.delete(path)

    transaction.on_commit(drop)
