"""Settings of the test suite: the product's own, with a throw-away place for its data."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("EVALHUB_SECRET_KEY", "only-for-the-test-suite-0123456789abcdefgh")
os.environ.setdefault("EVALHUB_HTTPS", "0")
os.environ.setdefault("EVALHUB_ADMIN_SECOND_FACTOR", "0")
os.environ.setdefault("EVALHUB_LOG_LEVEL", "WARNING")
if "EVALHUB_DATA_DIR" not in os.environ:
    os.environ["EVALHUB_DATA_DIR"] = tempfile.mkdtemp(prefix="evalhub-tests-")
    atexit.register(shutil.rmtree, os.environ["EVALHUB_DATA_DIR"], ignore_errors=True)
# A closed port: a test that needs the broker starts a real one.
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:9/0")

from evalhub.settings import *  # noqa: F403
from evalhub.settings import DATA_DIR, DATABASES, STORAGES

# A file, so that the live server and a worker process open the same database.
DATABASES["default"]["TEST"] = (
    {"NAME": str(DATA_DIR / "test.sqlite3")}
    if DATABASES["default"]["ENGINE"].endswith("sqlite3")
    else {}
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
# Empty: static files are found where they lie.
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
