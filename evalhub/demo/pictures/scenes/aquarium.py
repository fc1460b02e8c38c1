"""Fish in an aquarium."""

import math
from dataclasses import dataclass
from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, Rgb, darker, lighter, mix, rgb
from evalhub.demo.pictures.geometry import Point, between, clump, height_at, rolling, spline, turned
from evalhub.demo.pictures.paints import across, ball, down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke

WATERS: dict[str, tuple[str, str, str]] = {
    "day": ("8fe3ee", "2f9fc4", "125a8c"),
    "misty": ("bdeccb", "4fae9c", "1c5f66"),
    "night": ("4f7fd0", "27458f", "101f4f"),
}


def paint_aquarium(plan: Plan) -> Painted:
    """Paint fish between corals and weeds.

    Flaw: a second tail grows out of the back of one fish.
    """
    canvas = Canvas(plan.seed)
    water = tuple(rgb(code) for code in WATERS[plan.light.name])
    canvas.fill(Block(0, 0, WIDTH, HEIGHT), down(*water))
    _rays(canvas, water[0])
    _distance(canvas, water[1], water[2])
    _shoal(canvas, water)
    floor = _sand(canvas, water[2], plan.light)
    _weeds(canvas, floor, plan.light)
    _rocks(canvas, floor, water[2])
    _corals(canvas, floor, plan.light)
    if plan.detail:
        with canvas.part("detail"):
            _chest(canvas, floor, plan.light)
    rng = canvas.rng("fish")
    spots = _spots(rng, plan.count)
    odd = rng.randrange(plan.count)
    for place in plan.subjects():
        with canvas.part(f"subject {place}"):
            _fish(canvas, plan, spots[place], plan.flaw if place == odd else 0.0)
    _bubbles(canvas)
    return Painted.of(canvas, vignette=0.3)


def _rays(canvas: Canvas, glow: Rgb) -> None:
    rng = canvas.rng("rays")
    for _ in range(8):
        x, wide = rng.uniform(-60, WIDTH), rng.uniform(24, 80)
        lean = (x - WIDTH / 2) * 0.35 + rng.uniform(40, 120)
        reach = rng.uniform(560, 860)
        ray: list[Point] = [
            (x, -10),
            (x + wide, -10),
            (x + wide * 2.2 + lean, reach),
            (x - wide * 0.6 + lean, reach),
        ]
        canvas.fill(Polygon(ray), lighter(glow, 0.5), opacity=0.2, blur=12, fade=(1.0, 0.0))
    canvas.glow(WIDTH / 2, -120, 820, lighter(glow, 0.3), 0.5)


def _distance(canvas: Canvas, near: Rgb, deep: Rgb) -> None:
    rng = canvas.rng("distance")
    for level, share in ((600, 0.35), (680, 0.65)):
        line = rolling(rng, (-20, level), (WIDTH + 20, level + 20), 60, 1.6)
        hue = mix(near, deep, share)
        canvas.fill(
            Polygon([*line, (WIDTH + 20, HEIGHT), (-20, HEIGHT)]),
            down(hue, darker(hue, 0.25)),
            opacity=0.75,
            blur=2,
        )


def _shoal(canvas: Canvas, water: tuple[Rgb, ...]) -> None:
    rng = canvas.rng("shoal")
    x, y = rng.uniform(250, 950), rng.uniform(150, 330)
    fish: list[Shape] = []
    for _ in range(24):
        fx, fy, size = x + rng.gauss(0, 130), y + rng.gauss(0, 46), rng.uniform(7, 12)
        fish.append(Ellipse(fx, fy, size, size * 0.34))
        fish.append(
            Polygon(
                [
                    (fx - size * 0.8, fy),
                    (fx - size * 1.5, fy - size * 0.4),
                    (fx - size * 1.5, fy + size * 0.4),
                ]
            )
        )
    canvas.fill(fish, mix(water[1], water[2], 0.75), opacity=0.6)


def _sand(canvas: Canvas, deep: Rgb, light: Light) -> list[Point]:
    rng = canvas.rng("sand")
    floor = rolling(rng, (-20, 776), (WIDTH + 20, 784), 18, 1.0)
    sand = mix(light.on(rgb("ecd6a2")), deep, 0.14)
    canvas.fill(
        Polygon([*floor, (WIDTH + 20, HEIGHT), (-20, HEIGHT)]),
        down(lighter(sand, 0.15), sand, darker(sand, 0.3)),
    )
    for colour, strength in ((darker(sand, 0.4), 0.45), (lighter(sand, 0.5), 0.6)):
        grains: list[Shape] = []
        for _ in range(150):
            x = rng.uniform(0, WIDTH)
            grains.append(
                Ellipse(x, rng.uniform(height_at(floor, x) + 4, HEIGHT), rng.uniform(0.8, 2.6), 1.2)
            )
        canvas.fill(grains, colour, opacity=strength)
    return floor


def _weeds(canvas: Canvas, floor: list[Point], light: Light) -> None:
    rng = canvas.rng("weeds")
    for base, hues in (
        (rng.uniform(60, 200), ("3f9a5a", "68b34c")),
        (rng.uniform(980, 1130), ("2f8a6a", "8fbf4f")),
        (rng.uniform(420, 760), ("4fa06a", "3a8a58")),
    ):
        for _ in range(7):
            x = base + rng.uniform(-74, 74)
            foot, tall = height_at(floor, x) + 16, rng.uniform(150, 400)
            hue = light.on(rgb(rng.choice(hues)))
            sway, phase = rng.uniform(10, 24), rng.uniform(0, math.tau)
            stem = [
                (x + math.sin(phase + step * 0.9) * sway * step / 8, foot - tall * step / 8)
                for step in range(9)
            ]
            left = [(px - between(9, 1, i / 8), py) for i, (px, py) in enumerate(stem)]
            right = [(px + between(9, 1, i / 8), py) for i, (px, py) in enumerate(stem)]
            blade = Polygon([*spline(left, steps=5), *reversed(spline(right, steps=5))])
            canvas.fill(blade, down(lighter(hue, 0.3), hue, darker(hue, 0.4)))
            canvas.fill(Stroke(spline(stem, steps=5), 1.6), lighter(hue, 0.45), opacity=0.5)


def _rocks(canvas: Canvas, floor: list[Point], deep: Rgb) -> None:
    rng = canvas.rng("rocks")
    grey = mix(rgb("8a8496"), deep, 0.3)
    for x, size in (
        (rng.uniform(230, 330), 92),
        (rng.uniform(300, 380), 56),
        (rng.uniform(820, 900), 76),
    ):
        y = height_at(floor, x) + 6
        canvas.fill(
            Ellipse(x + 12, y + size * 0.32, size * 1.2, size * 0.2),
            (20, 26, 50),
            opacity=0.4,
            blur=9,
        )
        body = Polygon(clump(rng, x, y - size * 0.16, size, size * 0.62, 0.11))
        canvas.fill(
            body, ball(lighter(grey, 0.4), grey, darker(grey, 0.5), at=(0.4, 0.15), reach=0.95)
        )
        moss = Polygon(clump(rng, x - size * 0.2, y - size * 0.6, size * 0.5, size * 0.2, 0.2))
        canvas.fill(moss, mix(rgb("6a9a4c"), deep, 0.2), opacity=0.7, within=body)


def _corals(canvas: Canvas, floor: list[Point], light: Light) -> None:
    rng = canvas.rng("corals")
    for x, code in (
        (rng.uniform(120, 240), "f0705f"),
        (rng.uniform(900, 1010), "ef8fb2"),
        (rng.uniform(1050, 1150), "f3a64c"),
    ):
        hue = light.on(rgb(code))
        foot = height_at(floor, x) + 22
        twigs: list[tuple[Point, Point, float]] = []
        _branch(rng, twigs, (x, foot), -math.pi / 2, rng.uniform(62, 84), 15.0, 4)
        canvas.fill(
            [Stroke([a, b], wide) for a, b, wide in twigs],
            down(lighter(hue, 0.25), hue, darker(hue, 0.35)),
        )
        canvas.fill(
            [Stroke([(a[0] - 1.5, a[1]), (b[0] - 1.5, b[1])], wide * 0.25) for a, b, wide in twigs],
            lighter(hue, 0.5),
            opacity=0.6,
        )
    x = rng.uniform(560, 700)
    foot, hue = height_at(floor, x) + 18, light.on(rgb("a878c9"))
    for dx, r in ((-48, 34), (44, 30), (0, 46)):
        dome = Block(x - 110, foot - 110, x + 110, foot + 4)
        canvas.fill(
            Ellipse(x + dx, foot - r * 0.4, r, r),
            ball(lighter(hue, 0.4), hue, darker(hue, 0.45), at=(0.4, 0.2), reach=0.9),
            within=dome,
        )
        dots: list[Shape] = [
            Ellipse(x + dx + math.cos(a) * r * o, foot - r * 0.4 + math.sin(a) * r * o, 2.6, 2.6)
            for a, o in ((i * 2.4, math.sqrt(i / 22) * 0.9) for i in range(22))
        ]
        canvas.fill(dots, lighter(hue, 0.55), opacity=0.5, within=dome)


def _branch(
    rng: Random,
    twigs: list[tuple[Point, Point, float]],
    start: Point,
    angle: float,
    reach: float,
    wide: float,
    depth: int,
) -> None:
    end = (start[0] + math.cos(angle) * reach, start[1] + math.sin(angle) * reach)
    twigs.append((start, end, wide))
    if depth == 0:
        return
    for turn in (rng.uniform(-0.65, -0.3), rng.uniform(0.3, 0.65)):
        _branch(
            rng, twigs, end, angle + turn, reach * rng.uniform(0.62, 0.78), wide * 0.74, depth - 1
        )


def _chest(canvas: Canvas, floor: list[Point], light: Light) -> None:
    x = canvas.rng("chest").uniform(500, 720)
    foot = height_at(floor, x) + 66
    wood, gold = light.on(rgb("8a5a36")), light.on(rgb("f0c14e"))
    canvas.fill(Ellipse(x + 8, foot, 108, 16), (30, 24, 40), opacity=0.5, blur=8)
    lid = Polygon(
        [
            (x - 84, foot - 82),
            (x - 92, foot - 128),
            (x - 60, foot - 150),
            (x + 62, foot - 150),
            (x + 92, foot - 128),
            (x + 84, foot - 82),
        ]
    )
    canvas.fill(lid, down(lighter(wood, 0.1), darker(wood, 0.6)))
    rng = canvas.rng("coins")
    for _ in range(30):
        cx, cy = x + rng.uniform(-68, 68), foot - 78 - rng.random() * 22
        canvas.fill(Ellipse(cx, cy, 11, 7), down(lighter(gold, 0.5), darker(gold, 0.25)))
    canvas.glow(x, foot - 92, 120, gold, 0.5)
    canvas.fill(
        Block(x - 86, foot - 76, x + 86, foot, 4),
        down(lighter(wood, 0.15), wood, darker(wood, 0.35)),
    )
    canvas.fill(
        [Block(x - 86, foot - 52, x + 86, foot - 49), Block(x - 86, foot - 26, x + 86, foot - 23)],
        darker(wood, 0.5),
        opacity=0.7,
    )
    bands: list[Shape] = [Block(x + dx - 7, foot - 78, x + dx + 7, foot, 2) for dx in (-62, 62)]
    canvas.fill(bands, across(lighter(gold, 0.2), darker(gold, 0.4)))
    canvas.fill(
        Block(x - 13, foot - 82, x + 13, foot - 52, 4),
        ball(lighter(gold, 0.4), gold, darker(gold, 0.35)),
    )
    canvas.fill(
        [Ellipse(x, foot - 70, 3.5, 3.5), Block(x - 1.6, foot - 70, x + 1.6, foot - 59)],
        rgb("3a2a1a"),
    )


@dataclass(frozen=True)
class _Spot:
    x: float
    y: float
    size: float
    facing: int
    tilt: float


def _spots(rng: Random, count: int) -> list[_Spot]:
    columns = 2 if count == 4 else min(count, 3)
    rows = math.ceil(count / columns)
    spots = []
    for place in range(count):
        column, row = place % columns, place // columns
        across_row = columns if (row + 1) * columns <= count else count - row * columns
        spots.append(
            _Spot(
                x=WIDTH * (column + 0.5) / across_row + rng.uniform(-36, 36),
                y=between(120, 640, (row + 0.5) / rows)
                + rng.uniform(-20, 20)
                + (30 if column % 2 else -20),
                size=(1.06 if rows == 1 else 0.84) * rng.uniform(0.85, 1.1),
                facing=rng.choice((-1, 1)),
                tilt=rng.uniform(-0.14, 0.14),
            )
        )
    return spots


def _fish(canvas: Canvas, plan: Plan, spot: _Spot, flaw: float) -> None:
    hue = plan.lit()

    def at(*points: Point) -> list[Point]:
        level = [
            (spot.x + px * spot.size * spot.facing, spot.y + py * spot.size) for px, py in points
        ]
        return turned(level, spot.tilt, (spot.x, spot.y))

    fin = mix(hue, lighter(hue, 0.5), 0.3)
    tail = ((-70, 0), (-104, -22), (-136, -60), (-128, -10), (-134, 46), (-104, 18))
    canvas.fill(Polygon(spline(at(*tail), closed=True, steps=6)), across(fin, darker(hue, 0.25)))
    if flaw > 0:
        # The same tail again, turned upwards and set on the back; it grows with the flaw.
        grow = 0.35 + 0.75 * flaw
        second = [(22 - (py * grow), -36 + (px + 70) * grow) for px, py in tail]
        canvas.fill(
            Polygon(spline(at((8, -20), *second, (36, -20)), closed=True, steps=6)),
            down(fin, darker(hue, 0.2)),
        )
    dorsal = at((-46, -40), (-30, -76), (14, -84), (52, -66), (40, -34))
    belly = at((-20, 38), (-34, 70), (2, 66), (22, 42))
    if flaw == 0:
        canvas.fill(Polygon(spline(dorsal, closed=True, steps=6)), down(fin, darker(hue, 0.2)))
    canvas.fill(Polygon(spline(belly, closed=True, steps=6)), down(hue, fin))
    outline = at(
        (102, 4),
        (78, -30),
        (22, -52),
        (-40, -36),
        (-84, -8),
        (-84, 12),
        (-40, 38),
        (22, 50),
        (78, 34),
    )
    body = Polygon(spline(outline, closed=True, steps=6))
    canvas.fill(body, down(lighter(hue, 0.28), hue, hue, darker(hue, 0.35)))
    pale = lighter(hue, 0.78) if plan.colour != "white" else mix(hue, rgb("8fa0b8"), 0.55)
    for bx, wide in ((38, 17), (-26, 15)):
        band = at(
            (bx + wide / 2, -60),
            (bx + wide, 0),
            (bx + wide / 2, 60),
            (bx - wide / 2, 60),
            (bx - wide * 0.1, 0),
            (bx - wide / 2, -60),
        )
        canvas.fill(Polygon(spline(band, closed=True, steps=5)), pale, opacity=0.9, within=body)
    scales: list[Shape] = [
        Stroke(at((sx, sy - 6), (sx - 5, sy), (sx, sy + 6)), 1.4)
        for sx in range(-70, 30, 15)
        for sy in range(-30, 34, 13)
    ]
    canvas.fill(scales, darker(hue, 0.45), opacity=0.3, within=body)
    canvas.fill(
        Polygon(at((-60, -30), (60, -44), (90, -20), (40, -26))),
        (255, 255, 255),
        opacity=0.4,
        blur=6 * spot.size,
        within=body,
    )
    canvas.fill(
        Polygon(spline(at((22, 8), (-12, 2), (-30, 22), (-8, 32), (20, 22)), closed=True, steps=5)),
        across(fin, darker(hue, 0.1)),
    )
    eye = at((70, -10))[0]
    canvas.fill(Ellipse(*eye, 12 * spot.size, 12 * spot.size), (250, 250, 245))
    canvas.fill(Ellipse(*at((72, -10))[0], 7.4 * spot.size, 7.4 * spot.size), (22, 22, 34))
    canvas.fill(Ellipse(*at((75, -14))[0], 2.6 * spot.size, 2.6 * spot.size), (255, 255, 255))
    canvas.fill(
        Stroke(spline(at((99, 12), (90, 16), (82, 13)), steps=4), 2.6 * spot.size), darker(hue, 0.6)
    )


def _bubbles(canvas: Canvas) -> None:
    rng = canvas.rng("bubbles")
    for x in (rng.uniform(150, 350), rng.uniform(800, 1050)):
        for step in range(11):
            r = between(3, 13, step / 10) * rng.uniform(0.7, 1.2)
            bx, by = x + math.sin(step * 1.3) * 16 + rng.uniform(-6, 6), between(730, 40, step / 10)
            canvas.fill(
                Ellipse(bx, by, r, r),
                (235, 250, 255),
                opacity=0.55,
                holes=[Ellipse(bx, by, r * 0.84, r * 0.84)],
            )
            canvas.fill(Ellipse(bx, by, r, r), (220, 245, 255), opacity=0.14)
            canvas.fill(
                Ellipse(bx - r * 0.35, by - r * 0.35, r * 0.24, r * 0.18),
                (255, 255, 255),
                opacity=0.85,
            )
