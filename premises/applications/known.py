"""What an application needs, what the city knows already, and what is still missing.

What stands in the register and was checked, or came with an earlier application and still serves,
is not asked again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from organisations.models import Organisation, Verification
from premises.models import Application, ApplicationDocument, DocumentType, KindDocument
from records import typography
from records.clock import KRAKOW, today

KnownFrom = DocumentType.KnownFrom


class Standing(StrEnum):
    KNOWN = "known"
    UPLOADED = "uploaded"
    MISSING = "missing"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Need:
    """One document of one organisation. `why` says what the city knows it from; `earlier` is the
    file of an earlier application that serves."""

    document: KindDocument
    organisation: Organisation
    standing: Standing
    why: str = ""
    files: tuple[ApplicationDocument, ...] = ()
    earlier: ApplicationDocument | None = None


def needs_before_applying(
    documents: Sequence[KindDocument], organisation: Organisation, on: date | None = None
) -> list[Need]:
    """What a future applicant has to bring, for the page of the call. Three queries."""
    return _needs(documents, [organisation], [], on or today())


def needs_of(application: Application, asked: str = KindDocument.Asked.APPLICATION) -> list[Need]:
    """What this application needs, document by document and organisation by organisation."""
    documents = [
        one
        for one in application.procedure.kind.documents.select_related("type")
        if one.asked == asked and one.type.how == DocumentType.How.FILE
    ]
    parties = [application.organisation]
    parties += [
        one.organisation
        for one in application.co_applicants.select_related("organisation")
        if one.state != one.State.DECLINED
    ]
    files = list(
        application.documents.filter(submission=None).select_related("type", "organisation", "file")
    )
    return _needs(documents, parties, files, today())


def _needs(
    documents: Sequence[KindDocument],
    parties: Sequence[Organisation],
    files: Sequence[ApplicationDocument],
    on: date,
) -> list[Need]:
    checked = _checked(parties)
    earlier = _earlier(documents, parties)

    def need(document: KindDocument, party: Organisation) -> Need:
        mine = tuple(
            one
            for one in files
            if one.type_id == document.type_id and one.organisation_id == party.pk
        )
        if mine:
            return Need(document, party, Standing.UPLOADED, files=mine)
        if why := _register_knows(document.type, party, checked.get(party.pk), on):
            return Need(document, party, Standing.KNOWN, why)
        former = earlier.get((party.pk, document.type_id))
        if former is not None and _serves(document.type, former, on):
            day = typography.day(former.uploaded_at.astimezone(KRAKOW))
            why = _("“%(name)s”, sent %(day)s") % {"name": former.name, "day": day}
            return Need(document, party, Standing.KNOWN, why, earlier=former)
        return Need(document, party, Standing.MISSING if document.required else Standing.OPTIONAL)

    return [
        need(document, party)
        for document in documents
        if document.type.how == DocumentType.How.FILE
        for party in (parties if document.from_each else parties[:1])
    ]


def _register_knows(
    wanted: DocumentType, party: Organisation, checked: Verification | None, on: date
) -> str:
    """The words for what the register knows; "" if it does not."""
    if wanted.known_from == KnownFrom.REGISTER:
        entered = bool(party.krs or party.other_register)
        if (
            entered
            and checked is not None
            and party.verification_state == Organisation.VerificationState.VERIFIED
            and checked.valid_until >= on
        ):
            number = f"KRS {party.krs}" if party.krs else party.other_register
            day = typography.day(checked.verified_at.astimezone(KRAKOW))
            return _("%(number)s, checked by the city %(day)s") % {"number": number, "day": day}
    if (
        wanted.known_from == KnownFrom.OPP
        and party.opp_status == Organisation.OppStatus.GRANTED
        and party.opp_checked_on
    ):
        return _("public benefit status, checked %(day)s") % {
            "day": typography.day(party.opp_checked_on)
        }
    return ""


def _serves(wanted: DocumentType, former: ApplicationDocument, on: date) -> bool:
    months = wanted.validity_months
    if months is None:
        return True
    sent = former.uploaded_at.astimezone(KRAKOW).date()
    return on <= sent + timedelta(days=round(months * 30.44))


def _checked(parties: Sequence[Organisation]) -> dict[int, Verification]:
    """The latest confirmation of each organisation."""
    found: dict[int, Verification] = {}
    for one in Verification.objects.filter(organisation__in=parties).order_by("verified_at"):
        found[one.organisation_id] = one
    return found


def _earlier(
    documents: Sequence[KindDocument], parties: Sequence[Organisation]
) -> dict[tuple[int, int], ApplicationDocument]:
    """The latest readable file of each type that each organisation has sent before."""
    types = [one.type_id for one in documents if one.type.known_from == KnownFrom.EARLIER]
    found: dict[tuple[int, int], ApplicationDocument] = {}
    if not types:
        return found
    sent = ApplicationDocument.objects.filter(
        organisation__in=parties, type__in=types, sealed=False, submission__isnull=False
    )
    for one in sent.select_related("file").order_by("uploaded_at"):
        found[one.organisation_id, one.type_id] = one
    return found
