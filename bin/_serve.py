"""The last step of bin/run: the web server and the worker, up together and down together.

    _serve.py check                               is the address free?
    _serve.py serve [--embedded] [-- COMMAND...]  COMMAND drops to the account that serves

A process of its own because a shell that was started in the background ignores Ctrl-C for good.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
HOST = os.environ["HOST"]
PORT = int(os.environ["PORT"])
LOCK_FD = 9  # bin/_lib.sh: as long as it is open we count as a user of the database
START_SECONDS = 60
STOP_SECONDS = 10


def fail(message: str) -> NoReturn:
    sys.exit(f"run: {message}")


def is_free(port: int) -> bool:
    family = socket.AF_INET6 if ":" in HOST else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def check() -> None:
    """Say early and clearly that the address is taken."""
    if is_free(PORT):
        return
    other = next((port for port in range(PORT + 1, min(PORT + 50, 65536)) if is_free(port)), None)
    hint = f"; port {other} is free: PORT={other} bin/run" if other else ""
    fail(f"cannot listen on {HOST}:{PORT}, something else does already{hint}")


def answers() -> bool:
    """Whether a request gets an answer, whatever it says: a worker is up, not only the socket."""
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(HOST, HOST)  # noqa: S104 -- not a bind
    connection = HTTPConnection(reach, PORT, timeout=START_SECONDS)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


class Stop(Exception):  # noqa: N818 -- not an error
    """Somebody asked us to end."""


def ask_to_stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Stop


def start(account: list[str]) -> list[subprocess.Popen[bytes]]:
    """The children, in sessions of their own (Ctrl-C is ours alone), dying with us if we are
    killed, and not as root: `account` is the command that drops to the serving account."""
    python = sys.executable
    cores = len(os.sched_getaffinity(0))
    address = f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"
    web = [python, "-m", "gunicorn", "config.wsgi", "--bind", address]
    web += ["--workers", os.environ.get("WEB_WORKERS", str(max(2, cores)))]
    web += ["--threads", os.environ.get("WEB_THREADS", "4")]
    web += ["--no-control-socket", "--graceful-timeout", "5", "--log-level", "warning"]
    worker = [python, "manage.py", "work"]
    children = []
    for command in (web, worker):
        dropped = (
            [*account, "--pdeathsig", "TERM"] if account else ["setpriv", "--pdeathsig", "TERM"]
        )
        children.append(
            subprocess.Popen([*dropped, "--", *command], cwd=ROOT, start_new_session=True)
        )
    return children


def wait_until_up(children: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if any(child.poll() is not None for child in children):
            fail("the server ended while starting, see above")
        if time.monotonic() > deadline:
            fail(f"the server did not answer within {START_SECONDS} seconds")
        time.sleep(0.1)


def announce() -> None:
    accounts = ROOT / "var" / "sample_accounts.txt"
    if accounts.exists():
        print(f"\nSample accounts ({accounts.relative_to(ROOT)}):\n", file=sys.stderr)
        print(accounts.read_text(encoding="utf-8").rstrip(), file=sys.stderr)
    url = os.environ.get("SITE_URL") or f"http://{f'[{HOST}]' if ':' in HOST else HOST}:{PORT}"
    print(f"\nZasoby is at {url}   (Ctrl-C stops everything)", file=sys.stderr, flush=True)


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def serve(account: list[str]) -> int:
    stop_signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in stop_signals:
        signal.signal(number, ask_to_stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        children = start(account)
        wait_until_up(children)
        announce()
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        fail("a process ended by itself, see above")
    except Stop:
        print("\nrun: stopping", file=sys.stderr)
        return 0
    finally:
        # A second Ctrl-C must not leave half of it running.
        for number in stop_signals:
            signal.signal(number, signal.SIG_IGN)
        stop(children)


def leave_database() -> None:
    """Stop the embedded cluster if nobody else uses it: bin/_lib.sh, release_database."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    command = [ROOT / "bin" / "db", "leave"]
    subprocess.run(command, pass_fds=(LOCK_FD,), env=environment, check=False)


def main() -> int:
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    ours, account = sys.argv[1:at], sys.argv[at + 1 :]
    parser = argparse.ArgumentParser()
    parser.add_argument("action", choices=["check", "serve"])
    parser.add_argument("--embedded", action="store_true")
    options = parser.parse_args(ours)
    if options.action == "check":
        check()
        return 0
    try:
        return serve(account)
    finally:
        if options.embedded:
            leave_database()


if __name__ == "__main__":
    sys.exit(main())
