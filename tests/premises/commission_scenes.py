"""A call with its commission and its applications, as far as a test needs them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.management import call_command

from organisations.models import Membership, Organisation, Person
from premises.applications import submission, uploads
from premises.applications.canonical import digest, with_nonce
from premises.commission import keys, members, opening
from premises.models import (
    AllocationProcedure,
    Application,
    ApplicationDocument,
    CommissionMember,
    DocumentType,
    Lot,
    ProcedureKind,
    ScoringScheme,
)
from records.clock import KRAKOW, frozen
from resources.models import ManagingUnit, StaffRole
from tests import make

State = AllocationProcedure.State
#: Tuesday; calls of these scenes close at noon.
OPEN = datetime(2026, 11, 24, 9, tzinfo=KRAKOW)
CLOSES = datetime(2026, 11, 24, 12, tzinfo=KRAKOW)
AFTER = CLOSES + timedelta(minutes=1)

CHAIR_WORDS = "zielony tramwaj jedzie po rosie"
OTHER_WORDS = "siedem żurawi nad zalewem śpi"
PDF = b"%PDF-1.4\n% {words}\n%%EOF"


@dataclass
class Scene:
    unit: ManagingUnit
    head: Person
    officer: Person
    procedure: AllocationProcedure
    lots: list[Lot]
    seats: dict[str, CommissionMember] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """A fresh person object, as a request has."""
        return Person.objects.get(pk=self.seats[name].person_id)

    def fresh(self) -> AllocationProcedure:
        return AllocationProcedure.objects.select_related("kind", "unit", "scoring").get(
            pk=self.procedure.pk
        )


def call(
    kind: str = "ngo_contest",
    *,
    lots: int = 1,
    state: str = State.CALL_OPEN,
    unit: ManagingUnit | None = None,
    officer: Person | None = None,
    closes: datetime = CLOSES,
) -> Scene:
    """An open call of a unit with a head and an officer; no commission yet."""
    call_command("load_dictionaries", verbosity=0)
    call_command("load_procedure_kinds", verbosity=0)
    unit = unit or make.unit()
    head = make.staff(unit, StaffRole.Role.HEAD)
    officer = officer or make.staff(unit, StaffRole.Role.LETTINGS_OFFICER)
    row = ProcedureKind.objects.get(code=kind)
    number = make.next_number()
    procedure = AllocationProcedure.objects.create(
        code=f"nabor-{number}",
        number=number,
        year=2026,
        unit=unit,
        kind=row,
        scoring=ScoringScheme.objects.filter(code=kind).first(),
        title_pl="Dwa lokale dla organizacji",
        state=state,
        opens_at=closes - timedelta(days=20),
        closes_at=closes,
        officer=officer,
        created_at=OPEN,
        created_by=str(officer),
    )
    made = [
        Lot.objects.create(
            procedure=procedure,
            number=index,
            resource=make.resource(unit, kind="premises"),
            tenure="lease",
            term_months=36,
            starting_rate=Decimal("8.00") if row.rent_by == "bid" else None,
        )
        for index in range(1, lots + 1)
    ]
    return Scene(unit, head, officer, procedure, made)


def seat(scene: Scene, name: str, role: str, **fields) -> CommissionMember:
    person = fields.pop("person", None) or make.person(name)
    scene.seats[name] = members.appoint(
        scene.procedure, by=scene.officer, role=role, person=person, **fields
    )
    return scene.seats[name]


def with_commission(scene: Scene) -> Scene:
    """Chair, member, NGO member, secretary."""
    Role = CommissionMember.Role  # noqa: N806 - as it is called in the model
    seat(scene, "Chair", Role.CHAIR)
    seat(scene, "Member", Role.MEMBER)
    seat(scene, "Ngo", Role.NGO, organisation=make.organisation("Federacja"))
    seat(scene, "Secretary", Role.SECRETARY)
    return scene


def with_key(scene: Scene) -> str:
    """The key of the procedure, kept by the chair and the member. The recovery code."""
    for name, words in (("Chair", CHAIR_WORDS), ("Member", OTHER_WORDS)):
        done = keys.give_passphrase(
            scene.procedure, by=scene.person(name), passphrase=words, again=words
        )
    return done.recovery_code


def sealed_call(**fields) -> Scene:
    with frozen(OPEN):
        scene = with_commission(call(**fields))
        with_key(scene)
    return scene


def send(
    scene: Scene,
    organisation: Organisation | None = None,
    *,
    lot: int = 0,
    words: str = "zajęcia",
    file_words: str = "",
    at: datetime = OPEN,
    rate: str = "",
) -> Application:
    """An application that lies there as submission.py leaves it, with one file."""
    organisation = organisation or make.organisation()
    signatory = make.member(organisation, Membership.Role.REPRESENTATIVE)
    number = scene.procedure.applications.count() + 1
    file_words = file_words or words
    data = PDF.replace(b"{words}", file_words.encode())
    with frozen(at):
        application = Application.objects.create(
            code=f"W-{make.next_number()}",
            procedure=scene.procedure,
            lot=scene.lots[lot],
            organisation=organisation,
            person=signatory,
            number=number,
            state=Application.State.SUBMITTED,
            created_at=at,
            submitted_at=at,
        )
        document = ApplicationDocument.objects.create(
            application=application,
            type=DocumentType.objects.get(code="activity_plan"),
            organisation=organisation,
            file=uploads.store_bytes(
                data,
                uploads.PDF,
                name=f"{file_words}.pdf",
                actor=f"person:{signatory.pk}",
            ),
            name=f"{file_words}.pdf",
            sha256=digest(data),
            uploaded_at=at,
            uploaded_by=str(signatory),
        )
        content = {
            "answers": {"plan": words, **({"offered_rate": rate} if rate else {})},
            "documents": [
                {"type": "activity_plan", "name": document.name, "sha256": document.sha256}
            ],
        }
        submission.keep(
            application,
            with_nonce(content),
            order=1,
            receipt=f"{scene.procedure.code}/{number}",
            by=signatory,
            at=at,
            files=[document],
        )
    return application


def open_offers(scene: Scene, at: datetime = AFTER) -> AllocationProcedure:
    """Both keepers give their passphrase."""
    with frozen(at):
        close(scene)
        opening.give(scene.fresh(), by=scene.person("Chair"), passphrase=CHAIR_WORDS)
        opening.give(scene.fresh(), by=scene.person("Member"), passphrase=OTHER_WORDS)
    return scene.fresh()


def close(scene: Scene) -> None:
    AllocationProcedure.objects.filter(pk=scene.procedure.pk, state=State.CALL_OPEN).update(
        state=State.CALL_CLOSED
    )
