"""The project's settings with secrets of its own, cheap password hashes and no static manifest."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("SEAL_KEY", "only-for-tests-too")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
os.environ.setdefault("STATIC_FROM_SOURCE", "true")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("EMAIL_URL", "memory://")

from newsroom.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # On disk, so that the live server's threads see the same database as the test; a file for each run.
    DATABASES["default"]["TEST"]["NAME"] = (
        Path(tempfile.gettempdir()) / f"newsroom-test-{os.getpid()}.sqlite3"
    )
