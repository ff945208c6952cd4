"""Where a line of a document must not break, in Polish and English.

Polish: a line does not end with a one-letter word, nor part a number from its unit, an
abbreviation from what it shortens, a paragraph sign from its number.
"""

import re

from records.typography import NBSP

_SPACE = r"[ \t]+"
#: After these, the next word stays on the line.
_PL_BEFORE = (
    r"[aiouwzAIOUWZ]|nr|Nr|ul\.|al\.|os\.|pl\.|art\.|Art\.|ust\.|pkt|lit\.|poz\.|§+|lok\.|dz\.|"
    r"godz\.|tel\.|dr|mgr|inż\.|tj\.|np\.|ok\.|str\.|pok\.|p\."
)
#: Before these, the number stays on the line.
_PL_AFTER = r"zł|gr|r\.|m²|m2|m³|%|‰|km|m|cm|kWh|GJ|dni|miesięcy|miesiące|lat|lata|osób"
_EN_BEFORE = r"a|I|No\.|no\.|art\.|Art\.|sec\.|para\.|§+|St\.|p\."
_EN_AFTER = r"m²|m2|m³|%|km|m|cm|kWh|GJ|PLN|days|months|years"


def _rules(before: str, after: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(rf"(?<![^\s{NBSP}(„\"’'])({before}){_SPACE}(?=\S)"),
        re.compile(rf"(?<=\d){_SPACE}(?=(?:{after})(?![\w]))"),
        re.compile(rf"(?<=\d){_SPACE}(?=\d{{3}}(?!\d))"),
    )


_RULES = {"pl": _rules(_PL_BEFORE, _PL_AFTER), "en": _rules(_EN_BEFORE, _EN_AFTER)}


def tied(text: str, language: str) -> str:
    """The text with no-break spaces where its language asks for them."""
    before, after, thousands = _RULES["pl" if language.startswith("pl") else "en"]
    text = before.sub(lambda found: found[1] + NBSP, text)
    text = after.sub(NBSP, text)
    return thousands.sub(NBSP, text)
