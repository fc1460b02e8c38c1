"""Skies, trees and water that several scenes share."""

import math
from collections.abc import Sequence
from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, Rgb, darker, lighter, mix
from evalhub.demo.pictures.geometry import Point, between, clump, height_at, rolling
from evalhub.demo.pictures.paints import ball, down
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke


def sky(
    canvas: Canvas,
    light: Light,
    horizon: float,
    *,
    sun_x: float | None = None,
    above: float = 1e9,
) -> Point:
    """Paint the sky down to the horizon with its sun or moon; return where that stands.

    The sun is lifted to stand no lower than `above`, for scenes that would hide it.
    """
    rng = canvas.rng("sky")
    canvas.fill(Block(0, 0, WIDTH, horizon), down(*light.sky))
    # Hills dip below the horizon here and there.
    canvas.fill(Block(0, horizon, WIDTH, horizon + 90), light.sky[-1])
    x = WIDTH * rng.choice((rng.uniform(0.2, 0.36), rng.uniform(0.64, 0.8)))
    x = x if sun_x is None else sun_x
    y = min(between(horizon * 0.97, horizon * 0.1, light.sun_height), above)
    night = light.name == "night"
    if light.dark:
        stars(canvas, horizon)
    canvas.glow(x, y, 820, light.sun, 0.28 if night else 0.5)
    canvas.glow(x, y, 320, light.sun, 0.3 if night else 0.6)
    size = 40 if night else 46
    canvas.fill(Ellipse(x, y, size, size), light.sun, blur=5, opacity=0.8)
    canvas.fill(Ellipse(x, y, size - 3, size - 3), lighter(light.sun, 0.5))
    if night:
        for dx, dy, r in ((-12, -8, 9), (10, 6, 12), (-4, 16, 6), (14, -14, 5)):
            canvas.fill(Ellipse(x + dx, y + dy, r, r), darker(light.sun, 0.16), opacity=0.5)
    return x, y


def stars(canvas: Canvas, horizon: float) -> None:
    """Scatter stars over the upper sky, thinning out towards the horizon."""
    rng = canvas.rng("stars")
    places = [
        (rng.uniform(0, WIDTH), horizon * 0.75 * rng.random() ** 1.6, rng.uniform(0.7, 1.9))
        for _ in range(110)
    ]
    canvas.fill([Ellipse(x, y, r, r) for x, y, r in places], (255, 250, 235), opacity=0.75)


def clouds(canvas: Canvas, light: Light, top: float, foot: float, count: int) -> None:
    """Paint clouds: heaped ones by day, long thin ones when the sun is low."""
    rng = canvas.rng("clouds")
    low_sun = light.sun_height < 0.45
    for index in range(count):
        share = (index + rng.random()) / count
        x = WIDTH * ((index * 0.618 + rng.uniform(-0.08, 0.08)) % 1.0)
        y, size = between(top, foot, share), between(1.0, 0.5, share) * rng.uniform(0.8, 1.2)
        if low_sun:
            _streak(canvas, rng, light, x, y, size)
        else:
            _heap(canvas, rng, light, x, y, size)


def _heap(canvas: Canvas, rng: Random, light: Light, x: float, y: float, size: float) -> None:
    lit = mix(lighter(light.sun, 0.4), light.sky[1], 0.62 if light.dark else 0.06)
    shade = mix(light.sky[1], light.haze, 0.6)
    half = 150 * size * rng.uniform(0.8, 1.25)
    puffs: list[Shape] = [Ellipse(x, y, half, 14 * size)]
    for index in range(8):
        out = between(-0.8, 0.8, index / 7)
        r = half * (0.42 * (1 - abs(out) ** 1.6) + 0.1) * rng.uniform(0.75, 1.15)
        puffs.append(Ellipse(x + out * half, y - r * 0.55, r, r * 0.85))
    frame = Block(x - half * 1.4, y - half, x + half * 1.4, y + 13 * size)
    canvas.fill(puffs, down(lit, lit, shade), blur=1.6, opacity=0.9, within=frame)


def _streak(canvas: Canvas, rng: Random, light: Light, x: float, y: float, size: float) -> None:
    glow = mix(light.sky[-1], light.sun, 0.3)
    body = mix(light.sky[1], light.sky[2], 0.35)
    for layer in range(3):
        half = rng.uniform(130, 290) * size
        dx, dy = rng.uniform(-120, 120) * size, layer * rng.uniform(9, 15) * size
        thick = rng.uniform(6, 12) * size
        puffs = [
            Ellipse(x + dx + rng.uniform(-0.6, 0.6) * half, y + dy, half * 0.5, thick),
            Ellipse(x + dx, y + dy + thick * 0.3, half, thick * 0.6),
        ]
        canvas.fill(puffs, down(body, mix(body, glow, 0.5), glow), blur=4, opacity=0.7)


def mist(canvas: Canvas, light: Light, y: float, depth: float, strength: float) -> None:
    """Lay a band of haze that thins out upwards and downwards."""
    for share in (0.4, 0.7, 1.0):
        canvas.fill(
            Ellipse(WIDTH / 2, y, WIDTH * 0.75, depth * share),
            light.haze,
            blur=depth * 0.4,
            opacity=strength / 2.2,
        )


def conifer(rng: Random, x: float, foot: float, tall: float) -> list[Point]:
    """Return the outline of a spruce with drooping tiers."""
    half = tall * rng.uniform(0.17, 0.23)
    tiers = 6
    left: list[Point] = []
    for tier in range(tiers):
        share = (tier + 1) / tiers
        y = foot - tall * (1 - share * 0.94)
        reach = half * share**0.85 * rng.uniform(0.85, 1.12)
        left += [(-reach, y), (-reach * 0.5, y - tall * 0.012)]
    right = [(-dx * rng.uniform(0.88, 1.1), y + rng.uniform(-2, 2)) for dx, y in reversed(left)]
    trunk = [(-half * 0.1, foot - tall * 0.07), (-half * 0.1, foot)]
    trunk += [(half * 0.1, foot), (half * 0.1, foot - tall * 0.07)]
    outline = [(0.0, foot - tall), *left, *trunk, *right]
    return [(x + dx, y) for dx, y in outline]


def forest(
    canvas: Canvas, rng: Random, line: Sequence[Point], xs: Sequence[float], tall: float, hue: Rgb
) -> None:
    """Stand spruces along a line, each with a side that catches less light."""
    trees = [(x, height_at(line, x) + 4, tall * rng.uniform(0.6, 1.15), rng.random()) for x in xs]
    outlines: list[Shape] = [Polygon(conifer(rng, x, y, h)) for x, y, h, _ in trees]
    dusky: list[Shape] = [Polygon(conifer(rng, x + h * 0.035, y, h * 0.9)) for x, y, h, _ in trees]
    canvas.fill(outlines, down(lighter(hue, 0.1), darker(hue, 0.12)))
    canvas.fill(dusky, darker(hue, 0.3), opacity=0.5, within=outlines)


def broadleaf(
    canvas: Canvas, rng: Random, x: float, foot: float, tall: float, hue: Rgb, light_from: float
) -> None:
    """Paint a round-crowned tree; `light_from` is -1 for light from the left, 1 from the right."""
    bark = mix(darker(hue, 0.45), (92, 62, 48), 0.65)
    crown_y = foot - tall * 0.62
    wide = tall * 0.07
    boughs: list[Shape] = [
        Polygon(
            [
                (x - wide, foot + 2),
                (x - wide * 0.55, foot - tall * 0.2),
                (x - wide * 0.5, crown_y),
                (x + wide * 0.5, crown_y),
                (x + wide * 0.55, foot - tall * 0.2),
                (x + wide, foot + 2),
            ]
        )
    ]
    boughs += [
        Stroke([(x, foot - tall * 0.3), (x + tall * lean, crown_y - tall * 0.05)], wide * 0.55)
        for lean in (-0.24, 0.2, -0.1)
    ]
    canvas.fill(boughs, bark)
    crown(canvas, rng, (x, crown_y), (tall * 0.34, tall * 0.3), hue, light_from, puffs=9)


def crown(
    canvas: Canvas,
    rng: Random,
    middle: Point,
    reach: tuple[float, float],
    hue: Rgb,
    light_from: float,
    puffs: int,
) -> None:
    """Paint foliage as rounded clumps, each lit on the side of the light."""
    gold = mix(hue, (250, 238, 150), 0.42)
    size = reach[0] * 1.5 / math.sqrt(puffs)
    clumps = []
    for index in range(puffs):
        angle, out = index * 2.4 + rng.uniform(-0.2, 0.2), math.sqrt((index + 0.4) / puffs) * 0.82
        x, y = (
            middle[0] + math.cos(angle) * reach[0] * out,
            middle[1] + math.sin(angle) * reach[1] * out,
        )
        clumps.append((x, y, size * rng.uniform(0.85, 1.15)))
    outlines: list[Shape] = []
    # From the shaded foot to the lit top, so that bright edges lie over dark ones.
    for x, y, r in sorted(clumps, key=lambda place: light_from * place[0] * 0.4 - place[1]):
        share = min(max((y - middle[1]) / (reach[1] * 2) + 0.5, 0.0), 1.0)
        leaf = mix(mix(gold, hue, 0.35), darker(hue, 0.22), share)
        outline = Polygon(clump(rng, x, y, r, r * 0.86, 0.1))
        outlines.append(outline)
        canvas.fill(
            outline,
            ball(
                mix(leaf, gold, 0.55),
                leaf,
                darker(leaf, 0.38),
                at=(0.5 + light_from * 0.2, 0.26),
                reach=0.8,
            ),
        )
    for colour, count in ((darker(hue, 0.35), puffs * 7), (gold, puffs * 9)):
        leaves: list[Shape] = []
        for _ in range(count):
            angle, out = rng.uniform(0, math.tau), math.sqrt(rng.random())
            dab = size * rng.uniform(0.035, 0.075)
            leaves.append(
                Ellipse(
                    middle[0] + math.cos(angle) * reach[0] * 1.1 * out,
                    middle[1] + math.sin(angle) * reach[1] * 1.1 * out,
                    dab,
                    dab * 0.7,
                )
            )
        canvas.fill(leaves, colour, opacity=0.4, within=outlines)


def hill(
    canvas: Canvas, name: str, y: tuple[float, float], swell: float, waves: float, hue: Rgb
) -> list[Point]:
    """Paint a rounded hill across the picture and return its line."""
    line = rolling(canvas.rng(name), (-20, y[0]), (WIDTH + 20, y[1]), swell, waves)
    body = Polygon([*line, (WIDTH + 20, HEIGHT), (-20, HEIGHT)])
    canvas.fill(body, down(lighter(hue, 0.16), hue, darker(hue, 0.25)))
    return line


def grass(
    canvas: Canvas,
    rng: Random,
    line: Sequence[Point],
    count: int,
    hue: Rgb,
    spread: float = 22,
) -> None:
    """Let blades of grass stand up along a line and for `spread` pixels below it."""
    for share, colour in ((0.5, darker(hue, 0.2)), (0.5, lighter(hue, 0.18))):
        blades: list[Shape] = []
        for _ in range(int(count * share)):
            x = rng.uniform(0, WIDTH)
            y = height_at(line, x) + rng.uniform(2, spread)
            tall, lean = rng.uniform(9, 24), rng.uniform(-7, 7)
            blades.append(Polygon([(x - 1.6, y), (x + lean, y - tall), (x + 1.6, y)]))
        canvas.fill(blades, colour, opacity=0.85)


def glint(
    canvas: Canvas, rng: Random, x: float, line: float, foot: float, colour: Rgb, power: float
) -> None:
    """Lay the path of light that a low sun draws on water, widening towards the viewer."""
    dashes: list[Shape] = []
    for _ in range(150):
        share = rng.random() ** 1.25
        y = between(line + 3, foot, share)
        spread = between(16, 84, share)
        half = rng.uniform(5, 30) * between(0.5, 1.5, share)
        dashes.append(
            Ellipse(x + rng.gauss(0, 0.5) * spread, y, half, rng.uniform(0.8, 1.9) + share)
        )
    column = Polygon([(x - 26, line), (x + 26, line), (x + 96, foot), (x - 96, foot)])
    canvas.fill(column, colour, blur=26, opacity=0.3 * power, fade=(1.0, 0.35))
    canvas.fill(dashes, lighter(colour, 0.35), opacity=0.62 * power)
