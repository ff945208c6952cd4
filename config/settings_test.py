"""Settings of the tests: the real thing on the real database, minus what only costs time.

Background jobs are not replaced: deferring one writes its row inside the test's transaction, as in
production, and a test that wants it run calls the job's function or a worker.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.settings import *  # noqa: F403 -- everything not named below stays as it is in service
from config.settings import DATABASES

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
SECRET_KEY = "only-for-tests"  # noqa: S105 -- guards nothing

# Written files go to a folder of this process, so that parallel runs don't meet.
_scratch = Path(tempfile.mkdtemp(prefix="zasoby-test-"))
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
# The process that builds the sample city of the browser tests keeps its pictures.
MEDIA_ROOT = Path(os.environ.get("TEST_MEDIA_ROOT", _scratch / "files"))
MAIL_DIR = _scratch / "mail"
SAMPLE_ACCOUNTS = _scratch / "sample_accounts.txt"
STATIC_ROOT = _scratch / "static"
STATIC_ROOT.mkdir()

# Hashed names need collectstatic first; the tests take static files from where they lie.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The lock-out after repeated failures has its own test, which switches it on.
AXES_ENABLED = False
# The same for the limits of sign-up and sign-in: their counts would outlive a test.
ACCOUNT_RATE_LIMITS = False

# A crash may lose the test database's last half second; nobody minds.
DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
