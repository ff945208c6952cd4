"""Protocol of the commission and ranking list as documents, issued when the list is confirmed.

Both are written in Polish, the language of the file; the ranking list also in English, for readers.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from premises.commission import members
from premises.models import (
    AllocationProcedure,
    CommissionMember,
    ImpartialityDeclaration,
    Ranking,
    RankingLine,
    SealOpening,
)
from premises.procedures import words
from records import typography
from records.clock import KRAKOW, today
from records.documents import Signature, Table, documents_about, issue
from records.models import IssuedDocument

PROTOCOL = "commission-protocol"
LIST = "ranking-list"


def lines_of(ranking: Ranking) -> list[RankingLine]:
    return list(
        ranking.lines.select_related(
            "lot__resource", "application__organisation", "application__lot"
        )
        .prefetch_related("ranking__procedure__scoring__criteria")
        .order_by("lot__number", "place")
    )


def issue_all(ranking: Ranking, *, actor: str) -> list[IssuedDocument]:
    """The protocol and the list in both languages. Raises NotFound without a template in force."""
    made = []
    procedure = ranking.procedure
    for template, language in ((PROTOCOL, "pl"), (LIST, "pl"), (LIST, "en")):
        with override(language):
            values = _protocol(ranking) if template == PROTOCOL else _list(ranking)
            made.append(
                issue(
                    template,
                    language,
                    values,
                    about=procedure,
                    actor=actor,
                    number=str(procedure),
                    owner=procedure.unit.code,
                    is_sample=procedure.is_sample,
                )
            )
    return made


def _head(procedure: AllocationProcedure) -> dict[str, Any]:
    unit = procedure.unit
    return {
        "city": "Gmina Miejska Kraków",
        "place": "Kraków",
        "unit": unit.name,
        "unit_address": unit.address,
        "unit_contact": unit.public_email or unit.public_phone or unit.address or unit.name,
        "representative": "",
        "number": str(procedure),
        "date": today(),
        "procedure": str(procedure),
        "subject": words.local(procedure, "title"),
        "basis": f"{procedure.kind.legal_act}, {procedure.kind.basis}".rstrip(", "),
    }


def _list(ranking: Ranking) -> dict[str, Any]:
    procedure = ranking.procedure
    lines = lines_of(ranking)
    left_out = [
        [str(one.number), one.reason]
        for one in procedure.applications.filter(state="rejected_formally").order_by("number")
    ]
    found = {**_head(procedure), "ranking": _table(lines)}
    if left_out:
        found["left_out"] = Table(
            _("Applications that were not ranked"), [_("Application"), _("Reason")], left_out
        )
    if ties := sorted({_tie(one, procedure) for one in lines if one.tie_break}):
        found["tie_break"] = "; ".join(ties)
    if procedure.reserve_until:
        found["reserve_until"] = procedure.reserve_until
    return found


def _tie(line: RankingLine, procedure: AllocationProcedure) -> str:
    """What told equal totals apart, in words."""
    if line.tie_break == "draw":
        return _("a draw by the commission")
    criteria = {one.code: one for one in procedure.scoring.criteria.all()} if (
        procedure.scoring is not None
    ) else {}  # fmt: skip
    known = criteria.get(line.tie_break)
    return words.local(known, "name") if known is not None else line.tie_break


def tie_words(line: RankingLine) -> str:
    return _tie(line, line.ranking.procedure) if line.tie_break else ""


def _table(lines: list[RankingLine]) -> Table:
    points = any(one.criteria for one in lines)
    lots = len({one.lot_id for one in lines}) > 1
    head = [_("Place"), _("Application"), _("Applicant")]
    head.append(_("Points") if points else _("Rate (PLN/m²)"))
    head.append(_("Result"))
    rows = [
        [
            f"{one.lot.number}/{one.place}" if lots else str(one.place),
            str(one.application.number),
            one.application.organisation.name,
            typography.number(one.total, 2),
            str(one.get_proposal_display()),
        ]
        for one in lines
    ]
    return Table(_("Ranking list"), head, rows, frozenset({3}))


def _protocol(ranking: Ranking) -> dict[str, Any]:
    procedure = ranking.procedure
    lines = lines_of(ranking)
    found = {
        **_head(procedure),
        "held_on": ranking.made_at.astimezone(KRAKOW).date(),
        "members": _members(procedure, ranking),
        "applications": _applications(procedure),
        "conclusion": _conclusion(lines),
        "remarks": ranking.note or "–",
        "signatures": tuple(
            Signature(str(CommissionMember.Role(one["role"]).label), one["name"])
            for one in ranking.present
        ),
    }
    if lines:
        found["ranking"] = _table(lines)
    opening = SealOpening.objects.filter(procedure=procedure).first()
    if opening is not None:
        found["openings"] = _opening(opening)
    return found


def _members(procedure: AllocationProcedure, ranking: Ranking) -> Table:
    there = {one["name"] for one in ranking.present}
    rows = []
    for seat in members.table(procedure, with_past=True):
        declared = seat.declaration
        said = _("not declared")
        if declared is not None:
            said = _("%(what)s, %(day)s") % {
                "what": ImpartialityDeclaration.Outcome(declared.outcome).label,
                "day": typography.day(declared.at.astimezone(KRAKOW)),
            }
        role = str(seat.member.get_role_display())
        if seat.member.name in there:
            role = _("%(role)s, present") % {"role": role}
        rows.append([seat.member.name, role, said])
    return Table(
        _("The commission"), [_("Person"), _("Role"), _("Declaration of impartiality")], rows
    )


def _applications(procedure: AllocationProcedure) -> Table:
    rows = [
        [
            str(one.number),
            one.organisation.name,
            _("refused: %(reason)s") % {"reason": one.reason}
            if one.state == "rejected_formally"
            else _("meets the conditions"),
        ]
        for one in members.standing(procedure)
    ]
    return Table(_("Applications"), [_("Number"), _("Applicant"), _("Formal check")], rows)


def _opening(opening: SealOpening) -> Table:
    rows = [
        [_("Opened"), typography.moment(opening.at.astimezone(KRAKOW))],
        [_("By"), f"{opening.first.name}, {opening.second.name}"],
        [_("How"), str(opening.get_method_display())],
        [_("Offers"), str(opening.offers)],
        [_("Damaged contents and files"), str(opening.damaged)],
    ]
    if opening.reason:
        rows.append([_("Why the recovery code"), opening.reason])
    return Table(_("Opening of the offers"), [_("What"), _("Content")], rows)


def _conclusion(lines: list[RankingLine]) -> str:
    chosen = [one for one in lines if one.proposal == RankingLine.Proposal.RECOMMENDED]
    if not chosen:
        return _("The commission recommends nobody.")
    return "; ".join(
        _("lot %(lot)s: application %(number)s, %(who)s")
        % {
            "lot": one.lot.number,
            "number": one.application.number,
            "who": one.application.organisation.name,
        }
        for one in chosen
    )


def issued(procedure: AllocationProcedure) -> list[IssuedDocument]:
    """Papers of the commission, the protocol first."""
    found = documents_about(procedure).filter(template__code__in=[PROTOCOL, LIST])
    return sorted(
        found.select_related("template", "pdf"), key=lambda one: (one.template.code, one.pk)
    )
