"""bin/db: a private cluster that starts by itself and goes when the last user goes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.setup.conftest import Script, clean_environment


@pytest.fixture
def borrow(checkout: Path) -> list[str]:
    """The command of somebody who uses the database until its standard input ends."""
    script = f'source "{checkout}/bin/_lib.sh"; use_database; echo using; cat; release_database'
    return ["bash", "-c", script]


def test_start_status_stop_may_each_be_repeated(script: Script):
    assert script("db", "status").returncode == 3
    for _ in range(2):
        assert script("db", "start").returncode == 0
        assert script("db", "status").returncode == 0
    for _ in range(2):
        assert script("db", "stop").returncode == 0
        assert script("db", "status").returncode == 3


def test_the_products_role_can_make_databases_with_all_extensions_but_is_no_superuser(
    script: Script,
):
    answer = script(
        "db",
        "psql",
        "-Atc",
        "create database another",
        "-c",
        "\\connect another",
        "-c",
        "select string_agg(extname, ' ' order by extname) from pg_extension",
        "-c",
        "select rolsuper from pg_roles where rolname = current_user",
        "-c",
        "select 'ćma' < 'dąb' collate \"pl-x-icu\"",
    )
    assert answer.stdout.splitlines() == [
        "CREATE DATABASE",
        'You are now connected to database "another" as user "app".',
        "btree_gist pg_trgm plpgsql postgis unaccent",
        "f",
        "t",
    ]


def test_nobody_else_reaches_socket_data_and_secret(script: Script, checkout: Path):
    script("db", "start")
    secrets = ["var/run", "var/pg", "var/mail", "var/files", "var/log", "var/secret_key"]
    modes = {name: (checkout / name).stat().st_mode & 0o777 for name in secrets}
    assert modes == dict.fromkeys(secrets, 0o700) | {"var/secret_key": 0o600}
    listening = script("db", "psql", "-Atc", "show listen_addresses").stdout
    assert listening == "\n"


def test_a_command_leaves_the_database_as_it_found_it(script: Script):
    script("db", "psql", "-c", "select 1")
    assert script("db", "status").returncode == 3
    script("db", "start")
    script("db", "psql", "-c", "select 1")
    assert script("db", "status").returncode == 0


def test_the_last_user_stops_it(script: Script, borrow: list[str]):
    users = [
        subprocess.Popen(
            borrow,
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [user.stdout.readline() for user in users] == ["using\n", "using\n"]
    users[0].communicate()
    assert script("db", "status").returncode == 0
    users[1].communicate()
    assert script("db", "status").returncode == 3


def test_a_killed_user_does_not_keep_it_from_starting_again(script: Script, borrow: list[str]):
    user = subprocess.Popen(
        borrow, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    user.stdout.readline()
    user.kill()
    user.communicate()
    assert script("db", "psql", "-Atc", "select 1").stdout == "1\n"
    assert script("db", "status").returncode == 3


def test_data_survive_a_restart_and_destroy_removes_them(script: Script, checkout: Path):
    script("db", "psql", "-c", "create table kept as select 7 as number")
    assert script("db", "psql", "-Atc", "select number from kept").stdout == "7\n"
    script("db", "destroy")
    assert not (checkout / "var" / "pg").exists()


def test_with_database_url_the_cluster_stays_down(script: Script, checkout: Path):
    answer = subprocess.run(
        [checkout / "bin" / "db", "start"],
        env=clean_environment(DATABASE_URL="postgis://nowhere/app"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "DATABASE_URL is set" in answer.stderr
    assert script("db", "status").returncode == 3


def test_a_clone_in_a_folder_closed_to_others_works_too(tmp_path: Path):
    """pytest's folders are its user's alone, as /root is. Root needs a mount namespace for it."""
    checkout = tmp_path / "checkout"
    shutil.copytree(settings.BASE_DIR / "bin", checkout / "bin")
    shutil.copy(settings.BASE_DIR / "manage.py", checkout)
    may_mount = not subprocess.run(["unshare", "--mount", "true"], check=False).returncode

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [checkout / "bin" / "db", *arguments]
        return subprocess.run(
            command, env=clean_environment(), capture_output=True, text=True, check=False
        )

    answer = run("psql", "-Atc", "select 1")
    if os.geteuid() == 0 and not may_mount:
        assert "cannot read" in answer.stderr
    else:
        assert answer.stdout == "1\n"
        assert (checkout / "var" / "pg" / "PG_VERSION").exists()
        assert run("destroy").returncode == 0
