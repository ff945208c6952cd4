"""The document of a list: the same fields as its page, frozen at publication."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from premises.models import PublicNotice, PublicNoticeItem
from records import typography
from records.documents import Signature, Table, issue
from records.models import IssuedDocument

TEMPLATE = "public-notice"
CITY = "Gmina Miejska Kraków"


def rows(item: PublicNoticeItem) -> list[tuple[str, str]]:
    """Fields of the lot that apply to it, as heading and text, in the order of art. 35(2)."""
    return [(name, text) for name, text in _rows(item) if text]


def _rows(item: PublicNoticeItem) -> Iterator[tuple[str, str]]:
    yield _("Address"), item.address
    yield _("Land register (KW)"), ", ".join(item.kw_numbers)
    parcels = ", ".join(item.parcels)
    yield _("Cadastre"), ", ".join(one for one in (item.cadastral_unit, parcels) if one)
    yield _("Area"), typography.area(item.area_m2)
    yield _("Extent"), _("part of the property") if item.part_of_property else _("whole property")
    yield _("Description"), item.description
    yield _("Designated use"), item.planned_use
    yield _("Manner of development"), item.development
    if item.development_deadline:
        yield _("Time limit for development"), typography.day_long(item.development_deadline)
    yield _("Meant for"), _meant_for(item)
    if item.fee_amount is not None:
        yield _("Fee"), fee_words(item)
        yield _("Payment dates"), item.payment_terms
        yield _("How the fee is updated"), item.indexation_rule
    elif item.tenure == PublicNoticeItem.Tenure.LENDING:
        yield _("Fee"), _("free of charge")
    if item.priority_deadline:
        yield (
            _("Persons with priority may apply until"),
            typography.day_long(item.priority_deadline),
        )
    if item.corrects is not None:
        yield (
            _("Corrects"),
            _("lot %(lot)d of list %(number)s")
            % {"lot": item.corrects.lot_no, "number": item.corrects.notice},
        )


def _meant_for(item: PublicNoticeItem) -> str:
    return f"{item.get_tenure_display()}, {term_words(item)}"


def term_words(item: PublicNoticeItem) -> str:
    if item.term_months:
        words = ngettext("for %(months)d month", "for %(months)d months", item.term_months) % {
            "months": item.term_months
        }
    else:
        words = _("for an indefinite time")
    if item.term_from:
        words += _(", not before %(day)s") % {"day": typography.day(item.term_from)}
    return words


def fee_words(item: PublicNoticeItem) -> str:
    if item.fee_amount is None:
        return ""
    text = f"{typography.number(item.fee_amount, 2)} {item.get_fee_unit_display()}"
    if item.vat_rate is None:
        return text
    rate = typography.percent(item.vat_rate / 100, 0 if item.vat_rate % 1 == 0 else 1)
    return _("%(fee)s plus VAT %(rate)s") % {"fee": text, "rate": rate}


def issue_list(notice: PublicNotice, *, actor: str) -> IssuedDocument:
    """Freeze the list as a document, with its PDF. Lists are Polish: the official language."""
    with override("pl"):
        items = list(notice.items.select_related("corrects__notice"))
        tables = tuple(
            Table(
                _("Lot %(lot)d: %(address)s") % {"lot": item.lot_no, "address": item.address},
                [_("Field"), _("Content")],
                [[name, text] for name, text in rows(item)],
            )
            for item in items
        )
        deadlines = [one.priority_deadline for one in items if one.priority_deadline]
        return issue(
            TEMPLATE,
            "pl",
            {
                "city": CITY,
                "place": "Kraków",
                "unit": notice.unit.name,
                "unit_address": notice.unit.address or "Kraków",
                "unit_contact": notice.contact or notice.unit.public_email or notice.unit.name,
                "representative": notice.published_by,
                "number": str(notice),
                "subject": notice.subject_pl,
                "basis": f"{notice.basis} ({notice.legal_act})" if notice.legal_act else "",
                "date": notice.published_on,
                "published": notice.published_on,
                "days": notice.days_required,
                "corrects": str(notice.corrects) if notice.corrects else "",
                "correction_reason": notice.correction_reason,
                "lots": tables,
                "priority": max(deadlines, default=None),
                "signatures": (Signature(_("published by"), notice.published_by),),
            },
            about=notice,
            actor=actor,
            number=str(notice),
            owner=notice.unit.code,
            is_sample=notice.is_sample,
        )
