"""The editor of a rubric: by keyboard, saved by itself, and without scripts."""

from __future__ import annotations

import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from evalhub.models import ActionLog, User
from rubrics.actions import start_draft, write_draft
from rubrics.content import spec_of
from rubrics.models import RubricVersion
from rubrics.spec import RubricSpec
from tests.browser.conftest import SignIn

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SAVED = re.compile(r"^Saved \d\d:\d\d$")


@pytest.fixture
def draft(rubric: RubricVersion, lena: User) -> RubricVersion:
    return start_draft(actor=lena, rubric=rubric.rubric)


@pytest.fixture
def blank(draft: RubricVersion, lena: User) -> RubricVersion:
    """A draft in which nothing is written yet."""
    return write_draft(actor=lena, version=draft, spec=RubricSpec())


def editor(version: RubricVersion) -> str:
    return f"/admin/rubrics/rubricversion/{version.pk}/change/"


def open_editor(page: Page, version: RubricVersion) -> None:
    """Open the editor of a draft, and wait until its scripts are there."""
    page.goto(editor(version))
    expect(page.locator("#draft[data-ready]")).to_be_attached()


def cards(page: Page) -> Locator:
    return page.locator("[data-card]")


def titles(page: Page) -> list[str]:
    return page.locator("[data-outline-list] .title").all_inner_texts()


def state(page: Page) -> Locator:
    return page.locator("[data-state]")


def write_levels(page: Page, card: Locator, *labels: str) -> None:
    """Type a level after the other, from label to label by Tab."""
    for at, label in enumerate(labels):
        card.get_by_label("Label", exact=True).nth(at).focus()
        page.keyboard.type(label)


# ---------------------------------------------------------------- by keyboard, saved by itself
def test_it_writes_copies_and_moves_criteria_by_keyboard_and_saves_them_by_itself(
    sign_in: SignIn, blank: RubricVersion, lena: User
) -> None:
    page = sign_in(lena)
    open_editor(page, blank)
    page.locator("#id_criteria-0-title").focus()
    page.keyboard.type("Sharpness")
    write_levels(page, cards(page).first, "Soft", "Sharp")
    for title in ("Colour", "Noise"):
        page.locator("#new-criterion").focus()
        page.keyboard.press("Enter")
        expect(cards(page).last.get_by_label("Title")).to_be_focused()
        page.keyboard.type(title)
        write_levels(page, cards(page).last, "Bad", "Good")
    assert titles(page) == ["Sharpness", "Colour", "Noise"]

    copy = cards(page).first.get_by_role("button", name="Copy this criterion")
    copy.focus()
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_count(4)
    expect(cards(page).nth(1).get_by_label("Title")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" of the edges")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(cards(page).last.get_by_label("Title")).to_be_focused()
    expect(state(page)).to_have_text(SAVED)

    page.reload()
    expect(page.locator("#draft[data-ready]")).to_be_attached()
    written = ["Sharpness", "Colour", "Noise", "Sharpness of the edges"]
    assert titles(page) == written
    spec = spec_of(RubricVersion.objects.get(pk=blank.pk))
    assert [criterion.title for criterion in spec.criteria] == written
    assert [criterion.key for criterion in spec.criteria][:3] == ["sharpness", "colour", "noise"]
    assert [level.label for level in spec.criteria[3].levels] == ["Soft", "Sharp"]


def test_it_goes_from_the_outline_to_a_criterion_and_moves_it_there(
    sign_in: SignIn, draft: RubricVersion, lena: User
) -> None:
    page = sign_in(lena)
    open_editor(page, draft)
    line = page.locator("[data-outline-list] a").filter(has_text="Beauty")
    line.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-outline-list] a").nth(1)).to_be_focused()
    assert titles(page) == ["Plausibility", "Beauty", "Alignment"]
    page.get_by_role("button", name="Fold all").click()
    expect(cards(page).nth(1).get_by_label("Title")).to_be_hidden()
    page.locator("[data-outline-list] a").nth(1).press("Enter")
    expect(cards(page).nth(1).get_by_label("Title")).to_be_focused()
    expect(cards(page).nth(1).get_by_label("Title")).to_have_value("Beauty")


def test_it_puts_a_removed_criterion_back(
    sign_in: SignIn, draft: RubricVersion, lena: User
) -> None:
    page = sign_in(lena)
    open_editor(page, draft)
    cards(page).first.get_by_role("button", name="Remove this criterion").click()
    expect(state(page)).to_have_text(SAVED)
    assert list(draft.criteria.in_order().values_list("title", flat=True)) == [
        "Alignment",
        "Beauty",
    ]
    page.get_by_role("button", name="Put this criterion back").press("Enter")
    expect(state(page)).to_have_text("Not saved yet")
    expect(state(page)).to_have_text(SAVED)
    assert draft.criteria.count() == 3


def test_it_makes_levels_of_pasted_lines(sign_in: SignIn, blank: RubricVersion, lena: User) -> None:
    page = sign_in(lena)
    open_editor(page, blank)
    page.locator("#id_criteria-0-title").fill("Quality")
    label = cards(page).first.get_by_label("Label", exact=True).first
    label.evaluate(
        """(field, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          const paste = { clipboardData, bubbles: true, cancelable: true };
          field.dispatchEvent(new ClipboardEvent("paste", paste));
        }""",
        "Bad\nPoor\nFair\nGood\nExcellent\n",
    )
    page.keyboard.press("Control+Enter")
    expect(state(page)).to_have_text(SAVED)
    levels = blank.criteria.get().levels.values_list("value", "label")
    expected = [(1, "Bad"), (2, "Poor"), (3, "Fair"), (4, "Good"), (5, "Excellent")]
    assert list(levels) == expected
    second = cards(page).first.locator("[data-row]").nth(1).get_by_label("Label", exact=True)
    second.focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Control+Enter")
    expect(state(page)).to_have_text(SAVED)
    first = cards(page).first.locator("[data-row]").first
    expect(first.get_by_label("Label", exact=True)).to_have_value("Poor")
    expect(first.get_by_label("Number", exact=True)).to_have_value("1")


def test_it_shows_what_is_typed_at_once_and_what_is_to_be_mended(
    sign_in: SignIn, draft: RubricVersion, lena: User
) -> None:
    page = sign_in(lena)
    open_editor(page, draft)
    page.get_by_label("Title").first.fill("Believability")
    preview = page.locator("#preview")
    expect(preview.locator("legend").first).to_contain_text("Believability")
    cards(page).nth(1).get_by_label("Type").select_option("binary")
    expect(page.locator("#review")).to_contain_text("To mend before publishing")
    line = page.locator("[data-outline-list] a").nth(1)
    expect(line).to_contain_text("to mend")


def test_it_shows_what_a_type_asks_for(sign_in: SignIn, draft: RubricVersion, lena: User) -> None:
    page = sign_in(lena)
    open_editor(page, draft)
    card = cards(page).first
    card.get_by_label("Type").select_option("count")
    expect(card.get_by_label("Lowest")).to_be_visible()
    expect(card.locator("[data-levels]")).to_be_hidden()
    card.get_by_label("Lowest").fill("3")
    card.get_by_label("Type").select_option("binary")
    expect(card.get_by_label("Lowest")).to_be_hidden()
    expect(card.get_by_label("Label", exact=True).first).to_have_value("Broken")
    defect = card.get_by_label("Answer that is the defect")
    expect(defect.locator("option", has_text="Poor")).to_be_attached()
    card.get_by_label("Type").select_option("count")
    expect(card.get_by_label("Lowest")).to_have_value("3")


# ---------------------------------------------------------------- nothing typed is lost
def test_it_brings_back_what_the_server_never_got(
    sign_in: SignIn, draft: RubricVersion, lena: User
) -> None:
    page = sign_in(lena)
    open_editor(page, draft)
    page.route("**/autosave/", lambda route: route.abort())
    page.locator("#new-criterion").click()
    page.keyboard.type("Typed offline")
    expect(state(page)).to_contain_text("the server does not answer")
    other = page.context.new_page()  # the first is gone, as after a crash
    page.close(run_before_unload=False)
    open_editor(other, draft)
    assert "Typed offline" in titles(other)
    expect(state(other)).to_have_text(SAVED)
    assert draft.criteria.filter(title="Typed offline").exists()


def test_it_shows_both_texts_when_two_leads_edit_one_draft(
    sign_in: SignIn, draft: RubricVersion, lena: User
) -> None:
    page, other = sign_in(lena), sign_in(lena)
    open_editor(page, draft)
    open_editor(other, draft)
    other.get_by_label("Instruction").fill("The other text.")
    expect(state(other)).to_have_text(SAVED)
    page.get_by_label("Instruction").fill("My text.")
    expect(state(page)).to_contain_text("saved this draft meanwhile. Save to see both.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_contain_text("not saved yet")
    expect(page.get_by_label("Instruction")).to_have_value("My text.")
    expect(page.locator("#preview")).to_contain_text("The other text.")
    expect(page.locator("#draft[data-ready]")).to_be_attached()
    page.get_by_role("button", name="Save draft").click()
    expect(state(page)).to_have_text(SAVED)
    draft.refresh_from_db()
    assert draft.instruction == "My text."


def test_it_writes_no_log_row_for_an_unchanged_draft(
    sign_in: SignIn, draft: RubricVersion, lena: User
) -> None:
    page = sign_in(lena)
    open_editor(page, draft)
    entries = ActionLog.objects.count()
    page.keyboard.press("Control+Enter")
    expect(state(page)).to_have_text(SAVED)
    assert ActionLog.objects.count() == entries


# ---------------------------------------------------------------- example images
def test_it_takes_an_example_image_at_once_and_refuses_another_in_words(
    sign_in: SignIn, draft: RubricVersion, lena: User
) -> None:
    page = sign_in(lena)
    open_editor(page, draft)
    row = cards(page).first.locator("[data-row]").first
    row.locator("summary").click()
    chooser = row.get_by_label("Example image", exact=True)
    chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(row.locator("[data-example-problem]")).to_be_visible()
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(picture, "PNG")
    chooser.set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    shown = row.get_by_alt_text("Example of this level")
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", 640)
    expect(state(page)).to_have_text(SAVED)
    example = draft.criteria.in_order()[0].levels.all()[0].example
    assert example is not None
    assert (example.width, example.height) == (640, 427)


# ---------------------------------------------------------------- without scripts
def test_it_writes_and_publishes_without_scripts(
    sign_in: SignIn, draft: RubricVersion, lena: User
) -> None:
    page = sign_in(lena, java_script_enabled=False)
    page.goto(editor(draft))
    cards(page).nth(0).get_by_label("Place").fill("9")
    cards(page).nth(1).get_by_label("Remove", exact=True).check()
    page.locator("#new-criterion").click()
    new = cards(page).last
    new.get_by_label("Title").fill("Remark")
    new.get_by_label("Type").select_option("text")
    new.get_by_role("button", name="Show what the chosen type needs").click()
    new = cards(page).last
    new.get_by_label("Most characters").fill("80")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft v2 is saved.")).to_be_visible()
    cards(page).last.get_by_role("button", name="Copy this criterion").click()
    expect(cards(page)).to_have_count(4)
    spec = spec_of(RubricVersion.objects.get(pk=draft.pk))
    assert [criterion.title for criterion in spec.criteria] == [
        "Beauty",
        "Plausibility",
        "Remark",
        "Remark",
    ]
    assert [criterion.settings for criterion in spec.criteria[2:]] == [{"max_length": 80}] * 2


# ---------------------------------------------------------------- how it looks
@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)])
def test_it_satisfies_axe_with_everything_unfolded(
    sign_in: SignIn, draft: RubricVersion, lena: User, scheme: str, size: dict[str, int]
) -> None:
    page = sign_in(lena, color_scheme=scheme, viewport=size)
    open_editor(page, draft)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
