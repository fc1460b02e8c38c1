"""Sailing boats off a rocky shore."""

import math
from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, Rgb, darker, lighter, mix, rgb
from evalhub.demo.pictures.geometry import Point, between, clump, rolling, spline
from evalhub.demo.pictures.nature import clouds, glint, mist, sky
from evalhub.demo.pictures.paints import across, down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke

SEA = 450


def paint_harbour(plan: Plan) -> Painted:
    """Paint sailing boats in a bay.

    Flaw: the nearest boat hovers above the water.
    """
    canvas = Canvas(plan.seed)
    light = plan.light
    sun = sky(canvas, light, SEA, sun_x=canvas.rng("sun").uniform(180, 560))
    clouds(canvas, light, 40, 330, 6)
    _headland(canvas, light)
    if plan.detail:
        with canvas.part("detail"):
            _lighthouse(canvas, light)
    _sea(canvas, light)
    rng = canvas.rng("glint")
    glint(canvas, rng, sun[0], SEA, HEIGHT - 60, light.sun, 0.7 if light.sun_height > 0.45 else 1.0)
    mist(canvas, light, SEA, 18, 0.5)
    spots = _spots(canvas.rng("boats"), plan.count)
    nearest = max(range(plan.count), key=lambda place: spots[place][2])
    for place in sorted(plan.subjects(), key=lambda place: spots[place][1]):
        lift = plan.flaw * 150 if place == nearest else 0.0
        with canvas.part(f"subject {place}"):
            _boat(canvas, plan, spots[place], lift)
    _beach(canvas, light)
    _gulls(canvas, light)
    return Painted.of(canvas)


def _headland(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("headland")
    far = rolling(rng, (-20, SEA - 34), (620, SEA - 4), 22, 1.3)
    far = [(x, between(y, SEA + 2, max(0.0, x / 620) ** 3)) for x, y in far]
    canvas.fill(
        Polygon([*far, (620, SEA), (-20, SEA)]), down(light.on(rgb("6c8aa2"), 0.45), light.haze)
    )
    cliff: list[Point] = [(790, SEA), (816, SEA - 34), (850, SEA - 52), (900, SEA - 92)]
    cliff += [(960, SEA - 104), (1060, SEA - 112), (1150, SEA - 150), (1240, SEA - 176)]
    rock = light.on(rgb("8d7f78"), 0.15)
    body = Polygon([*cliff, (1240, SEA), (790, SEA)])
    canvas.fill(body, down(lighter(rock, 0.1), darker(rock, 0.4)))
    strata: list[Shape] = []
    for _ in range(26):
        x, y = rng.uniform(800, 1200), rng.uniform(SEA - 120, SEA)
        strata.append(Stroke([(x, y), (x + rng.uniform(-12, 4), y + rng.uniform(18, 46))], 2.5))
    canvas.fill(strata, darker(rock, 0.5), opacity=0.35, within=body)
    green = light.on(rgb("5f8f4a"), 0.1)
    turf = [(x, y + 16 + rng.uniform(-4, 10)) for x, y in reversed(cliff)]
    canvas.fill(
        Polygon([*spline(cliff, steps=6), *spline(turf, steps=6)]),
        down(lighter(green, 0.15), green),
    )


def _lighthouse(canvas: Canvas, light: Light) -> None:
    x, foot, tall = 1010.0, SEA - 104.0, 190.0
    white, red = light.on(rgb("f4efe6")), light.on(rgb("c8433a"))

    def half(share: float) -> float:
        return between(25, 15, share)

    tower = Polygon(
        [
            (x - half(0), foot),
            (x - half(1), foot - tall),
            (x + half(1), foot - tall),
            (x + half(0), foot),
        ]
    )
    canvas.fill(tower, across(white, white, darker(white, 0.35)))
    for low, high in ((0.18, 0.38), (0.58, 0.78)):
        canvas.fill(
            Block(x - 30, foot - tall * high, x + 30, foot - tall * low),
            across(red, red, darker(red, 0.45)),
            within=tower,
        )
    top = foot - tall
    canvas.fill(Block(x - 22, top - 6, x + 22, top, 2), darker(white, 0.55))
    canvas.fill(Block(x - 12, top - 32, x + 12, top - 6), mix(rgb("ffe9a6"), light.sky[0], 0.15))
    for dx in (-12, -4, 4, 12):
        canvas.fill(Block(x + dx - 1, top - 32, x + dx + 1, top - 6), darker(red, 0.6))
    dome = [(x - 15, top - 31), (x - 8, top - 44), (x, top - 50), (x + 8, top - 44)]
    canvas.fill(Polygon([*dome, (x + 15, top - 31)]), down(red, darker(red, 0.3)))
    canvas.fill(Block(x - 5, foot - 24, x + 5, foot, 4), darker(red, 0.5))
    for share in (0.3, 0.55, 0.85):
        canvas.fill(
            Block(x - 3, foot - tall * share - 6, x + 3, foot - tall * share + 4, 3),
            darker(white, 0.65),
        )
    if light.dark:
        # Cones of falling length, one in the other: the beam dies away instead of ending.
        for reach in (180, 300, 440, 600):
            beam: list[Point] = [(x, top - 20), (x - reach, top - 20 - reach * 0.13)]
            beam.append((x - reach, top - 20 + reach * 0.06))
            canvas.fill(Polygon(beam), rgb("fff0bd"), opacity=0.08, blur=reach * 0.05)
        canvas.glow(x, top - 19, 120, rgb("ffe2a0"), 0.9)


def _sea(canvas: Canvas, light: Light) -> None:
    near = mix(light.sky[0], rgb("0f4a63"), 0.6)
    far = mix(mix(light.sky[-1], light.sky[-2], 0.5), rgb("4f96ab"), 0.35)
    canvas.fill(Block(0, SEA, WIDTH, HEIGHT), down(far, mix(far, near, 0.7), near))
    rng = canvas.rng("waves")
    for colour, strength, shift in (
        (darker(near, 0.35), 0.3, 0.0),
        (lighter(far, 0.45), 0.34, 3.0),
    ):
        waves: list[Shape] = []
        for _ in range(230):
            share = rng.random() ** 1.4
            x, y = rng.uniform(-30, WIDTH + 30), between(SEA + 4, HEIGHT, share) + shift
            half, thick = between(7, 46, share) * rng.uniform(0.5, 1.3), between(0.7, 2.6, share)
            waves.append(_ripple(x, y, half, thick))
        canvas.fill(waves, colour, opacity=strength)


def _ripple(x: float, y: float, half: float, thick: float) -> Polygon:
    upper = [(x + half * t, y - thick * 1.6 * math.cos(t * 4.2)) for t in (-1, -0.5, 0, 0.5, 1)]
    lower = [(px, py + thick * (1 - abs(px - x) / half)) for px, py in reversed(upper)]
    return Polygon([*upper, *lower])


def _spots(rng: Random, count: int) -> list[tuple[float, float, float]]:
    """Return foot and size of each boat, all on the open water."""
    near = rng.randrange(count)
    spots = []
    for index in range(count):
        share = 0.9 if index == near else rng.uniform(0.12, 0.6)
        lane = 1080 / count
        x = 60 + lane * (index + 0.5) + rng.uniform(-0.12, 0.12) * lane
        biggest = min(1.0, 1.6 / count + 0.25)
        spots.append(
            (x, between(SEA + 24, HEIGHT - 250, share), between(0.42, 1.12, share) * biggest)
        )
    return spots


def _boat(canvas: Canvas, plan: Plan, spot: tuple[float, float, float], lift: float) -> None:
    x, foot, size = spot
    light = plan.light
    cloth, white = plan.lit(), light.on(rgb("f6f1e7"))

    def at(*points: Point) -> list[Point]:
        return [(x + px * size, foot - lift + py * size) for px, py in points]

    def below(points: list[Point]) -> list[Point]:
        """Mirror in the water line, squeezed; the water keeps the reflection where it belongs."""
        return [
            (px + math.sin(py / 9) * 3 * size, foot + (foot - lift - py) * 0.55)
            for px, py in points
        ]

    main = [*spline(at((4, -300), (40, -190), (86, -44)), steps=8), *at((4, -36))]
    jib = [*spline(at((-4, -270), (-46, -150), (-92, -30)), steps=8), *at((-6, -44))]
    deck = spline(at((-112, -30), (-20, -22), (110, -34)), steps=6)
    keel = spline(at((110, -34), (84, 2), (-66, 4), (-112, -30)), steps=6)
    for outline, colour in ((main, cloth), (jib, white), ([*deck, *keel], darker(white, 0.4))):
        canvas.fill(Polygon(below(outline)), colour, opacity=0.4, blur=3.5 * size, fade=(1.0, 0.1))
    canvas.fill(
        Ellipse(x, foot + 3 * size, 112 * size, 9 * size), (8, 30, 48), opacity=0.5, blur=5 * size
    )
    canvas.fill(Block(*at((-2.5, -316))[0], *at((2.5, -24))[0]), light.on(rgb("7b5b42")))
    canvas.fill(Polygon(main), across(lighter(cloth, 0.12), cloth, darker(cloth, 0.3)))
    canvas.fill(Polygon(jib), across(darker(white, 0.12), white, darker(white, 0.18)))
    seams: list[Shape] = [
        Stroke(at((4, -300 + step), (4 + step * 0.34, -296 + step)), 1.2)
        for step in (60, 120, 180, 230)
    ]
    canvas.fill(seams, darker(cloth, 0.5), opacity=0.35, within=Polygon(main))
    hull = Polygon([*deck, *keel])
    canvas.fill(hull, down(white, darker(white, 0.28)))
    stripe = spline(at((-120, -22), (-20, -12), (118, -26)), steps=6)
    canvas.fill(Stroke(stripe, 6 * size), cloth, within=hull)
    canvas.fill(Block(*at((-34, -42))[0], *at((30, -25))[0], 4 * size), light.on(rgb("c9a06c")))
    if lift < 4:
        foam: list[Shape] = [
            Ellipse(x + dx * size, foot + 2 * size, 34 * size, 3 * size) for dx in (-70, 0, 66)
        ]
        canvas.fill(foam, (255, 255, 255), opacity=0.5, blur=1.5)


def _beach(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("beach")
    sand = light.on(rgb("e3c793"))
    edge = spline(
        [(-20, 742), (180, 770), (430, 812), (720, 832), (980, 850), (1220, 838)], steps=10
    )
    wet = [(x, y - 16 - 5 * math.sin(x / 60)) for x, y in edge]
    foot: list[Point] = [(1220, HEIGHT), (-20, HEIGHT)]
    canvas.fill(Polygon([*wet, *foot]), darker(mix(sand, light.sky[1], 0.3), 0.25), opacity=0.6)
    foam = [(x, y - 18 - 5 * math.sin(x / 60)) for x, y in edge]
    canvas.fill(Stroke(foam, 7), (255, 255, 255), opacity=0.75, blur=1.2)
    canvas.fill(Stroke([(x, y - 13) for x, y in foam], 3), (255, 255, 255), opacity=0.4, blur=1)
    canvas.fill(Polygon([*edge, *foot]), down(lighter(sand, 0.1), darker(sand, 0.15)))
    pebbles: list[Shape] = []
    for _ in range(120):
        x = rng.uniform(0, 1200)
        pebbles.append(Ellipse(x, rng.uniform(790 + x * 0.05, 898), rng.uniform(1, 3.4), 1.4))
    canvas.fill(pebbles, darker(sand, 0.4), opacity=0.5)
    for x, y, size in ((92, 770, 74), (180, 800, 44), (1128, 846, 66), (1046, 862, 34)):
        _rock(canvas, rng, light.on(rgb("6d6a70")), x, y, size)


def _rock(canvas: Canvas, rng: Random, hue: Rgb, x: float, y: float, size: float) -> None:
    canvas.fill(
        Ellipse(x + size * 0.1, y + size * 0.34, size * 1.15, size * 0.2),
        (20, 24, 40),
        opacity=0.4,
        blur=6,
    )
    body = Polygon(clump(rng, x, y, size, size * 0.55, 0.12))
    frame = Block(x - size * 2, y - size, x + size * 2, y + size * 0.38)
    canvas.fill(body, down(lighter(hue, 0.25), darker(hue, 0.4)), within=frame)
    canvas.fill(
        Polygon(clump(rng, x - size * 0.25, y - size * 0.24, size * 0.5, size * 0.22, 0.2)),
        lighter(hue, 0.4),
        opacity=0.45,
        within=body,
    )


def _gulls(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("gulls")
    ink = mix(darker(light.sky[0], 0.4), (255, 255, 255), 0.75 if light.dark else 0.0)
    wings: list[Shape] = []
    for _ in range(4):
        x, y, span = rng.uniform(120, 760), rng.uniform(90, 300), rng.uniform(15, 28)
        arch = [(x - span, y - span * 0.1), (x - span * 0.5, y - span * 0.42), (x, y)]
        arch += [(x + span * 0.5, y - span * 0.42), (x + span, y - span * 0.1)]
        wings.append(Stroke(spline(arch, steps=6), span * 0.13))
    canvas.fill(wings, ink, opacity=0.8)
