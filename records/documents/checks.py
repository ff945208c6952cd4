"""What is wrong with the text of a template, told with its line before anything is saved."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from records.documents.kinds import DocumentKind
from records.documents.markup import (
    PLACEHOLDER,
    Block,
    Heading,
    Line,
    Paragraph,
    Rows,
    lines_of,
    read,
)
from records.problems import Invalid, Problems

DEEPEST = 3
_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend. `name`: the placeholder concerned, if it is about one."""

    line: int
    message: str
    name: str = ""


def findings(body: str, kind: DocumentKind) -> list[Finding]:
    """Everything that is wrong, in the order of the lines."""
    blocks = read(body)
    found = [*_structure(blocks)]
    for block in blocks:
        found += _placeholders(block, kind)
        if isinstance(block, Rows):
            found += _table(block)
    return sorted(found, key=lambda one: one.line)


def require_sound(body: str, kind: DocumentKind) -> None:
    """Raises Problems with one message per line that has to be mended."""
    if wrong := findings(body, kind):
        raise Problems(
            [
                Invalid(
                    _("Line %(line)d: %(message)s") % {"line": one.line, "message": one.message},
                    code="template_line",
                    field="body",
                    extra={"line": one.line, "name": one.name},
                )
                for one in wrong
            ]
        )


def used_names(body: str, kind: DocumentKind) -> set[str]:
    """Placeholders that the text uses in some paragraph, without those that only ask."""
    used = set()
    for block in read(body):
        for line in lines_of(block):
            for name in PLACEHOLDER.findall(line.text):
                if known := kind.find(name):
                    used.add(known[0].name)
    return used


def _structure(blocks: list[Block]) -> Iterator[Finding]:
    """One title, first; headings go down step by step: readers of a screen jump by them."""
    headings = [one for one in blocks if isinstance(one, Heading)]
    titles = [one for one in headings if one.level == 1]
    # A letter has its place, date and addressee above the title: no other heading may stand there.
    if not titles or headings[0] is not titles[0]:
        yield Finding(1, _("The text needs a title: a line that begins with “# ”."))
    for extra in titles[1:]:
        yield Finding(extra.line.number, _("There is already a title. Begin with “## ” here."))
    level = 1
    for one in headings:
        if one.level > DEEPEST:
            yield Finding(one.line.number, _("Headings go down to “### ” only."))
        elif one.level > level + 1:
            yield Finding(
                one.line.number,
                _("This heading skips a level. Begin with “%(marks)s ”.")
                % {"marks": "#" * (level + 1)},
            )
        level = min(one.level, DEEPEST)


def _placeholders(block: Block, kind: DocumentKind) -> Iterator[Finding]:
    for line in lines_of(block):
        if line.condition and line.condition.name not in kind.by_name:
            yield _unknown(line, line.condition.name, kind)
        for name in PLACEHOLDER.findall(line.text):
            known = kind.find(name)
            if known is None:
                yield _unknown(line, name, kind)
            elif known[0].type.is_block and not (
                isinstance(block, Paragraph) and block.alone == name
            ):
                yield Finding(
                    line.number,
                    _("{%(name)s} must stand alone, with an empty line before and after it.")
                    % {"name": name},
                    name,
                )
        if _BRACE.search(PLACEHOLDER.sub("", line.text)):
            yield Finding(
                line.number,
                _("A brace stands alone. A placeholder is written {name}, in small letters."),
            )


def _unknown(line: Line, name: str, kind: DocumentKind) -> Finding:
    near = next(iter(difflib.get_close_matches(name, kind.names(), n=1)), "")
    if near:
        message = _("There is no placeholder {%(name)s}. Did you mean {%(near)s}?")
    else:
        message = _("There is no placeholder {%(name)s} in documents of this kind.")
    return Finding(line.number, message % {"name": name, "near": near}, name)


def _table(block: Rows) -> Iterator[Finding]:
    wide = len(block.rows[0])
    if len(block.rows) == 1:
        yield Finding(
            block.rows[0][0].number, _("A table needs a row under the headings of its columns.")
        )
    for row in block.rows[1:]:
        if len(row) != wide:
            yield Finding(
                row[0].number,
                _("This row has %(has)d cells, the first row has %(wants)d.")
                % {"has": len(row), "wants": wide},
            )
    if any(not cell.text for cell in block.rows[0]):
        yield Finding(block.rows[0][0].number, _("Each column of a table needs a heading."))
