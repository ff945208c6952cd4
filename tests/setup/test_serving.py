"""bin/_serve.py: web server and worker come up together and go down together."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.setup.conftest import clean_environment
from tests.setup.database import url_of_this_database

SERVE = settings.BASE_DIR / "bin" / "_serve.py"


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(free_port: int, tmp_path) -> Iterator[subprocess.Popen[str]]:
    environment = clean_environment(
        HOST="127.0.0.1",
        PORT=str(free_port),
        SECRET_KEY="only-for-tests",
        DATABASE_URL=url_of_this_database(),
        MAIL_DIR=str(tmp_path),
        WEB_WORKERS="1",
    )
    process = subprocess.Popen(
        [sys.executable, SERVE, "serve"], env=environment, stderr=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.stderr.close()
    process.wait()


def wait_for(process: subprocess.Popen[str], text: str) -> str:
    """Read what it says until `text`; its children hold the pipe too, so an end would come."""
    said = ""
    while text not in said:
        line = process.stderr.readline()
        assert line, f"ended without saying {text!r}:\n{said}"
        said += line
    return said


def children_of(process: subprocess.Popen[str]) -> list[int]:
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in told.split()]


def wait_until_gone(pids: list[int]) -> None:
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        with os.fdopen(descriptor) as ended:
            # A pidfd becomes readable when its process ends.
            assert select.select([ended], [], [], 30)[0], f"process {pid} is still there"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_answers_and_a_signal_takes_everything_down(server, free_port, number):
    wait_for(server, f"http://127.0.0.1:{free_port}")
    children = children_of(server)
    assert len(children) == 2

    server.send_signal(number)

    assert server.wait(timeout=30) == 0
    wait_until_gone(children)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", free_port))


@pytest.mark.django_db(transaction=True)
def test_killing_it_takes_the_children_too(server):
    wait_for(server, "Zasoby is at")
    children = children_of(server)
    server.kill()
    wait_until_gone(children)


@pytest.mark.django_db(transaction=True)
def test_if_one_of_them_ends_all_end_and_it_says_so(server):
    wait_for(server, "Zasoby is at")
    web, worker = children_of(server)
    os.kill(worker, signal.SIGKILL)
    wait_for(server, "a process ended by itself")
    assert server.wait(timeout=30) == 1
    wait_until_gone([web])


def test_a_taken_port_is_said_clearly_with_a_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = subprocess.run(
            [sys.executable, SERVE, "check"],
            env=clean_environment(HOST="127.0.0.1", PORT=str(port)),
            capture_output=True,
            text=True,
            check=False,
        )
    assert answer.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in answer.stderr
    assert "is free: PORT=" in answer.stderr
