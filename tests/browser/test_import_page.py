"""Importing pictures in a real browser: choose or drop them, watch the batch, see its tasks."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from evalhub.models import Project, User
from tasks import jobs
from tasks.models import Batch, Image, Task
from tests import paint
from tests.browser.conftest import SignIn

DROP = """async ({ zone, files }) => {
  const dropped = new DataTransfer();
  for (const [name, size] of files) dropped.items.add(new File([new Uint8Array(size)], name));
  for (const type of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(type, { dataTransfer: dropped, cancelable: true }));
  }
}"""


@pytest.fixture
def pictures(transactional_db: None, tmp_path: Path) -> list[Path]:
    """A picture, and a text that is none."""
    scene = paint.draw_scene(300, 200, sun=(250, 210, 90))
    scene.save(tmp_path / "valley.png")
    (tmp_path / "notes.png").write_text("These are notes, not a picture.")
    return [tmp_path / "valley.png", tmp_path / "notes.png"]


def open_import(page: Page, project: Project) -> None:
    page.goto(reverse("import", args=[project.slug]))
    expect(page.locator("[data-said]")).to_contain_text("You can drop them here")


def drop(page: Page, *files: tuple[str, int]) -> None:
    zone = page.locator("[data-drop]").element_handle()
    page.evaluate(DROP, {"zone": zone, "files": [list(file) for file in files]})


def test_it_shows_the_batch_growing_until_its_tasks_are_there(
    sign_in: SignIn, project: Project, mo: User, pictures: list[Path]
) -> None:
    page = sign_in(mo)
    open_import(page, project)
    page.set_input_files("input[type=file]", pictures)
    expect(page.locator("[data-said]")).to_contain_text("2 files, 0.0 MB")
    page.fill("input[name=name]", "Valleys")
    page.click("button.primary")
    expect(page.locator("h1")).to_have_text("Valleys")
    expect(page.locator("#import-progress")).to_have_text("Waiting for a worker to begin")
    batch = Batch.objects.get()
    jobs.run_import(batch.pk)
    expect(page.get_by_text("1 image can be judged.")).to_be_visible()
    expect(page.locator("#report")).to_have_text("Files that were not added")
    expect(page.get_by_role("row", name="notes.png")).to_contain_text("This is a text file")
    expect(page.locator("#rendition-progress")).to_contain_text("of 0 of 1 image")
    jobs.make_renditions(Image.objects.get().pk)
    expect(page.locator("#rendition-progress")).to_contain_text("of 1 of 1 image")
    expect(page.locator("#batch-status[hx-get]")).to_have_count(0)
    page.click("text=Show its tasks")
    shown = page.locator(".task-tile img")
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("picture => picture.naturalWidth") == 300
    page.click(".task-tile")
    expect(page.locator("h1")).to_have_text(Task.objects.get().key)


def test_it_takes_dropped_files_and_says_what_is_too_much(
    sign_in: SignIn, project: Project, mo: User, settings: Settings, transactional_db: None
) -> None:
    settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024
    settings.UPLOAD_MAX_FILES = 3
    page = sign_in(mo)
    open_import(page, project)
    said = page.locator("[data-said]")
    drop(page, ("a.png", 1000), ("b.png", 1000))
    expect(said).to_have_text("2 files, 0.0 MB")
    drop(page, ("large.png", 4 * 1024 * 1024))
    expect(said).to_contain_text("These are 4.0 MB; 3.0 MB can be sent in one go.")
    page.click("button.primary")
    expect(page.locator("input[type=file]")).to_be_focused()
    assert not Batch.objects.exists()
    drop(page, *((f"{n}.png", 10) for n in range(4)))
    expect(said).to_contain_text("These are 4 files; 3 can be sent in one go.")


def test_it_imports_without_scripts(
    sign_in: SignIn, project: Project, mo: User, pictures: list[Path]
) -> None:
    page = sign_in(mo, java_script_enabled=False)
    page.goto(reverse("import", args=[project.slug]))
    page.click("button.primary")
    expect(page.get_by_role("alert")).to_contain_text("Choose one or more pictures")
    page.set_input_files("input[type=file]", pictures)
    page.click("button.primary")
    expect(page.locator("h1")).to_have_text("Batch 1")
    jobs.run_import(Batch.objects.get().pk)
    page.reload()
    expect(page.get_by_text("1 image can be judged.")).to_be_visible()


def test_it_says_in_words_that_the_server_takes_no_more(
    sign_in: SignIn, project: Project, mo: User, pictures: list[Path], settings: Settings
) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    page = sign_in(mo, java_script_enabled=False)
    page.goto(reverse("import", args=[project.slug]))
    page.set_input_files("input[type=file]", pictures)
    page.click("button.primary")
    expect(page.get_by_role("alert")).to_contain_text("These files are over 100 bytes together")
    assert not Batch.objects.exists()
