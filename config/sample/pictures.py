"""Schematic floor plans of sample rooms, drawn from their area: neutral, and described in words.

A drawing promises nothing that a photograph of an invented room would pretend to show.
"""

import hashlib
import io
from math import ceil, sqrt
from uuid import NAMESPACE_URL, uuid5

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFont

from config.sample.city import City
from config.sample.reading import dice, table
from records.models import StoredFile
from resources.models import Resource, ResourcePhoto

WIDTH, HEIGHT, MARGIN = 960, 640, 96
WALL, PAPER, FLOOR, SEAT, LINE = "#3d4b58", "#f6f6f2", "#ffffff", "#c9d3da", "#6b7a86"
#: Beside the rooms of rooms_named.csv, one room in so many has a plan.
ONE_IN = 6


def build_pictures(city: City) -> None:
    """A plan for each named room and some others; files that are there already are kept."""
    named = {row["unit"] for row in table("rooms_named")}
    rooms = [
        room
        for room in city.rooms
        if room.is_sample
        and room.area_m2
        and (room.unit.code in named or dice("plan", room.code).randrange(ONE_IN) == 0)
    ]
    files, photos = [], []
    for room in rooms:
        width, depth = _sides(room)
        windows, rows = _shape(room)
        stored = _stored(city, room, _drawing(width, depth, windows, rows, _parts(room, city)))
        files.append(stored)
        photos.append(
            ResourcePhoto(
                resource=room,
                kind=ResourcePhoto.Kind.PLAN,
                file=stored,
                alt_pl=(
                    f"Rzut schematyczny: {_m(width)} na {_m(depth)} m, drzwi na dole po lewej, "
                    f"okna u góry: {windows}, "
                    + (f"rzędy siedzeń: {rows}" if rows else "bez siedzeń")
                    + ". Rysunek przykładowy."
                ),
                alt_en=(
                    f"Schematic plan: {width:.1f} by {depth:.1f} m, door at the lower left, "
                    f"windows at the top: {windows}, "
                    + (f"rows of seats: {rows}" if rows else "no seats")
                    + ". Sample drawing."
                ),
                credit="Zasoby",
                taken_on=city.days_ago(60),
            )
        )
    StoredFile.objects.bulk_create(files)
    ResourcePhoto.objects.bulk_create(photos)


def _sides(room: Resource) -> tuple[float, float]:
    """Width and depth in metres that give the room's area."""
    ratio = dice("sides", room.code).choice((1.15, 1.3, 1.5))
    width = round(sqrt(float(room.area_m2 or 0) * ratio), 1)
    return width, round(float(room.area_m2 or 0) / width, 1)


def _shape(room: Resource) -> tuple[int, int]:
    """Number of windows and of rows of seats; where one runs and dances there are none."""
    throw = dice("shape", room.code)
    if {"sport", "dance"} & set(room.room.activities):
        return throw.randint(2, 5), 0
    return throw.randint(2, 5), max(2, min(8, ceil(sqrt((room.capacity or 12) / 2))))


def _parts(room: Resource, city: City) -> int:
    return sum(other.part_of_id == room.pk for other in city.rooms)


def _m(metres: float) -> str:
    return f"{metres:.1f}".replace(".", ",")


def _drawing(width: float, depth: float, windows: int, rows: int, parts: int) -> bytes:
    """PNG of one room: walls, windows above, a door below, seats, dimensions, sectors dashed."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    scale = min((WIDTH - 2 * MARGIN) / width, (HEIGHT - 2 * MARGIN) / depth)
    w, h = width * scale, depth * scale
    left, top = (WIDTH - w) / 2, (HEIGHT - h) / 2
    right, bottom = left + w, top + h
    draw.rectangle((left, top, right, bottom), fill=FLOOR, outline=WALL, width=9)
    for number in range(windows):
        middle = left + w * (number + 1) / (windows + 1)
        half = min(w / (windows + 1) * 0.3, 60)
        draw.rectangle((middle - half, top - 1, middle + half, top + 9), fill=PAPER, outline=LINE)
    door = min(0.95 * scale, w / 4)
    draw.rectangle((left + 24, bottom - 9, left + 24 + door, bottom), fill=PAPER)
    draw.arc((left + 24 - door, bottom - door, left + 24 + door, bottom + door), 270, 360, LINE, 3)
    _seats(draw, (left, top, right, bottom), rows)
    for number in range(1, parts):
        x = left + w * number / parts
        for y in range(round(top) + 12, round(bottom) - 12, 28):
            draw.line((x, y, x, y + 14), fill=WALL, width=4)
    font = ImageFont.load_default(size=26)
    draw.text((WIDTH / 2, bottom + 34), f"{_m(width)} m", fill=WALL, font=font, anchor="mm")
    draw.text((left - 46, HEIGHT / 2), f"{_m(depth)} m", fill=WALL, font=font, anchor="mm")
    out = io.BytesIO()
    image.quantize(32).save(out, "PNG")
    return out.getvalue()


def _seats(draw: ImageDraw.ImageDraw, walls: tuple[float, float, float, float], rows: int) -> None:
    if not rows:
        return
    left, top, right, bottom = walls
    inner_w, inner_h = (right - left) * 0.7, (bottom - top) * 0.55
    columns = max(3, round(rows * inner_w / inner_h * 0.8))
    size = min(inner_w / columns, inner_h / rows) * 0.32
    for row in range(rows):
        for column in range(columns):
            x = left + (right - left) * 0.15 + inner_w * (column + 0.5) / columns
            y = top + (bottom - top) * 0.22 + inner_h * (row + 0.5) / rows
            draw.ellipse((x - size, y - size, x + size, y + size), fill=SEAT, outline=LINE)


def _stored(city: City, room: Resource, data: bytes) -> StoredFile:
    """The file under a key made from the room's code, so that the same city has the same files."""
    stored = StoredFile(
        key=uuid5(NAMESPACE_URL, f"urn:zasoby:sample:{room.code}"),
        name=f"{room.code}.png",
        content_type="image/png",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width=WIDTH,
        height=HEIGHT,
        public=room.visibility == Resource.Visibility.PUBLIC,
        created_at=city.moment_ago(60),
        created_by="command:load_sample_city",
    )
    storage = stored.file.storage
    path = stored.file.field.generate_filename(stored, stored.name)
    if storage.exists(path):
        storage.delete(path)
    stored.file.name = storage.save(path, ContentFile(data))
    return stored
