"""The work page in a real browser: judging by keyboard and by mouse."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from evalhub.models import Project, User
from tasks.models import Assignment, Judgment, Task
from tests.browser.conftest import SignIn
from tests.browser.work import active, open_task, scores


def test_it_judges_by_keyboard_alone(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    first = page.url
    page.keyboard.press("4")
    assert active(page) == "alignment"
    page.keyboard.press("3")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != first and "/assignments/" in url)
    assert scores() == {"plausibility": 4.0, "alignment": 3.0}
    expect(page.locator(".work-bar .today")).to_contain_text("1 today")
    viewing = Judgment.objects.get().viewing
    assert (viewing["viewport_width"], viewing["pixel_ratio"]) == (1440.0, 1.0)
    assert 0 < viewing["largest_zoom"] < 1


def test_it_stays_where_a_reason_is_needed_and_takes_it(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    first = page.url
    page.keyboard.press("2")
    assert active(page) == "plausibility"
    needed = page.locator("#criterion-plausibility [data-needed-now]")
    expect(needed).to_have_text("Needed now, at least 20 characters.")
    expect(needed).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.type("Two suns 1 2 3 s g z")  # single keys rest while typing
    expect(page.locator(".length").first).to_have_text("20 / 20")
    page.keyboard.press("Escape")
    assert active(page) == "alignment"
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != first and "/assignments/" in url)
    judgment = Judgment.objects.get()
    answers = {score.criterion.key: score for score in judgment.scores.all()}
    assert answers["plausibility"].justification == "Two suns 1 2 3 s g z"
    assert answers["alignment"].state == "not_applicable"


def test_it_moves_between_criteria_and_types_numbers(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    for _ in range(2):
        page.keyboard.press("j")
    assert active(page) == "beauty"
    page.keyboard.press("7")
    page.keyboard.type("5")
    expect(page.locator("#id_beauty")).to_have_value("75")
    expect(page.locator("[data-scale-slider]")).to_have_js_property("value", "75")
    page.keyboard.press("Enter")  # goes on instead of submitting
    assert active(page) == "plausibility"
    assert not Judgment.objects.exists()
    page.keyboard.press("k")
    assert active(page) == "plausibility"


def test_it_shows_the_words_of_the_level_in_focus(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    words = page.locator("#criterion-plausibility .words:not(.none)")
    assert [words.nth(index).is_visible() for index in range(5)] == [False] * 5
    page.locator("#id_plausibility_3").check(force=True)
    expect(words.nth(3)).to_be_visible()
    page.locator("label[for=id_plausibility_0]").hover()
    expect(words.nth(0)).to_be_visible()
    expect(words.nth(3)).to_be_hidden()


def test_it_goes_on_to_the_next_criterion_after_a_press_of_the_mouse(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    page.locator("label[for=id_plausibility_4]").click()
    expect(page.locator("#criterion-alignment")).to_have_class(re.compile("is-active"))
    page.keyboard.press("1")
    expect(page.locator("#id_alignment_0")).to_be_checked()


def test_it_says_what_is_missing_and_takes_the_focus_there(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(
        ["Plausibility: say why, in at least 20 characters.", "Alignment: choose an answer."]
    )
    summary.get_by_role("link").first.click()
    expect(page.locator("#id_plausibility-why")).to_be_focused()
    assert not Judgment.objects.exists()


def test_it_skips_by_keyboard(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    page.keyboard.press("s")
    expect(page.get_by_label("Why do you skip it?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("summary", has_text="Skip")).to_be_focused()
    page.keyboard.press("s")
    expect(page.get_by_label("Why do you skip it?")).to_be_focused()
    page.get_by_label("Why do you skip it?").select_option("other")
    page.keyboard.press("Tab")
    page.keyboard.type("Drawn by my brother")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That task does not come to you again.")).to_be_visible()
    assert Assignment.objects.get(state="skipped").skip_note == "Drawn by my brother"


def test_it_lists_the_keys_and_lets_single_keys_be_switched_off(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("4")
    expect(page.locator("#id_plausibility_3")).not_to_be_checked()
    page.reload()
    open_task(page, project)
    page.keyboard.press("4")
    expect(page.locator("#id_plausibility_3")).not_to_be_checked()


def test_it_leaves_keys_with_a_modifier_to_the_browser(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    for combination in ("Alt+4", "Control+b", "Alt+s"):
        page.keyboard.press(combination)
    expect(page.locator("#id_plausibility_3")).not_to_be_checked()
    expect(page.locator(".pane")).to_have_attribute("data-surround", "dark")
    expect(page.locator("details.popup[open]")).to_have_count(0)


def test_it_counts_active_time_and_stops_when_nobody_is_there(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    page.clock.install()
    open_task(page, project)
    page.keyboard.press("j")
    page.clock.run_for("00:30")
    active_seconds = page.locator("[name=work-active_seconds]")
    expect(active_seconds).to_have_value(re.compile(r"^(29|3\d)$"))
    page.clock.run_for("10:00")
    expect(active_seconds).to_have_value(re.compile(r"^(59|6\d)$"))
    expect(page.locator("[data-active-time]")).to_have_text("1 min")
