"""What a machine lacks is installed, or said in one line each."""

import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.setup.conftest import clean_environment

BARE = "find_python() { return 1; }; pg_bin() { return 1; }; has_library() { return 1; };"
COMPLETE = "find_python() { echo python3; }; pg_bin() { echo /pg; }; has_library() { :; };"
ORDINARY = "is_root() { return 1; }; sudo() { return 1; };"
ROOT = "is_root() { :; };"


@pytest.fixture
def apt(tmp_path: Path) -> Path:
    """An apt-get that notes what it is asked for, and a package list of Debian 13."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "apt-get").write_text(f'#!/bin/sh\necho "$*" >>{tmp_path}/asked\n')
    (tools / "apt-cache").write_text(
        "#!/bin/sh\n"
        'case $1 in search) echo "postgresql-17-postgis-3 - Geographic objects"\n'
        'echo "postgresql-9-postgis-3 - old";; esac\n'
    )
    (tools / "mkdir").write_text("#!/bin/sh\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    return tools


def ensure(apt: Path, pretend: str, *, what: str = "") -> subprocess.CompletedProcess[str]:
    libraries = (
        f'source "{settings.BASE_DIR}/bin/_lib.sh"; source "{settings.BASE_DIR}/bin/_setup.sh"'
    )
    # Nothing of the real machine is touched: files of root's go nowhere.
    script = f"{libraries}; sh() {{ :; }}; rm() {{ :; }}; {pretend} ensure_packages {what}"
    environment = clean_environment()
    environment["PATH"] = f"{apt}:{environment['PATH']}"
    return subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, check=False
    )


def asked(apt: Path) -> list[str]:
    notes = apt.parent / "asked"
    return notes.read_text().splitlines() if notes.exists() else []


def test_a_complete_machine_is_left_alone(apt):
    answer = ensure(apt, COMPLETE + ROOT)
    assert (answer.returncode, answer.stderr, asked(apt)) == (0, "", [])


def test_an_ordinary_user_reads_one_line_for_each_absence(apt):
    answer = ensure(apt, BARE + ORDINARY)
    assert answer.returncode == 3
    assert answer.stderr.splitlines() == [
        "missing: Python 3.11 or newer with venv. Ask for: apt-get install python3 python3-venv",
        (
            "missing: PostgreSQL 15 or newer with PostGIS."
            " Ask for: apt-get install postgresql-17-postgis-3"
        ),
        (
            "missing: Pango, which sets the type of PDF documents."
            " Ask for: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ),
    ]
    assert asked(apt) == []


def test_root_gets_them_installed(apt):
    installs = BARE.replace(
        "pg_bin() { return 1; }", f'pg_bin() {{ [ -e "{apt.parent}/asked" ]; }}'
    )
    answer = ensure(apt, installs + ROOT)
    assert answer.returncode == 0, answer.stderr
    assert asked(apt) == [
        (
            "install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 python3 python3-venv"
            " postgresql-17-postgis-3 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        )
    ]


def test_the_tests_also_want_a_browser(apt):
    no_browser = "find_chromium() { return 1; };"
    answer = ensure(apt, COMPLETE + ORDINARY + no_browser, what="tests")
    assert answer.returncode == 3
    assert "CHROMIUM=/path" in answer.stderr


def test_elsewhere_than_on_debian_it_says_what_to_install(apt):
    elsewhere = 'command() { [ "$2" != apt-get ] && builtin command "$@"; };'
    answer = ensure(apt, BARE + ROOT + elsewhere)
    assert answer.returncode == 1
    assert "missing: PostgreSQL 15 or newer with PostGIS\n" in answer.stderr
    assert "neither Debian nor Ubuntu" in answer.stderr
