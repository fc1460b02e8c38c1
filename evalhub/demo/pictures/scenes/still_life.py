"""Apples on a table beside a bowl of fruit."""

import math
from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, Rgb, darker, lighter, mix, rgb
from evalhub.demo.pictures.geometry import Point, arc, between, rolling, spline
from evalhub.demo.pictures.paints import across, ball, down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke

EDGE = 590
SHADE = rgb("1d1420")


def paint_still_life(plan: Plan) -> Painted:
    """Paint fruit on a wooden table in light from the left.

    Flaw: a pear floats above the table while its shadow stays below.
    """
    canvas = Canvas(plan.seed)
    light = plan.light
    _wall(canvas, light)
    _table(canvas, light)
    if plan.detail:
        with canvas.part("detail"):
            _jug(canvas, light)
    _cloth(canvas, light)
    _bowl(canvas, light)
    _pear(canvas, light, 905.0, 742.0, plan.flaw * 210)
    for place, (x, y, r) in enumerate(_spots(canvas.rng("apples"), plan.count)):
        if place not in plan.hidden:
            with canvas.part(f"subject {place}"):
                _apple(canvas, plan.lit(), x, y, r)
    return Painted.of(canvas)


def _wall(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("wall")
    tone = light.on(rgb(rng.choice(("6f7f78", "8a6f5e", "5f6b80", "7d6a72"))))
    canvas.fill(Block(0, 0, WIDTH, EDGE), across(lighter(tone, 0.3), tone, darker(tone, 0.5)))
    canvas.fill(Block(0, 0, WIDTH, EDGE), SHADE, opacity=0.25, fade=(1.0, 0.0))
    # A window out of sight throws its panes on the wall.
    for column in range(2):
        for row in range(2):
            x, y = 250 + column * 150, 70 + row * 180
            pane: list[Point] = [(x, y), (x + 132, y + 34), (x + 132, y + 190), (x, y + 156)]
            canvas.fill(Polygon(pane), light.sun, opacity=0.2, blur=10)
    mottle: list[Shape] = [
        Ellipse(
            rng.uniform(0, WIDTH), rng.uniform(0, EDGE), rng.uniform(20, 90), rng.uniform(10, 50)
        )
        for _ in range(26)
    ]
    canvas.fill(mottle, darker(tone, 0.3), opacity=0.12, blur=18)


def _table(canvas: Canvas, light: Light) -> None:
    wood = light.on(rgb("94623c"))
    canvas.fill(Block(0, EDGE, WIDTH, HEIGHT), down(darker(wood, 0.2), lighter(wood, 0.16), wood))
    rng = canvas.rng("grain")
    for colour, count in ((darker(wood, 0.45), 46), (lighter(wood, 0.3), 30)):
        grain: list[Shape] = []
        for _ in range(count):
            y = rng.uniform(EDGE + 6, HEIGHT)
            x, long = rng.uniform(-100, WIDTH), rng.uniform(90, 420)
            line = rolling(rng, (x, y), (x + long, y + rng.uniform(-3, 3)), 3, 0.8)
            grain.append(Stroke(line[::8], rng.uniform(0.8, 2.2)))
        canvas.fill(grain, colour, opacity=0.35)
    canvas.fill([Block(0, y, WIDTH, y + 2.5) for y in (664, 768)], darker(wood, 0.6), opacity=0.6)
    canvas.fill(Block(0, EDGE - 2, WIDTH, EDGE + 3), lighter(wood, 0.4), opacity=0.5)
    canvas.fill(Block(0, EDGE, WIDTH * 0.7, HEIGHT), light.sun, opacity=0.13, blur=70)


def _shadow(canvas: Canvas, x: float, y: float, r: float) -> None:
    """Lay the shadow of a round thing to the right of where it stands."""
    canvas.fill(
        Ellipse(x + r * 0.62, y + r * 0.02, r * 1.35, r * 0.26), SHADE, opacity=0.55, blur=r * 0.13
    )
    canvas.fill(Ellipse(x + r * 0.05, y, r * 0.72, r * 0.13), SHADE, opacity=0.6, blur=r * 0.07)


def _jug(canvas: Canvas, light: Light) -> None:
    x, foot = 250.0, 668.0
    glaze = light.on(rgb("4f7f9c"))
    _shadow(canvas, x, foot - 4, 120)
    handle = spline(
        [(x - 70, foot - 262), (x - 152, foot - 250), (x - 150, foot - 140), (x - 92, foot - 96)],
        steps=8,
    )
    canvas.fill(Stroke(handle, 22), across(lighter(glaze, 0.25), darker(glaze, 0.3)))
    left = spline(
        [
            (x - 60, foot - 306),
            (x - 52, foot - 250),
            (x - 112, foot - 140),
            (x - 104, foot - 50),
            (x - 62, foot),
        ],
        steps=8,
    )
    right = spline(
        [
            (x + 62, foot),
            (x + 104, foot - 50),
            (x + 112, foot - 140),
            (x + 52, foot - 250),
            (x + 84, foot - 318),
        ],
        steps=8,
    )
    body = Polygon([*left, *right])
    canvas.fill(body, across(lighter(glaze, 0.3), glaze, darker(glaze, 0.25), darker(glaze, 0.6)))
    mouth = spline(
        [(x - 60, foot - 306), (x, foot - 316), (x + 84, foot - 318), (x + 10, foot - 296)],
        closed=True,
        steps=6,
    )
    canvas.fill(Polygon(mouth), darker(glaze, 0.62))
    for y in (foot - 196, foot - 186):
        canvas.fill(
            Stroke(arc(x, y - 26, 118, 30, 20, 160), 4),
            light.on(rgb("f0e8d6")),
            opacity=0.8,
            within=body,
        )
    canvas.fill(
        Ellipse(x - 58, foot - 130, 16, 54), (255, 255, 250), opacity=0.6, blur=8, within=body
    )


def _cloth(canvas: Canvas, light: Light) -> None:
    linen = light.on(rgb("efe6d4"))
    upper = spline([(380, 650), (560, 636), (760, 640), (872, 662)], steps=8)
    lower = spline([(920, 716), (800, 742), (640, 728), (520, 752), (360, 726)], steps=8)
    canvas.fill(
        Polygon([(x + 8, y + 10) for x, y in [*upper, *lower]]), SHADE, opacity=0.45, blur=8
    )
    body = Polygon([*upper, *lower])
    canvas.fill(body, across(lighter(linen, 0.2), linen, darker(linen, 0.16)))
    folds: list[Shape] = [
        Stroke(spline([(x, 650), (x + 14, 690), (x - 20, 746)], steps=6), 8)
        for x in (430, 520, 690, 800)
    ]
    canvas.fill(folds, darker(linen, 0.4), opacity=0.3, blur=4, within=body)
    stripe = [(x, y - 14) for x, y in lower]
    canvas.fill(
        [Stroke(stripe, 4), Stroke([(x, y - 10) for x, y in stripe], 2)],
        light.on(rgb("b5524a")),
        within=body,
        opacity=0.8,
    )


def _bowl(canvas: Canvas, light: Light) -> None:
    x, rim, foot = 630.0, 520.0, 696.0
    clay = light.on(rgb("d9cdb6"))
    canvas.fill(Ellipse(x + 130, foot - 2, 260, 32), SHADE, opacity=0.55, blur=18)
    canvas.fill(Ellipse(x, rim, 246, 50), darker(clay, 0.55))
    orange, lemon, plum = light.on(rgb("ee8f34")), light.on(rgb("f2cf4a")), light.on(rgb("5d3d72"))
    _leaf(canvas, light, x - 30, rim - 124, 2.6)
    for dx, dy, r, hue in (
        (-140, -22, 64, lemon),
        (132, -26, 72, orange),
        (-54, -70, 76, orange),
        (58, -66, 60, lemon),
        (-4, -14, 70, orange),
        (92, 0, 52, plum),
        (-96, 2, 54, plum),
        (-158, 10, 44, plum),
    ):
        _fruit(canvas, x + dx, rim + dy, r, hue)
    _grapes(canvas, light, x + 178, rim + 2)
    left = spline(
        [(x - 246, rim), (x - 226, rim + 84), (x - 130, rim + 148), (x - 84, foot)], steps=8
    )
    right = spline(
        [(x + 84, foot), (x + 130, rim + 148), (x + 226, rim + 84), (x + 246, rim)], steps=8
    )
    front = arc(x, rim, 246, 50, 0, 180)
    body = Polygon([*left, *right, *front])
    canvas.fill(body, across(lighter(clay, 0.35), clay, darker(clay, 0.25), darker(clay, 0.62)))
    canvas.fill(Stroke(front, 7), across(lighter(clay, 0.6), clay, darker(clay, 0.3)))
    band = light.on(rgb("4f7f9c"))
    for drop, wide in ((34, 7), (50, 3)):
        canvas.fill(
            Stroke(arc(x, rim + drop, 240 - drop * 0.35, 50, 8, 172), wide),
            band,
            opacity=0.8,
            within=body,
        )
    canvas.fill(
        Ellipse(x - 128, rim + 92, 34, 26), (255, 255, 250), opacity=0.5, blur=13, within=body
    )


def _fruit(canvas: Canvas, x: float, y: float, r: float, hue: Rgb) -> None:
    canvas.fill(
        Ellipse(x + r * 0.1, y + r * 0.1, r * 1.06, r * 1.06), SHADE, opacity=0.4, blur=r * 0.12
    )
    canvas.fill(
        Ellipse(x, y, r, r * 0.97),
        ball(
            lighter(hue, 0.5), hue, darker(hue, 0.2), darker(hue, 0.55), at=(0.32, 0.28), reach=0.95
        ),
    )
    canvas.fill(
        Ellipse(x - r * 0.36, y - r * 0.42, r * 0.16, r * 0.12),
        (255, 255, 250),
        opacity=0.75,
        blur=r * 0.06,
    )


def _grapes(canvas: Canvas, light: Light, x: float, y: float) -> None:
    hue = light.on(rgb("7fa04a"))
    for row, count in enumerate((4, 5, 4, 3, 2, 1)):
        for index in range(count):
            gx = x + (index - (count - 1) / 2) * 23 + row * 7
            gy = y - 26 + row * 22
            canvas.fill(
                Ellipse(gx, gy, 14, 14.5),
                ball(lighter(hue, 0.6), hue, darker(hue, 0.45), at=(0.33, 0.28), reach=0.9),
            )


def _leaf(canvas: Canvas, light: Light, x: float, y: float, lean: float) -> None:
    green = light.on(rgb("58863f"))
    for turn in (lean, lean + 1.0):
        tip = (x + math.cos(turn) * 92, y - math.sin(turn) * 64)
        side = (math.sin(turn) * 22, math.cos(turn) * 22)
        mid = (between(x, tip[0], 0.5), between(y, tip[1], 0.5))
        outline = spline(
            [
                (x, y),
                (mid[0] + side[0], mid[1] + side[1]),
                tip,
                (mid[0] - side[0], mid[1] - side[1]),
            ],
            closed=True,
            steps=6,
        )
        canvas.fill(Polygon(outline), across(lighter(green, 0.25), darker(green, 0.3)))
        canvas.fill(Stroke([(x, y), tip], 2), lighter(green, 0.4), opacity=0.6)


def _pear(canvas: Canvas, light: Light, x: float, foot: float, lift: float) -> None:
    hue = light.on(rgb("b9b64c"))
    _shadow(canvas, x, foot, 70)
    y = foot - lift
    outline = spline(
        [
            (x, y),
            (x - 58, y - 14),
            (x - 70, y - 66),
            (x - 38, y - 118),
            (x - 22, y - 168),
            (x + 6, y - 184),
            (x + 30, y - 164),
            (x + 42, y - 116),
            (x + 72, y - 64),
            (x + 58, y - 14),
        ],
        closed=True,
        steps=6,
    )
    body = Polygon(outline)
    canvas.fill(
        Stroke(spline([(x + 6, y - 178), (x + 10, y - 200), (x + 24, y - 216)], steps=5), 6),
        light.on(rgb("5b4030")),
    )
    canvas.fill(
        body,
        ball(
            lighter(hue, 0.5), hue, darker(hue, 0.25), darker(hue, 0.6), at=(0.3, 0.5), reach=0.85
        ),
    )
    canvas.fill(
        Ellipse(x + 26, y - 60, 34, 44), light.on(rgb("c9703c")), opacity=0.4, blur=16, within=body
    )
    canvas.fill(Ellipse(x - 36, y - 76, 10, 22), (255, 255, 245), opacity=0.7, blur=6, within=body)
    rng = canvas.rng("freckles")
    freckles: list[Shape] = [
        Ellipse(x + rng.uniform(-56, 56), y - rng.uniform(8, 150), 1.3, 1.3) for _ in range(46)
    ]
    canvas.fill(freckles, darker(hue, 0.5), opacity=0.5, within=body)


def _spots(rng: Random, count: int) -> list[tuple[float, float, float]]:
    """Return foot and radius of each apple, in a loose row along the front of the table."""
    lane = 760 / count
    r = min(66.0, lane * 0.4)
    return [
        (
            90 + lane * (index + 0.5) + rng.uniform(-0.06, 0.06) * lane,
            (836 if index % 2 else 860) + rng.uniform(-8, 12),
            r,
        )
        for index in range(count)
    ]


def _apple(canvas: Canvas, hue: Rgb, x: float, foot: float, r: float) -> None:
    _shadow(canvas, x, foot, r)
    y = foot - r * 0.9
    points = [
        (0, -0.72),
        (-0.4, -0.92),
        (-0.88, -0.66),
        (-1.0, -0.02),
        (-0.74, 0.66),
        (-0.32, 0.93),
        (0, 0.84),
    ]
    points += [(-px, py) for px, py in reversed(points[1:-1])]
    body = Polygon(spline([(x + px * r, y + py * r) for px, py in points], closed=True, steps=6))
    canvas.fill(
        body,
        ball(
            lighter(hue, 0.5), hue, darker(hue, 0.22), darker(hue, 0.6), at=(0.3, 0.32), reach=0.9
        ),
    )
    rng = Random(f"{x:.0f}")  # noqa: S311
    flecks: list[Shape] = [
        Stroke(
            [(x + dx * r, y - r * 0.5), (x + dx * r * 1.4, y + rng.uniform(0, 0.6) * r)], r * 0.025
        )
        for dx in (-0.5, -0.3, -0.12, 0.1, 0.3, 0.5)
    ]
    canvas.fill(flecks, mix(hue, rgb("ffe08a"), 0.6), opacity=0.35, within=body, blur=1)
    canvas.fill(
        Ellipse(x, y - r * 0.7, r * 0.34, r * 0.13),
        darker(hue, 0.65),
        opacity=0.7,
        blur=r * 0.06,
        within=body,
    )
    canvas.fill(
        Stroke(
            spline(
                [(x, y - r * 0.68), (x + r * 0.03, y - r * 0.95), (x + r * 0.14, y - r * 1.12)],
                steps=4,
            ),
            r * 0.075,
        ),
        rgb("4f3626"),
    )
    canvas.fill(
        Ellipse(x - r * 0.42, y - r * 0.32, r * 0.13, r * 0.2),
        (255, 255, 250),
        opacity=0.8,
        blur=r * 0.05,
        within=body,
    )
