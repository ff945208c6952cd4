"""A template and its values as HTML: the one body that the page, the preview and the PDF show."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from records.documents import blocks
from records.documents.kinds import DocumentKind
from records.documents.markup import (
    PLACEHOLDER,
    Block,
    Heading,
    Line,
    Paragraph,
    Point,
    Points,
    RightLines,
    Rows,
    read,
)
from records.documents.typesetting import tied
from records.documents.values import given, written

_HEADINGS = {1: "<h1>{}</h1>", 2: "<h2>{}</h2>", 3: "<h3>{}</h3>"}
_BOLD = re.compile(r"\*\*(.+?)\*\*")


class _Writer:
    """Writes the blocks of one template with one set of values, in the active language."""

    def __init__(self, kind: DocumentKind, values: Mapping[str, Any], language: str) -> None:
        self.kind, self.values, self.language = kind, values, language

    def shown(self, line: Line) -> bool:
        condition = line.condition
        return condition is None or given(self.values, condition.name) is condition.wanted

    def text(self, line: Line) -> SafeString:
        """The line with its placeholders filled, typeset and escaped; bold is the only markup."""
        filled = PLACEHOLDER.sub(self._value, line.text)
        parts = _BOLD.split(tied(filled, self.language))
        return format_html_join(
            "",
            "{}",
            (
                (format_html("<strong>{}</strong>", part) if number % 2 else part,)
                for number, part in enumerate(parts)
            ),
        )

    def _value(self, found: re.Match[str]) -> str:
        known = self.kind.find(found[1])
        if known is None or known[0].type.is_block:
            return found[0]
        placeholder, words = known
        said = written(placeholder, self.values.get(placeholder.name), self.language, words=words)
        # Stars in a value are stars, not markup.
        return said.replace("**", "*\u2060*")

    def block(self, block: Block) -> SafeString:
        match block:
            case Heading():
                if not self.shown(block.line):
                    return SafeString("")
                return format_html(_HEADINGS[min(block.level, 3)], self.text(block.line))
            case Paragraph():
                return self._paragraph(block)
            case RightLines():
                said = [(self.text(line),) for line in block.lines if self.shown(line)]
                return self._lines('<p class="right">{}</p>', said)
            case Points():
                return self._points(block)
            case Rows():
                return self._table(block)

    def _lines(self, frame: str, said: list[tuple[SafeString]]) -> SafeString:
        if not said:
            return SafeString("")
        return format_html(frame, format_html_join(mark_safe("<br>"), "{}", said))

    def _paragraph(self, block: Paragraph) -> SafeString:
        if not self.shown(block.lines[0]):
            return SafeString("")
        known = self.kind.find(block.alone) if block.alone else None
        if known and known[0].type.is_block:
            if not given(self.values, known[0].name):
                return SafeString("")
            return blocks.block(known[0], self.values[known[0].name], self.language)
        said = Line(block.lines[0].number, " ".join(line.text for line in block.lines))
        return format_html("<p>{}</p>", self.text(said))

    def _points(self, block: Points) -> SafeString:
        shown = [point for point in block.points if self.shown(point.line)]
        return self._list(block.ordered, [(self._point(point),) for point in shown])

    def _list(self, ordered: bool, points: list[tuple[SafeString]]) -> SafeString:  # noqa: FBT001
        if not points:
            return SafeString("")
        frame = "<ol>{}</ol>" if ordered else "<ul>{}</ul>"
        return format_html(frame, format_html_join("", "<li>{}</li>", points))

    def _point(self, point: Point) -> SafeString:
        below = [(self.text(line),) for line in point.below if self.shown(line)]
        if not below:
            return self.text(point.line)
        rows = format_html_join("", "<li>{}</li>", below)
        return format_html('{}<ol class="letters">{}</ol>', self.text(point.line), rows)

    def _table(self, block: Rows) -> SafeString:
        head = format_html_join(
            "", '<th scope="col">{}</th>', ((self.text(cell),) for cell in block.rows[0])
        )
        rows = [
            (
                format_html(
                    '<tr><th scope="row">{}</th>{}</tr>',
                    self.text(row[0]),
                    format_html_join("", "<td>{}</td>", ((self.text(cell),) for cell in row[1:])),
                ),
            )
            for row in block.rows[1:]
            if self.shown(row[0])
        ]
        return format_html(
            "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
            head,
            format_html_join("", "{}", rows),
        )


def body(text: str, kind: DocumentKind, values: Mapping[str, Any], language: str) -> SafeString:
    """`<article lang=…>` of a checked template. Raises Invalid for sums too large for words."""
    with override(language):
        writer = _Writer(kind, values, language)
        said = format_html_join("\n", "{}", ((writer.block(one),) for one in read(text)))
    return format_html('<article class="document" lang="{}">\n{}\n</article>', language, said)


def title(text: str, kind: DocumentKind, values: Mapping[str, Any], language: str) -> str:
    """The title as plain text, for the file and its properties."""
    with override(language):
        writer = _Writer(kind, values, language)
        for one in read(text):
            if isinstance(one, Heading) and one.level == 1:
                filled = PLACEHOLDER.sub(writer._value, one.line.text)  # noqa: SLF001 - same module
                return tied(_BOLD.sub(r"\1", filled), language)
    return str(kind.name)
