"""Arrears and their way, conditions, inspections, reports, what is due and who is told when."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from organisations.models import Notification, Organisation
from premises.models import (
    AlertSent,
    ArrearsImport,
    Insurance,
    Lease,
    LeaseCondition,
    Security,
    Supervision,
    ThirdPartyConsent,
    UpkeepRule,
)
from premises.upkeep import alerts, arrears, arrears_csv, supervision
from premises.upkeep.due import Matter, due
from premises.upkeep.rules import load_inspection_questions, load_upkeep_rules
from records import clock
from records.clock import KRAKOW
from records.problems import Conflict, Forbidden, Invalid, Problems
from resources.importing.report import ImportRefused
from resources.models import StaffRole
from tests import make
from tests.premises.upkeep_scenes import contract

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 15)
S = Lease.State


@pytest.fixture(autouse=True)
def rules():
    load_upkeep_rules()
    load_inspection_questions()
    make.lease_rules()
    with clock.frozen(datetime(2026, 6, 15, 10, tzinfo=KRAKOW)):
        yield


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def officer(unit):
    return make.staff(unit, StaffRole.Role.LETTINGS_OFFICER, make.person(language="en"))


def load(unit, *rows: str, as_of=DAY, **fields):
    table = "umowa;dokument;rodzaj;miesiac;termin;kwota;pozostalo\n" + "\n".join(rows)
    return arrears_csv.import_arrears(
        table.encode(), unit, as_of=as_of, source="finanse", file_name="a.csv", by="person:1",
        **fields,
    )  # fmt: skip


def unpaid(lease, month: int, outstanding="1230,00") -> str:
    return (
        f"{lease.number};F/{month}/{lease.pk};czynsz;2026-{month:02};10.{month:02}.2026;"
        f"1 230,00 zł;{outstanding}"
    )


class TestArrearsImport:
    def test_a_contract_goes_into_arrears_and_out_when_the_next_state_is_silent(self, unit):
        one, other = contract(unit=unit), contract(unit=unit)
        load(unit, unpaid(one, 5))
        one.refresh_from_db()
        other.refresh_from_db()
        assert (one.state, other.state) == (S.ARREARS, S.ACTIVE)
        assert "1 230,00" in one.steps.get().message.replace("\u00a0", " ")
        with clock.frozen(datetime(2026, 6, 20, 10, tzinfo=KRAKOW)):
            load(unit, unpaid(other, 6), as_of=date(2026, 6, 20))
        one.refresh_from_db()
        assert one.state == S.ACTIVE

    def test_what_is_not_due_yet_is_no_arrears(self, unit):
        one = contract(unit=unit)
        load(unit, unpaid(one, 6).replace("10.06.2026", "15.06.2026"))
        one.refresh_from_db()
        assert one.state == S.ACTIVE

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ("NIE-1;F1;czynsz;2026-05;10.05.2026;100;100", "NIE-1"),
            ("{n};F1;czynsz;2026-05;10.05.2026;100;100,01", "100"),
            ("{n};F1;czynsz;2026-05;10.05.2026;100;0", "0"),
            ("{n};F1;czynsz;2026-05;10.05.2026;sto;100", "sto"),
            ("{n};F1;czynsz;2026-05;10.05.2026;100,005;100", "100,005"),
            ("{n};F1;czynsz;2026-13;10.05.2026;100;100", "2026-13"),
            ("{n};F1;czynsz;2026-05;31.02.2026;100;100", "31.02.2026"),
            ("{n};F1;czynsz;;10.05.2026;100;100", ""),
            ("{n};;czynsz;2026-05;10.05.2026;100;100", "dokument"),
        ],
    )
    def test_a_bad_row_is_named_and_nothing_is_loaded(self, unit, row, words):
        one = contract(unit=unit)
        with pytest.raises(ImportRefused) as caught:
            load(unit, unpaid(one, 5), row.format(n=one.number))
        (refused,) = caught.value.report.refused
        assert refused.position == 3
        assert words in refused.detail
        assert refused.remedy
        assert not ArrearsImport.objects.exists()
        one.refresh_from_db()
        assert one.state == S.ACTIVE

    def test_every_bad_row_is_named_at_once(self, unit):
        one = contract(unit=unit)
        with pytest.raises(ImportRefused) as caught:
            load(unit, "A;1;;;;;", unpaid(one, 5), unpaid(one, 5), "B;2;;;;;")
        assert [row.position for row in caught.value.report.refused] == [2, 4, 5]

    def test_of_another_unit_there_is_no_contract(self, unit):
        with pytest.raises(ImportRefused):
            load(unit, unpaid(contract(), 5))

    def test_a_dry_run_leaves_nothing(self, unit):
        one = contract(unit=unit)
        report = load(unit, unpaid(one, 5), dry_run=True)
        one.refresh_from_db()
        assert (len(report.rows), one.state) == (1, S.ACTIVE)
        assert not ArrearsImport.objects.exists()

    def test_the_same_file_once(self, unit):
        one = contract(unit=unit)
        load(unit, unpaid(one, 5))
        with pytest.raises(Conflict):
            load(unit, unpaid(one, 5))

    def test_an_older_state_loaded_later_changes_nothing(self, unit):
        one, other = contract(unit=unit), contract(unit=unit)
        load(unit, unpaid(one, 5))
        load(unit, unpaid(other, 4), as_of=date(2026, 5, 31))
        one.refresh_from_db()
        other.refresh_from_db()
        assert (one.state, other.state) == (S.ARREARS, S.ACTIVE)

    def test_a_day_to_come_is_not_known(self, unit):
        with pytest.raises(Invalid):
            load(unit, "A;1;;;;;", as_of=DAY + timedelta(days=1))


class TestWarning:
    @pytest.mark.parametrize(
        ("rows", "periods"),
        [
            ([(5, "1230,00")], 1),
            ([(4, "1230,00"), (5, "1230,00")], 2),
            ([(4, "1230,00"), (5, "1229,99")], 1),  # a grosz was paid: not a full period
            ([(3, "1230,00"), (4, "600,00"), (5, "1230,00")], 2),  # they need not touch
        ],
    )
    def test_full_periods(self, unit, officer, rows, periods):
        one = contract(unit=unit)
        load(unit, *[unpaid(one, month, left) for month, left in rows])
        assert arrears.owed(one).periods == periods
        one.refresh_from_db()
        if periods < 2:
            with pytest.raises(Conflict):
                arrears.warn(one, officer)
        else:
            assert arrears.warn(one, officer).periods == periods

    def warned(self, unit, officer):
        one = contract(unit=unit)
        load(unit, unpaid(one, 4), unpaid(one, 5))
        one.refresh_from_db()
        return one, arrears.warn(one, officer)

    def test_the_time_runs_from_the_delivery_not_from_the_letter(self, unit, officer):
        one, call = self.warned(unit, officer)
        assert call.extra_until is None
        with clock.frozen(datetime(2026, 6, 30, 10, tzinfo=KRAKOW)):
            call = arrears.delivered(call, date(2026, 6, 30))
        assert call.extra_until == date(2026, 7, 31)  # 30 July is its last day
        with clock.frozen(datetime(2026, 7, 30, 23, 59, tzinfo=KRAKOW)):
            assert not arrears.standing(one).may_terminate
        with clock.frozen(datetime(2026, 7, 31, 0, 0, tzinfo=KRAKOW)):
            assert arrears.standing(one).may_terminate

    def test_who_paid_in_time_is_out_of_danger(self, unit, officer):
        one, call = self.warned(unit, officer)
        with clock.frozen(datetime(2026, 6, 20, 10, tzinfo=KRAKOW)):
            other = contract(unit=unit)
            load(unit, unpaid(other, 5), as_of=date(2026, 6, 20))
        call.refresh_from_db()
        one.refresh_from_db()
        assert (call.paid_on, one.state) == (date(2026, 6, 20), S.ACTIVE)

    def test_withdrawn_with_a_reason(self, unit, officer):
        one, call = self.warned(unit, officer)
        with pytest.raises(Invalid):
            arrears.withdraw(call, officer, " ")
        arrears.withdraw(call, officer, "Ugoda na raty")
        one.refresh_from_db()
        assert one.state == S.ACTIVE


class TestSupervision:
    def test_the_next_look_is_counted_from_the_day_it_was_due(self, unit, officer):
        asked = supervision.add_condition(
            contract(unit=unit), officer, text="Sprzątanie podwórza", due_on=date(2026, 5, 31),
            every_months=3,
        )  # fmt: skip
        planned = asked.looks.get()
        following = supervision.look(
            planned, officer, done_on=DAY, outcome="met", evidence="zdjęcie"
        )
        assert following.due_on == date(2026, 8, 31)
        with pytest.raises(Conflict):
            supervision.look(planned, officer, done_on=DAY, outcome="met", evidence="zdjęcie")

    def test_closed_asks_no_more_and_keeps_what_was_found(self, unit, officer):
        asked = supervision.add_condition(contract(unit=unit), officer, text="x", due_on=DAY)
        supervision.look(asked.looks.get(), officer, done_on=DAY, outcome="met", evidence="e")
        Supervision.objects.create(condition=asked, due_on=date(2027, 1, 1))
        supervision.close_condition(asked, officer)
        assert asked.looks.count() == 1

    def test_only_officers(self, unit):
        viewer = make.staff(unit, StaffRole.Role.VIEWER)
        with pytest.raises(Forbidden):
            supervision.add_condition(contract(unit=unit), viewer, text="x", due_on=DAY)

    def answers(self, lease, **bad):
        good = supervision.Answered("good")
        return {one.pk: good for one in supervision.questions_for(lease, DAY)} | bad

    def test_an_inspection_answers_every_question(self, unit, officer):
        one = contract(unit=unit)
        visit = supervision.plan_inspection(one, officer, DAY)
        answers = self.answers(one)
        first, second, *_rest = answers
        answers[first] = supervision.Answered("bad")
        del answers[second]
        with pytest.raises(Problems) as caught:
            supervision.hold_inspection(visit, officer, held_on=DAY, answers=answers)
        assert [one.field for one in caught.value.problems] == [f"n{first}", f"q{second}"]

    def test_its_words_stay_and_the_next_is_planned(self, unit, officer):
        one = contract(unit=unit)
        visit = supervision.plan_inspection(one, officer, DAY)
        answers = self.answers(one)
        supervision.hold_inspection(visit, officer, held_on=DAY, answers=answers)
        question = supervision.questions_for(one, DAY).first()
        words = question.text_pl
        question.text_pl = "Inne pytanie?"
        question.save()
        assert visit.answers.first().text == words
        assert one.inspections.get(held_on=None).planned_on == date(2027, 6, 15)

    def test_a_units_own_checklist_goes_before_the_citys(self, unit):
        one = contract(unit=unit)
        own = supervision.questions_for(one, DAY).first()
        own.pk, own.unit, own.text_pl = None, unit, "Nasze?"
        own.save()
        assert [q.text_pl for q in supervision.questions_for(one, DAY)] == ["Nasze?"]


class TestUseReport:
    @pytest.fixture
    def tenant(self):
        return make.organisation()

    def test_only_years_that_are_over_and_in_which_they_were_in(self, unit, tenant):
        one = contract(unit=unit, tenant=tenant, starts_on=date(2024, 6, 1))
        assert supervision.reported_years(one, DAY) == [2025, 2024]
        assert supervision.reported_years(contract(), DAY) == []
        ended = contract(starts_on=date(2023, 2, 1), ends_before=date(2025, 1, 1))
        assert supervision.reported_years(ended, DAY) == [2024, 2023]

    def test_sent_asked_sent_again_accepted_and_then_fixed(self, unit, tenant, officer):
        member = make.member(tenant, "representative")
        one = contract(unit=unit, tenant=tenant, starts_on=date(2024, 6, 1))
        said = {"days_used": 120, "people": 900, "text": "Zajęcia"}
        sent = supervision.report(one, 2025, member, **said)
        supervision.answer_report(sent, officer, question="Ile osób na raz?")
        again = supervision.report(one, 2025, member, **{**said, "people": 950})
        assert (again.pk, again.state) == (sent.pk, "sent")
        supervision.answer_report(again, officer)
        with pytest.raises(Conflict):
            supervision.report(one, 2025, member, **said)

    @pytest.mark.parametrize(("year", "days"), [(2025, 366), (2026, 10), (2023, 10)])
    def test_refused(self, unit, tenant, year, days):
        member = make.member(tenant, "representative")
        one = contract(unit=unit, tenant=tenant, starts_on=date(2024, 6, 1))
        with pytest.raises(Invalid):
            supervision.report(one, year, member, days_used=days, people=1, text="x")

    def test_not_by_a_stranger(self, unit, tenant):
        one = contract(unit=unit, tenant=tenant, starts_on=date(2024, 6, 1))
        with pytest.raises(Exception, match=r".") as caught:
            supervision.report(one, 2025, make.person(), days_used=1, people=1, text="x")
        assert caught.value.status in (403, 404)


def matters(unit, day=DAY):
    return [(one.matter, one.due_on) for one in due(unit, day)]


class TestDue:
    def test_the_last_day_of_the_term(self, unit):
        contract(unit=unit, starts_on=date(2026, 1, 5), ends_before=date(2026, 9, 1))
        assert (Matter.END, date(2026, 8, 31)) in matters(unit)

    def test_what_lies_beyond_the_horizon_is_left_out(self, unit):
        contract(unit=unit, ends_before=DAY + timedelta(days=182))
        assert matters(unit) == []
        contract(unit=unit, ends_before=DAY + timedelta(days=181))
        assert matters(unit) == [(Matter.END, DAY + timedelta(days=180))]

    @pytest.mark.parametrize(
        ("state", "fields", "expected"),
        [
            (S.TO_SIGN, {"sign_by": date(2026, 6, 29)}, (Matter.SIGN, date(2026, 6, 29))),
            (S.SIGNED, {"signed_on": date(2026, 6, 10), "starts_on": date(2026, 6, 12)},
             (Matter.HANDOVER, date(2026, 6, 24))),
            (S.HANDOVER_PENDING, {"signed_on": date(2026, 6, 10), "starts_on": date(2026, 7, 1)},
             (Matter.HANDOVER, date(2026, 7, 1))),
            (S.RETURN_PENDING, {"ends_before": date(2026, 6, 10)},
             (Matter.RETURN, date(2026, 6, 24))),
            (S.HOLDOVER, {"ends_before": date(2026, 5, 1)}, (Matter.RETURN, date(2026, 5, 15))),
        ],
    )  # fmt: skip
    def test_by_state(self, unit, state, fields, expected):
        contract(unit=unit, state=state, **fields)
        assert matters(unit) == [expected]

    def test_deposit_policy_consent_condition(self, unit, officer):
        one = contract(unit=unit)
        Security.objects.create(lease=one, kind="deposit", amount=1, due_on=date(2026, 6, 20))
        Insurance.objects.create(lease=one, scope="OC", valid=(date(2026, 1, 1), date(2026, 7, 1)))
        ThirdPartyConsent.objects.create(
            lease=one, who="Chór", scope="próby", valid=(date(2026, 1, 1), date(2026, 8, 1)),
            state="granted", asked_at=clock.now(), decided_at=clock.now(),
        )  # fmt: skip
        supervision.add_condition(one, officer, text="Remont", due_on=date(2026, 6, 1))
        assert matters(unit) == [
            (Matter.SUPERVISION, date(2026, 6, 1)),
            (Matter.SECURITY, date(2026, 6, 20)),
            (Matter.INSURANCE, date(2026, 6, 30)),
            (Matter.CONSENT, date(2026, 7, 31)),
        ]

    def test_last_years_report_until_it_is_accepted(self, unit):
        contract(unit=unit, starts_on=date(2025, 3, 1))
        assert matters(unit) == [(Matter.REPORT, date(2026, 3, 31))]

    @pytest.mark.parametrize(
        ("status", "fields", "raised"),
        [
            (Organisation.OppStatus.GRANTED, {}, False),
            (Organisation.OppStatus.LOST, {"opp_until": date(2026, 6, 1)}, True),
            (Organisation.OppStatus.LOST, {"opp_until": date(2026, 7, 1)}, False),
            (Organisation.OppStatus.UNKNOWN, {}, False),  # unknown is no loss
        ],
    )
    def test_a_lost_status_where_the_contract_rests_on_it(self, unit, status, fields, raised):
        tenant = make.organisation(opp_status=status, **fields)
        one = contract(unit=unit, tenant=tenant)
        assert matters(unit) == []
        LeaseCondition.objects.create(
            lease=one, kind="opp_status", text="OPP", recorded_at=clock.now(), recorded_by="x"
        )
        assert [kind for kind, _day in matters(unit)] == ([Matter.OPP] if raised else [])

    def test_mine_and_nobodys(self, unit, officer):
        other = make.staff(unit, StaffRole.Role.LETTINGS_OFFICER)
        ends = {"unit": unit, "ends_before": date(2026, 8, 1)}
        mine, nobodys = contract(officer=officer, **ends), contract(**ends)
        contract(officer=other, **ends)
        assert {one.subject for one in due(unit, DAY, officer)} == {mine.number, nobodys.number}

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, unit, officer, number, django_assert_max_num_queries):
        for _one in range(number):
            one = contract(unit=unit, starts_on=date(2025, 1, 1), ends_before=date(2026, 8, 1))
            Security.objects.create(lease=one, kind="deposit", amount=1, due_on=DAY)
            supervision.add_condition(one, officer, text="x", due_on=DAY)
        with django_assert_max_num_queries(20):
            assert len(due(unit, DAY)) >= 4 * number


class TestAlerts:
    @pytest.mark.parametrize(
        ("left", "threshold"),
        [(181, None), (180, 180), (179, 180), (91, 180), (90, 90), (31, 90), (30, 30), (1, 30),
         (0, 30), (-1, -1), (-400, -1)],
    )  # fmt: skip
    def test_thresholds(self, left, threshold):
        assert alerts.threshold_of(left, (180, 90, 30)) == threshold

    def told_days(self, unit, officer, days: int) -> list[int]:
        """On which of the next days the officer got a digest, as days before the end."""
        end = DAY + timedelta(days=190)
        contract(unit=unit, officer=officer, ends_before=end + timedelta(days=1))
        told = []
        for number in range(days):
            day = DAY + timedelta(days=number)
            with clock.frozen(datetime(day.year, day.month, day.day, 6, tzinfo=KRAKOW)):
                told += [(end - day).days] * (alerts.run() + alerts.run())
        return told

    def test_once_at_each_threshold_and_once_when_late(self, unit, officer):
        assert self.told_days(unit, officer, 195) == [180, 90, 30, -1]

    def test_a_worker_that_was_away_tells_the_last_threshold_only(self, unit, officer):
        contract(unit=unit, officer=officer, ends_before=DAY + timedelta(days=61))
        assert alerts.run() == 1
        assert [row.threshold for row in AlertSent.objects.all()] == [90]

    def test_one_mail_for_many_dates_in_the_readers_language(self, unit, officer):
        for days in (10, 20, 30):
            contract(unit=unit, officer=officer, ends_before=DAY + timedelta(days=days))
        assert alerts.run() == 1
        told = Notification.objects.get(person=officer)
        assert told.context["number"] == 3
        assert "Last day of the term" in str(told.context)
        assert told.url == f"/najem/{unit.code}/terminy/"

    def test_nothing_to_say_no_mail(self, unit, officer):
        contract(unit=unit, officer=officer)
        assert alerts.run() == 0
        assert not Notification.objects.exists()

    def test_a_moved_date_is_told_anew(self, unit, officer):
        one = contract(unit=unit, officer=officer, ends_before=DAY + timedelta(days=20))
        alerts.run()
        one.ends_before += timedelta(days=5)
        one.save()
        with clock.frozen(datetime(2026, 6, 16, 10, tzinfo=KRAKOW)):
            assert alerts.run() == 1

    def test_without_an_officer_everybody_of_the_unit_hears(self, unit, officer):
        other = make.staff(unit, StaffRole.Role.LETTINGS_OFFICER)
        contract(unit=unit, officer=make.person(), ends_before=DAY + timedelta(days=20))
        assert alerts.run() == 2
        assert {row.person for row in AlertSent.objects.all()} == {officer, other}

    def test_a_units_own_thresholds_replace_the_citys(self, unit, officer):
        UpkeepRule.objects.create(
            code="alert_days", unit=unit, number=7, valid=(date(2026, 1, 1), None)
        )
        contract(unit=unit, officer=officer, ends_before=DAY + timedelta(days=20))
        assert alerts.run() == 0


class TestPages:
    def test_what_each_person_may_open(self, unit, officer, client):
        one = contract(unit=unit)
        viewer = make.staff(unit, StaffRole.Role.VIEWER)
        base = f"/najem/{unit.code}"
        pages = [
            f"{base}/terminy/", f"{base}/naliczenia/", f"{base}/zaleglosci/",
            f"{base}/umowy/{one.number}/biezace/",
        ]  # fmt: skip
        for person, status in ((officer, 200), (viewer, 200), (make.person(), 404)):
            client.force_login(person)
            assert [client.get(page).status_code for page in pages] == [status] * 4
        client.force_login(viewer)
        for page in (
            f"{base}/naliczenia/policz/", f"{base}/naliczenia/paczka/", f"{pages[3]}condition/",
        ):  # fmt: skip
            assert client.post(page, {"month": "2026-06"}).status_code == 403

    def test_charges_are_reckoned_sent_and_downloaded_again(self, unit, officer, client):
        contract(unit=unit, number="ZL-1-2026")
        client.force_login(officer)
        base = f"/najem/{unit.code}/naliczenia/"
        client.post(f"{base}policz/", {"month": "2026-06"})
        assert client.post(f"{base}paczka/", {"until": "2026-06-30"}).status_code == 302
        made = unit.leases.get().charges.get().export
        first, second = (client.get(f"{base}paczka/{made.pk}.csv").content for _i in range(2))
        assert first == second == made.content.encode()
        assert client.post(f"{base}paczka/", {"until": "2026-06-30"}).status_code == 422

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries_of_the_register(self, unit, officer, client, number,
                                     django_assert_max_num_queries):  # fmt: skip
        for count in range(number):
            contract(unit=unit, number=f"ZL-{count}-2026")
        client.force_login(officer)
        client.post(f"/najem/{unit.code}/naliczenia/policz/", {"month": "2026-06"})
        with django_assert_max_num_queries(24):
            answer = client.get(f"/najem/{unit.code}/naliczenia/?month=2026-06")
        assert answer.content.decode().count("ZL-") >= number

    def test_a_refused_form_keeps_what_was_typed(self, unit, officer, client):
        contract(unit=unit, number="ZL-1-2026")
        client.force_login(officer)
        address = f"/najem/{unit.code}/umowy/ZL-1-2026/biezace/condition/"
        answer = client.post(address, {"text": "Remont dachu", "kind": "duty"})
        assert answer.status_code == 422
        assert "Remont dachu" in answer.content.decode()

    def test_the_tenant_sends_the_report(self, unit, client):
        tenant = make.organisation()
        contract(unit=unit, tenant=tenant, starts_on=date(2024, 6, 1), number="ZL-1-2026")
        client.force_login(make.member(tenant, "representative"))
        address = "/umowy/ZL-1-2026/sprawozdanie/2025/"
        said = {"days_used": "120", "people": "900", "text": "Zajęcia"}
        assert client.post(address, {**said, "days_used": "400"}).status_code == 422
        assert client.post(address, said).status_code == 302
        client.force_login(make.person())
        assert client.get(address).status_code == 404


def test_sums_as_people_write_them():
    for text in ("1 234,50", "1234.50", "1\u00a0234,50 zł", "1234,5 PLN"):
        assert arrears_csv.read_sum(text) == Decimal("1234.50")
