"""What production refuses to start with; each case in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SECRET = "Zq8-vT3n_Lk2xWm7RcY5hPd0sFgJb4uAeNiOo1Qw9t6MzXa3SvD8kTrB_pCy"


def start(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a management command with a bare production environment and `environment` added."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("EVALHUB_")}
    # The browser's fixture may have set the second one, if its tests run in this process too.
    for name in ("DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"):
        own.pop(name, None)
    own |= {
        "DJANGO_SETTINGS_MODULE": "evalhub.settings",
        "EVALHUB_DATA_DIR": str(tmp_path),
        "EVALHUB_ALLOWED_HOSTS": "evalhub.example",
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=own | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_passes_the_deployment_check_without_a_warning(tmp_path: Path) -> None:
    done = start(
        tmp_path, "check", "--deploy", "--fail-level", "WARNING", EVALHUB_SECRET_KEY=SECRET
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "EVALHUB_SECRET_KEY is not set. Make one with"),
        ({"EVALHUB_SECRET_KEY": "too-short"}, "is short or a sample value"),
        ({"EVALHUB_SECRET_KEY": "change-me-" + "x" * 50}, "is short or a sample value"),
        ({"EVALHUB_SECRET_KEY": "django-insecure-" + "x" * 50}, "is short or a sample value"),
        ({"EVALHUB_SECRET_KEY": SECRET, "EVALHUB_DEBUG": "1"}, "EVALHUB_DEBUG shows source code"),
        ({"EVALHUB_SECRET_KEY": SECRET, "EVALHUB_DEBUG": "perhaps"}, "Set it to 1 or 0."),
        ({"EVALHUB_SECRET_KEY": SECRET, "EVALHUB_PROXY_COUNT": "two"}, "Set it to a whole number."),
    ],
)
def test_it_refuses_to_start_and_says_why(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    done = start(tmp_path, "check", **environment)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert SECRET not in done.stderr + done.stdout


def test_it_makes_cookies_for_https_only(tmp_path: Path) -> None:
    code = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,"
        " s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.ADMIN_REQUIRES_SECOND_FACTOR)"
    )
    done = start(tmp_path, "shell", "-v0", "-c", code, EVALHUB_SECRET_KEY=SECRET)
    assert done.stdout.split() == ["True"] * 6, done.stderr
