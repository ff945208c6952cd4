"""Pictures that people send: decoded, turned upright, made smaller, and written anew.

Nothing of the original file is kept: no EXIF (which tells where and when somebody was), no colour
profile, no bytes after the picture. Writing anew also means that what is served is a picture.
"""

import hashlib
import io
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from records.clock import now
from records.models import StoredFile
from records.problems import Invalid

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")


def store_picture(upload: BinaryIO, *, name: str, actor: str, public: bool = True) -> StoredFile:
    """Re-encode and keep a picture (JPEG; PNG where it has few colours, such as a plan).

    Raises Invalid for what is no JPEG, PNG or WebP, is over 12 MB, or over 40 million pixels.
    """
    data = upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Invalid(_("The picture is larger than 12 MB. Send a smaller one."), field="file")
    picture = _decoded(data)
    content, content_type = _encoded(picture)
    stored = StoredFile(
        name=name[:200],
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        width=picture.width,
        height=picture.height,
        public=public,
        created_at=now(),
        created_by=actor,
    )
    stored.file.save("", ContentFile(content), save=False)
    stored.save()
    return stored


def _decoded(data: bytes) -> Image.Image:
    problem = Invalid(_("This is not a picture we can read. Send JPEG, PNG or WebP."), field="file")
    try:
        # The header alone tells the size: a bomb is refused before it is unpacked.
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Invalid(
                    _("The picture has more than 40 million pixels. Send a smaller one."),
                    field="file",
                )
            opened.load()
            picture = ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise problem from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture


def _encoded(picture: Image.Image) -> tuple[bytes, str]:
    drawing = picture.convert("RGB").getcolors(maxcolors=4096) is not None
    out = io.BytesIO()
    # A fresh image of the pixels alone: info and EXIF stay behind.
    clean = Image.new("RGB", picture.size, "white")
    clean.paste(picture.convert("RGBA"), mask=picture.convert("RGBA").getchannel("A"))
    if drawing:
        clean.save(out, "PNG", optimize=True)
        return out.getvalue(), "image/png"
    clean.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue(), "image/jpeg"
