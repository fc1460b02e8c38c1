"""The Chromium that the browser tests drive."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

LAUNCH_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPLICATIONS = ("Chromium", "Google Chrome")


class ChromiumError(Exception):
    """Say that the program the environment names cannot be used."""


def find_chromium() -> Path | None:
    """Return the browser to start, or None where there is none.

    CHROMIUM in the environment goes before the search path, and that before Playwright's own. One
    that is named but cannot be run raises ChromiumError: it must not be passed over silently.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise ChromiumError(f"CHROMIUM={named} is not a program that can be run.")
        return Path(found)
    return next(_candidates(), None)


def _candidates() -> Iterator[Path]:
    on_path = (shutil.which(name) for name in NAMES)
    yield from (Path(found) for found in on_path if found)
    for name in MAC_APPLICATIONS:
        program = Path("/Applications") / f"{name}.app" / "Contents" / "MacOS" / name
        if os.access(program, os.X_OK):
            yield program
    yield from _playwrights_own()


def _playwrights_own() -> Iterator[Path]:
    """Yield the browsers that `playwright install` put there, the newest first."""
    homes = (
        Path.home() / ".cache" / "ms-playwright",
        Path.home() / "Library" / "Caches" / "ms-playwright",
    )
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = sorted(
        (
            folder
            for home in ((Path(named),) if named else homes)
            for folder in home.glob("chromium-[0-9]*")
        ),
        key=lambda folder: int(folder.name.rpartition("-")[2]),
        reverse=True,
    )
    for folder in folders:
        yield from folder.glob("chrome-linux*/chrome")
        yield from folder.glob("chrome-mac*/*.app/Contents/MacOS/*")
