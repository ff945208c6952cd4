"""The small markup of templates: what an official may write, read into blocks.

    # Title                     once, first          ## Heading, ### Heading below it
    A paragraph: lines that follow each other, ended by an empty line. **bold**
    >> to the right             each line stands by itself
    - a point                   1. a numbered point; "   a) one below it" (indented)
    | A | B |                   a table: the first row are headings of columns, the first
    | 1 | 2 |                   cell of each other row is the heading of the row
    {name}                      a placeholder, in a sentence or (tables, trees) alone
    {?name} A paragraph         only if the name has a value; {!name} only if it has none

There is nothing else: no conditions beyond these, no loops, no HTML. Reading never fails;
checks.py says what is wrong, with the line.
"""

import re
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")

_CONDITION = re.compile(r"\{([?!])([a-z][a-z0-9_]*)\}\s*")
_HEADING = re.compile(r"(#+)\s+(.*)")
_BULLET = re.compile(r"-\s+(.*)")
_NUMBER = re.compile(r"\d+[.)]\s+(.*)")
_BELOW = re.compile(r"(?:[a-z]\)|-|\d+[.)])\s+(.*)")
_INDENT = re.compile(r"\s{2,}\S")


@dataclass(frozen=True, slots=True)
class Condition:
    """Show only if the name has a value (`wanted`), or only if it has none."""

    name: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Text with its line in the template."""

    number: int
    text: str
    condition: Condition | None = None


@dataclass(slots=True)
class Heading:
    level: int
    line: Line


@dataclass(slots=True)
class Paragraph:
    """Lines read as one text. `alone`: the name of the placeholder that is all it says."""

    lines: list[Line]

    @property
    def alone(self) -> str:
        found = PLACEHOLDER.fullmatch(self.lines[0].text) if len(self.lines) == 1 else None
        return found[1] if found else ""


@dataclass(slots=True)
class RightLines:
    lines: list[Line]


@dataclass(slots=True)
class Point:
    line: Line
    below: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Points:
    ordered: bool
    points: list[Point]


@dataclass(slots=True)
class Rows:
    """A table; its first row are the headings of the columns."""

    rows: list[list[Line]]


Block = Heading | Paragraph | RightLines | Points | Rows


def read(body: str) -> list[Block]:
    """The blocks of the text, in order."""
    blocks: list[Block] = []
    last: Block | None = None  # what the next line may go on with
    for number, raw in enumerate(body.splitlines(), start=1):
        text = raw.strip()
        if not text:
            last = None
            continue
        below = _BELOW.fullmatch(text) if _INDENT.match(raw) else None
        if below and isinstance(last, Points):
            last.points[-1].below.append(_line(number, below[1]))
            continue
        block = _begun(_line(number, text))
        if last is not None and _goes_on(last, block):
            continue
        blocks.append(block)
        last = None if isinstance(block, Heading) else block
    return blocks


def _begun(line: Line) -> Block:
    """The block that the line would be by itself."""
    text = line.text
    if found := _HEADING.fullmatch(text):
        return Heading(len(found[1]), _inner(line, found[2]))
    if found := _BULLET.fullmatch(text):
        return Points(ordered=False, points=[Point(_inner(line, found[1]))])
    if found := _NUMBER.fullmatch(text):
        return Points(ordered=True, points=[Point(_inner(line, found[1]))])
    if text.startswith("|"):
        cells = text.removeprefix("|").removesuffix("|").split("|")
        return Rows([[_inner(line, cell.strip()) for cell in cells]])
    if text.startswith(">>"):
        return RightLines([_inner(line, text.removeprefix(">>").strip())])
    return Paragraph([line])


def _inner(line: Line, text: str) -> Line:
    """What stands after the mark of the line; its condition may stand before or after the mark."""
    inner = _line(line.number, text)
    return inner if inner.condition else Line(line.number, inner.text, line.condition)


def _goes_on(last: Block, block: Block) -> bool:
    """Whether the new block goes on with the last one; if so, it has been taken in."""
    match last, block:
        case Points(), Points() if last.ordered == block.ordered:
            last.points += block.points
        case Rows(), Rows():
            last.rows += block.rows
        case RightLines(), RightLines():
            last.lines += block.lines
        case Paragraph(), Paragraph() if block.lines[0].condition is None:
            last.lines += block.lines
        case _:
            return False
    return True


def _line(number: int, text: str) -> Line:
    found = _CONDITION.match(text)
    if not found:
        return Line(number, text)
    return Line(number, text[found.end() :], Condition(found[2], found[1] == "?"))


def lines_of(block: Block) -> list[Line]:
    """Every line of the block."""
    match block:
        case Heading():
            return [block.line]
        case Paragraph() | RightLines():
            return block.lines
        case Points():
            return [line for point in block.points for line in (point.line, *point.below)]
        case Rows():
            return [cell for row in block.rows for cell in row]
