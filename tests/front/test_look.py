"""The look keeps its promises: contrast of every pair, equal dark themes, icons that exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from records.icons import ICONS

ROOT = Path(settings.BASE_DIR)
TOKENS = (ROOT / "config" / "static" / "zasoby" / "tokens.css").read_text("utf-8")
SHEETS = sorted(set(ROOT.glob("*/static/**/*.css")) - set(ROOT.glob("var/**/*.css")))

# The table of docs/look.md: pair, least ratio (WCAG 2.1: 4.5 for text by 1.4.3, 3 for graphics and
# controls by 1.4.11), ratio in the light and in the dark theme.
ROW = re.compile(r"\| `([\w-]+)` on `([\w-]+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|")
PAIRS = [
    (ink, ground, *map(float, ratios))
    for ink, ground, *ratios in ROW.findall((ROOT / "docs" / "look.md").read_text("utf-8"))
]


def block(start: str) -> str:
    """The declarations between the braces that follow `start`."""
    body = TOKENS[TOKENS.index(start) + len(start) :]
    return body[body.index("{") + 1 : body.index("}")]


def values(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", text))


LIGHT = values(block(":root"))
DARK_BY_SYSTEM = block(':root:not([data-theme="light"])')
DARK_BY_CHOICE = block('\n:root[data-theme="dark"]')
PRINT = values(block(':root, :root[data-theme="dark"]'))
DARK = LIGHT | values(DARK_BY_CHOICE)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("ink", "ground", "least", "light", "dark"), PAIRS)
def test_pair_has_the_contrast_that_is_written_and_needed(ink, ground, least, light, dark):
    assert contrast(LIGHT[ink], LIGHT[ground]) == pytest.approx(light, abs=0.006)
    assert contrast(DARK[ink], DARK[ground]) == pytest.approx(dark, abs=0.006)
    assert min(light, dark) >= least


def test_every_ink_of_words_and_signs_has_a_pair():
    inks = {"ink", "ink-2", "primary", "on-primary", "ok", "wait", "stop", "hold", "mute"}
    inks |= {"line-strong", "focus", "map-label", "map-room", "map-prem", "map-cc", "map-city"}
    assert {ink for ink, *_ in PAIRS} >= inks


def test_both_dark_blocks_are_equal():
    assert DARK_BY_SYSTEM.split() == DARK_BY_CHOICE.split()


def test_dark_theme_says_every_colour():
    coloured = {name for name, value in LIGHT.items() if value.startswith("#")}
    assert coloured == {n for n, v in values(DARK_BY_CHOICE).items() if v.startswith("#")}


def test_print_is_light():
    assert {name: LIGHT[name] for name in PRINT} == PRINT


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_colours_stand_in_the_tokens_only(sheet):
    if sheet.name == "tokens.css":
        return
    found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*})", sheet.read_text("utf-8")))
    assert found <= {"#fff"}, "white paper for print and codes is all that stands outside"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_variable_is_defined(sheet):
    text = sheet.read_text("utf-8")
    local = set(re.findall(r"--([\w-]+)\s*:", text))
    assert set(re.findall(r"var\(--([\w-]+)", text)) <= set(LIGHT) | local


def test_sprite_and_list_of_icons_agree():
    sprite = ROOT / "config" / "templates" / "_icons.html"
    assert set(re.findall(r'<symbol id="i-([\w-]+)"', sprite.read_text("utf-8"))) == ICONS
