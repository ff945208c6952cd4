"""A unit with vacant premises and an open call, and organisations that apply."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import call_command

from organisations.models import Membership, Organisation, Person
from premises.applications import drafts, submission
from premises.models import (
    AllocationProcedure,
    Application,
    Lot,
    Premises,
    ProcedureKind,
    SubmittedApplication,
)
from premises.procedures import planning, sealing
from records.clock import KRAKOW
from resources.models import ManagingUnit, Resource, StaffRole
from tests import make

OPENS = datetime(2026, 12, 7, 8, 0, tzinfo=KRAKOW)
CLOSES = datetime(2026, 12, 31, 15, 0, tzinfo=KRAKOW)
DURING = datetime(2026, 12, 14, 12, 0, tzinfo=KRAKOW)

#: Enough for every question that any kind requires.
ANSWERS: dict[str, Any] = {
    "purpose": "Świetlica dla dzieci z osiedla",
    "plan": "Zajęcia pięć razy w tygodniu",
    "beneficiaries": "40",
    "financing": "Dotacja miasta i składki",
    "experience": "Dwa lata zajęć w klubie",
    "offered_rate": "12,50",
    "wanted_from": "2027-01-15",
    "hours": "wtorki 17-19",
    "spheres": ["1"],
    "contact_name": "Anna Nowak",
    "contact_phone": "600 100 200",
    "contact_email": "anna@example.org",
    "declared-no_arrears_declaration": "on",
    "declared-de_minimis_declaration": "on",
    "declared-terms_known": "on",
    "business": "no",
}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass(slots=True)
class Scene:
    unit: ManagingUnit
    head: Person
    officer: Person
    procedure: AllocationProcedure
    lots: list[Lot]


def load_kinds() -> None:
    call_command("load_dictionaries", verbosity=0)
    call_command("load_procedure_kinds", verbosity=0)


def premises(unit: ManagingUnit, **fields: Any) -> Resource:
    resource = make.resource(
        unit,
        kind="premises",
        tenure=Resource.Tenure.CONTRACT,
        **{"area_m2": 80, "title_pl": "Lokal na próbę", **fields},
    )
    Premises.objects.create(resource=resource)
    return resource


def office() -> tuple[ManagingUnit, Person, Person]:
    """A unit with its head and its lettings officer."""
    unit = make.unit()
    head = make.staff(unit, StaffRole.Role.HEAD)
    officer = make.staff(unit, StaffRole.Role.LETTINGS_OFFICER)
    return unit, getattr(head, "person", head), getattr(officer, "person", officer)


def call(kind: str = "no_tender", *, state: str = "call_open", lots: int = 1) -> Scene:
    """A procedure with a call from OPENS to CLOSES, set past the rules of planning."""
    unit, head, officer = office()
    places = [premises(unit) for _one in range(lots)]
    procedure = planning.begin(unit, ProcedureKind.objects.get(code=kind), places, by=officer)
    AllocationProcedure.objects.filter(pk=procedure.pk).update(
        state=state, opens_at=OPENS, closes_at=CLOSES, questions_until=CLOSES - timedelta(days=7)
    )
    Lot.objects.filter(procedure=procedure).update(
        starting_rate=10, deposit=500 if procedure.kind.deposit else None
    )
    procedure = AllocationProcedure.objects.select_related("kind", "unit").get(pk=procedure.pk)
    return Scene(unit, head, officer, procedure, list(procedure.lots.all()))


def applicant(role: str = Membership.Role.REPRESENTATIVE) -> tuple[Organisation, Person]:
    """A verified organisation and somebody who may sign for it."""
    organisation = make.organisation(verification_state=Organisation.VerificationState.VERIFIED)
    someone = make.person()
    make.member(organisation, role, someone)
    return organisation, someone


def written(
    scene: Scene, organisation: Organisation, person: Person, **changes: Any
) -> Application:
    """A draft with everything in it, files too."""
    from io import BytesIO  # noqa: PLC0415 - only here

    from premises.applications import known, uploads  # noqa: PLC0415 - only here

    application = drafts.begin(scene.procedure, organisation, by=person, lot=scene.lots[0])
    drafts.save(application, 1, {**ANSWERS, **changes}, by=person)
    application.draft.refresh_from_db()
    for need in known.needs_of(application):
        if need.standing is known.Standing.MISSING:
            name = f"{need.document.type.code}.pdf"
            uploads.add(application, need.document.type, BytesIO(PDF), name=name, by=person,
                        organisation=need.organisation)  # fmt: skip
    return Application.objects.select_related("procedure__kind", "organisation").get(
        pk=application.pk
    )


def sent(
    scene: Scene, organisation: Organisation, person: Person, *, at: datetime | None = None
) -> SubmittedApplication:
    application = written(scene, organisation, person)
    return submission.submit(
        application, by=person, revision=application.draft.revision, received_at=at
    )


@contextmanager
def sealer() -> Iterator[AESGCM]:
    """Real encryption behind the seam, with a key that this test keeps."""
    kept = replace(sealing.SEALER)
    cipher = AESGCM(AESGCM.generate_key(bit_length=256))
    nonce = b"only-for-one"
    sealing.SEALER.ready = lambda _procedure: True
    sealing.SEALER.seal = lambda _procedure, plain: cipher.encrypt(nonce, plain, None)
    try:
        yield cipher
    finally:
        sealing.SEALER.ready, sealing.SEALER.seal = kept.ready, kept.seal
