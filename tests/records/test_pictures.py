"""Pictures are written anew: nothing of the sender's file survives but what it shows."""

import io

import pytest
from PIL import Image

from records import pictures
from records.pictures import store_picture
from records.problems import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo(size=(64, 48), file_format="JPEG", **options) -> io.BytesIO:
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, file_format, **options)
    out.seek(0)
    return out


def stored_bytes(stored) -> bytes:
    with stored.file.open("rb") as file:
        return file.read()


def test_exif_is_gone_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "who took it and where"
    stored = store_picture(photo(exif=exif), name="a", actor="person:1")
    data = stored_bytes(stored)
    assert b"who took it" not in data
    assert not Image.open(io.BytesIO(data)).getexif()
    assert (stored.width, stored.height) == (48, 64)


def test_bytes_after_the_picture_are_gone():
    upload = photo()
    polyglot = io.BytesIO(upload.read() + b"<script>alert(1)</script>")
    assert b"script" not in stored_bytes(store_picture(polyglot, name="a", actor="person:1"))


def test_a_large_picture_is_made_smaller():
    stored = store_picture(photo((2400, 1200)), name="a", actor="person:1")
    assert (stored.width, stored.height) == (1600, 800)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="svg"),
        pytest.param(b"GIF89a" + b"0" * 40, id="gif"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"0" * 40, id="broken jpeg"),
        pytest.param(b"%PDF-1.7", id="pdf"),
    ],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Invalid):
        store_picture(io.BytesIO(data), name="a", actor="person:1")


def test_a_bomb_is_refused_by_its_header(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS", 1000)
    with pytest.raises(Invalid, match="40"):
        store_picture(photo(), name="a", actor="person:1")


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_BYTES", 100)
    with pytest.raises(Invalid):
        store_picture(photo(), name="a", actor="person:1")
