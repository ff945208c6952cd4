"""Words of a search as regular expressions over `search_text`, which has no Polish marks.

A word is found in any of its forms. Polish inflects at the end and changes the last consonant of
the stem ("muzyka", "muzyce", "muzyczny"; "taniec", "tańca", "taneczna"), so a word is cut down to
its stem, the vowel that comes and goes before the last consonant becomes optional, and consonants
that take turns are taken for each other. What no rule knows (synonyms, irregular words) stands in
the rows of WordFamily.

No dictionary of the language is used: a stem may find a word too many, which then stands low in
the order, since order goes by likeness.
"""

import re

from maps.names import plain
from resources.models import WordFamily

#: Fewer letters are no stem: "sala" and "sal" are, "sa" is not.
SHORTEST_STEM = 3
#: After so short a stem only an ending may follow, not another word: "sal" is not in "salezjanie".
LONGEST_ENDING = 3

_CONSONANT = "[bcdfghjklmnprstwz]"
# Of adjectives made from nouns, before those of declension; longest first.
_ADJECTIVE = re.compile(
    rf"(?:czn|yjn|ijn|ow|aln|(?<={_CONSONANT})n)(?=(?:y|a|e|i|ego|ej|emu|ych|ymi|ym)$)"
)
_ENDING = re.compile(
    r"(?:iego|iemu|iami|iem|iach|iom|iow|iej|ich|imi|ego|emu|ymi|ych|ami|ach|owie|owi|"
    r"ow|om|em|yc|ac|ic|ej|ym|im|ie|ia|iu|io|a|e|i|o|u|y)$"
)
_FLEETING = re.compile(rf"(?<={_CONSONANT})i?e(?=[kc]$)")


def patterns(text: str) -> dict[str, str]:
    """Each word of a text with its regular expression (of PostgreSQL); at most eight words."""
    if not text:
        return {}
    families = [[plain(word) for word in family.words] for family in WordFamily.objects.all()]
    return {word: _pattern(word, families) for word in plain(text).split()[:8]}


def stem(word: str) -> str:
    """The stem of a plain word as a regular expression that begins its other forms.

    >>> stem("taniec"), stem("muzyczny"), stem("sali"), stem("24")
    ('tani?e?[ckt]', 'muzy[ckt]', 'sal', '24')
    """
    if not word.isalpha() or len(word) <= SHORTEST_STEM:
        return re.escape(word)
    return _varied(_cut(word))


def _cut(word: str) -> str:
    adjective = _ADJECTIVE.search(word)
    if adjective and adjective.start() > SHORTEST_STEM:
        # "muzycz-n-y" of "muzyk-a", "konferencyj-n-a" of "konferencj-a"
        return word[: adjective.start()] + {"czn": "c", "yjn": "j", "ijn": "j"}.get(
            adjective.group(), ""
        )
    ending = _ENDING.search(word, SHORTEST_STEM)
    found = word[: ending.start()] if ending else word
    # Softened before the ending: "tancz-yc" of "tanc-a", "teatrz-e" of "teatr"
    is_soft = ending and len(found) > SHORTEST_STEM + 1 and found.endswith(("cz", "rz"))
    return found[:-1] if is_soft else found


def _varied(found: str) -> str:
    """The stem with its fleeting vowel optional and its last consonant in all its forms."""
    without = _FLEETING.sub("", found)
    if len(without) < SHORTEST_STEM:
        without = found
    body, last = without[:-1], without[-1]
    lasts = {"c": "[ckt]", "k": "[ck]", "t": "[ct]", "g": "[gz]", "j": "y?j"}.get(last, last)
    fleeting = "i?e?" if last in "ckn" and re.match(_CONSONANT, body[-1]) else ""
    return body + fleeting + lasts


def _pattern(word: str, families: list[list[str]]) -> str:
    # As it was typed, too: it may be the beginning of a longer word.
    found = [re.escape(word), _bounded(word)]
    for family in families:
        if any(_same(word, member) for member in family):
            found += [_bounded(member) for member in family]
    return rf"\m({'|'.join(dict.fromkeys(found))})"


def _bounded(word: str) -> str:
    found = stem(word)
    is_short = len(word) > SHORTEST_STEM >= len(_letters(found))
    return rf"{found}[a-z]{{0,{LONGEST_ENDING}}}\M" if is_short and word.isalpha() else found


def _letters(found: str) -> str:
    """One letter for each that a stem surely has."""
    return re.sub(r"\[[a-z]+\]", "x", re.sub(r"[a-z]\?", "", found))


def _same(word: str, member: str) -> bool:
    """Whether both are forms of one word."""
    if min(len(word), len(member)) <= SHORTEST_STEM:
        return word == member
    return bool(re.match(stem(member), word) and re.match(stem(word), member))
