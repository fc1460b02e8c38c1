"""Take pictures of the running demo: `make demo` in one window, `make screenshots` in another.

    python -m tests.screenshots [--address http://127.0.0.1:8000] [--out screenshots] [--only work]

Each page is taken at the size of a laptop and of a phone, light and dark. The one that the README
shows is also written to docs/.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from evalhub.demo.ports import answers_http
from tests.services.chromium import LAUNCH_ARGS, find_chromium

SIZES = {"wide": (1440, 900), "phone": (390, 844)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
README_SHOT = ("work", "wide", "light")


@dataclass(frozen=True)
class Shot:
    """One page: who looks at it, where, the links or buttons that lead on, and what then shows."""

    name: str
    person: str
    path: str
    follow: tuple[str, ...] = ()
    shows: str = "main"


RUBRICS = "/admin/rubrics/rubric/"
RUBRIC = "main a[href*='/change/']"
DRAFT = ".page-head form button"

SHOTS = (
    Shot("sign-in", "", "/accounts/login/"),
    Shot("home-evaluator", "rosa", "/"),
    Shot("home-reviewer", "ada", "/"),
    Shot("home-lead", "lena", "/"),
    Shot("home-manager", "mo", "/"),
    Shot("project-manager", "mo", "/projects/generated-images/"),
    Shot("project-evaluator", "rosa", "/projects/generated-images/"),
    Shot("guideline", "rosa", "/projects/generated-images/guideline/"),
    Shot("work", "rosa", "/projects/generated-images/work/"),
    Shot("work-pair", "rosa", "/projects/edit-check/work/"),
    Shot(
        "work-guideline",
        "rosa",
        "/projects/generated-images/work/",
        ("[data-opens=guideline-drawer]",),
        "#guideline-drawer [data-guideline]",
    ),
    Shot("own-judgments", "rosa", "/projects/generated-images/mine/"),
    Shot("changes", "rosa", "/projects/generated-images/changes/"),
    Shot("tasks", "mo", "/projects/generated-images/tasks/"),
    Shot("task", "mo", "/projects/generated-images/tasks/", (".task-tile",)),
    Shot("import", "mo", "/projects/generated-images/import/"),
    Shot("batch", "mo", "/projects/generated-images/", ("main a[href*='/batches/']",)),
    Shot("members", "mo", "/projects/generated-images/members/"),
    Shot("settings", "mo", "/projects/generated-images/settings/"),
    Shot("project-new", "mo", "/projects/new/"),
    Shot("exports", "mo", "/projects/generated-images/exports/"),
    Shot("export", "mo", "/projects/generated-images/exports/1/"),
    Shot("admin", "lena", "/admin/"),
    Shot("inbox", "lena", "/admin/rubrics/feedback/"),
    Shot("rubrics", "lena", RUBRICS),
    Shot("rubric", "lena", RUBRICS, (RUBRIC,)),
    Shot(
        "rubric-version", "lena", RUBRICS, (RUBRIC, ".versions li:last-child .row-link"), ".readers"
    ),
    Shot(
        "rubric-import", "lena", RUBRICS, (RUBRIC, "main a[href$='/import/']"), "input[type=file]"
    ),
    Shot("rubric-draft", "lena", RUBRICS, (RUBRIC, DRAFT), "#draft"),
    Shot(
        "rubric-publish", "lena", RUBRICS, (RUBRIC, DRAFT, ".action-bar [name=publish]"), ".release"
    ),
    Shot("qa-queue", "ada", "/admin/reviews/audit/"),
    Shot("qa", "ada", "/admin/reviews/audit/", ("main a[href*='/change/']",)),
    Shot("not-found", "rosa", "/projects/no-such-project/"),
)


def main() -> int:
    """Take the pictures asked for; return 1 where there is no demo or no browser."""
    options = _read_arguments()
    chromium = find_chromium()
    if chromium is None:
        sys.stderr.write("There is no Chromium. Install one, or name it with CHROMIUM=path.\n")
        return 1
    if not answers_http(f"{options.address}/health/live/"):
        sys.stderr.write(f"Nothing answers at {options.address}. Start it with: make demo\n")
        return 1
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=list(LAUNCH_ARGS))
        for theme in THEMES:
            for size in SIZES:
                _take_all(browser, options, out, size, theme)
        browser.close()
    return 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots")
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--out", default="screenshots")
    parser.add_argument("--only", default="", help="names of shots, separated by commas")
    parser.add_argument("--password", default="evalhub-demo")
    return parser.parse_args()


def _take_all(
    browser: Browser,
    options: argparse.Namespace,
    out: Path,
    size: str,
    theme: Literal["light", "dark"],
) -> None:
    wanted = [name for name in options.only.split(",") if name]
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    for person in dict.fromkeys(shot.person for shot in shots):
        with _signed_in(browser, options, person, size, theme) as page:
            for shot in (shot for shot in shots if shot.person == person):
                page.goto(options.address + shot.path, wait_until="networkidle")
                for link in shot.follow:
                    page.locator(link).first.click()
                    page.wait_for_load_state("networkidle")
                page.locator(shot.shows).wait_for()
                image = page.screenshot(full_page=not shot.name.startswith("work"))
                (out / f"{shot.name}-{size}-{theme}.png").write_bytes(image)
                if (shot.name, size, theme) == README_SHOT:
                    Path("docs/work-page.png").write_bytes(image)
                sys.stdout.write(f"{shot.name} {size} {theme}: {page.url}\n")


@contextmanager
def _signed_in(
    browser: Browser,
    options: argparse.Namespace,
    person: str,
    size: str,
    theme: Literal["light", "dark"],
) -> Iterator[Page]:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        device_scale_factor=1 if size == "wide" else 2,
    )
    page = context.new_page()
    if person:
        page.goto(f"{options.address}/accounts/login/")
        page.fill("input[name=login]", person)
        page.fill("input[name=password]", options.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{options.address}/")
    yield page
    context.close()


if __name__ == "__main__":
    sys.exit(main())
