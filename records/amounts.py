"""Numbers and sums of money in words, for contracts: Polish and English, below a milliard.

1234.50  ->  tysiąc dwieście trzydzieści cztery złote 50/100
1234.50  ->  one thousand two hundred thirty-four zlotys 50/100
"""

from decimal import Decimal

from records.money import to_grosz

LIMIT = 10**9


def _words(text: str) -> list[str]:
    return text.split()


_PL_ONES = _words(
    "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście "
    "trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście"
)
_PL_TENS = _words(
    "- - dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt "
    "osiemdziesiąt dziewięćdziesiąt"
)
_PL_HUNDREDS = _words(
    "- sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset"
)
_PL_SCALES = (
    (1_000_000, ("milion", "miliony", "milionów")),
    (1_000, ("tysiąc", "tysiące", "tysięcy")),
)

_EN_ONES = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_EN_TENS = _words("- - twenty thirty forty fifty sixty seventy eighty ninety")
_EN_SCALES = ((1_000_000, "million"), (1_000, "thousand"))


def polish_form(number: int, one: str, few: str, many: str) -> str:
    """The form of a noun after a number: 1 złoty, 22 złote, 12 and 21 złotych."""
    if number == 1:
        return one
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return few
    return many


def _polish_below_thousand(number: int) -> list[str]:
    words = []
    if number >= 100:
        words.append(_PL_HUNDREDS[number // 100])
        number %= 100
    if number >= 20:
        words.append(_PL_TENS[number // 10])
        number %= 10
    if number:
        words.append(_PL_ONES[number])
    return words


def _polish(number: int) -> str:
    if number == 0:
        return _PL_ONES[0]
    words: list[str] = []
    for scale, forms in _PL_SCALES:
        count, number = divmod(number, scale)
        if count > 1:
            words += _polish_below_thousand(count)
        if count:
            words.append(polish_form(count, *forms))
    return " ".join([*words, *_polish_below_thousand(number)])


def _english_below_thousand(number: int) -> list[str]:
    words = []
    if number >= 100:
        words += [_EN_ONES[number // 100], "hundred"]
        number %= 100
    if number >= 20:
        tens, ones = _EN_TENS[number // 10], number % 10
        words.append(f"{tens}-{_EN_ONES[ones]}" if ones else tens)
    elif number:
        words.append(_EN_ONES[number])
    return words


def _english(number: int) -> str:
    if number == 0:
        return _EN_ONES[0]
    words: list[str] = []
    for scale, name in _EN_SCALES:
        count, number = divmod(number, scale)
        if count:
            words += [*_english_below_thousand(count), name]
    return " ".join([*words, *_english_below_thousand(number)])


def number_in_words(number: int, language: str = "pl") -> str:
    """A whole number in words; ValueError outside ±999 999 999."""
    if abs(number) >= LIMIT:
        raise ValueError(f"no words here for {number}")
    if language.startswith("pl"):
        return f"minus {_polish(-number)}" if number < 0 else _polish(number)
    return f"minus {_english(-number)}" if number < 0 else _english(number)


def sum_in_words(amount: Decimal, language: str = "pl") -> str:
    """A sum in złoty in words, grosze as hundredths; rounded half up to grosz first.

    ValueError from a milliard on, and below its negative.
    """
    exact = to_grosz(amount)
    whole = int(abs(exact))
    grosze = int((abs(exact) - whole) * 100)
    if whole >= LIMIT:
        raise ValueError(f"no words here for {amount}")
    sign = "minus " if exact < 0 else ""
    if language.startswith("pl"):
        unit = polish_form(whole, "złoty", "złote", "złotych")
        return f"{sign}{_polish(whole)} {unit} {grosze:02}/100"
    unit = "zloty" if whole == 1 else "zlotys"
    return f"{sign}{_english(whole)} {unit} {grosze:02}/100"
