"""The Polish catalogue: kept as text (.po), compiled (.mo) where the product is set up.

Source strings are English. `config/locale` holds our own strings, `config/locale_libraries` those
that the libraries leave untranslated or say in another voice; both are in LOCALE_PATHS.

    python -m config.translations     compiles what is older than its text; needs no Django
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polib

BASE_DIR = Path(__file__).resolve().parent.parent
LOCALE_PATHS = [BASE_DIR / "config" / "locale", BASE_DIR / "config" / "locale_libraries"]
CATALOGUE = LOCALE_PATHS[0] / "pl" / "LC_MESSAGES" / "django.po"

PLURAL_FORMS = (
    "nplurals=3; plural=(n==1 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
)  # fmt: skip


@dataclass
class MergeReport:
    """What a merge did: entries filled, entries of the files that no source uses."""

    filled: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def compile_stale(folders: Iterable[Path] = tuple(LOCALE_PATHS)) -> list[Path]:
    """Write .mo beside each .po that is newer; return what was written."""
    written = []
    for folder in folders:
        for text in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            compiled = text.with_suffix(".mo")
            if compiled.exists() and compiled.stat().st_mtime >= text.stat().st_mtime:
                continue
            polib.pofile(str(text)).save_as_mofile(str(compiled))
            written.append(compiled)
    return written


def is_translated(entry: polib.POEntry) -> bool:
    """All its forms are filled and nobody has to look at it again."""
    if entry.fuzzy:
        return False
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def merge(catalogue: polib.POFile, snippets: polib.POFile, *, replace: bool) -> MergeReport:
    """Fill empty entries of the catalogue from the snippets; `replace` overwrites others too."""
    report = MergeReport()
    wanted = {(e.msgctxt, e.msgid): e for e in catalogue if not e.obsolete}
    for given in snippets:
        entry = wanted.get((given.msgctxt, given.msgid))
        if entry is None:
            report.unused.append(given.msgid)
            continue
        if not is_translated(given) or (is_translated(entry) and not replace):
            continue
        if bool(entry.msgid_plural) != bool(given.msgid_plural):
            report.unused.append(given.msgid)
            continue
        entry.msgstr = given.msgstr
        entry.msgstr_plural = dict(given.msgstr_plural)
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        report.filled.append(entry.msgid)
    return report


if __name__ == "__main__":
    compile_stale()
