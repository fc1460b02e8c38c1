"""Cabins in the snow."""

from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, Rgb, darker, lighter, mix, rgb
from evalhub.demo.pictures.geometry import Point, between, height_at, ridge, rolling, spline
from evalhub.demo.pictures.nature import clouds, conifer, mist, sky
from evalhub.demo.pictures.paints import across, ball, down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke

HORIZON = 560
LAMP = rgb("ffd27a")


def paint_village(plan: Plan) -> Painted:
    """Paint cabins on a snowy slope.

    Flaw: the door of the largest cabin sits up in the wall, out of reach.
    """
    canvas = Canvas(plan.seed)
    light = plan.light
    sky(canvas, light, HORIZON)
    clouds(canvas, light, 50, 300, 4)
    snow = light.on(rgb("eef4fa"))
    shade = mix(snow, mix(light.sky[0], rgb("5f80b8"), 0.5), 0.42)
    _range(canvas, light, snow, shade)
    far = _slope(canvas, "far slope", (HORIZON - 6, HORIZON - 30), 34, snow, shade, 0.35, light)
    _firs(canvas, light, far, 70, 64, 0.34)
    mist(canvas, light, HORIZON + 26, 30, 0.4)
    near = _slope(canvas, "near slope", (HORIZON + 62, HORIZON + 44), 20, snow, shade, 0.0, light)
    _firs(canvas, light, near, 24, 128, 0.06)
    _path(canvas, shade, light)
    spots = _spots(canvas.rng("cabins"), plan.count)
    largest = max(range(plan.count), key=lambda place: spots[place][2])
    for place in sorted(plan.subjects(), key=lambda place: spots[place][1]):
        with canvas.part(f"subject {place}"):
            _cabin(canvas, plan, spots[place], snow, shade, plan.flaw if place == largest else 0.0)
    _drift(canvas, snow, shade)
    if plan.detail:
        with canvas.part("detail"):
            _snowman(canvas, light, snow, shade)
    _flakes(canvas)
    return Painted.of(canvas)


def _range(canvas: Canvas, light: Light, snow: Rgb, shade: Rgb) -> None:
    line = ridge(canvas.rng("range"), -40, WIDTH + 40, HORIZON - 60, 260, 4)
    body = Polygon([*line, (WIDTH + 40, HORIZON + 60), (-40, HORIZON + 60)])
    crest = mix(mix(snow, shade, 0.6), light.haze, 0.35)
    canvas.fill(body, down(lighter(crest, 0.25), crest, light.haze))
    rng = canvas.rng("gullies")
    gullies: list[Shape] = []
    for _ in range(26):
        x = rng.uniform(0, WIDTH)
        y = height_at(line, x) + rng.uniform(4, 60)
        gullies.append(
            Polygon([(x, y), (x + rng.uniform(8, 26), y + 90), (x + rng.uniform(-20, 6), y + 60)])
        )
    canvas.fill(gullies, darker(crest, 0.35), opacity=0.35, within=body)
    mist(canvas, light, HORIZON - 30, 50, 0.6)


def _slope(
    canvas: Canvas,
    name: str,
    y: tuple[float, float],
    swell: float,
    snow: Rgb,
    shade: Rgb,
    depth: float,
    light: Light,
) -> list[Point]:
    line = rolling(canvas.rng(name), (-20, y[0]), (WIDTH + 20, y[1]), swell, 1.0)
    body = Polygon([*line, (WIDTH + 20, HEIGHT), (-20, HEIGHT)])
    canvas.fill(
        body, down(mix(snow, light.haze, depth), mix(mix(snow, shade, 0.55), light.haze, depth))
    )
    rng = canvas.rng(name + " dips")
    for _ in range(7):
        x = rng.uniform(0, WIDTH)
        dip = Ellipse(x, height_at(line, x) + rng.uniform(30, 200), rng.uniform(120, 260), 16)
        canvas.fill(dip, shade, opacity=0.3, blur=14, within=body)
    return line


def _firs(
    canvas: Canvas, light: Light, line: list[Point], count: int, tall: float, depth: float
) -> None:
    rng = canvas.rng(f"firs {tall:.0f}")
    hue = light.on(rgb("2f5a55"), depth)
    trees: list[Shape] = []
    needles: list[Shape] = []
    for _ in range(count):
        x = rng.uniform(0, WIDTH)
        high = tall * rng.uniform(0.7, 1.2)
        outline = conifer(rng, x, height_at(line, x) + 6, high)
        trees.append(Polygon(outline))
        needles.append(Polygon([(px + high * 0.012, py + high * 0.05) for px, py in outline]))
    # A white tree, then a green one a little lower: snow stays on the upper side of each bough.
    canvas.fill(trees, mix(light.on(rgb("f4f8fc")), light.haze, depth))
    canvas.fill(needles, down(hue, darker(hue, 0.3)), within=trees)


def _path(canvas: Canvas, shade: Rgb, light: Light) -> None:
    left = spline([(560, 640), (470, 700), (600, 770), (420, 910)], steps=10)
    right = spline([(800, 910), (720, 770), (540, 700), (590, 640)], steps=10)
    canvas.fill(Polygon([*left, *right]), darker(shade, 0.12), opacity=0.5, blur=3)
    if light.dark:
        canvas.fill(Polygon([*left, *right]), LAMP, opacity=0.1, blur=8)


def _spots(rng: Random, count: int) -> list[tuple[float, float, float]]:
    """Return the middle of the foot and the size of each cabin."""
    large = rng.randrange(count)
    spots = []
    lane = 1120 / count
    biggest = min(1.0, lane / 270)
    for index in range(count):
        share = 1.0 if index == large else rng.uniform(0.1, 0.6)
        x = 40 + lane * (index + 0.5) + rng.uniform(-0.05, 0.05) * lane
        spots.append((x, between(650, 770, share), between(0.62, 1.0, share) * biggest))
    return spots


def _cabin(
    canvas: Canvas,
    plan: Plan,
    spot: tuple[float, float, float],
    snow: Rgb,
    shade: Rgb,
    flaw: float,
) -> None:
    x, foot, size = spot
    light = plan.light
    wall = plan.lit()
    wide, tall = 112 * size, 118 * size
    canvas.fill(
        Ellipse(x + 20 * size, foot + 4, wide * 1.25, 15 * size),
        darker(shade, 0.4),
        opacity=0.5,
        blur=9,
    )
    front = Polygon(
        [
            (x - wide, foot),
            (x - wide, foot - tall),
            (x, foot - tall * 1.95),
            (x + wide, foot - tall),
            (x + wide, foot),
        ]
    )
    _chimney(canvas, light, x + wide * 0.5, foot - tall * 1.5, size, snow)
    canvas.fill(front, across(lighter(wall, 0.1), wall, darker(wall, 0.3)))
    boards: list[Shape] = [
        Block(x - wide, foot - row * 14 * size, x + wide, foot - row * 14 * size + 1.6 * size)
        for row in range(1, 17)
    ]
    canvas.fill(boards, darker(wall, 0.45), opacity=0.4, within=front)
    trim = light.on(rgb("f3ead8"))
    pane = LAMP if light.dark else mix(light.sky[0], rgb("ffffff"), 0.25)
    for dx in (-0.6, 0.6):
        _window(canvas, x + wide * dx, foot - tall * 0.56, 25 * size, 29 * size, pane, trim)
    _window(canvas, x, foot - tall * 1.3, 17 * size, 17 * size, pane, trim)
    _door(canvas, light, x, foot - flaw * tall * 0.92, size, trim)
    _roof(canvas, x, foot, wide, tall, size, snow, shade, wall)
    bank = [
        (x - wide * 1.2, foot + 12 * size),
        (x - wide * 0.7, foot - 9 * size),
        (x, foot + 2),
        (x + wide * 0.6, foot - 8 * size),
        (x + wide * 1.2, foot + 12 * size),
    ]
    canvas.fill(Polygon(spline(bank)), snow)
    if light.dark:
        for dx in (-0.6, 0.6):
            canvas.glow(x + wide * dx, foot - tall * 0.56, 105 * size, rgb("ffb95e"), 0.55)
            canvas.fill(
                Ellipse(x + wide * dx, foot + 26 * size, 52 * size, 13 * size),
                LAMP,
                opacity=0.3,
                blur=9,
            )


def _chimney(canvas: Canvas, light: Light, x: float, foot: float, size: float, snow: Rgb) -> None:
    brick = light.on(rgb("8b5648"))
    top = foot - 62 * size
    smoke = mix(light.haze, (255, 255, 255), 0.35)
    for step in range(9):
        share = step / 8
        canvas.fill(
            Ellipse(
                x + between(0, 70, share**1.4) * size,
                top - between(4, 150, share) * size,
                between(8, 34, share) * size,
                between(7, 25, share) * size,
            ),
            smoke,
            blur=between(3, 12, share) * size,
            opacity=between(0.5, 0.14, share),
        )
    canvas.fill(
        Block(x - 14 * size, top, x + 14 * size, foot + 40 * size),
        across(brick, darker(brick, 0.35)),
    )
    canvas.fill(Block(x - 18 * size, top - 9 * size, x + 18 * size, top + 3, 5 * size), snow)


def _window(canvas: Canvas, x: float, y: float, rx: float, ry: float, pane: Rgb, trim: Rgb) -> None:
    edge = rx * 0.16
    canvas.fill(Block(x - rx - edge, y - ry - edge, x + rx + edge, y + ry + edge, 2), trim)
    canvas.fill(Block(x - rx, y - ry, x + rx, y + ry), down(lighter(pane, 0.3), pane))
    canvas.fill(
        [
            Block(x - edge / 2, y - ry, x + edge / 2, y + ry),
            Block(x - rx, y - edge / 2, x + rx, y + edge / 2),
        ],
        trim,
    )
    sill = Block(x - rx * 1.25, y + ry + edge, x + rx * 1.25, y + ry + edge * 2.6, edge)
    canvas.fill(sill, lighter(trim, 0.5))


def _door(canvas: Canvas, light: Light, x: float, foot: float, size: float, trim: Rgb) -> None:
    wood = light.on(rgb("6b4630"))
    half, tall = 24 * size, 76 * size
    canvas.fill(
        Block(x - half - 5 * size, foot - tall - 5 * size, x + half + 5 * size, foot, 3), trim
    )
    canvas.fill(
        Block(x - half, foot - tall, x + half, foot), down(lighter(wood, 0.15), darker(wood, 0.2))
    )
    planks: list[Shape] = [
        Block(x + half * dx - size, foot - tall, x + half * dx + size, foot) for dx in (-0.35, 0.35)
    ]
    canvas.fill(planks, darker(wood, 0.5), opacity=0.6)
    canvas.fill(Ellipse(x + half * 0.66, foot - tall * 0.45, 3 * size, 3 * size), rgb("e9c873"))
    canvas.fill(Ellipse(x, foot - tall * 0.72, 12 * size, 12 * size), light.on(rgb("3f7a4c")))
    canvas.fill(Ellipse(x, foot - tall * 0.72, 6.5 * size, 6.5 * size), wood)
    canvas.fill(Ellipse(x, foot - tall * 0.6, 3.4 * size, 3 * size), light.on(rgb("d2413c")))


def _roof(
    canvas: Canvas,
    x: float,
    foot: float,
    wide: float,
    tall: float,
    size: float,
    snow: Rgb,
    shade: Rgb,
    wall: Rgb,
) -> None:
    eave, top = foot - tall * 0.9, foot - tall * 1.95
    canvas.fill(
        Stroke(
            [(x - wide * 1.16, eave + 8 * size), (x, top + 6), (x + wide * 1.16, eave + 8 * size)],
            15 * size,
        ),
        darker(wall, 0.55),
        opacity=0.55,
        blur=4 * size,
    )
    outer = [
        (x - wide * 1.26, eave),
        (x - wide * 0.1, top - 18 * size),
        (x + wide * 0.1, top - 18 * size),
    ]
    outer += [(x + wide * 1.26, eave), (x + wide * 1.22, eave + 20 * size)]
    inner = [(x + wide * 1.08, eave + 12 * size), (x, top + 20 * size)]
    inner += [(x - wide * 1.08, eave + 12 * size), (x - wide * 1.22, eave + 20 * size)]
    canvas.fill(
        Polygon(spline([*outer, *inner], closed=True, steps=5)),
        down(lighter(snow, 0.4), mix(snow, shade, 0.35)),
    )


def _drift(canvas: Canvas, snow: Rgb, shade: Rgb) -> None:
    line = rolling(canvas.rng("drift"), (-20, 836), (WIDTH + 20, 826), 18, 0.9)
    body = Polygon([*line, (WIDTH + 20, HEIGHT), (-20, HEIGHT)])
    canvas.fill(body, down(lighter(snow, 0.3), mix(snow, shade, 0.5)))


def _snowman(canvas: Canvas, light: Light, snow: Rgb, shade: Rgb) -> None:
    rng = canvas.rng("snowman")
    x, foot = rng.choice((rng.uniform(90, 170), rng.uniform(1030, 1110))), 866.0
    paint = ball(lighter(snow, 0.6), snow, darker(shade, 0.12), at=(0.4, 0.3), reach=0.85)
    canvas.fill(Ellipse(x + 14, foot + 2, 68, 12), darker(shade, 0.4), opacity=0.5, blur=7)
    for y, r in ((foot - 44, 54), (foot - 116, 40), (foot - 172, 28)):
        canvas.fill(Ellipse(x, y, r, r * 0.96), paint)
    ink = rgb("2b2a33")
    dots: list[Shape] = [Ellipse(x + dx, foot - 179, 3.4, 3.8) for dx in (-9, 10)]
    dots += [Ellipse(x + 2, foot - dy, 3.6, 3.6) for dy in (104, 122)]
    canvas.fill(dots, ink)
    canvas.fill(
        Polygon([(x, foot - 174), (x + 30, foot - 166), (x, foot - 165)]), light.on(rgb("ee8133"))
    )
    for points in (
        [(x - 34, foot - 128), (x - 82, foot - 164)],
        [(x + 34, foot - 128), (x + 84, foot - 156)],
    ):
        canvas.fill(Stroke(points, 4), light.on(rgb("5d4232")))
    scarf = light.on(rgb("c8433a"))
    canvas.fill(Block(x - 29, foot - 152, x + 29, foot - 139, 6), scarf)
    canvas.fill(
        Polygon(
            [(x + 10, foot - 146), (x + 26, foot - 146), (x + 32, foot - 104), (x + 16, foot - 102)]
        ),
        scarf,
    )
    canvas.fill(
        [
            Block(x - 36, foot - 200, x + 36, foot - 193, 3),
            Block(x - 22, foot - 236, x + 22, foot - 194, 3),
        ],
        ink,
    )
    canvas.fill(Block(x - 22, foot - 207, x + 22, foot - 199), scarf)


def _flakes(canvas: Canvas) -> None:
    rng = canvas.rng("flakes")
    for count, low, high, strength in ((260, 0.8, 1.8, 0.75), (36, 2.6, 4.6, 0.5)):
        flakes = []
        for _ in range(count):
            r = rng.uniform(low, high)
            flakes.append(Ellipse(rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), r, r))
        canvas.fill(flakes, (255, 255, 255), opacity=strength, blur=1.0 if low > 2 else 0.0)
