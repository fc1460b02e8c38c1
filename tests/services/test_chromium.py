from pathlib import Path

import pytest

from tests.services.chromium import ChromiumError, find_chromium


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a search path without any browser."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    return tmp_path


def make_program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_it_takes_the_named_browser_before_the_search_path(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = make_program(nowhere / "bin" / "chromium")
    assert find_chromium() == on_path

    named = make_program(nowhere / "elsewhere" / "my-browser")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert find_chromium() == named


def test_it_does_not_pass_over_a_named_browser_that_is_missing(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_program(nowhere / "bin" / "chromium")
    monkeypatch.setenv("CHROMIUM", "no-such-browser")

    with pytest.raises(ChromiumError, match="CHROMIUM=no-such-browser is not a program"):
        find_chromium()


def test_it_takes_playwrights_newest_where_the_system_has_none(nowhere: Path) -> None:
    browsers = nowhere / "browsers"
    make_program(browsers / "chromium-999" / "chrome-linux" / "chrome")
    newest = make_program(browsers / "chromium-1234" / "chrome-linux64" / "chrome")
    make_program(browsers / "firefox-2000" / "chrome-linux" / "chrome")

    found = find_chromium()

    # A Mac keeps its browsers outside of any search path.
    assert found == newest or str(found).startswith("/Applications/")
