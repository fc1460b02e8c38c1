"""Kites over a meadow with an old tree."""

import math
from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import NAMED, Light, Rgb, darker, lighter, mix, rgb
from evalhub.demo.pictures.geometry import Point, between, clump, height_at, spline, turned
from evalhub.demo.pictures.nature import clouds, crown, forest, grass, hill, mist, sky
from evalhub.demo.pictures.paints import across, down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke

HORIZON = 600


def paint_meadow(plan: Plan) -> Painted:
    """Paint kites in the wind above a meadow.

    Flaw: the crown of the tree hangs in the air above its trunk.
    """
    canvas = Canvas(plan.seed)
    light = plan.light
    tree_side = canvas.rng("side").choice((-1, 1))
    sun = sky(
        canvas, light, HORIZON, sun_x=WIDTH / 2 - tree_side * canvas.rng("sun").uniform(180, 360)
    )
    clouds(canvas, light, 50, 430, 7)
    _hills(canvas, light)
    line = hill(canvas, "meadow", (HORIZON + 66, HORIZON + 48), 22, 0.7, light.on(rgb("6fa044")))
    rng = canvas.rng("grass")
    grass(canvas, rng, line, 240, light.on(rgb("5f9440")))
    grass(canvas, rng, line, 330, light.on(rgb("548b3a")), spread=270)
    _path(canvas, light)
    tree_x = WIDTH / 2 + tree_side * 350
    foot = height_at(line, tree_x) + 44
    _flowers(canvas, light, line)
    if plan.detail:
        with canvas.part("detail"):
            _bench(canvas, light, tree_x - tree_side * 185, foot + 22)
    _tree(canvas, light, tree_x, foot, -1.0 if sun[0] < tree_x else 1.0, plan.flaw)
    rng = canvas.rng("kites")
    spots = _spots(rng, plan.count, tree_side)
    hand = (WIDTH / 2 - tree_side * 370, height_at(line, WIDTH / 2 - tree_side * 370) - 28)
    _child(canvas, light, hand)
    for place in plan.subjects():
        with canvas.part(f"subject {place}"):
            _kite(canvas, plan, spots[place], hand)
    return Painted.of(canvas)


def _hills(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("woods")
    hill(canvas, "blue hill", (HORIZON - 90, HORIZON - 60), 44, 1.3, light.on(rgb("7d9cb4"), 0.6))
    mist(canvas, light, HORIZON - 40, 40, 0.5)
    far = hill(
        canvas, "far hill", (HORIZON - 40, HORIZON - 20), 34, 1.0, light.on(rgb("7fa570"), 0.4)
    )
    forest(
        canvas,
        rng,
        far,
        [rng.uniform(0, WIDTH) for _ in range(46)],
        40,
        light.on(rgb("44705a"), 0.4),
    )
    mid = hill(
        canvas, "mid hill", (HORIZON + 20, HORIZON + 6), 30, 1.2, light.on(rgb("8fb454"), 0.2)
    )
    bushes: list[Shape] = []
    for _ in range(34):
        x = rng.uniform(0, WIDTH)
        bushes.append(
            Polygon(
                clump(rng, x, height_at(mid, x) - 3, rng.uniform(10, 26), rng.uniform(8, 17), 0.12)
            )
        )
    green = light.on(rgb("4f7f48"), 0.2)
    canvas.fill(bushes, down(lighter(green, 0.15), darker(green, 0.3)))


def _path(canvas: Canvas, light: Light) -> None:
    left = spline([(604, 664), (540, 710), (650, 780), (500, 910)], steps=10)
    right = spline([(800, 910), (760, 780), (590, 710), (624, 664)], steps=10)
    earth = light.on(rgb("dcc28c"))
    body = Polygon([*left, *right])
    canvas.fill(body, down(earth, darker(earth, 0.22)), blur=1.2)
    canvas.fill(Stroke(left, 5), darker(earth, 0.4), opacity=0.3, blur=3, within=body)


def _tree(
    canvas: Canvas, light: Light, x: float, foot: float, light_from: float, flaw: float
) -> None:
    tall = 500.0
    shade = Ellipse(x - light_from * 130, foot + 12, 260, 34)
    canvas.fill(shade, darker(light.on(rgb("4a7434")), 0.5), opacity=0.55, blur=14)
    bark = light.on(rgb("77543e"))
    bole = spline(
        [(x - 66, foot + 12), (x - 36, foot - 40), (x - 27, foot - 160), (x - 30, foot - 250)],
        steps=8,
    )
    bole += spline(
        [(x + 30, foot - 250), (x + 27, foot - 160), (x + 38, foot - 40), (x + 70, foot + 14)],
        steps=8,
    )
    trunk = Polygon(bole)
    light_side = (lighter(bark, 0.2), darker(bark, 0.45))
    canvas.fill(trunk, across(*(light_side if light_from < 0 else light_side[::-1])))
    rng = canvas.rng("bark")
    grain: list[Shape] = []
    for _ in range(34):
        bx, by = x + rng.uniform(-34, 34), foot - rng.uniform(0, 230)
        grain.append(Stroke([(bx, by), (bx + rng.uniform(-3, 3), by - rng.uniform(16, 44))], 2.2))
    canvas.fill(grain, darker(bark, 0.55), opacity=0.4, within=trunk)
    lift = flaw * 130
    boughs: list[Shape] = []
    for lean, rise in ((-120, 330), (110, 340), (-30, 380), (50, 390)):
        start = (x + lean * 0.12, foot - 238 - lift)
        boughs.append(
            Stroke([start, (x + lean * 0.5, foot - 290 - lift), (x + lean, foot - rise - lift)], 20)
        )
    canvas.fill(boughs, darker(bark, 0.3))
    rng = canvas.rng("crown")
    hue = light.on(rgb(rng.choice(("5c8f3c", "6d9640", "4c8447", "c98a35"))))
    crown(canvas, rng, (x, foot - tall * 0.68 - lift), (222, 158), hue, light_from, puffs=22)


def _bench(canvas: Canvas, light: Light, x: float, foot: float) -> None:
    wood, iron = light.on(rgb("b2794a")), light.on(rgb("3a4048"))
    canvas.fill(Ellipse(x, foot + 2, 92, 10), (16, 30, 20), opacity=0.45, blur=6)
    canvas.fill(
        [
            part
            for dx in (-62.0, 62.0)
            for part in (
                Block(x + dx - 4, foot - 88, x + dx + 4, foot, 2),
                Block(x + dx - 12, foot - 3, x + dx + 14, foot + 3, 2),
            )
        ],
        iron,
    )
    for y, tall in ((foot - 92, 13), (foot - 74, 13), (foot - 42, 8), (foot - 33, 9)):
        canvas.fill(
            Block(x - 82, y, x + 82, y + tall, 3), down(lighter(wood, 0.25), darker(wood, 0.2))
        )


def _flowers(canvas: Canvas, light: Light, line: list[Point]) -> None:
    rng = canvas.rng("flowers")
    for name in ("white", "yellow", "pink", "purple"):
        petals: list[Shape] = []
        hearts: list[Shape] = []
        for _ in range(64):
            x = rng.uniform(0, WIDTH)
            share = rng.random() ** 0.6
            y = between(height_at(line, x) + 24, HEIGHT, share)
            if 440 < x < 840 and abs(x - 640) < 60 + share * 110:
                continue
            r = between(1.4, 5.0, share)
            petals += [
                Ellipse(x + math.cos(a) * r, y + math.sin(a) * r * 0.8, r * 0.72, r * 0.62)
                for a in (0.3, 1.56, 2.8, 4.1, 5.3)
            ]
            hearts.append(Ellipse(x, y, r * 0.5, r * 0.45))
        canvas.fill(petals, light.on(lighter(NAMED[name], 0.12)), opacity=0.95)
        canvas.fill(hearts, light.on(rgb("f2b632" if name != "yellow" else "b8692a")))


def _child(canvas: Canvas, light: Light, hand: Point) -> None:
    x, y = hand[0] - 14, hand[1] + 70
    skin, shirt = light.on(rgb("d9a07a")), light.on(rgb("f0b64a"))
    trousers, hair = light.on(rgb("37507c")), light.on(rgb("4a3026"))
    canvas.fill(Ellipse(x + 4, y + 3, 26, 6), (16, 30, 20), opacity=0.45, blur=4)
    canvas.fill(
        [Stroke([(x - 5, y - 34), (x - 8, y)], 8), Stroke([(x + 5, y - 34), (x + 8, y)], 8)],
        trousers,
    )
    canvas.fill(Stroke([(x + 6, y - 60), (hand[0], hand[1])], 5.5), skin)
    canvas.fill(
        Block(x - 12, y - 66, x + 12, y - 30, 8), down(lighter(shirt, 0.15), darker(shirt, 0.15))
    )
    canvas.fill(Stroke([(x - 9, y - 58), (x - 15, y - 36)], 5.5), skin)
    canvas.fill(Ellipse(x, y - 78, 11, 12), skin)
    curls = clump(canvas.rng("hair"), x, y - 82, 12.5, 10, 0.04)
    canvas.fill(Polygon([(px, min(py, y - 80)) for px, py in curls]), hair)


def _spots(rng: Random, count: int, tree_side: int) -> list[tuple[float, float, float]]:
    """Return place and size of each kite, in columns away from the tree's crown."""
    left, right = (70.0, 780.0) if tree_side > 0 else (420.0, 1130.0)
    lane = (right - left) / count
    size = min(1.0, lane / 200)
    heights = [110.0, 290.0, 180.0, 340.0, 140.0, 260.0]
    return [
        (
            left + lane * (index + 0.5),
            heights[index % 6] + rng.uniform(-20, 20),
            size * rng.uniform(0.85, 1.05),
        )
        for index in range(count)
    ]


def _kite(canvas: Canvas, plan: Plan, spot: tuple[float, float, float], hand: Point) -> None:
    x, y, size = spot
    hue = plan.lit()
    tilt = 0.35 if x > hand[0] else -0.35
    top, right, low, left = turned(
        [
            (x, y - 84 * size),
            (x + 56 * size, y - 14 * size),
            (x, y + 92 * size),
            (x - 56 * size, y - 14 * size),
        ],
        tilt,
        (x, y),
    )
    middle = turned([(x, y - 14 * size)], tilt, (x, y))[0]
    sag = [middle, (between(x, hand[0], 0.5) + 20, between(y, hand[1], 0.5) + 60), hand]
    canvas.fill(
        Stroke(spline(sag, steps=12), 1.5), mix((255, 255, 255), plan.light.haze, 0.4), opacity=0.7
    )
    _tail(canvas, low, size, hue, -1.0 if tilt > 0 else 1.0)
    for corners, colour in (
        ((top, right, middle), hue),
        ((top, left, middle), lighter(hue, 0.22)),
        ((left, low, middle), darker(hue, 0.14)),
        ((right, low, middle), darker(hue, 0.3)),
    ):
        canvas.fill(Polygon(corners), colour)
    canvas.fill(
        [Stroke([top, low], 2.4 * size), Stroke([left, right], 2.4 * size)],
        darker(hue, 0.5),
        opacity=0.7,
    )


def _tail(canvas: Canvas, start: Point, size: float, hue: Rgb, lean: float) -> None:
    knots = [
        (
            start[0] + lean * (step * 14 + math.sin(step * 1.7) * 13) * size,
            start[1] + step * 19 * size,
        )
        for step in range(7)
    ]
    line = spline(knots, steps=6)
    canvas.fill(Stroke(line, 1.8), darker(hue, 0.3))
    bows: list[Shape] = []
    for x, y in knots[1:]:
        for reach in (-12 * size, 12 * size):
            ends = [(x + reach, y - 7 * size), (x + reach, y + 7 * size)]
            bows.append(Polygon([(x, y), *ends]))
    canvas.fill(bows, lighter(hue, 0.15))
