"""The address of the test database, for a process of its own."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection


def database_url() -> str:
    """Return the DATABASE_URL by which another process opens the database of this test run."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(name).absolute()}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
