"""Rowing boats on a mountain lake."""

from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, Rgb, darker, lighter, mix, rgb
from evalhub.demo.pictures.geometry import Point, between, height_at, ridge, rolling, spline
from evalhub.demo.pictures.nature import (
    clouds,
    conifer,
    forest,
    glint,
    grass,
    mist,
    sky,
)
from evalhub.demo.pictures.paints import down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke

WATER = 540


def paint_lake(plan: Plan) -> Painted:
    """Paint mountains, forest and sky mirrored in a lake.

    Flaw: the sun's light falls on the water away from under the sun.
    """
    canvas = Canvas(plan.seed)
    light = plan.light
    ranges = _ranges(canvas)
    gap = _gap(canvas, ranges)
    sun = sky(canvas, light, WATER, sun_x=gap[0], above=gap[1] - 34)
    clouds(canvas, light, 60, 260, 5)
    _mountains(canvas, light, ranges, sun[0])
    line = _shore(canvas, light)
    if plan.detail:
        with canvas.part("detail"):
            _cabin(canvas, light, line)
    canvas.mirror(WATER, 0.82, 5)
    canvas.fill(
        Block(0, WATER, WIDTH, HEIGHT),
        down(mix(light.sky[-1], rgb("5f93a6"), 0.4), mix(light.sky[0], rgb("123a52"), 0.55)),
        fade=(0.12, 0.66),
    )
    canvas.fill(Block(0, WATER - 1.5, WIDTH, WATER + 2.5), lighter(light.haze, 0.4), opacity=0.55)
    other_side = WIDTH * 0.82 if sun[0] < WIDTH / 2 else WIDTH * 0.18
    glint(
        canvas,
        canvas.rng("glint"),
        between(sun[0], other_side, plan.flaw),
        WATER,
        HEIGHT - 70,
        light.sun,
        0.75 if light.sun_height > 0.45 else 1.0,
    )
    mist(canvas, light, WATER, 26, 0.5)
    _boats(canvas, plan)
    _foreground(canvas, light)
    return Painted.of(canvas)


def _ranges(canvas: Canvas) -> list[list[Point]]:
    """Return the lines of the far and the near mountains."""
    return [
        ridge(canvas.rng(f"ridge {index}"), -60, WIDTH + 60, base, tall, 3 + index * 2)
        for index, (base, tall) in enumerate(((WATER - 60, 350), (WATER - 20, 215)))
    ]


def _gap(canvas: Canvas, ranges: list[list[Point]]) -> Point:
    """Return the lowest point of the mountains in the left or right part of the picture."""
    left, right = canvas.rng("gap").choice(((200, 500), (700, 1000)))
    skyline = [(x, min(height_at(line, x) for line in ranges)) for x in range(left, right, 10)]
    return max(skyline, key=lambda point: point[1])


def _mountains(canvas: Canvas, light: Light, ranges: list[list[Point]], sun_x: float) -> None:
    rock = rgb("52688a")
    for index, (line, depth) in enumerate(zip(ranges, (0.55, 0.3), strict=True)):
        crest = light.on(rock, depth)
        body = Polygon([*line, (WIDTH + 60, WATER), (-60, WATER)])
        canvas.fill(body, down(crest, mix(crest, light.haze, 0.7)))
        _relief(canvas, canvas.rng(f"relief {index}"), line, body, light, crest, sun_x)
        mist(canvas, light, WATER - 70 + index * 40, 40, 0.5)


def _relief(
    canvas: Canvas,
    rng: Random,
    line: list[Point],
    body: Polygon,
    light: Light,
    crest: Rgb,
    sun_x: float,
) -> None:
    """Lay snow on the high peaks, then shade the side of each that is turned from the sun."""
    shaded: list[Shape] = []
    snow: list[Shape] = []
    reach = 12
    for index in range(reach, len(line) - reach):
        x, y = line[index]
        if y > min(other for _, other in line[index - reach : index + reach + 1]):
            continue
        away = 1 if x > sun_x else -1
        edge = [(x, y)]
        step = index + away
        while 0 <= step < len(line) and line[step][1] < y + (WATER - y) * 0.85:
            if abs(step - index) > reach and line[step][1] < edge[-1][1] - 12:
                break
            edge.append(line[step])
            step += away
        spine = [(x, y)]
        for fall in (0.12, 0.22, 0.36, 0.5, 0.7, 1.0):
            drift = away * (fall * 60 + rng.uniform(-26, 26) * (0.4 + fall))
            spine.append((x + drift, y + (WATER - y) * fall))
        shaded.append(Polygon([*spine, (edge[-1][0], WATER), *reversed(edge)]))
        if y < 320:
            snow.append(_snowcap(rng, x, y, (350 - y) * 0.55))
    canvas.fill(snow, lighter(mix(light.sun, light.haze, 0.3), 0.4), opacity=0.9, within=body)
    canvas.fill(shaded, darker(crest, 0.62), opacity=0.42, within=body, fade=(1.0, 0.2))


def _snowcap(rng: Random, x: float, y: float, drop: float) -> Polygon:
    hem: list[Point] = []
    for index in range(9):
        across = between(-1.5, 1.5, index / 8)
        low = 0.55 if index % 2 else 1.05
        hem.append(
            (x + across * drop, y + drop * (low + abs(across) * 0.35) * rng.uniform(0.8, 1.2))
        )
    return Polygon([(x - drop * 1.6, y - 30), (x + drop * 1.6, y - 30), *reversed(hem)])


def _shore(canvas: Canvas, light: Light) -> list[Point]:
    rng = canvas.rng("shore")
    pine = rgb("2f5d50")
    far = rolling(rng, (-20, WATER - 46), (WIDTH + 20, WATER - 40), 26, 1.6)
    hue = light.on(pine, 0.38)
    canvas.fill(Polygon([*far, (WIDTH + 20, WATER), (-20, WATER)]), down(hue, darker(hue, 0.1)))
    forest(canvas, rng, far, [rng.uniform(0, WIDTH) for _ in range(120)], 58, hue)
    mist(canvas, light, WATER - 24, 22, 0.45)
    near = rolling(rng, (-20, WATER - 14), (WIDTH + 20, WATER - 12), 9, 1.1)
    hue = light.on(pine, 0.1)
    flanks = [rng.uniform(0, 330) for _ in range(34)]
    flanks += [rng.uniform(860, WIDTH) for _ in range(34)]
    forest(canvas, rng, near, flanks, 108, hue)
    bank = light.on(rgb("6f8a4e"), 0.12)
    canvas.fill(Polygon([*near, (WIDTH + 20, WATER), (-20, WATER)]), down(bank, darker(bank, 0.35)))
    return near


def _cabin(canvas: Canvas, light: Light, line: list[Point]) -> None:
    x = canvas.rng("cabin").uniform(470, 690)
    foot = min(y for px, y in line if abs(px - x) < 70) + 6
    wood, roof = light.on(rgb("8a5a3c")), light.on(rgb("7c3f3a"))
    canvas.fill(Block(x - 40, foot - 40, x + 40, foot), down(wood, darker(wood, 0.3)))
    for row in range(4):
        y = foot - 8 - row * 9
        canvas.fill(Block(x - 40, y, x + 40, y + 1.4), darker(wood, 0.45), opacity=0.7)
    canvas.fill(Block(x + 14, foot - 78, x + 24, foot - 50), darker(roof, 0.3))
    gable: list[Point] = [(x - 52, foot - 36), (x - 28, foot - 72), (x + 28, foot - 72)]
    canvas.fill(Polygon([*gable, (x + 52, foot - 36)]), down(lighter(roof, 0.12), roof))
    pane = rgb("ffdf8e") if light.dark else mix(light.sky[0], (255, 255, 255), 0.4)
    for dx in (-26, 12):
        canvas.fill(Block(x + dx, foot - 28, x + dx + 14, foot - 14, 1), pane)
    canvas.fill(Block(x - 6, foot - 28, x + 6, foot, 1), darker(wood, 0.5))
    if light.dark:
        canvas.glow(x - 19, foot - 21, 46, rgb("ffc864"), 0.6)
        canvas.glow(x + 19, foot - 21, 46, rgb("ffc864"), 0.6)


def _boats(canvas: Canvas, plan: Plan) -> None:
    rng = canvas.rng("boats")
    spots = _spots(rng, plan.count)
    for place, (x, y, size) in enumerate(spots):
        lean = rng.choice((-1, 1))
        if place in plan.hidden:
            continue
        with canvas.part(f"subject {place}"):
            _boat(canvas, plan, x, y, size, lean)


def _spots(rng: Random, count: int) -> list[tuple[float, float, float]]:
    spots = []
    for index in range(count):
        share, room = rng.uniform(0.1, 0.75), WIDTH / count * 0.16
        x = between(WIDTH * (index + 0.5) / count, WIDTH / 2, 0.2) + rng.uniform(-room, room)
        y = between(WATER + 60, HEIGHT - 150, share)
        spots.append((x, y, between(0.6, 1.15, share)))
    return spots


def _boat(canvas: Canvas, plan: Plan, x: float, y: float, size: float, lean: int) -> None:
    light = plan.light
    hull = plan.lit()

    def at(*points: Point) -> list[Point]:
        return [(x + px * size * lean, y + py * size) for px, py in points]

    deep = spline(at((-78, 0), (-40, 20), (30, 20), (84, -8)), steps=6)
    canvas.fill(
        Polygon(deep), mix(darker(hull, 0.35), light.sky[1], 0.2), opacity=0.55, blur=2.5 * size
    )
    canvas.fill(
        Ellipse(x, y + 3 * size, 86 * size, 7 * size), (10, 24, 40), opacity=0.4, blur=4 * size
    )
    rim = spline(at((-82, -26), (-30, -16), (34, -17), (90, -36)), steps=6)
    keel = spline(at((84, -22), (66, 0), (-20, 5), (-70, 0), (-82, -26)), steps=6)
    inner = spline(at((-82, -26), (-20, -31), (40, -32), (90, -36)), steps=6)
    canvas.fill(Polygon([*inner, *reversed(rim)]), darker(light.on(rgb("7a5236")), 0.35))
    for px in (-34, 22):
        canvas.fill(
            Polygon(at((px, -30), (px + 14, -30), (px + 16, -18), (px + 2, -18))),
            light.on(rgb("c79a66")),
        )
    body = Polygon([*rim, *keel])
    canvas.fill(body, down(lighter(hull, 0.2), hull, darker(hull, 0.42)))
    canvas.fill(Stroke(rim, 3.4 * size), lighter(hull, 0.55))
    canvas.fill(Stroke(at((-6, -24), (-64, 8)), 2.6 * size), light.on(rgb("c79a66")))
    canvas.fill(Ellipse(*at((-66, 9))[0], 12 * size, 2.2 * size), (255, 255, 255), opacity=0.35)


def _foreground(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("foreground")
    hue = light.on(rgb("3f5f3c"))
    bank = rolling(rng, (-20, HEIGHT - 44), (WIDTH + 20, HEIGHT - 36), 16, 1.3)
    dark = darker(hue, 0.5)
    side = rng.choice((0, 1))
    canvas.fill(Polygon([*bank, (WIDTH + 20, HEIGHT), (-20, HEIGHT)]), down(hue, dark))
    grass(canvas, rng, bank, 260, hue)
    stand: list[Shape] = []
    for reach, tall in ((40, 430), (118, 300), (-20, 360)):
        x = reach if side == 0 else WIDTH - reach
        stand.append(Polygon(conifer(rng, x, HEIGHT - 18, tall)))
    canvas.fill(stand, down(darker(hue, 0.35), darker(hue, 0.62)))
