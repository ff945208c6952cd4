"""Sealed offers: the key of two members, the opening, and what a copy of the database tells."""

import base64
import io
import os
import subprocess
from datetime import timedelta
from pathlib import Path
from shutil import which

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from premises.applications import submission, uploads
from premises.commission import keys, members, opening, reading
from premises.commission.opening import Outcome
from premises.models import (
    Application,
    DocumentType,
    KeyHolder,
    OpenedContent,
    OpenedFile,
    ProcedureKey,
    SealAttempt,
    SealOpening,
    SubmittedApplication,
)
from premises.procedures import sealing
from records.clock import frozen
from records.problems import Conflict, Forbidden, Invalid
from tests.premises import calls_scene
from tests.premises import commission_scenes as scenes
from tests.premises.commission_scenes import (
    AFTER,
    CHAIR_WORDS,
    CLOSES,
    OPEN,
    OTHER_WORDS,
    Scene,
)

What = SealAttempt.What
pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return scenes.sealed_call()


def give(scene: Scene, name: str, words: str, at=AFTER):
    with frozen(at):
        return opening.give(scene.fresh(), by=scene.person(name), passphrase=words)


def attempts(scene: Scene) -> list[str]:
    return list(
        SealAttempt.objects.filter(key__procedure=scene.procedure)
        .order_by("pk")
        .values_list("what", flat=True)
    )


class TestCeremony:
    @pytest.fixture
    def scene(self) -> Scene:
        with frozen(OPEN):
            return scenes.with_commission(scenes.call())

    def give(self, scene, name, words, again=None):
        with frozen(OPEN):
            return keys.give_passphrase(
                scene.fresh(), by=scene.person(name), passphrase=words, again=again or words
            )

    def test_one_passphrase_makes_no_key_yet(self, scene):
        first = self.give(scene, "Chair", CHAIR_WORDS)
        assert first.recovery_code == ""
        assert not keys.is_ready(scene.procedure)
        assert not sealing.ready(scene.fresh())

    def test_the_second_makes_it_and_shows_the_code_once(self, scene):
        self.give(scene, "Chair", CHAIR_WORDS)
        second = self.give(scene, "Member", OTHER_WORDS)
        assert len(second.recovery_code.split("-")) == 6
        assert sealing.ready(scene.fresh())
        key = ProcedureKey.objects.get(procedure=scene.procedure)
        assert second.recovery_code.encode() not in bytes(key.recovery_wrapped)

    def test_the_same_member_cannot_be_both(self, scene):
        self.give(scene, "Chair", CHAIR_WORDS)
        with pytest.raises(Conflict) as refused:
            self.give(scene, "Chair", OTHER_WORDS)
        assert refused.value.code == "second_member"

    def test_two_equal_passphrases_are_one(self, scene):
        self.give(scene, "Chair", CHAIR_WORDS)
        with pytest.raises(Invalid) as refused:
            self.give(scene, "Member", CHAIR_WORDS)
        assert refused.value.code == "passphrase_taken"

    @pytest.mark.parametrize(
        ("words", "again", "code"),
        [
            (CHAIR_WORDS, OTHER_WORDS, "passphrases_differ"),
            ("krótkie", "krótkie", "passphrase_short"),
        ],
    )
    def test_what_is_wrong_is_told(self, scene, words, again, code):
        with pytest.raises(Invalid) as refused:
            self.give(scene, "Chair", words, again)
        assert refused.value.code == code

    def test_it_is_for_members_only(self, scene):
        with frozen(OPEN), pytest.raises(Forbidden):
            keys.give_passphrase(
                scene.fresh(), by=scene.head, passphrase=CHAIR_WORDS, again=CHAIR_WORDS
            )

    def test_no_key_for_offers_that_are_not_sealed(self):
        with frozen(OPEN):
            scene = scenes.call("oral_auction")
            scenes.seat(scene, "Chair", "chair")
        with pytest.raises(Conflict) as refused:
            self.give(scene, "Chair", CHAIR_WORDS)
        assert refused.value.code == "not_sealed"

    def test_a_key_without_offers_may_be_withdrawn_for_a_reason(self, scene):
        self.give(scene, "Chair", CHAIR_WORDS)
        first = self.give(scene, "Member", OTHER_WORDS)
        with frozen(OPEN):
            with pytest.raises(Invalid):
                keys.withdraw(scene.fresh(), by=scene.officer, reason=" ")
            keys.withdraw(scene.fresh(), by=scene.officer, reason="kartka z kodem zginęła")
        assert not keys.is_ready(scene.procedure)
        self.give(scene, "Chair", OTHER_WORDS)
        assert self.give(scene, "Member", CHAIR_WORDS).key != first.key

    def test_a_key_with_offers_stays(self, scene):
        with frozen(OPEN):
            scenes.with_key(scene)
        scenes.send(scene)
        with frozen(OPEN), pytest.raises(Conflict) as refused:
            keys.withdraw(scene.fresh(), by=scene.officer, reason="zmiana składu")
        assert refused.value.code == "key_in_use"

    def test_without_a_key_nothing_is_kept_in_clear_instead(self, scene):
        with pytest.raises(Conflict) as refused:
            scenes.send(scene, words="tajne")
        assert refused.value.code == "no_key"
        assert not SubmittedApplication.objects.filter(
            application__procedure=scene.procedure
        ).exists()


class TestOpening:
    def test_one_second_before_the_closing_is_too_early(self, scene):
        scenes.send(scene)
        with pytest.raises(Conflict) as refused:
            give(scene, "Chair", CHAIR_WORDS, CLOSES - timedelta(seconds=1))
        assert refused.value.code == "too_early"
        assert attempts(scene)[-1] == What.EARLY

    def test_at_the_closing_moment_it_may_begin(self, scene):
        assert give(scene, "Chair", CHAIR_WORDS, CLOSES).outcome == Outcome.WAITING

    def test_one_passphrase_opens_nothing(self, scene):
        scenes.send(scene)
        result = give(scene, "Chair", CHAIR_WORDS)
        assert (result.outcome, result.other) == (Outcome.WAITING, scene.seats["Member"].name)
        assert not OpenedContent.objects.exists()

    def test_the_same_passphrase_twice_opens_nothing(self, scene):
        give(scene, "Chair", CHAIR_WORDS)
        assert give(scene, "Chair", CHAIR_WORDS).outcome == Outcome.WAITING

    @pytest.mark.parametrize("order", [("Chair", "Member"), ("Member", "Chair")])
    def test_two_open_all_in_either_order(self, scene, order):
        sent = [scenes.send(scene, words=words) for words in ("klub seniora", "pracownia")]
        words = {"Chair": CHAIR_WORDS, "Member": OTHER_WORDS}
        give(scene, order[0], words[order[0]])
        result = give(scene, order[1], words[order[1]], AFTER + timedelta(minutes=5))
        assert result.outcome == Outcome.OPENED
        row = SealOpening.objects.get(procedure=scene.procedure)
        assert (row.first, row.second) == (scene.seats[order[0]], scene.seats[order[1]])
        assert (row.first_at, row.at) == (AFTER, AFTER + timedelta(minutes=5))
        assert (row.offers, row.files, row.damaged) == (2, 2, 0)
        plans = [reading.content_of(one.submissions.get())["answers"]["plan"] for one in sent]
        assert plans == ["klub seniora", "pracownia"]
        assert scene.fresh().opened_at == row.at

    def test_files_open_with_their_names(self, scene):
        document = scenes.send(scene, words="klub seniora").documents.get()
        assert document.name == "zaszyfrowany"
        with pytest.raises(Conflict) as refused:
            reading.file_bytes(document)
        assert refused.value.code == "sealed"
        scenes.open_offers(scene)
        document.refresh_from_db()
        assert b"klub seniora" in reading.file_bytes(document)
        assert reading.file_name(document) == "klub seniora.pdf"

    def test_the_first_half_waits_for_half_an_hour(self, scene):
        give(scene, "Chair", CHAIR_WORDS)
        late = AFTER + opening.WAITS
        assert give(scene, "Member", OTHER_WORDS, late).outcome == Outcome.WAITING
        assert give(scene, "Chair", CHAIR_WORDS, late).outcome == Outcome.OPENED

    def test_it_is_opened_once(self, scene):
        scenes.open_offers(scene)
        with pytest.raises(Conflict) as refused:
            give(scene, "Chair", CHAIR_WORDS)
        assert refused.value.code == "opened"

    def test_a_member_without_a_key_is_told_who_keeps_it(self, scene):
        with pytest.raises(Forbidden, match="Chair, Member"):
            give(scene, "Ngo", CHAIR_WORDS)

    def test_whoever_lost_the_seat_does_not_open(self, scene):
        with frozen(AFTER):
            members.dismiss(scene.seats["Chair"], by=scene.officer, reason="choroba")
        with pytest.raises(Forbidden):
            give(scene, "Chair", CHAIR_WORDS)

    def test_an_incomplete_commission_does_not_open(self, scene):
        with frozen(AFTER):
            members.dismiss(scene.seats["Ngo"], by=scene.officer, reason="rezygnacja")
        with pytest.raises(Conflict) as refused:
            give(scene, "Chair", CHAIR_WORDS)
        assert refused.value.code == "no_ngo_member"

    def test_withdrawn_offers_stay_closed_for_good(self, scene):
        gone = scenes.send(scene, words="wycofany")
        Application.objects.filter(pk=gone.pk).update(state=Application.State.WITHDRAWN)
        scenes.send(scene)
        scenes.open_offers(scene)
        assert reading.content_of(gone.submissions.get()) is None
        assert SealOpening.objects.get(procedure=scene.procedure).offers == 1

    def test_the_halves_are_forgotten(self, scene):
        scenes.open_offers(scene)
        assert not KeyHolder.objects.exclude(handed_over=None).exists()

    def test_a_damaged_file_is_told_and_stops_nobody(self, scene):
        document = scenes.send(scene).documents.get()
        with document.file.file.storage.open(document.file.file.name, "r+b") as stored:
            stored.seek(200)
            byte = stored.read(1)
            stored.seek(200)
            stored.write(bytes([byte[0] ^ 1]))
        scenes.open_offers(scene)
        assert SealOpening.objects.get(procedure=scene.procedure).damaged == 1
        assert OpenedFile.objects.get(document=document).content_key is None
        with pytest.raises(Conflict) as refused:
            reading.file_bytes(document)
        assert refused.value.code == "damaged"


class TestWrongPassphrases:
    def test_each_is_recorded_and_tells_how_many_are_left(self, scene):
        with pytest.raises(Invalid) as refused:
            give(scene, "Chair", "nie te słowa wcale")
        assert refused.value.code == "wrong_passphrase"
        assert attempts(scene)[-1] == What.WRONG
        assert KeyHolder.objects.get(member=scene.seats["Chair"]).failures == 1

    def test_after_five_the_keeper_waits_a_quarter_even_with_the_right_one(self, scene):
        for _try in range(opening.MOST_FAILURES - 1):
            with pytest.raises(Invalid):
                give(scene, "Chair", "nie te słowa wcale")
        with pytest.raises(Conflict):
            give(scene, "Chair", "nie te słowa wcale")
        with pytest.raises(Conflict) as refused:
            give(scene, "Chair", CHAIR_WORDS)
        assert refused.value.code == "locked"
        assert attempts(scene)[-1] == What.LOCKED
        later = AFTER + opening.LOCKED_FOR
        assert give(scene, "Chair", CHAIR_WORDS, later).outcome == Outcome.WAITING

    def test_a_right_one_forgives_the_slips_before_it(self, scene):
        with pytest.raises(Invalid):
            give(scene, "Chair", "nie te słowa wcale")
        give(scene, "Chair", CHAIR_WORDS)
        assert KeyHolder.objects.get(member=scene.seats["Chair"]).failures == 0

    def test_the_others_passphrase_is_no_help(self, scene):
        with pytest.raises(Invalid):
            give(scene, "Chair", OTHER_WORDS)


class TestRecovery:
    @pytest.fixture
    def scene(self):
        with frozen(OPEN):
            scene = scenes.with_commission(scenes.call())
            scene.code = scenes.with_key(scene)
        return scene

    def recover(self, scene, **fields):
        with frozen(fields.pop("at", AFTER)):
            return opening.recover(
                scene.fresh(),
                by=scene.person(fields.pop("by", "Chair")),
                **{
                    "present": scene.seats["Ngo"],
                    "code": scene.code,
                    "reason": "członek zapomniał hasła",
                    **fields,
                },
            )

    def test_the_code_opens_and_the_opening_says_so(self, scene):
        sent = scenes.send(scene, words="klub seniora")
        row = self.recover(scene)
        assert (row.method, row.reason) == ("recovery", "członek zapomniał hasła")
        assert reading.content_of(sent.submissions.get())["answers"]["plan"] == "klub seniora"

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"at": CLOSES - timedelta(seconds=1)}, "too_early"),
            ({"by": "Member"}, "not_chair"),
            ({"reason": ""}, "reason_missing"),
            ({"code": "K7QZ4"}, "code_mistyped"),
        ],
    )
    def test_what_it_refuses(self, scene, fields, code):
        with pytest.raises((Conflict, Forbidden, Invalid)) as refused:
            self.recover(scene, **fields)
        assert refused.value.code == code

    def test_the_chair_alone_is_not_enough(self, scene):
        with pytest.raises(Invalid) as refused:
            self.recover(scene, present=scene.seats["Chair"])
        assert refused.value.code == "no_witness"

    def test_the_code_of_another_procedure_is_recorded_as_wrong(self, scene):
        with frozen(OPEN):
            other = scenes.with_key(scenes.with_commission(scenes.call()))
        with pytest.raises(Invalid) as refused:
            self.recover(scene, code=other)
        assert refused.value.code == "wrong_code"
        assert attempts(scene)[-1] == What.WRONG_CODE


class TestRowsStay:
    @pytest.mark.parametrize(
        ("model", "change"),
        [
            (SealOpening, {"offers": 7}),
            (OpenedContent, {"agrees": False}),
            (OpenedFile, {"agrees": False}),
            (SealAttempt, {"actor": "nobody"}),
            (ProcedureKey, {"public_key": b"x" * 32}),
        ],
    )
    def test_records_of_the_opening_never_change(self, scene, model, change):
        scenes.send(scene)
        scenes.open_offers(scene)
        row = model.objects.first()
        with pytest.raises(Exception, match=r"Cannot update|never changes"), transaction.atomic():
            model.objects.filter(pk=row.pk).update(**change)

    def test_one_key_in_use(self, scene):
        with pytest.raises(IntegrityError, match="procedure_key_one_in_use"), transaction.atomic():
            ProcedureKey.objects.create(
                procedure=scene.procedure, begun_at=OPEN, begun_by="somebody"
            )


SECRET = "ZielonaSekretnaFraza4711"
OTHER_SECRET = "FrazaPlikuOsobno9182"


@pytest.mark.django_db(transaction=True)
class TestDump:
    """pg_dump in plain words: tables, history, cache, sessions, mails, jobs, search and all."""

    @pytest.fixture
    def scene(self) -> Scene:
        return scenes.sealed_call()

    def test_before_the_opening_there_is_ciphertext_only(self, scene):
        self.send(scene)
        dumped = dump()
        assert scene.procedure.code in dumped, "the dump holds the procedure"
        assert not found_in(dumped), "what was sealed stands in the dump"
        for path in stored_files():
            assert OTHER_SECRET.encode() not in path.read_bytes()

    def test_after_it_one_table_holds_the_words_and_files_stay_encrypted(self, scene):
        self.send(scene)
        scenes.open_offers(scene)
        assert tables_with(dump(), SECRET) == {"premises_openedcontent"}
        for path in stored_files():
            assert OTHER_SECRET.encode() not in path.read_bytes()

    def send(self, scene: Scene) -> None:
        """As an organisation does it: a draft, a file, sending; with all that is told by mail."""
        with frozen(OPEN):
            organisation, person = calls_scene.applicant()
            application = calls_scene.written(scene, organisation, person, plan=SECRET)
            uploads.add(
                application,
                DocumentType.objects.get(code="references"),
                io.BytesIO(calls_scene.PDF + OTHER_SECRET.encode()),
                name=f"{SECRET}.pdf",
                by=person,
            )
            submission.submit(application, by=person, revision=application.draft.revision)


def dump() -> str:
    """The whole database in plain format."""
    database = connection.settings_dict
    place = {
        "PGHOST": database["HOST"],
        "PGPORT": str(database["PORT"] or ""),
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
    }
    tool = which("pg_dump")
    if tool is not None:
        ran = subprocess.run(
            [tool, "--format=plain", "--no-owner", database["NAME"]],
            env={**os.environ, **{name: value for name, value in place.items() if value}},
            capture_output=True,
            check=False,
            text=True,
        )
        if ran.returncode == 0:
            return ran.stdout
    # The client is missing or older than the server: the same text, table by table.
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
        """)
        parts = []
        for (table,) in cursor.fetchall():
            with cursor.copy(f"COPY {table} TO STDOUT") as rows:
                parts += [f"COPY {table} (", b"".join(bytes(one) for one in rows).decode(), "\\."]
    return "\n".join(parts)


def encodings(words: str) -> list[str]:
    """How the words could stand in a dump: plain, as bytes in hexadecimal, in base64."""
    padded = [base64.b64encode(b" " * lead + words.encode()).decode() for lead in range(3)]
    return [words, words.encode().hex(), *(one[4:-4] for one in padded)]


def found_in(dumped: str) -> list[str]:
    return [form for words in (SECRET, OTHER_SECRET) for form in encodings(words) if form in dumped]


def tables_with(dumped: str, words: str) -> set[str]:
    """Names of tables whose rows hold the words."""
    found, table = set(), ""
    for line in dumped.splitlines():
        if line.startswith("COPY "):
            table = line.split()[1].removeprefix("public.")
        elif line == "\\.":
            table = ""
        elif any(form in line for form in encodings(words)):
            found.add(table)
    return found


def stored_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
