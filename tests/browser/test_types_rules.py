"""Gates, conditions and the presentation of a rubric, in a real browser."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import expect

from evalhub.models import Project, User
from rubrics.spec import CriterionSpec, LevelSpec
from tasks.models import Assignment, Rendition, Task
from tests import cast, paint
from tests.browser.conftest import PHOTO, SignIn, levels
from tests.browser.work import active, open_task, press, scores, stored, submit

GATE = CriterionSpec(
    "feasible",
    "binary",
    "Feasible",
    levels=(LevelSpec(0, "No", key="no"), LevelSpec(1, "Yes", key="yes")),
    gate_low=0,
    gate_high=0,
)
QUALITY = CriterionSpec("quality", "ordinal", "Quality", levels=levels("Bad", "Fair", "Good"))
WHY_BAD = CriterionSpec(
    "cause",
    "choice",
    "Cause",
    levels=levels("Noise", "Blur"),
    condition_effect="show",
    condition_criterion="quality",
    condition_low=1,
    condition_high=1,
)
REMARK = CriterionSpec(
    "remark",
    "text",
    "Remark",
    is_required=False,
    justification_rule="never",
    condition_effect="require",
    condition_criterion="quality",
    condition_low=1,
    condition_high=2,
)


def make_task(project: Project, mo: User, *roles: str) -> Task:
    [task] = cast.make_tasks(project, mo)
    suns = ((250, 210, 90), (200, 9, 9), (9, 9, 200))
    pictures = [PHOTO, *(paint.draw_scene(900, 600, sun=sun) for sun in suns)]
    paint.hang(task, *zip(roles or ("candidate",), pictures, strict=False))
    return task


def test_it_asks_nothing_more_once_a_gate_closes(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, GATE, QUALITY)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    press(page, "2", "3", "k", "1")
    quality = page.locator("#criterion-quality")
    expect(quality).to_contain_text("Not asked: it is ruled out by the answer to “Feasible”.")
    expect(page.locator("#id_quality_2")).to_be_hidden()
    press(page, "j")
    assert active(page) == "feasible"
    kept = submit(page)
    assert (kept["feasible"].number, kept["quality"].state) == (0, "void")
    assert kept["quality"].number is None


def test_it_asks_what_an_earlier_answer_calls_for(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, QUALITY, WHY_BAD, REMARK)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    cause = page.locator("#criterion-cause")
    expect(cause).to_contain_text("Not asked: it depends on “Quality”.")
    expect(page.locator("[data-progress]")).to_have_text("0 of 2")
    press(page, "1")
    assert active(page) == "cause"
    expect(cause).not_to_contain_text("Not asked")
    press(page, "2", "Control+Enter")
    summary = page.locator(".error-summary")
    expect(summary.get_by_role("link")).to_have_count(1)
    expect(summary).to_contain_text("Remark")
    summary.get_by_role("link").click()
    page.keyboard.type("Noisy")
    kept = submit(page)
    assert (kept["cause"].number, kept["remark"].text) == (2, "Noisy")


def test_it_submits_by_itself_where_there_is_one_decision(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, QUALITY, presentation={"layout": "single"})
    make_task(project, mo)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    first = page.url
    press(page, "3")
    page.wait_for_url(lambda url: url != first and "/assignments/" in url)
    assert scores() == {"quality": 3.0}
    page.locator("label[for=id_quality_0]").click()
    page.wait_for_url(lambda url: "/assignments/" not in url)
    assert scores() == {"quality": 1.0}


def test_it_waits_for_the_reason_before_it_submits_by_itself(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    asked = CriterionSpec(
        "quality",
        "ordinal",
        "Quality",
        levels=levels("Bad", "Good"),
        justification_rule="band",
        justification_band_low=1,
        justification_band_high=1,
        justification_min_length=5,
    )
    cast.release_rubric(project, lena, asked, presentation={"layout": "single"})
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    press(page, "1", "e")
    page.keyboard.type("Blurred")
    press(page, "Escape")
    page.wait_for_url(lambda url: "/assignments/" not in url)
    assert stored()["quality"].justification == "Blurred"


def test_it_blurs_pictures_until_somebody_wants_to_see_them(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, QUALITY, presentation={"blurs": True})
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    image = page.locator("[data-viewport] img")
    expect(image).to_have_css("filter", "blur(40px)")
    page.get_by_role("button", name="Show image").press("Enter")
    expect(image).to_have_css("filter", "none")
    plain = sign_in(rosa, java_script_enabled=False)
    plain.goto(page.url)
    expect(plain.locator("[data-viewport] img")).to_have_css("filter", "blur(40px)")
    plain.locator("summary", has_text="Show image").press("Enter")
    expect(plain.locator("[data-viewport] img")).to_have_css("filter", "none")


def test_it_serves_every_pixel_on_white_with_facts_beside_them(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    shown = {"images": "original", "surround": "white", "shows_facts": True}
    cast.release_rubric(project, lena, QUALITY, presentation=shown)
    task = make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    full = Rendition.objects.get(image__tasks=task, kind=Rendition.Kind.FULL)
    image = page.locator("[data-viewport] img")
    expect(image).to_have_attribute("src", full.get_absolute_url())
    expect(page.locator("figcaption")).to_contain_text("2400 × 1600, 3.8 megapixels, PNG")
    expect(page.locator("[data-viewport]")).to_have_css("background-color", "rgb(255, 255, 255)")
    press(page, "b")
    expect(page.locator("[data-viewport]")).to_have_css("background-color", "rgb(48, 48, 48)")


def test_it_names_the_pictures_in_the_order_shown(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, CriterionSpec("pair", "pairwise", "Better image"))
    make_task(project, mo, "candidate", "candidate")
    held = cast.claim(rosa, project)
    Assignment.objects.filter(pk=held.pk).update(image_order=[1, 0])
    page = sign_in(rosa)
    page.goto(reverse("assignment", args=[held.pk]))
    pictures = page.locator(".picture")
    expect(pictures.locator("[data-name]")).to_have_text(["Image A", "Image B"])
    assert [one.get_attribute("data-position") for one in pictures.all()] == ["1", "0"]
    expect(page.locator(".criterion.is-active")).to_have_count(1)
    press(page, "1")  # the left one, which stands at position 1, is better
    assert submit(page)["pair"].number == 1
