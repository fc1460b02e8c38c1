"""Hot-air balloons over a valley."""

import math
from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import NAMED, Light, darker, lighter, mix, rgb
from evalhub.demo.pictures.geometry import Point, between, height_at, ridge
from evalhub.demo.pictures.nature import broadleaf, clouds, forest, hill, mist, sky
from evalhub.demo.pictures.paints import across, down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke

HORIZON = 640


def paint_balloons(plan: Plan) -> Painted:
    """Paint a balloon festival over farmland.

    Flaw: the basket of the nearest balloon hangs away from its balloon.
    """
    canvas = Canvas(plan.seed)
    light = plan.light
    sun = sky(canvas, light, HORIZON)
    clouds(canvas, light, 50, 420, 7)
    _valley(canvas, light)
    spots = _spots(canvas.rng("balloons"), plan.count)
    nearest = max(range(plan.count), key=lambda place: spots[place][2])
    light_from = -1.0 if sun[0] < WIDTH / 2 else 1.0
    for place in plan.subjects():
        with canvas.part(f"subject {place}"):
            _balloon(canvas, plan, spots[place], light_from, plan.flaw if place == nearest else 0.0)
    if plan.detail:
        with canvas.part("detail"):
            _geese(canvas, light)
    return Painted.of(canvas)


def _valley(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("valley")
    blue = light.on(rgb("6a86a6"), 0.55)
    line = ridge(rng, -40, WIDTH + 40, HORIZON - 10, 150, 5)
    canvas.fill(
        Polygon([*line, (WIDTH + 40, HEIGHT), (-40, HEIGHT)]), down(blue, light.haze, light.haze)
    )
    mist(canvas, light, HORIZON - 10, 40, 0.6)
    far = hill(
        canvas, "far hill", (HORIZON - 18, HORIZON + 6), 30, 1.4, light.on(rgb("6d9a62"), 0.45)
    )
    forest(
        canvas,
        rng,
        far,
        [rng.uniform(0, WIDTH) for _ in range(60)],
        34,
        light.on(rgb("3f6b52"), 0.42),
    )
    mist(canvas, light, HORIZON + 30, 26, 0.4)
    middle = hill(
        canvas, "mid hill", (HORIZON + 70, HORIZON + 40), 34, 1.0, light.on(rgb("86a850"), 0.2)
    )
    _fields(canvas, light, middle)
    xs = [rng.uniform(0, WIDTH) for _ in range(26)]
    forest(canvas, rng, middle, xs, 62, light.on(rgb("35604a"), 0.2))
    near = hill(
        canvas, "near hill", (HORIZON + 150, HORIZON + 190), 30, 0.8, light.on(rgb("5c8a3f"))
    )
    for _ in range(5):
        x = rng.uniform(20, WIDTH - 20)
        broadleaf(
            canvas,
            rng,
            x,
            height_at(near, x) + 8,
            rng.uniform(80, 130),
            light.on(rgb("4c7d3c")),
            1.0,
        )


def _fields(canvas: Canvas, light: Light, line: list[Point]) -> None:
    """Lay strips of crops over a hill, running towards the viewer."""
    body = Polygon([*line, (WIDTH + 20, HEIGHT), (-20, HEIGHT)])
    rng = canvas.rng("fields")
    for crop in ("d9b64c", "a8b850", "7f9f46", "c98f4a", "e2cf7a"):
        x = rng.uniform(-100, WIDTH)
        wide, lean = rng.uniform(60, 120), rng.uniform(-1.0, 1.0)
        hue = light.on(rgb(crop), 0.18)
        strip = [
            (x, HORIZON),
            (x + wide, HORIZON),
            (x + wide * 2.2 + lean * 260, HEIGHT),
            (x - wide + lean * 260, HEIGHT),
        ]
        canvas.fill(Polygon(strip), hue, opacity=0.75, within=body)
        furrows: list[Shape] = []
        for row in range(1, 9):
            share = row / 9
            furrows.append(
                Stroke(
                    [
                        (between(strip[0][0], strip[1][0], share), HORIZON),
                        (between(strip[3][0], strip[2][0], share), HEIGHT),
                    ],
                    1.6,
                )
            )
        canvas.fill(furrows, darker(hue, 0.25), opacity=0.4, within=body)


def _spots(rng: Random, count: int) -> list[tuple[float, float, float]]:
    """Return centre and radius of each balloon; columns keep them from touching."""
    biggest = min(128.0, WIDTH / count * 0.4)
    spots = []
    near = rng.randrange(count)
    for index in range(count):
        radius = biggest * (1.0 if index == near else rng.uniform(0.52, 0.8))
        slack = (WIDTH - 80) / count / 2 - radius * 1.06
        x = 40 + (WIDTH - 80) * (index + 0.5) / count + rng.uniform(-slack, slack)
        y = rng.uniform(radius * 1.25 + 20, 470 - radius * 1.2)
        spots.append((x, y, radius))
    return spots


def _outline(x: float, y: float, r: float) -> list[Point]:
    """Return the outline of an envelope: round above, drawn in to the mouth below."""
    right: list[Point] = []
    for step in range(41):
        angle = between(-90, 90, step / 40)
        dx, dy = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        if dy > 0:
            dx, dy = between(dx, max(0.17, 1 - dy * 0.86), dy * 0.75), dy * 1.28
        right.append((dx * r, dy * r))
    return [(x + dx, y + dy) for dx, dy in right] + [(x - dx, y + dy) for dx, dy in reversed(right)]


def _balloon(
    canvas: Canvas, plan: Plan, spot: tuple[float, float, float], light_from: float, flaw: float
) -> None:
    x, y, r = spot
    light = plan.light
    depth = between(0.3, 0.0, min(1.0, r / 110))
    hue = plan.lit(depth)
    other = light.on(mix(NAMED["white"], plan.tint, 0.14 if plan.colour != "white" else 0.0), depth)
    body = Polygon(_outline(x, y, r))
    canvas.fill(body, hue)
    style = canvas.rng(f"style {x:.0f}").randrange(3)
    gores = [math.sin(between(-math.pi / 2, math.pi / 2, step / 10)) for step in range(11)]
    if style == 0:
        canvas.fill(
            [Polygon(_gore(x, y, r, gores[i], gores[i + 1])) for i in (4, 5)],
            other,
            within=body,
        )
    elif style == 1:
        band = [
            (x + r * dx, y + r * (0.1 + 0.1 * (1 - dx * dx))) for dx in (-1.1, -0.5, 0, 0.5, 1.1)
        ]
        canvas.fill(
            Polygon([*band, *[(px, py + r * 0.3) for px, py in reversed(band)]]), other, within=body
        )
    else:
        zigzag = [
            (x + r * between(-1.1, 1.1, i / 12), y + r * (0.02 if i % 2 else 0.26))
            for i in range(13)
        ]
        canvas.fill(
            Polygon([*zigzag, *[(px, py + r * 0.22) for px, py in reversed(zigzag)]]),
            other,
            within=body,
        )
    seams = [Stroke(_gore(x, y, r, g, g)[:21], max(1.0, r * 0.012)) for g in gores[1:-1]]
    canvas.fill(seams, darker(hue, 0.5), opacity=0.3, within=body)
    shade = darker(hue, 0.7)
    canvas.fill(
        Ellipse(x - light_from * r * 0.62, y + r * 0.3, r * 0.66, r * 1.3),
        shade,
        blur=r * 0.24,
        opacity=0.42,
        within=body,
    )
    canvas.fill(
        Ellipse(x + light_from * r * 0.36, y - r * 0.45, r * 0.3, r * 0.36),
        lighter(light.sun, 0.3),
        blur=r * 0.16,
        opacity=0.55,
        within=body,
    )
    _basket(canvas, light, x, y + r * 1.28, r, flaw)


def _gore(x: float, y: float, r: float, left: float, right: float) -> list[Point]:
    """Return the strip of cloth between two seams, each given as its place across, -1 to 1."""

    def seam(place: float) -> list[Point]:
        line = []
        for step in range(21):
            dy = between(-1, 1.28, step / 20)
            wide = (
                math.sqrt(max(0.0, 1 - dy * dy))
                if dy < 0
                else max(0.17, 1 - (dy / 1.28) ** 1.7 * 0.83)
            )
            line.append((x + place * wide * r, y + dy * r))
        return line

    return [*seam(left), *reversed(seam(right))]


def _basket(canvas: Canvas, light: Light, x: float, mouth: float, r: float, flaw: float) -> None:
    wicker = light.on(rgb("8a5f3a"))
    drop = r * (0.3 + 0.9 * flaw)
    drift = r * 0.75 * flaw
    wide, tall = r * 0.17, r * 0.2
    top = mouth + drop
    bx = x + drift
    canvas.fill(
        Block(x - r * 0.17, mouth - r * 0.05, x + r * 0.17, mouth + r * 0.02, 2),
        darker(wicker, 0.3),
    )
    # The ropes tear where the basket has drifted off, instead of stretching along with it.
    reach = 1.0 if flaw < 0.15 else max(0.0, 0.5 - flaw * 0.5)
    ropes: list[Shape] = [
        Stroke(
            [
                (x + side * r * 0.16, mouth),
                (between(x + side * r * 0.16, bx + side * wide, reach), between(mouth, top, reach)),
            ],
            max(1.0, r * 0.016),
        )
        for side in (-1.0, -0.35, 0.35, 1.0)
    ]
    canvas.fill(ropes, darker(wicker, 0.5))
    if light.dark:
        canvas.glow(x, mouth + r * 0.02, r * 1.3, rgb("ffb95e"), 0.75)
    canvas.fill(
        Block(bx - wide, top, bx + wide, top + tall, r * 0.04),
        across(lighter(wicker, 0.15), darker(wicker, 0.35)),
    )
    weave: list[Shape] = [
        Block(
            bx - wide, top + tall * row / 5, bx + wide, top + tall * row / 5 + max(1.0, r * 0.012)
        )
        for row in range(1, 5)
    ]
    canvas.fill(weave, darker(wicker, 0.5), opacity=0.5)
    canvas.fill(
        Block(bx - wide * 1.1, top - r * 0.02, bx + wide * 1.1, top + r * 0.035, r * 0.03),
        darker(wicker, 0.25),
    )
    for side in (-0.45, 0.4):
        head = (bx + side * wide, top - r * 0.075)
        canvas.fill(
            Block(head[0] - r * 0.04, head[1], head[0] + r * 0.04, top, r * 0.02),
            darker(light.on(rgb("4a5a80")), 0.2),
        )
        canvas.fill(Ellipse(*head, r * 0.034, r * 0.038), darker(light.on(rgb("d8a680")), 0.15))


def _geese(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("geese")
    x, y = rng.uniform(380, 820), rng.uniform(520, 560)
    ink = darker(mix(light.sky[0], light.haze, 0.2), 0.6)
    wings: list[Shape] = []
    for index in range(7):
        row = (index + 1) // 2 * (1 if index % 2 else -1)
        gx, gy = x + abs(row) * 26, y + row * 13
        span = 13.0
        wings += [
            Stroke(
                [
                    (gx, gy),
                    (gx + side * span * 0.5, gy - 6 + rng.uniform(-1, 1)),
                    (gx + side * span, gy - 2),
                ],
                2.4,
            )
            for side in (-1, 1)
        ]
        wings.append(Ellipse(gx, gy + 0.5, 4, 1.8))
    canvas.fill(wings, ink, opacity=0.85)
