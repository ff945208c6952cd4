"""Districts' numbers as sources write them: 13, "13", "XIII", "Dzielnica XIII Podgórze"."""

import re

_ONE_TO_EIGHTEEN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII"
ROMAN_NUMERALS = tuple(_ONE_TO_EIGHTEEN.split())


def roman(number: int) -> str:
    """Roman numeral of a district's number, 1 to 18."""
    return ROMAN_NUMERALS[number - 1]


def district_number(value: object) -> int | None:
    """The number 1 to 18 that `value` says, or None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        number = int(value)
        return number if number == value and 1 <= number <= len(ROMAN_NUMERALS) else None
    text = re.sub(r"^dzielnica\s+", "", str(value).strip(), flags=re.IGNORECASE)
    first = text.split()[0].rstrip(".") if text.split() else ""
    if re.fullmatch(r"\d{1,2}(\.0)?", first):
        return district_number(int(float(first)))
    return ROMAN_NUMERALS.index(first.upper()) + 1 if first.upper() in ROMAN_NUMERALS else None
