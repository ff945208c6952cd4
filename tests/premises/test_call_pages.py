"""Pages of calls: what everybody sees, the feed and the calendar, the desk of the officer."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from maps.layers import Viewport, feature_collection
from premises.applications import submission
from premises.layers import CALLS
from premises.models import (
    AllocationProcedure,
    Application,
    Lot,
    ProcedureKind,
    PublicNotice,
    PublicNoticeItem,
)
from premises.permissions import can
from premises.procedures import course, jobs, planning, questions
from premises.procedures.states import Action
from premises.scopes import procedures_visible_to
from records.clock import frozen, now
from records.models import LegalAct, OutgoingMail
from records.problems import Conflict, Forbidden, Invalid
from tests import make
from tests.premises.calls_scene import (
    ANSWERS,
    CLOSES,
    DURING,
    OPENS,
    applicant,
    call,
    load_kinds,
    office,
    premises,
    sealer,
    sent,
    written,
)

State = AllocationProcedure.State
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scene():
    with frozen(DURING):
        load_kinds()
        yield


# --- who sees what ---
@pytest.mark.parametrize(
    ("kind", "state", "seen"),
    [
        ("no_tender", "draft", False),
        ("no_tender", "approved", False),
        ("short_term_use", "draft", False),
        ("short_term_use", "approved", True),
        ("no_tender", "notice_published", True),
        ("no_tender", "call_open", True),
        ("no_tender", "evaluation", True),
        ("no_tender", "cancelled", True),
    ],
)
def test_a_call_is_public_from_its_notice_list_on(client, kind, state, seen):
    scene = call(kind)
    AllocationProcedure.objects.filter(pk=scene.procedure.pk).update(state=state, reason="…")
    scene.procedure.refresh_from_db()
    assert can(None, "procedure.view", scene.procedure) is seen
    assert can(scene.officer, "procedure.view", scene.procedure)
    for person in (None, scene.officer, make.person()):
        visible = scene.procedure in procedures_visible_to(person)
        assert visible is can(person, "procedure.view", scene.procedure)
    answer = client.get(reverse("premises:call", args=[scene.procedure.code]))
    assert answer.status_code == (200 if seen else 404)


@pytest.mark.parametrize("at", [CLOSES - SECOND, CLOSES])
def test_the_page_follows_the_clock_and_not_the_worker(client, at):
    scene = call()
    with frozen(at):
        page = client.get(reverse("premises:calls"))
    assert len(page.context["open"]) == (1 if at < CLOSES else 0)
    assert len(page.context["later"]) == (0 if at < CLOSES else 1)
    assert scene.procedure.state == State.CALL_OPEN


def test_the_list_costs_the_same_for_one_and_for_thirty(client):
    def queries() -> int:
        client.get(reverse("premises:calls"))
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert client.get(reverse("premises:calls")).status_code == 200
        return len(counted)

    call()
    one = queries()
    for _more in range(29):
        call()
    assert queries() == one


def test_my_applications_cost_the_same_for_one_and_for_thirty(client):
    organisation, person = applicant()
    client.force_login(person)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(reverse("premises:applications")).status_code == 200
        return len(counted)

    sent(call(), organisation, person)
    queries()
    one = queries()
    for _more in range(29):
        sent(call(), organisation, person)
    assert queries() == one


def test_the_desk_costs_the_same_for_one_and_for_thirty_procedures(client):
    scene = call()
    client.force_login(scene.officer)
    address = reverse("lettings:procedures", args=[scene.unit.code])

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    queries()
    one = queries()
    for _more in range(29):
        planning.begin(scene.unit, scene.procedure.kind, [premises(scene.unit)], by=scene.officer)
    assert queries() == one


@pytest.mark.parametrize(("tenure", "found"), [("lease", 1), ("lending", 0)])
def test_the_list_is_narrowed_by_the_terms_of_one_lot(client, tenure, found):
    call()
    page = client.get(reverse("premises:calls"), {"tenure": tenure})
    assert len(page.context["open"]) == found


def test_the_map_layer_shows_open_and_coming_calls_alone():
    scene, coming, draft = call(), call(), call()
    AllocationProcedure.objects.filter(pk=coming.procedure.pk).update(state="notice_published")
    AllocationProcedure.objects.filter(pk=draft.procedure.pk).update(state="draft")
    text = str(feature_collection(CALLS, None, Viewport(zoom=18)))
    assert scene.procedure.code in text
    assert coming.procedure.code in text
    assert draft.procedure.code not in text
    with frozen(CLOSES):
        assert scene.procedure.code not in str(feature_collection(CALLS, None, Viewport(zoom=18)))


def test_calendar_and_feed_read_back(client):
    scene = call()
    calendar = Calendar.from_ical(client.get(reverse("premises:calls_ics")).content)
    starts = [event.decoded("dtstart") for event in calendar.walk("VEVENT")]
    assert starts == [OPENS, CLOSES]
    feed = ET.fromstring(client.get(reverse("premises:calls_atom")).content)  # noqa: S314 - ours
    atom = "{http://www.w3.org/2005/Atom}"
    assert [one.text for one in feed.findall(f"{atom}entry/{atom}title")] == [
        scene.procedure.title_pl
    ]


# --- planning ---
def planned(kind: str = "no_tender") -> tuple[AllocationProcedure, dict]:
    unit, head, officer = office()
    procedure = planning.begin(
        unit, ProcedureKind.objects.get(code=kind), [premises(unit)], by=officer
    )
    return procedure, {"head": head, "officer": officer, "unit": unit}


def codes(procedure: AllocationProcedure) -> set[str]:
    fresh = AllocationProcedure.objects.select_related("kind", "notice", "scoring").get(
        pk=procedure.pk
    )
    return {one.code for one in planning.problems_of(fresh)}


def change(procedure: AllocationProcedure, **fields) -> AllocationProcedure:
    AllocationProcedure.objects.filter(pk=procedure.pk).update(**fields)
    procedure.refresh_from_db()
    return procedure


def test_the_proposed_dates_keep_the_days_of_the_kind():
    procedure, _who = planned()
    assert codes(procedure) == set()
    assert (procedure.opens_at.date() - DURING.date()).days >= 22
    assert procedure.closes_at.isoweekday() <= 5


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"opens_at": DURING + timedelta(days=5)}, "opens_before_notice_ends"),
        ({"closes_at": DURING.replace(year=2027, month=1, day=12)}, "call_too_short"),
        ({"closes_at": DURING.replace(year=2027, month=2, day=27)}, "closes_on_day_off"),
        ({"questions_until": DURING.replace(year=2028)}, "questions_outside"),
        ({"opens_at": None}, "no_dates"),
        ({"title_pl": " "}, "no_title"),
    ],
)
def test_what_is_wrong_with_a_plan_is_told(fields, code):
    procedure, _who = planned()
    assert code in codes(change(procedure, **fields))


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("oral_auction", {"no_event", "no_starting_rate", "no_deposit"}),
        ("written_tender", {"no_starting_rate", "no_deposit"}),
        ("ngo_contest", {"no_scoring"}),
        ("short_term_use", {"no_term"}),
        ("public_task_result", {"no_external_case"}),
    ],
)
def test_each_kind_asks_for_its_own(kind, code):
    assert codes(planned(kind)[0]) == code


@pytest.mark.parametrize(
    ("days", "hours", "wrong"), [(31, "", False), (32, "", True), (92, "wt 17-19", False),
                                 (93, "wt 17-19", True)],
)  # fmt: skip
def test_short_term_use_lasts_a_month_and_by_fixed_hours_three(days, hours, wrong):
    procedure, _who = planned("short_term_use")
    first = DURING.date() + timedelta(days=40)
    Lot.objects.filter(procedure=procedure).update(
        term_from=first, term_until=first + timedelta(days=days - 1), weekly_hours=hours
    )
    assert ("too_long" in codes(procedure)) is wrong


def test_premises_stand_in_one_running_procedure():
    procedure, who = planned()
    resource = procedure.lots.get().resource
    with pytest.raises(Conflict) as refused:
        planning.begin(who["unit"], procedure.kind, [resource], by=who["officer"])
    assert refused.value.code == "in_other_procedure"
    course.act(procedure, Action.APPROVE, who["head"])
    course.act(procedure, Action.CANCEL, who["head"], reason="Zalany strop.")
    assert planning.begin(who["unit"], procedure.kind, [resource], by=who["officer"]).number == 2


def test_two_who_edit_at_once_are_told_and_nothing_is_lost():
    procedure, _who = planned()
    planning.edit(procedure, 1, {"title_pl": "Pierwszy"}, {})
    with pytest.raises(planning.Stale) as stale:
        planning.edit(procedure, 1, {"title_pl": "Drugi"}, {})
    assert stale.value.current.title_pl == "Pierwszy"


def test_the_page_of_two_editors_shows_both(client):
    procedure, who = planned()
    client.force_login(who["officer"])
    address = reverse("lettings:procedure_plan", args=[who["unit"].code, procedure.code])
    lot = procedure.lots.get()
    form = {
        "version": 1,
        "title_pl": "Mój tytuł",
        "opens_at": "2027-01-11T08:00",
        "closes_at": "2027-02-26T15:00",
        f"lot-{lot.pk}-tenure": "lease",
        f"lot-{lot.pk}-term_months": "36",
    }
    planning.edit(procedure, 1, {"title_pl": "Cudzy tytuł"}, {})
    answer = client.post(address, form)
    assert answer.status_code == 409
    assert "Cudzy tytuł" in answer.text
    assert "Mój tytuł" in answer.text
    assert client.post(address, {**form, "version": 2}).status_code == 302
    procedure.refresh_from_db()
    assert procedure.title_pl == "Mój tytuł"


def test_only_the_head_approves():
    procedure, who = planned()
    with pytest.raises(Forbidden):
        course.act(procedure, Action.APPROVE, who["officer"])
    assert course.act(procedure, Action.APPROVE, who["head"]).state == State.APPROVED


# --- the notice list guards the call ---
def listed(procedure: AllocationProcedure, *, hung_on) -> PublicNotice:
    act, _new = LegalAct.objects.get_or_create(code="ugn", defaults={"kind": "act", "title": "ugn"})
    lot = procedure.lots.get()
    notice = PublicNotice.objects.create(
        unit=procedure.unit, subject_pl="Lokal", created_at=now(), created_by="x"
    )
    PublicNoticeItem.objects.create(
        notice=notice, lot_no=1, resource=lot.resource, address="ul. Zmyślona 1", area_m2=80,
        description="Lokal", tenure=lot.tenure, term_months=36, fee_amount=10,
        fee_unit="m2_month",
    )  # fmt: skip
    PublicNotice.objects.filter(pk=notice.pk).update(
        state="published", number=1, year=2026, code=f"wykaz-{notice.pk}", legal_act=act,
        days_required=21, counted=["office", "website"], published_at=now(),
        published_on=hung_on, counted_from=hung_on, published_by="x",
    )  # fmt: skip
    return PublicNotice.objects.get(pk=notice.pk)


def test_no_call_before_its_notice_list_has_run():
    procedure, who = planned()
    course.act(procedure, Action.APPROVE, who["head"])
    with pytest.raises(Conflict) as refused:
        course.act(procedure, Action.POST_NOTICE, who["officer"])
    assert refused.value.code == "no_notice"
    hung = DURING.date()
    listed(procedure, hung_on=hung)
    assert course.act(procedure, Action.POST_NOTICE, who["officer"]).state == "notice_published"
    change(procedure, opens_at=DURING)
    for day, opens in ((21, False), (22, True)):
        with frozen(DURING + timedelta(days=day)):
            change(procedure, closes_at=now() + timedelta(days=30))
            jobs.open_and_close_calls()
            procedure.refresh_from_db()
            assert (procedure.state == State.CALL_OPEN) is opens, day


def test_the_clock_posts_opens_and_closes_by_itself():
    procedure, who = planned("short_term_use")
    lot = procedure.lots.get()
    first = DURING.date() + timedelta(days=60)
    Lot.objects.filter(pk=lot.pk).update(term_from=first, term_until=first)
    course.act(procedure, Action.APPROVE, who["head"])
    procedure.refresh_from_db()
    for at, state in (
        (procedure.opens_at - SECOND, "approved"),
        (procedure.opens_at, "call_open"),
        (procedure.closes_at - SECOND, "call_open"),
        (procedure.closes_at, "call_closed"),
    ):
        with frozen(at):
            jobs.open_and_close_calls()
        procedure.refresh_from_db()
        assert procedure.state == state, at


# --- longer, annulled ---
def test_a_call_is_made_longer_for_everybody_and_never_shorter():
    scene, (organisation, person) = call(), applicant()
    written(scene, organisation, person)
    longer = CLOSES + timedelta(days=7)
    with pytest.raises(Invalid):
        planning.extend(scene.procedure, CLOSES - SECOND, by=scene.officer, reason="x")
    with pytest.raises(Invalid):
        planning.extend(scene.procedure, longer, by=scene.officer, reason=" ")
    planning.extend(scene.procedure, longer, by=scene.officer, reason="Awaria strony.")
    assert OutgoingMail.objects.filter(to=person.email, body__contains="Awaria strony.").exists()
    with frozen(longer), pytest.raises(Conflict):
        planning.extend(scene.procedure, longer + SECOND, by=scene.officer, reason="x")


def test_annulling_tells_every_applicant_why_and_frees_the_premises():
    scene, (organisation, person) = call(), applicant()
    application = sent(scene, organisation, person).application
    course.act(scene.procedure, Action.CANCEL, scene.head, reason="Wada ogłoszenia.")
    application.refresh_from_db()
    assert (application.state, application.reason) == ("annulled", "Wada ogłoszenia.")
    assert not Lot.objects.filter(procedure=scene.procedure, live=True).exists()


def test_nobody_is_granted_so_the_procedure_ends_with_a_reason():
    scene = call()
    with frozen(CLOSES):
        jobs.open_and_close_calls()
        with pytest.raises(Invalid):
            course.act(scene.procedure, Action.FAIL, scene.head)
        ended = course.act(scene.procedure, Action.FAIL, scene.head, reason="Nikt nie złożył.")
    assert (ended.state, ended.reason) == (State.FAILED, "Nikt nie złożył.")


# --- questions ---
def test_answers_are_public_and_who_asked_is_not(client):
    scene, asker = call(), make.person("Zofia Pytająca")
    asked = questions.ask(scene.procedure, "My z Bliżej pytamy: czy jest prąd?", by=asker)
    address = reverse("premises:call", args=[scene.procedure.code])
    assert "czy jest prąd" not in client.get(address).text
    questions.answer(asked, public_text="Czy jest prąd?", answer_pl="Jest.", by=scene.officer)
    page = client.get(address).text
    assert "Czy jest prąd?" in page
    assert "Jest." in page
    assert "Zofia" not in page
    assert "Bliżej" not in page
    assert OutgoingMail.objects.filter(to=asker.email).exists()


@pytest.mark.parametrize(("late", "taken"), [(-1, True), (0, False)])
def test_questions_end_at_their_hour(late, taken):
    scene = call()
    until = scene.procedure.questions_until
    with frozen(until + late * SECOND):
        assert questions.may_ask(scene.procedure) is taken


# --- the pages of an applicant and of the officer, end to end ---
def test_from_the_call_to_the_receipt_by_pages(client):
    scene, (organisation, person) = call("short_term_use"), applicant()
    client.force_login(person)
    begun = client.post(
        reverse("premises:application_begin", args=[scene.procedure.code]),
        {"organisation": organisation.slug},
        follow=True,
    )
    application = Application.objects.get(organisation=organisation)
    assert begun.status_code == 200
    save = reverse("premises:application_autosave", args=[application.code])
    answer = client.post(save, {**ANSWERS, "revision": 1, "lot": scene.lots[0].pk})
    assert answer.status_code == 200
    revision = answer.json()["revision"]
    assert client.post(save, {"purpose": "x", "revision": 1}).status_code == 409
    page = client.get(reverse("premises:application_send", args=[application.code]))
    assert "document_missing" in {one.code for one in page.context["problems"]}
    from io import BytesIO  # noqa: PLC0415 - only here

    upload = BytesIO(b"%PDF-1.7\n%%EOF")
    upload.name = "odpis.pdf"
    client.post(
        reverse("premises:application_upload", args=[application.code]),
        {"type": "register_extract", "organisation": organisation.slug, "file": upload},
    )
    send = reverse("premises:application_send", args=[application.code])
    assert client.get(send).context["is_whole"]
    with frozen(CLOSES):
        late = client.post(send, {"revision": revision})
        assert late.status_code == 409
        assert "15:00:00" in late.text
    done = client.post(send, {"revision": revision}, follow=True)
    assert f"{scene.procedure.code}/1" in done.text
    assert client.get(reverse("premises:application", args=[application.code])).status_code == 200
    # The officer's side.
    client.force_login(scene.officer)
    desk = reverse("lettings:received", args=[scene.unit.code, scene.procedure.code, 1])
    assert organisation.name in client.get(desk).text
    step = reverse("lettings:received_step", args=[scene.unit.code, scene.procedure.code, 1])
    assert client.post(step, {"action": "check"}).status_code == 302
    assert client.post(step, {"action": "reject"}).status_code == 422
    document = application.documents.first()
    file = client.get(reverse("premises:application_file", args=[application.code, document.pk]))
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"


def test_strangers_find_no_application_and_no_file(client):
    scene = call()
    application = sent(scene, *applicant()).application
    client.force_login(make.person())
    pk = application.documents.first().pk
    for address in (
        reverse("premises:application", args=[application.code]),
        reverse("premises:application_receipt", args=[application.code]),
        reverse("premises:application_file", args=[application.code, pk]),
        reverse("lettings:received", args=[scene.unit.code, scene.procedure.code, 1]),
    ):
        assert client.get(address).status_code == 404


def test_before_the_opening_the_desk_shows_envelopes_and_no_name(client):
    scene, (organisation, person) = call("ngo_contest"), applicant()
    with sealer():
        application = written(scene, organisation, person)
        submission.submit(application, by=person, revision=application.draft.revision)
    client.force_login(scene.officer)
    page = client.get(reverse("lettings:procedure", args=[scene.unit.code, scene.procedure.code]))
    envelope = client.get(
        reverse("lettings:received", args=[scene.unit.code, scene.procedure.code, 1])
    )
    for one in (page, envelope):
        assert one.status_code == 200
        assert organisation.name not in one.text
        assert str(person) not in one.text
    document = application.documents.first()
    address = reverse("premises:application_file", args=[application.code, document.pk])
    assert client.get(address).status_code == 404
