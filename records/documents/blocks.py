"""Blocks of a document as HTML: tables with headings that have a scope, trees of sums, pictures
with words, places to sign. Everything that came from outside is escaped here."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from records import typography
from records.documents.kinds import Placeholder, Type
from records.documents.shapes import Picture, Signature, Table
from records.documents.typesetting import tied
from records.money import Explanation, Money

#: How a picture is named in the HTML: pdf.py serves these and nothing else.
PICTURE_SCHEME = "zasoby-file:"


def block(placeholder: Placeholder, value: Any, language: str) -> SafeString:
    """The HTML of a block placeholder. `value` is of the placeholder's type."""
    match placeholder.type:
        case Type.LINES:
            return lines(value, language)
        case Type.TREE:
            return tree(value, capfirst(str(placeholder.label)), language)
        case Type.TABLE:
            return table(value, language)
        case Type.TABLES:
            return format_html_join("\n", "{}", ((table(one, language),) for one in value))
        case Type.PICTURES:
            return format_html_join("", "{}", ((picture(one, language),) for one in value))
        case Type.SIGNATURES:
            return signatures(value, language)
    raise ValueError(f"{placeholder.name} is no block")


def lines(value: Iterable[str], language: str) -> SafeString:
    rows = [tied(str(one), language) for one in value]
    return format_html("<p>{}</p>", format_html_join(mark_safe("<br>"), "{}", ((r,) for r in rows)))


def table(value: Table, language: str, *, row_class: Sequence[str] = ()) -> SafeString:
    """Column headings in thead, the first cell of each row as its heading."""

    def kind(column: int) -> SafeString:
        return mark_safe(' class="num"') if column in value.numeric else SafeString("")

    head = format_html_join(
        "",
        '<th scope="col"{}>{}</th>',
        ((kind(n), tied(str(one), language)) for n, one in enumerate(value.columns)),
    )
    rows = []
    for number, row in enumerate(value.rows):
        first = format_html('<th scope="row"{}>{}</th>', kind(0), tied(str(row[0]), language))
        rest = format_html_join(
            "",
            "<td{}>{}</td>",
            ((kind(n), tied(str(cell), language)) for n, cell in enumerate(row[1:], start=1)),
        )
        named = row_class[number] if number < len(row_class) else ""
        opening = format_html('<tr class="{}">', named) if named else mark_safe("<tr>")
        rows.append((format_html("{}{}{}</tr>", opening, first, rest),))
    caption = (
        format_html("<caption>{}</caption>", tied(value.caption, language))
        if value.caption
        else SafeString("")
    )
    return format_html(
        "<table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        caption,
        head,
        format_html_join("", "{}", rows),
    )


def tree(
    value: Money | Explanation | Sequence[Explanation], caption: str, language: str
) -> SafeString:
    """A sum with what it is made of: depth by class and by a sign, the basis in its own column."""
    roots: Sequence[Explanation]
    if isinstance(value, Money):
        roots = value.explanation
    else:
        roots = [value] if isinstance(value, Explanation) else value
    rows: list[list[str]] = []
    classes: list[str] = []
    for root in roots:
        for depth, node in _walk(root, 0):
            rows.append([_label(node, depth), node.basis or "–", _amount(node.amount)])
            classes.append(f"depth-{min(depth, 4)}")
    return table(
        Table(caption, [_("What"), _("Basis"), _("Amount")], rows, frozenset({2})),
        language,
        row_class=classes,
    )


def _walk(node: Explanation, depth: int) -> Iterable[tuple[int, Explanation]]:
    yield depth, node
    for part in node.parts:
        yield from _walk(part, depth + 1)


def _label(node: Explanation, depth: int) -> str:
    return f"{'– ' if depth else ''}{node.label}"


def _amount(amount: Decimal | None) -> str:
    """As exact as it was reckoned with: sums have two places, rates and factors may have more."""
    if amount is None:
        return "–"
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return typography.number(amount, places)


def picture(value: Picture, language: str) -> SafeString:
    caption = (
        format_html("<figcaption>{}</figcaption>", tied(value.caption, language))
        if value.caption
        else SafeString("")
    )
    return format_html(
        '<figure><img src="{}{}" alt="{}">{}</figure>',
        PICTURE_SCHEME,
        value.file.key,
        value.alt,
        caption,
    )


def signatures(value: Sequence[Signature], language: str) -> SafeString:
    places = format_html_join(
        "",
        '<li><p class="sign__line">{}</p><p>{}</p>{}</li>',
        (
            (
                tied(one.name, language) or "\u00a0",
                tied(one.role, language),
                format_html("<p>{}</p>", one.note) if one.note else "",
            )
            for one in value
        ),
    )
    return format_html('<ul class="sign">{}</ul>', places)
