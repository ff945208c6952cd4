"""The models that come with the product: every one reads, prints and loads."""

import pytest

from premises.document_kinds import KINDS
from records.dictionaries import read_csv
from records.documents import issue, preview
from records.documents.checks import findings
from records.documents.kinds import get
from records.documents.loading import FOLDER, load_document_templates
from records.models import DocumentTemplate, LegalAct

ROWS = list(read_csv("index.csv", FOLDER))
NAMES = [f"{row['code']}.{row['language']}" for row in ROWS]


def body(row) -> str:
    return (FOLDER / f"{row['code']}.{row['language']}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_reads_without_a_fault_and_shows_its_sample(row):
    kind = get(row["kind"])
    assert findings(body(row), kind) == []
    shown = preview(body(row), row["kind"], row["language"])
    assert "{" not in shown.article
    assert "<h1>" in shown.article


def test_every_kind_has_a_polish_model_and_every_file_stands_in_the_index():
    assert {kind.code for kind in KINDS} == {row["kind"] for row in ROWS if row["language"] == "pl"}
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(NAMES)


@pytest.mark.django_db
class TestLoading:
    def test_a_second_load_adds_nothing(self):
        first = load_document_templates()
        assert (first.rows, first.new) == (len(ROWS), len(ROWS))
        assert load_document_templates().new == 0
        assert set(DocumentTemplate.objects.values_list("is_model", flat=True)) == {True}

    def test_a_changed_model_is_the_next_version_from_today(self, tmp_path):
        (tmp_path / "index.csv").write_text(
            "code,kind,language,title\nlist,ranking_list,pl,Lista\n", encoding="utf-8"
        )
        text = tmp_path / "list.pl.txt"
        text.write_text("# Jeden\n", encoding="utf-8")
        load_document_templates(tmp_path)
        text.write_text("# Dwa\n", encoding="utf-8")
        assert load_document_templates(tmp_path).new == 1
        old, new = DocumentTemplate.objects.order_by("version")
        assert (old.body, new.body) == ("# Jeden\n", "# Dwa\n")
        assert old.valid.upper == new.valid.lower
        text.write_text("# Trzy\n", encoding="utf-8")
        load_document_templates(tmp_path)
        assert [one.body for one in DocumentTemplate.objects.order_by("version")] == [
            "# Jeden\n",
            "# Trzy\n",
        ]

    def test_the_english_receipt_is_issued_in_english(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        load_document_templates()
        act = LegalAct.objects.create(code="x", kind="order", title="Sprawa")
        document = issue(
            "application-receipt",
            "en",
            get("application_receipt").samples(),
            about=act,
            actor="job:test",
        )
        assert document.title.startswith("Receipt of application")
        assert 'lang="en"' in document.html
