"""What an official may write, what becomes of it, and what is told line by line."""

import pytest

from records.documents import html
from records.documents.checks import findings, require_sound, used_names
from records.documents.typesetting import tied
from records.problems import Problems
from tests.records.documents.kinds import BODY, LETTER, VALUES

N = "\u00a0"


def written(body: str, language: str = "pl", **values) -> str:
    return html.body(f"# T\n\n{body}", LETTER, {**VALUES, **values}, language).replace(N, "~")


WRITTEN = [
    ("Zwykły tekst\nw dwóch wierszach", "<p>Zwykły tekst w~dwóch wierszach</p>"),
    ("## Tytuł\nAkapit", "<h2>Tytuł</h2>\n<p>Akapit</p>"),
    ("**{tenant}**", "<p><strong>Fundacja &lt;Próba&gt; &amp; Syn</strong></p>"),
    ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
    (">> raz\n>> dwa", '<p class="right">raz<br>dwa</p>'),
    ("- raz\n- dwa", "<ul><li>raz</li><li>dwa</li></ul>"),
    ("1. raz\n5. dwa", "<ol><li>raz</li><li>dwa</li></ol>"),
    ("1. raz\n   a) pod", '<ol><li>raz<ol class="letters"><li>pod</li></ol></li></ol>'),
    ("Czynsz {rent} ({rent_words})", "Czynsz 1~234,50~zł (tysiąc dwieście trzydzieści cztery"),
    ("od {start} r.", "<p>od 1~stycznia~2027~r.</p>"),
    ("VAT {vat}, {area}, {months}", "<p>VAT 23~%, 96,30~m², 36</p>"),
    ("{?deposit} Kaucja {deposit}", ""),
    ("{!deposit} Bez kaucji", "<p>Bez kaucji</p>"),
    ("1. {?deposit} Kaucja\n2. Reszta", "<ol><li>Reszta</li></ol>"),
    ("{?remarks} ## Uwagi", ""),
]


@pytest.mark.parametrize(("body", "expected"), WRITTEN, ids=[one[0][:20] for one in WRITTEN])
def test_written(body, expected):
    said = written(body)
    inside = said.split("<h1>T</h1>\n")[1].split("\n</article>")[0]
    assert expected in inside
    if not expected:
        assert inside == ""


def test_a_value_brings_no_markup_with_it():
    assert "<strong>" not in written("{tenant}", tenant="**grubo**")
    assert "{rent}" in written("{tenant}", tenant="{rent}")


def test_a_table_has_headings_with_their_scope():
    assert (
        '<table><thead><tr><th scope="col">Co</th><th scope="col">Ile</th></tr></thead>'
        '<tbody><tr><th scope="row">czynsz</th><td>1~234,50~zł</td></tr></tbody></table>'
    ) in written("| Co | Ile |\n| czynsz | {rent} |")


def test_a_tree_says_each_factor_with_its_basis():
    said = written("{rent_tree}")
    assert "<caption>How the rent was reckoned</caption>" in said
    assert '<tr class="depth-1"><th scope="row">– stawka za m²</th>' in said
    assert "zarządzenie 1/2026, §~3" in said
    assert "8,125" in said


def test_english_is_written_in_english():
    said = written("{rent} ({rent_words}), {start}", "en")
    assert "PLN~1,234.50 (one thousand two hundred thirty-four zlotys 50/100)" in said
    assert "1~January~2027" in said
    assert '<article class="document" lang="en">' in said


TIED = [
    ("w lokalu i z nim", "w~lokalu i~z~nim"),
    ("W sprawie", "W~sprawie"),
    ("zgodnie z art. 35 ust. 1 pkt 2", "zgodnie z~art.~35 ust.~1 pkt~2"),
    ("nr 41/2026 § 3", "nr~41/2026 §~3"),
    ("ul. Zmyślona 4, os. Urocze", "ul.~Zmyślona 4, os.~Urocze"),
    ("5 000 zł i 12 m²", "5~000~zł i~12~m²"),
    ("7 grudnia 2026 r.", "7 grudnia 2026~r."),
    ("zima i (w tym) u nas", "zima i~(w~tym) u~nas"),
    ("gruba kreska", "gruba kreska"),
    ("plan A jest", "plan A~jest"),
]


@pytest.mark.parametrize(("text", "expected"), TIED)
def test_lines_do_not_break_there(text, expected):
    assert tied(text, "pl").replace(N, "~") == expected


WRONG = [
    ("Bez tytułu", [(1, "")]),
    ("# A\n# B", [(2, "")]),
    ("# A\n\n### B", [(3, "")]),
    ("# A\n\n## B\n\n#### C", [(5, "")]),
    ("# A\n\n{czynsz}", [(3, "czynsz")]),
    ("# A\n\ntekst {rentt} i {xyz}", [(3, "rentt"), (3, "xyz")]),
    ("# A\n\n{?kaucja} tekst", [(3, "kaucja")]),
    ("# A\n\ntekst {rent_tree}", [(3, "rent_tree")]),
    ("# A\n\n- {meters}", [(3, "meters")]),
    ("# A\n\n{tenant_words}", [(3, "tenant_words")]),
    ("# A\n\n{{ rent }}", [(3, "")]),
    ("# A\n\n{% if rent %}", [(3, "")]),
    ("# A\n\n{rent.real}", [(3, "")]),
    ("# A\n\n{rent", [(3, "")]),
    ("# A\n\n| a | b |", [(3, "")]),
    ("# A\n\n| a | b |\n| 1 |", [(4, "")]),
    ("# A\n\n| a | |\n| 1 | 2 |", [(3, "")]),
]


@pytest.mark.parametrize(("body", "expected"), WRONG, ids=[one[0][3:] for one in WRONG])
def test_what_is_wrong_is_told_with_its_line(body, expected):
    assert [(one.line, one.name) for one in findings(body, LETTER)] == expected


def test_a_mistyped_name_is_answered_with_the_nearest():
    [found] = findings("# A\n\n{tenat}", LETTER)
    assert "{tenant}" in found.message


def test_the_refusal_names_every_line():
    with pytest.raises(Problems) as refused:
        require_sound("# A\n\n{x1}\n\n{y2}", LETTER)
    assert [one.extra["line"] for one in refused.value.problems] == [3, 5]
    assert [one.extra["name"] for one in refused.value.problems] == ["x1", "y2"]


def test_the_text_of_the_tests_is_sound_and_uses_what_it_shows():
    assert findings(BODY, LETTER) == []
    assert {"rent", "deposit", "rent_tree"} <= used_names(BODY, LETTER)
    assert "unit" not in used_names(BODY, LETTER)
