"""The scripts of bin/, run as a newcomer runs them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

Script = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def checkout() -> Iterator[Path]:
    """An empty checkout: the scripts alone, in a folder that other accounts can reach. Making a
    cluster takes seconds, so a module's tests share it, each beginning with a stopped one."""
    folder = Path(tempfile.mkdtemp(prefix="zasoby-checkout-"))
    folder.chmod(0o755)
    shutil.copytree(settings.BASE_DIR / "bin", folder / "bin")
    shutil.copy(settings.BASE_DIR / "manage.py", folder)
    yield folder
    subprocess.run([folder / "bin" / "db", "destroy"], env=clean_environment(), check=True)
    shutil.rmtree(folder)


@pytest.fixture
def script(checkout: Path) -> Script:
    """script("db", "start"): run one of the checkout's scripts to its end. First of all, the
    cluster is stopped."""

    def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [checkout / "bin" / name, *arguments],
            env=clean_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    run("db", "stop")
    return run


def clean_environment(**more: str) -> dict[str, str]:
    """Without what bin/pytest set for us."""
    ours = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "HOST", "PORT"}
    return {k: v for k, v in os.environ.items() if k not in ours} | more
