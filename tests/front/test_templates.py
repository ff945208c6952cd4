"""What every template must keep: strict CSP, order of apps, strings that can be translated."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)
# Lowest first: a template may name its own app and those before it.
ORDER = ["records", "maps", "organisations", "resources", "premises", "civic_centres", "config"]
TEMPLATES = sorted(path for app in ORDER for path in (ROOT / app).glob("templates/**/*.*"))
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]

COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
BLOCK_OF_WORDS = re.compile(r"\{%\s*blocktrans.*?%\}.*?\{%\s*endblocktrans\w*\s*%\}", re.DOTALL)
TAG = re.compile(r"\{[%{].*?[%}]\}", re.DOTALL)
POLISH = re.compile(r"[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")
# The city is called the same in both languages.
NAMES = re.compile(r"Kraków")
URL_TAG = re.compile(r"\{%\s*url\s+[\"']([^\"']+)[\"']")


def app_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def source(path: Path) -> str:
    return COMMENT.sub("", path.read_text("utf-8"))


def each(paths: list[Path]):
    return pytest.mark.parametrize(
        "path", paths, ids=[str(path.relative_to(ROOT)) for path in paths]
    )


@each(TEMPLATES)
def test_template_compiles(path):
    engines["django"].from_string(path.read_text("utf-8"))


@each(PAGES)
def test_no_style_and_no_script_in_the_page(path):
    text = source(path)
    assert not re.search(r"<[^>]+\sstyle\s*=", text), "style attribute: CSP refuses it"
    assert "<style" not in text
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", text), "event attribute: CSP refuses it"
    assert "javascript:" not in text
    for opening in re.findall(r"<script[^>]*>", text):
        assert "src=" in opening or 'type="application/json"' in opening, opening


@each(PAGES)
def test_nothing_comes_from_other_hosts(path):
    tag = r"<(?:script|img|iframe|source|video|link)\b[^>]*?(?:src|href)=\"https?:"
    assert not re.search(tag, source(path))


@each(PAGES)
def test_static_files_exist(path):
    for name in re.findall(r"\{%\s*static\s+[\"']([^\"']+)[\"']", source(path)):
        assert finders.find(name), f"{name}: served with hashed names, this page would be a 500"


@each(TEMPLATES)
def test_source_is_english(path):
    left = NAMES.sub("", source(path))
    assert not POLISH.search(left), "Polish comes through gettext; the source is English"


@each(PAGES)
def test_words_go_through_gettext(path):
    text = BLOCK_OF_WORDS.sub("", source(path))
    text = re.sub(r"<(kbd|code|pre)\b.*?</\1>", "", text, flags=re.DOTALL)
    bare = re.findall(r">\s*([A-Z][a-z]+(?: [a-z]+)+)[^<>]*<", TAG.sub("", text))
    assert not bare


def app_of_name(name: str) -> str | None:
    """The app that a template name or a URL name belongs to; None for shared ones."""
    head = re.split(r"[/:]", name, maxsplit=1)[0]
    return head if head in ORDER else None


def libraries() -> dict[str, str]:
    """Tag libraries of ours with the app they stand in."""
    found = ROOT.glob("*/templatetags/*.py")
    return {path.stem: app_of(path) for path in found if path.stem != "__init__"}


@each(TEMPLATES)
def test_template_knows_only_lower_apps(path):
    text = source(path)
    named = re.findall(r"\{%\s*(?:include|extends|url)\s+[\"']([^\"']+)[\"']", text)
    apps = {app_of_name(name) for name in named} - {None}
    ours = libraries()
    for loaded in re.findall(r"\{%\s*load\s+([^%]+?)\s*%\}", text):
        apps |= {ours[word] for word in loaded.split(" from ")[-1].split() if word in ours}
    rank = ORDER.index(app_of(path))
    above = {app for app in apps if ORDER.index(app) > rank}
    assert not above, f"{app_of(path)} must not know {above}"


def url_names(resolver: URLResolver | None = None, namespace: str = "") -> set[str]:
    names = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            if entry.name:
                names.add(f"{namespace}{entry.name}")
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            names |= url_names(entry, inner)
    return names


@each(TEMPLATES)
def test_url_names_exist(path):
    assert set(URL_TAG.findall(source(path))) <= url_names()
