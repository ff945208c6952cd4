"""bin/manage update_translations: collect the strings of the whole tree into the Polish catalogue.

Needs xgettext (Debian's gettext) as makemessages does; serving the product does not.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.translations import (
    BASE_DIR,
    CATALOGUE,
    LOCALE_PATHS,
    PLURAL_FORMS,
    compile_stale,
    is_translated,
    merge,
)

# Only what a person reads in the product: no tests, no tools, nothing that others wrote.
IGNORED = [
    ".venv*",
    "var*",
    "node_modules*",
    "tests*",
    "bench*",
    "fixtures*",
    "docs*",
    "locale*",  # else strings of config would go to the folder beside them
]


@contextlib.contextmanager
def _collecting_into(locale: Path) -> Iterator[None]:
    """makemessages walks the current folder and writes to the first of LOCALE_PATHS."""
    folder, paths = Path.cwd(), settings.LOCALE_PATHS
    os.chdir(BASE_DIR)
    settings.LOCALE_PATHS = [locale]
    try:
        yield
    finally:
        os.chdir(folder)
        settings.LOCALE_PATHS = paths


def _collect(locale: Path) -> polib.POFile:
    """The catalogue with the strings of today; translations that still apply are kept.

    The folder `locale` is written to; what stands in the product's catalogue is its beginning.
    """
    written = locale / CATALOGUE.relative_to(LOCALE_PATHS[0])
    written.parent.mkdir(parents=True)
    if CATALOGUE.exists():
        shutil.copy(CATALOGUE, written)
    with _collecting_into(locale):
        call_command(
            "makemessages",
            locale=["pl"],
            ignore_patterns=IGNORED,
            no_wrap=True,
            no_obsolete=True,
            add_location="file",
            verbosity=0,
        )
    catalogue = polib.pofile(str(written), wrapwidth=0)
    catalogue.header = "Polish of Zasoby; written by bin/manage update_translations."
    catalogue.metadata = {
        "Project-Id-Version": "zasoby",
        "Language": "pl",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS,
    }
    catalogue.metadata_is_fuzzy = False
    for entry in catalogue:
        if entry.fuzzy:  # a guess of msgmerge from a similar string: worse than none
            entry.flags.remove("fuzzy")
            entry.msgstr = ""
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
    return catalogue


class Command(BaseCommand):
    help = "Collect translatable strings into config/locale/pl; list what has no Polish yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from",
            dest="snippets",
            nargs="+",
            type=Path,
            default=[],
            metavar="FILE",
            help="take translations from these .po files; with --replace later ones win",
        )
        parser.add_argument(
            "--replace", action="store_true", help="let them replace translations that are there"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; fail if a string is missing, superfluous or untranslated",
        )

    def handle(self, *, snippets: list[Path], replace: bool, check: bool, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            catalogue = _collect(Path(scratch) / "locale")
        if check:
            self._check(catalogue)
            return
        for path in snippets:
            report = merge(catalogue, polib.pofile(path.read_text("utf-8")), replace=replace)
            self.stdout.write(f"{path.name}: {len(report.filled)} taken")
            for msgid in report.unused:
                self.stdout.write(f"  no longer used: {msgid!r}")
        catalogue.sort(key=lambda entry: (entry.msgctxt or "", entry.msgid))
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(CATALOGUE))
        compile_stale()
        missing = [entry for entry in catalogue if not is_translated(entry)]
        for entry in missing:
            places = ", ".join(path for path, _line in entry.occurrences)
            self.stdout.write(f"no Polish: {entry.msgid!r} ({places})")
        self.stdout.write(f"{len(catalogue)} strings, {len(missing)} without Polish")

    def _check(self, collected: polib.POFile) -> None:
        known = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
        there = {(e.msgctxt, e.msgid) for e in known if not e.obsolete}
        used = {(e.msgctxt, e.msgid) for e in collected if not e.obsolete}
        faults = [f"not collected: {msgid!r}" for _c, msgid in sorted(used - there, key=str)]
        faults += [f"no longer used: {msgid!r}" for _c, msgid in sorted(there - used, key=str)]
        faults += [f"no Polish: {e.msgid!r}" for e in known if not is_translated(e)]
        if faults:
            raise CommandError("\n".join([*faults, "run bin/manage update_translations"]))
        self.stdout.write(f"{len(used)} strings, all in Polish")
