"""The pictures of the work page: zoom, comparison, surround."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from PIL import Image as Pillow
from PIL import ImageChops
from playwright.sync_api import Locator, Page, expect

from evalhub.models import Project, User
from tasks.models import Task
from tests import paint
from tests.browser.conftest import PHOTO, SignIn
from tests.browser.work import open_task, press


def shown(page: Page) -> Pillow.Image:
    """Return what the screen shows of the picture, pixel by pixel of the device."""
    page.mouse.move(1430, 10)  # away from the picture
    return Pillow.open(io.BytesIO(page.locator("[data-viewport]").screenshot())).convert("RGB")


def difference(one: Pillow.Image, other: Pillow.Image) -> int:
    """Return the largest difference of any channel of any pixel."""
    channels = ImageChops.difference(one, other.convert("RGB")).getextrema()
    return max(int(high) for _, high in channels)  # type: ignore[misc]


@pytest.mark.parametrize("ratio", [1, 2])
def test_it_shows_one_image_pixel_per_device_pixel_at_100_percent(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User, ratio: int
) -> None:
    page = sign_in(rosa, device_scale_factor=ratio)
    open_task(page, project)
    image = page.locator("[data-viewport] img")
    page.keyboard.press("z")
    expect(page.locator("[data-zoom-now]")).to_have_text("100 %")
    expect(image).to_have_js_property("naturalWidth", PHOTO.width)  # every pixel is there
    box = image.bounding_box()
    assert box is not None
    assert box["width"] * ratio == PHOTO.width
    # Down at the left edge, where the picture has stripes of a single pixel.
    page.locator("[data-viewport]").focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowDown")
    screen = shown(page)
    corner = PHOTO.crop((0, PHOTO.height - screen.height, screen.width, PHOTO.height))
    assert difference(screen, corner) <= 2
    page.keyboard.press("f")
    expect(page.locator("[data-zoom-now]")).not_to_have_text("100 %")


def test_it_zooms_at_the_pointer_and_stops_at_the_edges(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    viewport = page.locator("[data-viewport]")
    image = viewport.locator("img")
    room = viewport.bounding_box()
    assert room is not None
    point = (room["x"] + 300.0, room["y"] + 250.0)
    before = place_under(image, point)
    page.mouse.move(*point)
    page.mouse.wheel(0, -600)
    after = place_under(image, point)
    assert after == pytest.approx(before, abs=0.003)
    page.mouse.down()
    page.mouse.move(point[0] + 3000, point[1] + 3000)
    page.mouse.up()
    box = image.bounding_box()
    assert box is not None
    assert (box["x"], box["y"]) == pytest.approx((room["x"], room["y"]), abs=1)
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(image).to_have_css("image-rendering", "pixelated")  # beyond 200 %


def place_under(image: Locator, point: tuple[float, float]) -> tuple[float, float]:
    """Return which spot of the picture, from 0 to 1, lies under a point of the page."""
    box = image.bounding_box()
    assert box is not None
    return (point[0] - box["x"]) / box["width"], (point[1] - box["y"]) / box["height"]


def test_it_flicks_to_the_source_while_r_is_held(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    before, after = (paint.draw_scene(900, 600, sun=sun) for sun in ((250, 210, 90), (200, 9, 9)))
    paint.hang(tasks[0], ("source", before), ("edit", after))
    page = sign_in(rosa)
    open_task(page, project)
    source, edit = page.locator("[data-viewport]").all()
    overlay = edit.locator(".overlay")
    expect(overlay).to_be_hidden()
    page.keyboard.down("r")
    expect(overlay).to_be_visible()
    flicked = edit.screenshot()
    page.keyboard.up("r")
    expect(overlay).to_be_hidden()
    assert flicked == source.screenshot()
    assert flicked != edit.screenshot()
    page.keyboard.press("z")
    boxes = [one.locator("img").first.bounding_box() for one in (source, edit)]
    assert [box and box["width"] for box in boxes] == [900, 900]  # zoom is linked


def test_it_remembers_the_surround(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    viewport = page.locator("[data-viewport]")
    expect(viewport).to_have_css("background-color", "rgb(48, 48, 48)")
    page.keyboard.press("b")
    expect(viewport).to_have_css("background-color", "rgb(108, 108, 108)")
    page.keyboard.press("b")
    page.reload()
    expect(viewport).to_have_css("background-color", "rgb(255, 255, 255)")


def test_it_says_when_an_image_does_not_load(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    page.route("**/media/**", lambda route: route.abort())
    page.goto(reverse("work", args=[project.slug]))
    expect(page.get_by_text("The image did not load.")).to_be_visible()


def test_it_fetches_the_next_picture_while_this_one_is_looked_at(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    Project.objects.filter(pk=project.pk).update(holds_ahead=1)
    for task in tasks:
        paint.hang(task, ("candidate", paint.draw_scene(60, 40, sun=(250, task.pk % 256, 90))))
    page = sign_in(rosa)
    with page.expect_response("**/work/ahead/") as answer:
        open_task(page, project)
    [address] = answer.value.json()["pictures"]
    picture = page.locator("[data-viewport] img")
    expect(picture).not_to_have_attribute("src", address)
    fetched = "(address) => performance.getEntriesByName(location.origin + address).length === 1"
    page.wait_for_function(fetched, arg=address)
    press(page, "4", "n", "Control+Enter")
    expect(picture).to_have_attribute("src", address)
