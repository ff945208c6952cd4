"""Applications: drafts without loss, the closing second, immutable copies, sealed ones, checks."""

import hashlib
import json
import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction

from organisations.models import Membership, Verification
from premises.applications import checking, course, drafts, joint, known, submission, uploads
from premises.applications.canonical import canonical
from premises.applications.checking import Defect
from premises.applications.states import Action
from premises.models import (
    AllocationProcedure,
    Application,
    ApplicationDocument,
    ApplicationDraft,
    CoApplicant,
    DocumentType,
    SubmittedApplication,
)
from premises.permissions import can
from premises.scopes import applications_visible_to, own_applications
from records.clock import frozen, now
from records.models import OutgoingMail, StoredFile
from records.problems import Conflict, Forbidden, Invalid, NotFound, Problems
from tests import make
from tests.premises.calls_scene import (
    ANSWERS,
    CLOSES,
    DURING,
    OPENS,
    PDF,
    applicant,
    call,
    load_kinds,
    sealer,
    sent,
    written,
)

State = Application.State
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scene():
    with frozen(DURING):
        load_kinds()
        yield


# --- drafts ---
def test_a_draft_is_begun_once_and_knows_what_the_register_knows():
    scene, (organisation, person) = call(), applicant()
    first = drafts.begin(scene.procedure, organisation, by=person)
    assert drafts.begin(scene.procedure, organisation, by=person) == first
    assert first.lot == scene.lots[0]
    assert first.draft.content["contact_name"] == str(person)


def test_somebody_from_outside_begins_nothing_in_the_name_of_an_organisation():
    scene, (organisation, _person) = call(), applicant()
    with pytest.raises(Forbidden):
        drafts.begin(scene.procedure, organisation, by=make.person())


def test_a_coming_call_can_be_prepared_and_a_closed_one_not():
    scene, (organisation, person) = call(state="notice_published"), applicant()
    assert drafts.begin(scene.procedure, organisation, by=person).state == State.DRAFT
    other, someone = applicant()
    with frozen(CLOSES), pytest.raises(Conflict) as refused:
        drafts.begin(scene.procedure, other, by=someone)
    assert refused.value.code == "call_closed"


def test_what_is_wrongly_typed_is_kept_as_typed():
    scene, (organisation, person) = call(), applicant()
    application = drafts.begin(scene.procedure, organisation, by=person)
    drafts.save(application, 1, {"beneficiaries": "około 40"}, by=person)
    assert ApplicationDraft.objects.get(application=application).content == {
        "beneficiaries": "około 40"
    }


def test_two_tabs_cannot_overwrite_each_other_unseen():
    scene, (organisation, person) = call(), applicant()
    application = drafts.begin(scene.procedure, organisation, by=person)
    drafts.save(application, 1, {"purpose": "w pierwszej karcie"}, by=person)
    with pytest.raises(drafts.StaleDraft) as stale:
        drafts.save(application, 1, {"purpose": "w drugiej karcie"}, by=person)
    assert stale.value.current.content["purpose"] == "w pierwszej karcie"
    # The same text again is no change, and voids nobody's consent.
    assert drafts.save(application, 1, {"purpose": "w pierwszej karcie"}, by=person).revision == 2


def test_drafts_leave_no_trace_in_history():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_name LIKE %s",
            ["premises_applicationdraft%"],
        )
        assert [row[0] for row in cursor.fetchall()] == ["premises_applicationdraft"]


# --- what is asked, and what is known ---
def standing(application, code):
    return {one.document.type.code: one.standing for one in known.needs_of(application)}[code]


def test_an_entry_that_the_city_checked_is_not_asked_again():
    scene, (organisation, person) = call(), applicant()
    application = drafts.begin(scene.procedure, organisation, by=person)
    assert standing(application, "register_extract") == known.Standing.MISSING
    type(organisation).objects.filter(pk=organisation.pk).update(krs="0000123456")
    Verification.objects.create(
        organisation=organisation,
        level="register_match",
        evidence="KRS",
        verified_at=now(),
        verified_by="office",
        valid_until=date(2027, 12, 31),
    )
    application = Application.objects.get(pk=application.pk)
    assert standing(application, "register_extract") == known.Standing.KNOWN
    with frozen(DURING.replace(year=2028)):
        assert standing(application, "register_extract") == known.Standing.MISSING


def test_a_statute_sent_earlier_serves_for_its_time_and_comes_along():
    (organisation, person), former = applicant(), call()
    sent(former, organisation, person)
    scene = call()
    application = drafts.begin(scene.procedure, organisation, by=person)
    assert standing(application, "statute") == known.Standing.KNOWN
    with frozen(DURING + timedelta(days=3 * 365)):
        assert standing(application, "statute") == known.Standing.MISSING
    application = written(scene, organisation, person)
    submission.submit(application, by=person, revision=application.draft.revision)
    types = application.documents.exclude(submission=None).values_list("type__code", flat=True)
    assert "statute" in types


def test_a_file_of_a_sealed_offer_serves_nowhere_else():
    (organisation, person), tender = applicant(), call("ngo_contest")
    with sealer():
        sent(tender, organisation, person)
    application = drafts.begin(call().procedure, organisation, by=person)
    assert standing(application, "statute") == known.Standing.MISSING


# --- the closing ---
@pytest.mark.parametrize(
    ("received", "code"),
    [
        (OPENS - SECOND, "too_early"),
        (OPENS, None),
        (CLOSES - SECOND, None),
        (CLOSES - timedelta(microseconds=1), None),
        (CLOSES, "too_late"),
        (CLOSES + SECOND, "too_late"),
    ],
    ids=["before", "at the opening", "a second left", "the last moment", "at it", "a second late"],
)
def test_one_second_late_is_late(received, code):
    scene, (organisation, person) = call(), applicant()
    application = written(scene, organisation, person)
    revision = application.draft.revision
    with frozen(received):
        if code is None:
            submitted = submission.submit(application, by=person, revision=revision)
            assert submitted.submitted_at == received
            return
        with pytest.raises(Conflict) as refused:
            submission.submit(application, by=person, revision=revision)
    assert refused.value.code == code
    application.refresh_from_db()
    assert application.state == State.DRAFT
    assert application.draft.content["purpose"] == ANSWERS["purpose"]


def test_waiting_for_the_lock_makes_nobody_late():
    """Received a second before the closing, handled a minute after it by a busy server."""
    scene, (organisation, person) = call(), applicant()
    application = written(scene, organisation, person)
    revision = application.draft.revision
    with frozen(CLOSES + timedelta(minutes=1)):
        submitted = submission.submit(
            application, by=person, revision=revision, received_at=CLOSES - SECOND
        )
        scene.procedure.refresh_from_db()
        assert scene.procedure.state == AllocationProcedure.State.CALL_CLOSED
    assert submitted.submitted_at == CLOSES - SECOND


def test_a_stopped_worker_opens_no_door_and_closes_none():
    scene, (organisation, person) = call(state="approved"), applicant()
    AllocationProcedure.objects.filter(pk=scene.procedure.pk).update(
        kind=type(scene.procedure.kind).objects.get(code="short_term_use")
    )
    scene.procedure.refresh_from_db()
    application = written(scene, organisation, person)
    submission.submit(application, by=person, revision=application.draft.revision)
    scene.procedure.refresh_from_db()
    assert scene.procedure.state == AllocationProcedure.State.CALL_OPEN


# --- sending ---
def test_sending_gives_a_receipt_whose_hash_anybody_can_reckon_again():
    scene, (organisation, person) = call(), applicant()
    submitted = sent(scene, organisation, person)
    application = submitted.application
    application.refresh_from_db()
    assert application.state == State.SUBMITTED
    assert submitted.receipt == f"{scene.procedure.code}/1"
    again = hashlib.sha256(
        json.dumps(
            SubmittedApplication.objects.get(pk=submitted.pk).content,
            ensure_ascii=False, sort_keys=True, separators=(",", ":"),
        ).encode()
    ).hexdigest()  # fmt: skip
    assert again == submitted.sha256
    assert not ApplicationDraft.objects.filter(application=application).exists()
    mail = OutgoingMail.objects.get(to=person.email, subject__contains=submitted.receipt)
    assert submitted.sha256 in mail.body
    assert submitted.content["answers"]["purpose"] == ANSWERS["purpose"]
    assert {one["type"] for one in submitted.content["documents"]} >= {"statute", "annual_report"}


def test_numbers_follow_the_order_of_coming():
    scene = call()
    assert [sent(scene, *applicant()).application.number for _one in range(3)] == [1, 2, 3]


def test_all_that_is_missing_is_told_at_once():
    scene, (organisation, person) = call(), applicant()
    application = drafts.begin(scene.procedure, organisation, by=person)
    with pytest.raises(Problems) as refused:
        submission.submit(application, by=person, revision=application.draft.revision)
    codes = [one.code for one in refused.value.problems]
    assert "document_missing" in codes
    assert "form" in codes
    assert len(codes) > 5


def test_only_somebody_who_may_sign_sends():
    scene, (organisation, _person) = call(), applicant()
    editor = make.person()
    make.member(organisation, Membership.Role.EDITOR, editor)
    application = written(scene, organisation, editor)
    with pytest.raises(Forbidden):
        submission.submit(application, by=editor, revision=application.draft.revision)


def test_a_draft_changed_meanwhile_is_read_again_before_it_is_sent():
    scene, (organisation, person) = call(), applicant()
    application = written(scene, organisation, person)
    seen = application.draft.revision
    drafts.save(application, seen, {**ANSWERS, "purpose": "coś innego"}, by=person)
    with pytest.raises(Conflict) as refused:
        submission.submit(application, by=person, revision=seen)
    assert refused.value.code == "stale"


def test_one_application_of_an_organisation_for_the_same_premises():
    scene, (organisation, person) = call(), applicant()
    sent(scene, organisation, person)
    again = written(scene, organisation, person)
    with pytest.raises(Conflict) as refused:
        submission.submit(again, by=person, revision=again.draft.revision)
    assert refused.value.code == "sent_twice"


def test_withdrawn_it_may_be_sent_again():
    scene, (organisation, person) = call(), applicant()
    first = sent(scene, organisation, person)
    course.act(first.application, Action.WITHDRAW, person)
    second = sent(scene, organisation, person)
    assert second.application.number == 2
    assert SubmittedApplication.objects.filter(pk=first.pk).exists()


# --- immutable ---
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE premises_submittedapplication SET content = '{}'",
        "UPDATE premises_submittedapplication SET submitted_at = now()",
        "DELETE FROM premises_submittedapplication",
        "UPDATE premises_applicationdocument SET name = 'x' WHERE submission_id IS NOT NULL",
        "DELETE FROM premises_applicationdocument WHERE submission_id IS NOT NULL",
        "UPDATE premises_applicationstep SET message = 'x'",
    ],
)
def test_what_was_sent_never_changes_whoever_writes(statement):
    sent(call(), *applicant())
    with (
        pytest.raises(Exception, match=r"never changes|Cannot update"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_copy_is_open_or_sealed_and_never_both_or_neither():
    submitted = sent(call(), *applicant())
    for content, ciphertext in ((None, None), ({}, b"x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            SubmittedApplication.objects.create(
                application=submitted.application, order=9, receipt="r", submitted_at=now(),
                submitted_by="x", content=content, ciphertext=ciphertext, sha256="0" * 64,
            )  # fmt: skip


# --- sealed ---
SECRET = "Tajny program swietlicy 7391"


def whole_database() -> str:
    """Every row of every table of ours as text, as a dump would hold it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names of tables
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_of_a_sealed_offer_nothing_stays_in_clear():
    scene, (organisation, person) = call("ngo_contest"), applicant()
    application = written(scene, organisation, person, purpose=SECRET)
    clear = list(application.documents.values_list("file__file", flat=True))
    assert SECRET in whole_database()
    with sealer() as cipher:
        submitted = submission.submit(application, by=person, revision=application.draft.revision)
    everything = whole_database()
    assert SECRET not in everything
    assert SECRET.encode().hex() not in everything
    assert submitted.content is None
    plain = cipher.decrypt(b"only-for-one", bytes(submitted.ciphertext), None)
    assert hashlib.sha256(plain).hexdigest() == submitted.sha256
    assert json.loads(plain)["answers"]["purpose"] == SECRET
    files = ApplicationDocument.objects.filter(application=application)
    assert all(one.sealed and one.name == "zaszyfrowany" for one in files)
    for one in files.select_related("file"):
        with one.file.file.open("rb") as stored:
            assert not stored.read().startswith(b"%PDF")
    assert not StoredFile.objects.filter(file__in=clear).exists()


def test_the_clear_files_are_gone_from_the_disk_after_the_commit(
    django_capture_on_commit_callbacks,
):
    scene, (organisation, person) = call("ngo_contest"), applicant()
    application = written(scene, organisation, person)
    clear = list(application.documents.values_list("file__file", flat=True))
    assert all(default_storage.exists(path) for path in clear)
    with sealer(), django_capture_on_commit_callbacks(execute=True):
        submission.submit(application, by=person, revision=application.draft.revision)
    assert clear
    assert not any(default_storage.exists(path) for path in clear)


def test_without_a_key_nothing_sealed_is_sent_and_nothing_is_stored_instead():
    scene, (organisation, person) = call("ngo_contest"), applicant()
    application = written(scene, organisation, person)
    with pytest.raises(Conflict) as refused:
        submission.submit(application, by=person, revision=application.draft.revision)
    assert refused.value.code == "no_key"
    assert not SubmittedApplication.objects.exists()
    application.refresh_from_db()
    assert application.state == State.DRAFT


def test_two_equal_sealed_offers_have_different_hashes():
    scene = call("ngo_contest")
    with sealer():
        first, second = sent(scene, *applicant()), sent(scene, *applicant())
    assert first.sha256 != second.sha256
    assert canonical({"b": 1, "a": "ż"}) == '{"a":"ż","b":1}'.encode()


def test_before_the_opening_the_unit_sees_envelopes_and_afterwards_applications():
    scene, (organisation, person) = call("ngo_contest"), applicant()
    with sealer():
        application = sent(scene, organisation, person).application
    application = Application.objects.select_related("procedure__kind").get(pk=application.pk)
    assert not can(scene.officer, "application.view", application)
    assert application not in applications_visible_to(scene.officer)
    assert can(person, "application.view", application)
    AllocationProcedure.objects.filter(pk=scene.procedure.pk).update(opened_at=now())
    application = Application.objects.select_related("procedure__kind").get(pk=application.pk)
    assert can(scene.officer, "application.view", application)
    assert application in applications_visible_to(scene.officer)


# --- together ---
def test_each_organisation_agrees_by_its_own_signatory_to_what_is_sent():
    scene, (leader, person), (partner, signatory) = call(), applicant(), applicant()
    application = written(scene, leader, person)
    invited = joint.invite(application, partner, "warsztaty", by=person)
    application = written_again(application, person)
    seen = application.draft.revision
    with pytest.raises(Problems) as refused:
        submission.submit(application, by=person, revision=seen)
    assert [one.code for one in refused.value.problems] == ["joint_unconfirmed"]
    with pytest.raises(NotFound):
        joint.answer(invited, agrees=True, revision=seen, by=person)
    joint.answer(invited, agrees=True, revision=seen, by=signatory)
    submitted = submission.submit(application, by=person, revision=seen)
    assert submitted.content["joint"][0]["agreed_by"] == str(signatory)
    assert application in own_applications(signatory)


def written_again(application: Application, person) -> Application:
    """Files of a partner too."""
    for need in known.needs_of(application):
        if need.standing is known.Standing.MISSING:
            uploads.add(
                application, need.document.type, BytesIO(PDF), name="a.pdf", by=person,
                organisation=need.organisation,
            )  # fmt: skip
    return Application.objects.select_related("procedure__kind", "organisation").get(
        pk=application.pk
    )


def test_a_change_after_the_consent_needs_it_anew():
    scene, (leader, person), (partner, signatory) = call(), applicant(), applicant()
    application = written(scene, leader, person)
    invited = joint.invite(application, partner, "", by=person)
    joint.answer(invited, agrees=True, revision=application.draft.revision, by=signatory)
    assert not joint.waiting_for(application)
    drafts.save(
        application, application.draft.revision, {**ANSWERS, "plan": "inny plan"}, by=person
    )
    application = Application.objects.get(pk=application.pk)
    assert [one.organisation for one in joint.waiting_for(application)] == [partner]
    with pytest.raises(Conflict):
        joint.answer(invited, agrees=True, revision=1, by=signatory)


def test_a_member_of_a_partner_reads_and_does_not_write():
    scene, (leader, person), (partner, signatory) = call(), applicant(), applicant()
    application = written(scene, leader, person)
    joint.invite(application, partner, "", by=person)
    application = Application.objects.get(pk=application.pk)
    assert can(signatory, "application.view", application)
    assert not can(signatory, "application.edit", application)
    with pytest.raises(Forbidden):
        drafts.save(application, application.draft.revision, {}, by=signatory)


def test_nobody_invites_twice_or_itself():
    scene, (leader, person), (partner, _signatory) = call(), applicant(), applicant()
    application = written(scene, leader, person)
    joint.invite(application, partner, "", by=person)
    for organisation in (partner, leader):
        with pytest.raises(Conflict):
            joint.invite(application, organisation, "", by=person)
    assert CoApplicant.objects.count() == 1


# --- formal check, correction, deposit ---
def checked(scene, application):
    """In the formal check."""
    return course.act(application, Action.CHECK, scene.officer)


def test_the_checklist_has_to_be_answered_before_admission():
    scene = call()
    application = checked(scene, sent(scene, *applicant()).application)
    lines = list(application.procedure.kind.checks.all())
    with pytest.raises(Conflict) as refused:
        course.act(application, Action.ADMIT, scene.officer)
    assert refused.value.code == "checklist_open"
    with pytest.raises(Invalid):
        checking.answer_lines(application, {lines[0].pk: ("no", " ")}, by=scene.officer)
    checking.answer_lines(
        application,
        {line.pk: ("no", "brak") if line == lines[0] else ("yes", "") for line in lines},
        by=scene.officer,
    )
    with pytest.raises(Conflict) as refused:
        course.act(application, Action.ADMIT, scene.officer)
    assert refused.value.code == "checklist_unmet"
    checking.answer_lines(application, {lines[0].pk: ("yes", "")}, by=scene.officer)
    assert course.act(application, Action.ADMIT, scene.officer).state == State.ADMITTED


def test_a_refusal_after_the_formal_check_needs_a_reason_that_the_applicant_reads():
    scene, (organisation, person) = call(), applicant()
    application = checked(scene, sent(scene, organisation, person).application)
    with pytest.raises(Invalid):
        course.act(application, Action.REJECT, scene.officer)
    refused = course.act(application, Action.REJECT, scene.officer, reason="Brak uprawnienia.")
    assert refused.reason == "Brak uprawnienia."
    assert OutgoingMail.objects.filter(to=person.email, body__contains="Brak uprawnienia.").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(reason="")


def test_only_listed_defects_are_answered_and_the_day_is_counted_from_delivery():
    scene, (organisation, person) = call(), applicant()
    application = checked(scene, sent(scene, organisation, person).application)
    statute = DocumentType.objects.get(code="statute")
    made = checking.request_correction(
        application,
        [Defect("Podpis pod planem jest nieczytelny"), Defect("Dołącz statut", statute)],
        by=scene.officer,
    )
    assert (made.delivered_on, made.due_on) == (date(2026, 12, 14), date(2026, 12, 21))
    application = Application.objects.select_related("procedure__kind").get(pk=application.pk)
    assert application.state == State.CORRECTION_REQUESTED
    first, second = made.items.all()
    draft = drafts.save(application, 1, {f"item-{first.pk}": "Podpisano ponownie"}, by=person)
    with pytest.raises(Invalid):
        checking.correct(application, by=person, revision=draft.revision)
    uploads.add(application, statute, BytesIO(PDF), name="statut.pdf", by=person)
    submitted = checking.correct(application, by=person, revision=draft.revision)
    assert submitted.receipt.endswith("/1/U1")
    assert not submitted.late
    assert [one["answer"] for one in submitted.content["correction"]] == ["Podpisano ponownie", ""]
    application.refresh_from_db()
    assert application.state == State.FORMAL_CHECK
    assert second.document_type == statute


@pytest.mark.parametrize(("day", "late"), [(21, False), (22, True)])
def test_a_late_completion_is_taken_and_marked_and_nobody_is_refused_by_the_clock(day, late):
    scene, (organisation, person) = call(), applicant()
    application = checked(scene, sent(scene, organisation, person).application)
    made = checking.request_correction(application, [Defect("Popraw plan")], by=scene.officer)
    item = made.items.get()
    application = Application.objects.select_related("procedure__kind").get(pk=application.pk)
    with frozen(DURING.replace(day=day)):
        assert application.state == State.CORRECTION_REQUESTED
        draft = drafts.save(application, 1, {f"item-{item.pk}": "Poprawiono"}, by=person)
        assert checking.correct(application, by=person, revision=draft.revision).late is late


def test_a_refusal_for_want_of_completion_waits_for_the_day():
    scene = call()
    application = checked(scene, sent(scene, *applicant()).application)
    checking.request_correction(application, [Defect("Popraw plan")], by=scene.officer)
    with pytest.raises(Conflict) as refused:
        course.act(application, Action.REJECT, scene.officer, reason="Nie uzupełniono.")
    assert refused.value.code == "still_time"
    with frozen(DURING.replace(day=22)):
        done = course.act(application, Action.REJECT, scene.officer, reason="Nie uzupełniono.")
    assert done.state == State.REJECTED_FORMALLY


def test_a_bid_deposit_is_due_by_working_days_before_the_closing():
    scene, (organisation, person) = call("oral_auction"), applicant()
    application = sent(scene, organisation, person).application
    deposit = application.deposit
    # Two working days before Thursday 31 December 2026.
    assert (deposit.amount, deposit.due_on) == (500, date(2026, 12, 29))
    with frozen(DURING.replace(day=30)):
        kept = checking.record_deposit(
            application, by=scene.officer, credited_on=date(2026, 12, 30), reference="PKO 1"
        )
        assert checking.in_time(kept) is False
        with pytest.raises(Invalid):
            checking.record_deposit(
                application, by=scene.officer, credited_on=date(2026, 12, 30), outcome="kept",
                settled_on=date(2026, 12, 30),
            )  # fmt: skip
        settled = checking.record_deposit(
            application, by=scene.officer, credited_on=date(2026, 12, 29), outcome="returned",
            settled_on=date(2026, 12, 30),
        )  # fmt: skip
    assert settled.outcome == "returned"


# --- decision ---
def admitted(scene):
    application = checked(scene, sent(scene, *applicant()).application)
    lines = application.procedure.kind.checks.all()
    checking.answer_lines(application, {line.pk: ("yes", "") for line in lines}, by=scene.officer)
    return course.act(application, Action.ADMIT, scene.officer)


def test_the_officer_recommends_and_only_the_head_grants():
    scene = call()
    application = admitted(scene)
    course.act(application, Action.RECOMMEND, scene.officer)
    with pytest.raises(Forbidden):
        course.act(application, Action.GRANT, scene.officer)
    granted = course.act(application, Action.GRANT, scene.head)
    assert granted.sign_by == date(2027, 1, 4)


def test_the_same_premises_are_granted_once():
    scene = call()
    first, second = admitted(scene), admitted(scene)
    for one in (first, second):
        course.act(one, Action.RECOMMEND, scene.officer)
    course.act(first, Action.GRANT, scene.head)
    with pytest.raises(Conflict) as refused:
        course.act(second, Action.GRANT, scene.head)
    assert refused.value.code == "lot_granted"


def test_the_reserve_moves_up_in_its_order_when_the_first_resigns():
    scene = call()
    first, second, third = admitted(scene), admitted(scene), admitted(scene)
    course.act(first, Action.RECOMMEND, scene.officer)
    course.act(second, Action.RESERVE, scene.officer, rank=1)
    course.act(third, Action.RESERVE, scene.officer, rank=2)
    course.act(first, Action.GRANT, scene.head)
    with pytest.raises(Conflict):
        course.act(second, Action.GRANT, scene.head)
    person = first.person
    course.act(first, Action.RESIGN, person)
    with pytest.raises(Conflict) as refused:
        course.act(third, Action.GRANT, scene.head)
    assert refused.value.code == "not_next"
    assert course.act(second, Action.GRANT, scene.head).state == State.GRANTED


# --- files ---
def archive(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name.replace("__", "/"), data)
    return out.getvalue()


DOCX = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}


@pytest.mark.parametrize(
    ("data", "name", "stored"),
    [
        (PDF, "plan.PDF", "plan.pdf"),
        (PDF, "../../etc/passwd", "passwd.pdf"),
        (archive(**DOCX), "plan.doc", "plan.docx"),
        (b"<html><script>", "plan.pdf", None),
        (b"MZ\x90\x00", "plan.pdf", None),
        (b"", "plan.pdf", None),
        (archive(**DOCX, **{"word/vbaProject.bin": b"x"}), "plan.docx", None),
        (archive(something=b"x"), "plan.docx", None),
        (b"PK\x03\x04broken", "plan.docx", None),
        (b"%PDF-" + b"0" * uploads.MAX_BYTES, "big.pdf", None),
    ],
    ids=["pdf", "a path as a name", "docx", "html", "exe", "empty", "macros", "zip", "broken",
         "too large"],
)  # fmt: skip
def test_what_a_file_is_its_bytes_say(data, name, stored):
    if stored is None:
        with pytest.raises(Invalid):
            uploads.store_document(BytesIO(data), name=name, actor="person:1")
        return
    kept = uploads.store_document(BytesIO(data), name=name, actor="person:1")
    assert kept.name == stored
    assert kept.public is False
    assert kept.sha256 == hashlib.sha256(data).hexdigest()


def test_a_zip_bomb_is_refused_unread():
    bomb = archive(**DOCX, **{"word/media.bin": b"\0" * (uploads.MAX_UNPACKED + 1)})
    assert len(bomb) < uploads.MAX_BYTES
    with pytest.raises(Invalid):
        uploads.store_document(BytesIO(bomb), name="a.docx", actor="person:1")
