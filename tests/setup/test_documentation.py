"""What the documents promise is there."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READ_BY_PYTHON = re.compile(r"""(?:env\.\w+|environ\.get)\(\s*["']([A-Z][A-Z0-9_]+)["']""")
READ_BY_SHELL = re.compile(r"\$\{([A-Z][A-Z0-9_]+):-")
# What our own processes tell each other.
INTERNAL = {"EMBEDDED", "SHOWN_FROM", "TEST_MEDIA_ROOT"}


def test_every_variable_that_is_read_is_documented():
    told = set(re.findall(r"`([A-Z0-9_]+)`", (ROOT / "docs" / "configuration.md").read_text()))
    read = set()
    for path in [*ROOT.glob("*/**/*.py"), *ROOT.glob("bin/*")]:
        inside = path.relative_to(ROOT).parts[0]
        if inside not in {".venv", "var", "tests", "node_modules"} and path.is_file():
            text = path.read_text()
            read |= set(READ_BY_PYTHON.findall(text))
            if inside == "bin":
                read |= set(READ_BY_SHELL.findall(text))
    assert read - INTERNAL <= told


def test_the_scripts_of_the_readme_can_be_run():
    scripts = set(re.findall(r"bin/[a-z]+", (ROOT / "README.md").read_text()))
    assert scripts >= {"bin/run", "bin/test", "bin/manage", "bin/db", "bin/pytest"}
    assert all((ROOT / name).stat().st_mode & 0o111 for name in scripts)
