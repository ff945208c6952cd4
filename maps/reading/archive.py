"""Opening what was downloaded: a plain file, or the one data set inside a ZIP."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from maps.reading.features import UnreadableFile

MAX_BYTES = 512 * 2**20  # the national census grid unpacks to some 100 MB
MAX_ZIP_MEMBERS = 64
READABLE_SUFFIXES = (".geojson", ".json", ".gml", ".xml", ".gpkg", ".shp", ".dbf", ".csv")


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, date | None]]:
    """The one readable file at `path` or inside the ZIP there, and the date that the ZIP states."""
    if not path.is_file():
        raise UnreadableFile(
            _("There is no file at %(path)s. Download it first; addresses are not opened.")
            % {"path": path},
            code="not_a_file",
        )
    if path.suffix.lower() != ".zip":
        _check_size(path.stat().st_size)
        _check_suffix(path)
        yield path, None
        return
    with TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                yield _extract(archive, Path(folder))
        except zipfile.BadZipFile as error:
            raise UnreadableFile(
                _("%(name)s is damaged or no ZIP file. Download it again.") % {"name": path.name},
                code="bad_zip",
            ) from error


def _extract(archive: zipfile.ZipFile, folder: Path) -> tuple[Path, date | None]:
    members = [info for info in archive.infolist() if not info.is_dir()]
    if len(members) > MAX_ZIP_MEMBERS:
        raise UnreadableFile(
            _("The ZIP holds %(count)s files, at most %(most)s are read.")
            % {"count": len(members), "most": MAX_ZIP_MEMBERS},
            code="zip_too_many",
        )
    _check_size(sum(info.file_size for info in members))
    state_on = None
    for info in members:
        # Only the last part of the name counts, so that no member can leave the folder.
        target = folder / Path(info.filename.replace("\\", "/")).name
        written = 0
        with archive.open(info) as source, target.open("wb") as sink:
            while chunk := source.read(1 << 20):
                written += len(chunk)
                if written > info.file_size:
                    raise UnreadableFile(
                        _("The ZIP lies about the size of %(name)s.") % {"name": info.filename},
                        code="zip_lies",
                    )
                sink.write(chunk)
        if target.name == "__Aktualnosc__.txt":
            state_on = _stated_date(target.read_text("utf-8", errors="replace"))
    readable = [p for s in READABLE_SUFFIXES for p in sorted(folder.glob("*")) if _is(p, s)]
    shapefiles = {p.stem for p in readable if _is(p, ".shp")}
    readable = [p for p in readable if not (_is(p, ".dbf") and p.stem in shapefiles)]
    if len(readable) != 1:
        raise UnreadableFile(
            _("The ZIP must hold exactly one data set (%(suffixes)s); it holds %(count)s.")
            % {"suffixes": ", ".join(READABLE_SUFFIXES), "count": len(readable)},
            code="zip_contents",
        )
    return readable[0], state_on


def _is(path: Path, suffix: str) -> bool:
    return path.suffix.lower() == suffix


def _stated_date(text: str) -> date | None:
    match = re.search(r"\d{4}-\d{2}-\d{2}", text)
    try:
        return date.fromisoformat(match.group()) if match else None
    except ValueError:
        return None


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise UnreadableFile(
            _("The file is larger than %(most)s MB.") % {"most": MAX_BYTES // 2**20},
            code="too_large",
        )


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in READABLE_SUFFIXES:
        raise UnreadableFile(
            _("%(name)s: only %(suffixes)s and .zip are read.")
            % {"name": path.name, "suffixes": ", ".join(READABLE_SUFFIXES)},
            code="format",
        )
