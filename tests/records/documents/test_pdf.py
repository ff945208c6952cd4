"""What a screen reader gets from our PDF: read back from the file, not from what made it."""

import io
from collections import Counter
from datetime import date

import pikepdf
import pytest
from django.utils.safestring import mark_safe
from PIL import Image
from weasyprint.urls import FatalURLFetchingError

from records.documents import Picture, Table, html, pdf
from records.pictures import store_picture
from tests.records.documents.kinds import BODY, LETTER, VALUES

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(content, "PNG")
    content.seek(0)
    return store_picture(content, name="licznik.png", actor="person:1", public=False)


@pytest.fixture
def made(picture):
    values = {**VALUES, "photos": (Picture(picture, "Licznik prądu, stan 4512", "Licznik"),)}
    article = html.body(BODY, LETTER, values, "pl")
    title = html.title(BODY, LETTER, values, "pl")
    content = pdf.render(article, title=title, language="pl", author="Zarząd Próbny")
    with pikepdf.open(io.BytesIO(content)) as opened:
        yield opened


def elements(node):
    """Every element of the structure tree below the node."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from elements(one)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        if "/K" in node:
            yield from elements(node.K)


def of(document, kind):
    return [one for one in elements(document.Root.StructTreeRoot.K) if kind == one.S]


def text_of(document, element) -> str:
    """The text that the marked content of an element draws."""
    wanted = {int(k) for one in elements(element) for k in _kids(one)}
    return "".join(text for mcid, text in _marked(document) if mcid in wanted)


def _kids(element):
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in kids if isinstance(kid, int)]


def _marked(document):
    for page in document.pages:
        mcid, fonts = None, {}
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "BDC" and "/MCID" in operands[1]:
                mcid = int(operands[1].MCID)
            elif name == "EMC":
                mcid = None
            elif name == "Tf":
                fonts = _unicode(page.resources.Font[operands[0]])
            elif name == "TJ":
                for piece in operands[0]:
                    if isinstance(piece, pikepdf.String):
                        yield mcid, _decoded(bytes(piece), fonts)


def _unicode(font) -> dict[bytes, str]:
    table, lines = {}, font.ToUnicode.read_bytes().decode().splitlines()
    for line in lines:
        parts = line.strip().split(">")
        if len(parts) == 3 and line.strip().startswith("<"):
            source, target = (part.strip().lstrip("<") for part in parts[:2])
            table[bytes.fromhex(source)] = bytes.fromhex(target).decode("utf-16-be")
    return table


def _decoded(raw: bytes, table: dict[bytes, str]) -> str:
    return "".join(table.get(raw[n : n + 2], "?") for n in range(0, len(raw), 2))


def test_it_says_that_it_is_pdf_ua_1(made):
    with made.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"].replace("\u00a0", " ") == "Umowa nr 7/2026"
    assert bool(made.Root.MarkInfo.Marked)


def test_language_and_title_are_there_and_shown(made):
    assert str(made.Root.Lang) == "pl"
    assert str(made.docinfo["/Title"]).replace("\u00a0", " ") == "Umowa nr 7/2026"
    assert bool(made.Root.ViewerPreferences.DisplayDocTitle)


def test_headings_lists_and_tables_are_tagged(made):
    found = Counter(str(one.S) for one in elements(made.Root.StructTreeRoot.K))
    assert (found["/H1"], found["/H2"]) == (1, 1)
    assert found["/Table"] == 3
    assert found["/Caption"] >= 2
    assert found["/L"] == 2  # the points, and the places to sign
    assert found["/LI"] == 4
    assert "/P" in found


def test_each_heading_cell_says_what_it_heads_and_each_cell_names_its_headings(made):
    scopes = Counter(str(one.A.Scope) for one in of(made, "/TH"))
    assert scopes == {"/Column": 3 + 2 + 2, "/Row": 2 + 1 + 1}
    ids = [str(one.ID) for one in of(made, "/TH")]
    assert len(ids) == len(set(ids))
    for cell in of(made, "/TD"):
        assert {str(one) for one in cell.A.Headers} <= set(ids)
        assert len(cell.A.Headers) == 2


def test_a_picture_says_what_it_shows(made):
    [figure] = of(made, "/Figure")
    assert str(figure.Alt) == "Licznik prądu, stan 4512"


def test_fonts_are_embedded(made):
    for page in made.pages:
        for font in page.resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())


def test_the_text_of_a_heading_is_read_back_with_polish_letters(made):
    [heading] = of(made, "/H2")
    assert text_of(made, heading).replace("\u00a0", " ") == "§ 1. Czynsz"
    said = "".join(text for _mcid, text in _marked(made)).replace("\u00a0", " ")
    assert "tysiąc dwieście trzydzieści cztery złote 50/100" in said


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "zasoby-file:00000000-0000-0000-0000-000000000000",
        "obrazek.png",
    ],
)
def test_nothing_else_is_fetched(address):
    with pytest.raises(FatalURLFetchingError):
        pdf.OwnFiles([]).fetch(address)


def test_a_picture_that_is_not_ours_stops_the_document():
    foreign = mark_safe('<h1>A</h1><img src="file:///etc/hostname" alt="x">')
    with pytest.raises(FatalURLFetchingError):
        pdf.render(foreign, title="A", language="pl")


def test_a_picture_needs_its_words(picture):
    with pytest.raises(ValueError, match="description"):
        Picture(picture, " ")


def test_a_long_table_repeats_its_headings_and_stays_tagged(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rows = [[f"wiersz {n}", str(date(2026, 1, 1))] for n in range(120)]
    article = html.body(
        "# A\n\n{meters}", LETTER, {**VALUES, "meters": Table("T", ["Co", "Ile"], rows)}, "pl"
    )
    with pikepdf.open(io.BytesIO(pdf.render(article, title="A", language="pl"))) as opened:
        assert len(opened.pages) > 2
        assert sum(one.A.Scope == "/Row" for one in of(opened, "/TH")) == 120
