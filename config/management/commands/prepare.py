"""bin/manage prepare: bring database and static files up to date. bin/run calls it each time."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.utils import get_files
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from organisations import sample_accounts
from records.models import DataSource

SAMPLE_SOURCE = "sample-city"  # load_sample_city writes this source in its own transaction


class Command(BaseCommand):
    help = "Migrate, load the sample city once, collect static files if they changed"

    def handle(self, *args: Any, **options: Any) -> None:
        collecting = self._begin_collecting_static_files()
        try:
            self._migrate()
            self._load_sample_city()
        finally:
            if collecting is not None:
                collecting.wait()
        if collecting is not None:
            if collecting.returncode:
                raise CommandError("collectstatic failed, see above")
            _stamp().write_text(_fingerprint_of_static_files())

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            with self._step(f"{len(plan)} migrations"):
                call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)

    def _load_sample_city(self) -> None:
        sample_accounts.refuse_in_public()
        if not settings.SAMPLE_CITY or sample_accounts.is_public():
            return
        if DataSource.objects.filter(code=SAMPLE_SOURCE).exists():
            return
        with self._step("the sample city"):
            call_command("load_sample_city", verbosity=0)

    def _begin_collecting_static_files(self) -> "subprocess.Popen[bytes] | None":
        """In a process of its own, beside the migrations; None if nothing changed."""
        stamp = _stamp()
        if stamp.exists() and stamp.read_text() == _fingerprint_of_static_files():
            return None
        command = [sys.executable, sys.argv[0], "collectstatic", "--noinput", "--clear"]
        return subprocess.Popen([*command, "--verbosity", "0"])  # noqa: S603 -- our own command

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.stderr.write(f"    {name}: {time.monotonic() - began:.1f} s")


def _stamp() -> Path:
    return Path(settings.STATIC_ROOT) / ".made-from"


def _fingerprint_of_static_files() -> str:
    """Changes when any static file of ours or of a package does: path, size, time of change."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for storage in getattr(finder, "storages", {}).values():
            for path in sorted(get_files(storage)):
                status = Path(storage.path(path)).stat()
                seen.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return seen.hexdigest()
