"""The Polish catalogue: current, complete, and in one voice with what the libraries say."""

import re
from pathlib import Path

import polib
import pytest
from allauth import account
from django import conf, forms
from django.contrib import auth
from django.core.management import CommandError, call_command
from django.utils.translation import override

from config import translations
from config.translations import CATALOGUE, LOCALE_PATHS, is_translated, merge

OURS = polib.pofile(str(CATALOGUE))
LIBRARIES = polib.pofile(str(LOCALE_PATHS[1] / "pl" / "LC_MESSAGES" / "django.po"))


def test_catalogue_is_current_and_complete():
    try:
        call_command("update_translations", check=True)
    except CommandError as missing:
        pytest.fail(str(missing))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[.+\d]*[sdf]|\{\w*\}|%[sd](?!\w)", text))


def texts(entry: polib.POEntry) -> list[str]:
    return [text for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]


def test_translations_keep_their_placeholders():
    for entry in [*OURS, *LIBRARIES]:
        asked = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
        for text in texts(entry):
            kept = placeholders(text)
            # "one place" may leave its number out
            assert kept <= asked if entry.msgid_plural else kept == asked, entry.msgid


OFFICIALESE = re.compile(
    r"\b(należy \w+ć|celem|przedmiotow\w+|niniejsz\w+|zostanie rozpatrzon\w+)\b",
    re.IGNORECASE,
)
GENDERED = re.compile(r"\b\w+(?:łeś|łaś)\b")


def test_polish_speaks_to_the_person():
    for entry in [*OURS, *LIBRARIES]:
        for text in texts(entry):
            assert not OFFICIALESE.search(text), text
            assert not GENDERED.search(text), f"the reader may be a woman or a man: {text}"
            assert '"' not in re.sub(r"<[^>]+>", "", text), f"quotation marks are „…”: {text}"


def test_strings_of_libraries_are_still_theirs():
    catalogues = [Path(conf.__file__).parent, Path(auth.__file__).parent]
    catalogues.append(Path(account.__file__).parent.parent)
    theirs = {
        (entry.msgid, entry.msgid_plural)
        for folder in catalogues
        for entry in polib.pofile(str(folder / "locale" / "pl" / "LC_MESSAGES" / "django.po"))
    }
    assert {(entry.msgid, entry.msgid_plural) for entry in LIBRARIES} <= theirs


def test_libraries_speak_in_our_voice():
    with override("pl"):
        form = forms.Form({})
        form.fields["name"] = forms.CharField()
        assert form.errors["name"] == ["Wypełnij to pole."]


class TestMerge:
    def entry(self, msgid: str, msgstr: str = "", **values) -> polib.POEntry:
        return polib.POEntry(msgid=msgid, msgstr=msgstr, **values)

    def catalogue(self, *entries: polib.POEntry) -> polib.POFile:
        made = polib.POFile()
        made.extend(entries)
        return made

    def test_fills_what_is_empty(self):
        ours = self.catalogue(self.entry("yes"))
        report = merge(ours, self.catalogue(self.entry("yes", "tak")), replace=False)
        assert (ours[0].msgstr, report.filled) == ("tak", ["yes"])

    def test_leaves_what_is_there_unless_told(self):
        ours = self.catalogue(self.entry("yes", "tak"))
        merge(ours, self.catalogue(self.entry("yes", "owszem")), replace=False)
        assert ours[0].msgstr == "tak"
        merge(ours, self.catalogue(self.entry("yes", "owszem")), replace=True)
        assert ours[0].msgstr == "owszem"

    def test_tells_what_nobody_uses(self):
        report = merge(self.catalogue(), self.catalogue(self.entry("yes", "tak")), replace=False)
        assert report.unused == ["yes"]

    def test_context_tells_words_apart(self):
        ours = self.catalogue(self.entry("open", msgctxt="door"), self.entry("open"))
        given = self.catalogue(self.entry("open", "otwarte", msgctxt="door"))
        merge(ours, given, replace=False)
        assert [one.msgstr for one in ours] == ["otwarte", ""]

    def test_a_guess_is_no_translation(self):
        assert not is_translated(self.entry("yes", "może", flags=["fuzzy"]))


def test_compiles_only_what_is_older_than_its_text(tmp_path):
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="yes", msgstr="tak"))
    catalogue.save(str(folder / "django.po"))
    assert translations.compile_stale([tmp_path]) == [folder / "django.mo"]
    assert translations.compile_stale([tmp_path]) == []
