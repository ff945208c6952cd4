"""Notice lists: what they say, when they run, and that nobody changes them afterwards."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from premises.models import (
    Building,
    Lease,
    LeaseObject,
    NoticeRule,
    Premises,
    PremisesPart,
    PublicNotice,
    PublicNoticeItem,
)
from premises.notices import course, drafts
from premises.notices.items import gaps
from premises.notices.rules import load_notice_rules, rule_on
from premises.notices.state import badge, due, has_run, require_run, runs
from records.clock import frozen, now
from records.dictionaries import load_legal_acts
from records.documents import may_read
from records.documents.loading import load_document_templates
from records.periods import local_moment
from records.problems import Conflict, Invalid, Problems
from resources.models import Resource
from tests import make

DAY = dt.date(2026, 11, 9)  # a Monday
LAST = dt.date(2026, 11, 30)  # the 21st day after it
FIRST_FREE = dt.date(2026, 12, 1)
OFFICER = "Anna Przykładowa"
pytestmark = pytest.mark.django_db


def noon(day: dt.date):
    return frozen(local_moment(day, 12 * 60))


def at(day: dt.date, call, *args, **kwargs):
    with noon(day):
        return call(*args, **kwargs)


@pytest.fixture(autouse=True)
def _city(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with noon(DAY):
        load_legal_acts()
        load_notice_rules()
        load_document_templates()
        yield


@pytest.fixture
def unit():
    return make.unit(code="zarzad", public_email="lokale@example.org")


def place(unit, **fields) -> Resource:
    resource = make.resource(
        unit,
        kind="premises",
        tenure=Resource.Tenure.CONTRACT,
        **{"area_m2": Decimal("96.30"), "title_pl": "Lokal", **fields},
    )
    premises = Premises.objects.create(
        resource=resource,
        unit_number="2",
        floor=0,
        land_register=["KR1P/00123456/7"],
        parcel_ids=["126105_9.0052.114/3"],
        local_plan="MPZP Próba, U.1",
        permitted_use_pl="usługi",
        technical_state=3,
        surveyed_on=DAY,
    )
    PremisesPart.objects.create(premises=premises, kind="rooms", area_m2=Decimal("71.67"))
    PremisesPart.objects.create(premises=premises, kind="cellar", area_m2=Decimal("24.63"))
    Building.objects.create(site=resource.site, ownership="municipal")
    return resource


def draft(unit, *places, tenure="lease") -> PublicNotice:
    found = drafts.start(
        unit,
        places or [place(unit)],
        tenure=tenure,
        subject_pl="Lokale do najmu",
        term_months=36,
        actor="person:1",
    )
    if tenure != "lending":
        found.items.update(fee_amount=Decimal("770.40"), fee_unit="month", vat_rate=Decimal(23))
    found.refresh_from_db()
    return found


def publish(notice, *, hung=OFFICER) -> PublicNotice:
    notice.refresh_from_db()
    return course.publish(
        notice, by=OFFICER, actor="person:1", edit=notice.edit, hung_in_office_by=hung
    )


def published(unit, *places, **fields) -> PublicNotice:
    return publish(draft(unit, *places, **fields))


class TestLots:
    def test_a_lot_says_what_the_stock_knows(self, unit):
        resource = place(unit)
        item = draft(unit, resource).items.get()
        assert item.lot_no == 1
        assert item.address == f"{resource.site.address}, lok. 2"
        assert item.kw_numbers == ["KR1P/00123456/7"]
        assert item.parcels == ["126105_9.0052.114/3"]
        assert (item.planned_use, item.development) == ("MPZP Próba, U.1", "usługi")
        assert "71,67" in item.description
        assert "24,63" in item.description
        assert gaps(item) == []

    def test_a_loan_has_no_fee_and_needs_none(self, unit):
        item = draft(unit, tenure="lending").items.get()
        assert (item.fee_amount, item.payment_terms, gaps(item)) == (None, "", [])
        item.fee_amount = Decimal(1)
        with pytest.raises(ValidationError):
            drafts.save_item(item, {"fee_amount": Decimal(1)}, edit=item.notice.edit)

    def test_a_place_stands_once_and_belongs_to_the_unit(self, unit):
        resource = place(unit)
        notice = draft(unit, resource)
        for wrong in (resource, place(make.unit())):
            with pytest.raises(Invalid):
                drafts.add(notice, wrong, tenure="lease")

    def test_a_struck_lot_moves_the_others_up(self, unit):
        notice = draft(unit, *(place(unit) for _n in range(3)))
        first, second, third = notice.items.all()
        drafts.take_out(second, edit=notice.edit)
        assert [(one.pk, one.lot_no) for one in notice.items.all()] == [
            (first.pk, 1),
            (third.pk, 2),
        ]

    def test_the_second_of_two_writers_is_told(self, unit):
        notice = draft(unit)
        seen = notice.edit
        drafts.save_notice(notice, {"subject_pl": "A"}, edit=seen)
        with pytest.raises(Conflict):
            drafts.save_item(notice.items.get(), {"description": "B"}, edit=seen)
        assert notice.items.get().description != "B"


class TestPublication:
    def test_gives_a_number_a_document_and_the_proof(self, unit):
        notice = published(unit)
        assert (str(notice), notice.code) == ("1/2026", "zarzad-1-2026")
        assert (notice.published_on, notice.published_by) == (DAY, OFFICER)
        assert (notice.days_required, notice.basis) == (21, "art. 35 ust. 1 i 2")
        assert {(one.channel, one.posted_by) for one in notice.postings.all()} == {
            ("website", OFFICER),
            ("office", OFFICER),
        }
        assert "KR1P/00123456/7" in notice.document.html
        assert "770,40" in notice.document.html
        assert may_read(None, notice.document)

    def test_numbers_run_by_unit_and_year(self, unit):
        other = make.unit()
        assert [str(published(unit)), str(published(unit)), str(published(other))] == [
            "1/2026",
            "2/2026",
            "1/2026",
        ]
        assert str(at(dt.date(2027, 1, 4), published, unit)) == "1/2027"

    def test_an_incomplete_list_is_refused_with_every_gap_and_uses_no_number(self, unit):
        notice = draft(unit, place(unit), place(unit))
        notice.items.filter(lot_no=2).update(kw_numbers=[], fee_amount=None, fee_unit="")
        with pytest.raises(Problems) as refused:
            publish(notice)
        [problem] = refused.value.problems
        assert "2" in problem.message
        assert str(published(unit)) == "1/2026"

    def test_an_empty_list_is_refused(self, unit):
        notice = draft(unit)
        notice.items.all().delete()
        with pytest.raises(Problems):
            publish(notice)

    def test_twice_is_refused(self, unit):
        notice = published(unit)
        with pytest.raises(Conflict):
            course.publish(notice, by=OFFICER, actor="x", edit=notice.edit)

    def test_who_did_not_see_the_last_change_does_not_publish(self, unit):
        notice = draft(unit)
        drafts.save_notice(notice, {"subject_pl": "A"}, edit=notice.edit)
        with pytest.raises(Conflict):
            course.publish(notice, by=OFFICER, actor="x", edit=notice.edit - 1)

    @pytest.mark.parametrize(
        "change",
        [
            {"subject_pl": "x"},
            {"number": 7},
            {"published_on": DAY - dt.timedelta(days=30)},
            {"days_required": 1},
            {"counted_from": DAY - dt.timedelta(days=30)},
            {"state": "draft"},
            {"basis": "x"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_the_database_lets_nobody_change_a_published_list(self, unit, change):
        notice = published(unit)
        with pytest.raises(DatabaseError), transaction.atomic():
            PublicNotice.objects.filter(pk=notice.pk).update(**change)

    def test_nor_its_lots(self, unit):
        notice = published(unit)
        item = notice.items.get()
        for change in (
            lambda: PublicNoticeItem.objects.filter(pk=item.pk).update(fee_amount=1),
            item.delete,
            lambda: drafts.add(notice, place(unit), tenure="lease"),
            lambda: PublicNoticeItem.objects.filter(pk=item.pk).update(notice=draft(unit)),
            lambda: PublicNotice.objects.filter(pk=notice.pk).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_only_a_draft_is_thrown_away(self, unit):
        drafts.discard(draft(unit))
        notice = published(unit)
        with pytest.raises(Conflict):
            drafts.discard(notice)
        assert list(PublicNotice.objects.all()) == [notice]


class TestDays:
    """Posted on Monday 9 November: the 21st day is 30 November, free from 1 December."""

    def test_the_day_of_posting_is_not_counted(self, unit):
        notice = published(unit)
        assert (notice.counted_from, notice.removable_from) == (DAY, FIRST_FREE)

    @pytest.mark.parametrize(
        ("day", "runs_out"),
        [(DAY, False), (LAST, False), (FIRST_FREE, True), (dt.date(2027, 6, 1), True)],
    )
    def test_has_run(self, unit, day, runs_out):
        resource = place(unit)
        published(unit, resource)
        answer = has_run(resource, "lease", day)
        assert bool(answer) is runs_out
        assert answer.free_from == FIRST_FREE

    def test_days_begin_when_it_hangs_everywhere_that_counts(self, unit):
        notice = publish(draft(unit), hung="")
        assert notice.removable_from is None
        assert [one.code for one in due(unit, DAY)] == ["hang"]
        two_later = DAY + dt.timedelta(days=2)
        at(two_later, course.post, notice, "office", on=two_later, by="Jan", reference="tablica 2")
        assert notice.counted_from == two_later
        assert notice.removable_from == FIRST_FREE + dt.timedelta(days=2)

    def test_bip_and_the_press_are_proof_and_do_not_move_the_days(self, unit):
        notice = published(unit)
        at(LAST, course.post, notice, "press", on=LAST, by="Jan", reference="Dziennik nr 277")
        assert notice.counted_from == DAY

    @pytest.mark.parametrize("on", [DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)])
    def test_a_posting_lies_between_publication_and_today(self, unit, on):
        with pytest.raises(Invalid):
            course.post(publish(draft(unit), hung=""), "office", on=on, by="Jan")

    def test_a_posting_is_recorded_once(self, unit):
        with pytest.raises(Conflict):
            course.post(published(unit), "office", on=DAY, by="Jan")

    @pytest.mark.parametrize("today", [DAY, LAST])
    def test_not_taken_down_before_the_22nd_day(self, unit, today):
        notice = published(unit)
        with noon(today), pytest.raises(Conflict) as refused:
            course.take_down(notice, on=today, by="Jan")
        assert refused.value.code == "too_early"

    def test_nor_for_an_earlier_day_afterwards(self, unit):
        notice = published(unit)
        with noon(FIRST_FREE), pytest.raises(Conflict):
            course.take_down(notice, on=LAST, by="Jan")

    def test_taken_down_says_who_and_when_and_still_counts(self, unit):
        resource = place(unit)
        notice = published(unit, resource)
        at(FIRST_FREE, course.take_down, notice, on=FIRST_FREE, by="Jan")
        assert (notice.state, notice.taken_down_on) == ("taken_down", FIRST_FREE)
        assert {one.taken_down_by for one in notice.postings.all()} == {"Jan"}
        assert has_run(resource, "lease", FIRST_FREE)
        assert due(unit, FIRST_FREE) == []

    def test_another_rule_from_a_day_on_does_not_touch_lists_that_hang(self, unit):
        hanging = published(unit)
        rule = rule_on(DAY)
        turn = DAY + dt.timedelta(days=10)
        NoticeRule.objects.filter(pk=rule.pk).update(valid=(rule.valid.lower, turn))
        NoticeRule.objects.create(
            valid=(turn, None),
            days_required=30,
            counted=["website"],
            legal_act=rule.legal_act,
            basis="art. 35",
        )
        later = at(turn, published, unit)
        hanging.refresh_from_db()
        assert hanging.removable_from == FIRST_FREE
        assert later.removable_from == turn + dt.timedelta(days=31)

    def test_without_a_rule_nothing_is_published(self, unit):
        NoticeRule.objects.all().delete()
        with pytest.raises(Conflict):
            published(unit)


class TestGuard:
    def test_no_list_no_contract(self, unit):
        resource = place(unit)
        with pytest.raises(Conflict) as refused:
            require_run(resource, "lease", DAY)
        assert refused.value.code == "notice_has_not_run"

    def test_a_draft_is_no_list(self, unit):
        resource = place(unit)
        draft(unit, resource)
        assert not has_run(resource, "lease", FIRST_FREE)

    def test_a_list_for_a_loan_lets_nobody_lease(self, unit):
        resource = place(unit)
        published(unit, resource, tenure="lending")
        assert has_run(resource, "lending", FIRST_FREE)
        assert not has_run(resource, "lease", FIRST_FREE)

    def test_persons_with_priority_have_their_time(self, unit):
        resource = place(unit)
        notice = draft(unit, resource)
        notice.items.update(priority_deadline=dt.date(2026, 12, 20))
        publish(notice)
        assert not has_run(resource, "lease", dt.date(2026, 12, 20))
        assert has_run(resource, "lease", dt.date(2026, 12, 21))

    def test_a_contract_spends_the_list(self, unit):
        resource = place(unit)
        notice = published(unit, resource)
        lease = Lease.objects.create(
            unit=unit,
            number="1/2026",
            kind="lease",
            state="drafting",
            state_since=now(),
            starts_on=FIRST_FREE,
            created_at=now(),
        )
        LeaseObject.objects.create(lease=lease, resource=resource)
        assert require_run(resource, "lease", FIRST_FREE) == notice
        Lease.objects.filter(pk=lease.pk).update(signed_on=FIRST_FREE)
        assert not has_run(resource, "lease", dt.date(2030, 1, 1))

    @pytest.mark.parametrize("count", [1, 30])
    def test_many_are_asked_at_once(self, unit, count):
        places = [place(unit) for _n in range(count)]
        published(unit, *places)
        with CaptureQueriesContext(connection) as asked:
            found = runs(places, "lease", FIRST_FREE)
        assert len(asked) == 1
        assert all(found.values())


class TestCorrections:
    @pytest.fixture
    def two(self, unit):
        return place(unit), place(unit)

    def corrected(self, notice, *lots):
        items = notice.items.filter(lot_no__in=lots)
        return course.start_correction(notice, items, reason="powierzchnia", actor="person:1")

    def test_it_links_both_ways_and_the_corrected_lot_counts_again(self, unit, two):
        old = published(unit, *two)
        day = DAY + dt.timedelta(days=5)
        with noon(day):
            new = publish(self.corrected(old, 2))
        old.refresh_from_db()
        assert new.corrects == old
        assert list(old.corrections.all()) == [new]
        assert old.state == "published"
        assert has_run(two[0], "lease", FIRST_FREE)
        assert not has_run(two[1], "lease", FIRST_FREE)
        assert has_run(two[1], "lease", FIRST_FREE + dt.timedelta(days=5))
        assert "powierzchnia" in new.document.html

    def test_a_draft_of_a_correction_changes_nothing(self, unit, two):
        old = published(unit, *two)
        self.corrected(old, 1, 2)
        assert has_run(two[0], "lease", FIRST_FREE)

    def test_a_list_whose_every_lot_is_corrected_hangs_no_longer(self, unit, two):
        old = published(unit, *two)
        with noon(DAY + dt.timedelta(days=1)):
            publish(self.corrected(old, 1, 2))
        old.refresh_from_db()
        assert (old.state, old.taken_down_on) == ("taken_down", DAY + dt.timedelta(days=1))

    def test_a_lot_is_corrected_by_one_list(self, unit, two):
        old = published(unit, *two)
        self.corrected(old, 1)
        with pytest.raises(Conflict):
            self.corrected(old, 1, 2)

    def test_it_needs_a_reason_and_lots(self, unit):
        old = published(unit)
        for items, reason in ((old.items.all(), " "), (old.items.none(), "x")):
            with pytest.raises(Invalid):
                course.start_correction(old, items, reason=reason, actor="x")

    def test_a_draft_is_not_corrected_but_edited(self, unit):
        notice = draft(unit)
        with pytest.raises(Conflict):
            course.start_correction(notice, notice.items.all(), reason="x", actor="x")


def test_badges_say_the_state(unit):
    notice = draft(unit)
    words = [str(badge(notice).label)]
    publish(notice, hung="")
    notice.refresh_from_db()
    words.append(str(badge(notice).label))
    course.post(notice, "office", on=DAY, by="Jan")
    words.append(str(badge(notice).label))
    assert len(set(words)) == 3
    with noon(FIRST_FREE):
        assert [one.is_due for one in due(unit, FIRST_FREE)] == [True]
