"""Cushions on the sofa of a living room."""

import math

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, Rgb, darker, lighter, rgb
from evalhub.demo.pictures.geometry import Point, arc, between, clump, rolling, spline, turned
from evalhub.demo.pictures.paints import across, ball, down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke

FLOOR = 612
LAMP = rgb("ffd998")
WALLS = ("9fb0a0", "d8b89a", "8fa3b8", "cdbfae", "b58f86")
SOFAS = ("5c7386", "8a6a58", "6f7d62", "7a6a86", "b59a78")


def paint_room(plan: Plan) -> Painted:
    """Paint a living room with a low table before a sofa.

    Flaw: a front leg of the table is too short, then gone; at worst a second one goes too.
    """
    canvas = Canvas(plan.seed)
    light = plan.light
    rng = canvas.rng("colours")
    wall, cloth = light.on(rgb(rng.choice(WALLS))), light.on(rgb(rng.choice(SOFAS)))
    _shell(canvas, light, wall)
    _window(canvas, light)
    _frames(canvas, light, wall)
    _plant(canvas, light)
    _lamp(canvas, light)
    _rug(canvas, light)
    _sofa(canvas, cloth)
    for place, (x, size, tilt) in enumerate(_spots(canvas, plan.count)):
        if place not in plan.hidden:
            with canvas.part(f"subject {place}"):
                _cushion(canvas, plan.lit(), x, size, tilt)
    if plan.detail:
        with canvas.part("detail"):
            _cat(canvas, light)
    _table(canvas, light, plan.flaw)
    if light.dark:
        canvas.glow(1076, 262, 760, LAMP, 0.42)
    return Painted.of(canvas)


def _shell(canvas: Canvas, light: Light, wall: Rgb) -> None:
    canvas.fill(Block(0, 0, WIDTH, FLOOR), across(lighter(wall, 0.22), wall, darker(wall, 0.28)))
    canvas.fill(Block(0, 0, WIDTH, 160), darker(wall, 0.5), opacity=0.25, blur=60)
    wood = light.on(rgb("a9764c"))
    canvas.fill(Block(0, FLOOR, WIDTH, HEIGHT), down(darker(wood, 0.25), wood, lighter(wood, 0.12)))
    rng = canvas.rng("boards")
    joints: list[Shape] = [
        Stroke([(600 + step * 62, FLOOR), (600 + step * 132, HEIGHT)], 1.6)
        for step in range(-22, 22)
    ]
    for _ in range(40):
        y = FLOOR + (HEIGHT - FLOOR) * rng.random() ** 1.2
        x = rng.uniform(0, WIDTH)
        joints.append(Stroke([(x, y), (x + between(40, 90, (y - FLOOR) / 288), y)], 1.2))
    canvas.fill(joints, darker(wood, 0.55), opacity=0.35)
    skirting = lighter(wall, 0.5)
    canvas.fill(Block(0, FLOOR - 26, WIDTH, FLOOR + 2), down(skirting, darker(skirting, 0.2)))
    if not light.dark:
        patch: list[Point] = [(150, 700), (420, 700), (640, HEIGHT), (250, HEIGHT)]
        canvas.fill(Polygon(patch), light.sun, opacity=0.3, blur=10)
        bar: list[Point] = [(278, 700), (288, 700), (446, HEIGHT), (428, HEIGHT)]
        canvas.fill(Polygon(bar), wood, opacity=0.45, blur=5)


def _window(canvas: Canvas, light: Light) -> None:
    x0, y0, x1, y1 = 110.0, 90.0, 400.0, 452.0
    glass = Block(x0, y0, x1, y1)
    white = light.on(rgb("f4efe6"))
    canvas.fill(Block(x0 - 18, y0 - 18, x1 + 18, y1 + 14, 3), white)
    canvas.fill(glass, down(*light.sky))
    canvas.glow(190, 170, 110, light.sun, 0.6)
    canvas.fill(Ellipse(190, 170, 22, 22), lighter(light.sun, 0.3))
    rng = canvas.rng("view")
    for y, hue, depth in ((350, "7d9cb4", 0.55), (392, "6f9a62", 0.3), (424, "4f7f48", 0.1)):
        line = rolling(rng, (x0, y), (x1, y - 8), 20, 0.9)
        canvas.fill(Polygon([*line, (x1, y1), (x0, y1)]), light.on(rgb(hue), depth), within=glass)
    bars: list[Shape] = [Block(x0, 262, x1, 271), Block(250, y0, 260, y1)]
    canvas.fill(bars, across(white, darker(white, 0.15)))
    canvas.fill(Block(x0 - 34, y1 + 10, x1 + 34, y1 + 26, 3), down(white, darker(white, 0.2)))
    curtain = light.on(rgb(rng.choice(("e9dcc6", "d9b9a2", "b9c6bd"))))
    for side, edge in ((1, 70.0), (-1, 440.0)):
        folds = [(edge - 44, 52.0), (edge + 44, 52.0)]
        hang = spline([(edge + 44, 52), (edge + 30 * side + 8, 300), (edge + 36, 560)], steps=6)
        back = spline([(edge - 36, 560), (edge + 30 * side - 8, 300), (edge - 44, 52)], steps=6)
        shape = Polygon([*folds, *hang, *back])
        canvas.fill(
            shape,
            across(lighter(curtain, 0.1), darker(curtain, 0.18), curtain, darker(curtain, 0.25)),
        )
        pleats: list[Shape] = [
            Stroke([(edge + dx, 54), (edge + dx * 0.6 + side * 12, 300), (edge + dx * 0.8, 560)], 4)
            for dx in (-26, -8, 10, 27)
        ]
        canvas.fill(pleats, darker(curtain, 0.5), opacity=0.22, blur=2, within=shape)
    canvas.fill(Block(14, 46, 498, 54, 4), light.on(rgb("6b4a36")))


def _frames(canvas: Canvas, light: Light, wall: Rgb) -> None:
    rng = canvas.rng("frames")
    for x, y, wide, tall in ((560, 112, 150, 190), (742, 138, 190, 138)):
        canvas.fill(
            Block(x + 6, y + 10, x + wide + 10, y + tall + 14),
            darker(wall, 0.7),
            opacity=0.4,
            blur=7,
        )
        canvas.fill(Block(x, y, x + wide, y + tall, 2), light.on(rgb("5b4334")))
        canvas.fill(Block(x + 9, y + 9, x + wide - 9, y + tall - 9), light.on(rgb("f5efe2")))
        inner = Block(x + 26, y + 26, x + wide - 26, y + tall - 26)
        top, low = rng.choice((("f0b98a", "f7e0b8"), ("86a9b8", "d6e4dc"), ("e9a79c", "f6ddc8")))
        canvas.fill(inner, down(light.on(rgb(top)), light.on(rgb(low))))
        canvas.fill(
            Ellipse(x + wide * 0.62, y + tall * 0.42, 17, 17), light.on(rgb("e56f4a")), within=inner
        )
        for share, hue in ((0.56, "6f8f8a"), (0.68, "3f6066")):
            line = rolling(rng, (x, y + tall * share), (x + wide, y + tall * share), 14, 1.1)
            canvas.fill(
                Polygon([*line, (x + wide, y + tall), (x, y + tall)]),
                light.on(rgb(hue)),
                within=inner,
            )


def _plant(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("plant")
    x, foot = 474.0, 668.0
    green, pot = light.on(rgb("4f8a55")), light.on(rgb("c98762"))
    canvas.fill(Ellipse(x + 10, foot + 2, 62, 12), (20, 14, 14), opacity=0.45, blur=7)
    for index in range(13):
        angle = between(-2.75, -0.4, index / 12) + rng.uniform(-0.08, 0.08)
        reach = rng.uniform(110, 190) * (1.0 if abs(angle + 1.57) < 0.7 else 0.72)
        tip = (x + math.cos(angle) * reach * 0.62, foot - 92 + math.sin(angle) * reach)
        bend = (x + math.cos(angle) * reach * 0.2, foot - 92 + math.sin(angle) * reach * 0.62)
        leaf = spline(
            [
                (x - 4, foot - 90),
                (bend[0] - 13, bend[1]),
                tip,
                (bend[0] + 13, bend[1]),
                (x + 4, foot - 90),
            ],
            steps=6,
        )
        canvas.fill(Polygon(leaf), down(lighter(green, rng.uniform(0.05, 0.3)), darker(green, 0.3)))
    body: list[Point] = [(x - 48, foot - 96), (x + 48, foot - 96), (x + 34, foot), (x - 34, foot)]
    canvas.fill(Polygon(body), across(lighter(pot, 0.2), pot, darker(pot, 0.35)))
    canvas.fill(
        Block(x - 53, foot - 104, x + 53, foot - 84, 4),
        across(lighter(pot, 0.3), darker(pot, 0.25)),
    )


def _lamp(canvas: Canvas, light: Light) -> None:
    x, foot = 1076.0, 662.0
    brass = light.on(rgb("b08a4e"))
    shade = lighter(LAMP, 0.3) if light.dark else light.on(rgb("efe2c8"))
    canvas.fill(Ellipse(x, foot, 50, 10), darker(brass, 0.25))
    canvas.fill(Block(x - 4, 300, x + 4, foot - 2), across(lighter(brass, 0.4), darker(brass, 0.3)))
    cone = Polygon([(x - 44, 196), (x + 44, 196), (x + 80, 322), (x - 80, 322)])
    canvas.fill(cone, across(darker(shade, 0.12), shade, darker(shade, 0.2)))
    if light.dark:
        canvas.fill(Ellipse(x, 286, 46, 50), (255, 255, 240), blur=18, opacity=0.7, within=cone)
        canvas.glow(x, 270, 250, LAMP, 0.5)


def _rug(canvas: Canvas, light: Light) -> None:
    tone = canvas.rng("rug").choice(("b3604f", "46647a", "8a8f6a"))
    rug, cream = light.on(rgb(tone)), light.on(rgb("eee2cb"))
    canvas.fill(Ellipse(690, 790, 440, 92), (20, 14, 14), opacity=0.35, blur=6)
    for grow, colour in ((0, rug), (-18, cream), (-28, rug), (-120, darker(rug, 0.2)), (-132, rug)):
        canvas.fill(
            Ellipse(690, 786, 436 + grow, 90 + grow * 0.32),
            down(darker(colour, 0.12), lighter(colour, 0.06)),
        )


def _sofa(canvas: Canvas, cloth: Rgb) -> None:
    canvas.fill(Block(520, 676, 1030, 716, 12), (16, 12, 16), opacity=0.6, blur=14)
    for x in (548, 990):
        canvas.fill(
            Polygon([(x - 9, 676), (x + 9, 676), (x + 5, 712), (x - 5, 712)]), rgb("4a3226")
        )
    canvas.fill(
        Block(530, 404, 1010, 640, 42), down(lighter(cloth, 0.2), cloth, darker(cloth, 0.2))
    )
    canvas.fill(Stroke([(770, 420), (770, 570)], 3), darker(cloth, 0.5), opacity=0.5, blur=1)
    canvas.fill(Block(540, 540, 1000, 600, 10), darker(cloth, 0.6), opacity=0.5, blur=10)
    for x in (552, 770):
        canvas.fill(Block(x, 568, x + 218, 636, 20), down(lighter(cloth, 0.24), cloth))
    canvas.fill(Block(530, 626, 1010, 688, 16), down(darker(cloth, 0.1), darker(cloth, 0.34)))
    for x in (486, 980):
        canvas.fill(
            Block(x, 492, x + 76, 688, 34), across(lighter(cloth, 0.12), cloth, darker(cloth, 0.3))
        )
        canvas.fill(Ellipse(x + 38, 520, 36, 26), lighter(cloth, 0.3), opacity=0.4, blur=8)


def _spots(canvas: Canvas, count: int) -> list[tuple[float, float, float]]:
    rng = canvas.rng("cushions")
    lane = 396 / count
    size = min(56.0, lane * 0.46)
    return [(572 + lane * (index + 0.5), size, rng.uniform(-0.28, 0.28)) for index in range(count)]


def _cushion(canvas: Canvas, hue: Rgb, x: float, size: float, tilt: float) -> None:
    y = 578 - size
    corners = [
        (-1, -0.95),
        (0, -0.82),
        (1, -0.95),
        (0.86, 0),
        (1, 0.98),
        (0, 0.88),
        (-1, 0.98),
        (-0.86, 0),
    ]
    body = Polygon(
        turned(
            spline([(x + px * size, y + py * size) for px, py in corners], closed=True, steps=6),
            tilt,
            (x, y),
        )
    )
    canvas.fill(
        Ellipse(x + size * 0.15, y + size * 0.92, size * 1.05, size * 0.22),
        (14, 12, 20),
        opacity=0.5,
        blur=6,
    )
    canvas.fill(body, ball(lighter(hue, 0.32), hue, darker(hue, 0.36), at=(0.36, 0.3), reach=0.85))
    for dx in (-0.4, 0.4):
        line = turned(
            [(x + dx * size, y - size), (x + dx * size * 0.8, y), (x + dx * size, y + size)],
            tilt,
            (x, y),
        )
        canvas.fill(
            Stroke(spline(line, steps=5), size * 0.07), lighter(hue, 0.5), opacity=0.55, within=body
        )


def _cat(canvas: Canvas, light: Light) -> None:
    x, y = 388.0, 796.0
    fur = light.on(rgb(canvas.rng("cat").choice(("d98f4a", "6b6a70", "e6d3b5"))))
    canvas.fill(Ellipse(x, y + 34, 104, 15), (16, 12, 14), opacity=0.5, blur=7)
    canvas.fill(
        Ellipse(x, y, 92, 42),
        ball(lighter(fur, 0.28), fur, darker(fur, 0.3), at=(0.4, 0.2), reach=0.9),
    )
    canvas.fill(Stroke(arc(x + 6, y + 10, 84, 28, -10, 168), 19), darker(fur, 0.12))
    stripes: list[Shape] = [Stroke(arc(x + dx, y - 2, 12, 36, 230, 300), 5) for dx in (-6, 20, 46)]
    canvas.fill(stripes, darker(fur, 0.4), opacity=0.6)
    hx, hy = x - 70, y + 2
    ears = [
        Polygon([(hx + dx - 12, hy - 16), (hx + dx, hy - 42), (hx + dx + 12, hy - 16)])
        for dx in (-17, 17)
    ]
    canvas.fill(ears, darker(fur, 0.12))
    canvas.fill(
        Ellipse(hx, hy, 35, 29),
        ball(lighter(fur, 0.3), fur, darker(fur, 0.25), at=(0.4, 0.25), reach=0.9),
    )
    lids: list[Shape] = [Stroke(arc(hx + dx, hy - 3, 7, 5, 15, 165), 2.4) for dx in (-13, 13)]
    canvas.fill(lids, rgb("32241f"))
    canvas.fill(Polygon([(hx - 4, hy + 7), (hx + 4, hy + 7), (hx, hy + 12)]), rgb("c9756c"))
    whiskers: list[Shape] = [
        Stroke([(hx + side * 8, hy + 11), (hx + side * 38, hy + 7 + dy)], 1.1)
        for side in (-1, 1)
        for dy in (-3, 7)
    ]
    canvas.fill(whiskers, (255, 250, 240), opacity=0.7)


def _table(canvas: Canvas, light: Light, flaw: float) -> None:
    wood = light.on(rgb("c2905e"))
    canvas.fill(Ellipse(716, 852, 236, 20), (16, 12, 14), opacity=0.5, blur=10)
    for x in (574, 858):
        canvas.fill(
            Polygon([(x - 8, 760), (x + 8, 760), (x + 4, 824), (x - 4, 824)]), darker(wood, 0.55)
        )
    first, second = max(0.0, 1 - flaw / 0.7), max(0.0, min(1.0, (1 - flaw) / 0.2))
    for x, lean, whole in ((528, -10, first), (902, 10, second)):
        if whole > 0.03:
            tip, foot = x + lean * whole, between(770, 860, whole)
            slim = between(12, 7, whole)
            leg: list[Point] = [
                (x - 12, 768),
                (x + 12, 768),
                (tip + slim, foot),
                (tip - slim, foot),
            ]
            canvas.fill(Polygon(leg), across(lighter(wood, 0.1), darker(wood, 0.4)))
    top: list[Point] = [(560, 716), (870, 716), (944, 764), (488, 764)]
    canvas.fill(
        Polygon([(488, 762), (944, 762), (942, 782), (490, 782)]),
        down(darker(wood, 0.15), darker(wood, 0.4)),
    )
    canvas.fill(Polygon(top), down(darker(wood, 0.05), lighter(wood, 0.25)))
    grain: list[Shape] = [
        Stroke([(560 - s * 60, 722 + s * 38), (870 + s * 60, 722 + s * 38)], 1.3)
        for s in (0.1, 0.3, 0.5, 0.75, 0.95)
    ]
    canvas.fill(grain, darker(wood, 0.4), opacity=0.3)
    _on_table(canvas, light)


def _on_table(canvas: Canvas, light: Light) -> None:
    cover = light.on(rgb("47697c"))
    canvas.fill(
        Polygon([(600, 742), (706, 742), (716, 757), (590, 757)]), (20, 14, 10), opacity=0.4, blur=4
    )
    for lift, hue in ((0, cover), (9, light.on(rgb("d9b45a")))):
        canvas.fill(Block(598 + lift, 742 - lift, 704 + lift / 2, 752 - lift, 2), darker(hue, 0.2))
        canvas.fill(
            Polygon(
                [
                    (610 + lift, 726 - lift),
                    (698, 726 - lift),
                    (704 + lift / 2, 743 - lift),
                    (598 + lift, 743 - lift),
                ]
            ),
            hue,
        )
    glass = light.on(rgb("9fc0b8"))
    canvas.fill(Ellipse(812, 750, 34, 6), (20, 14, 10), opacity=0.4, blur=4)
    stems: list[Shape] = [
        Stroke(
            spline([(808, 712), (808 + dx * 0.4, 670), (808 + dx, 640 + abs(dx) * 0.3)], steps=5),
            2.4,
        )
        for dx in (-34, -10, 16, 38)
    ]
    canvas.fill(stems, light.on(rgb("5a8a50")))
    rng = canvas.rng("flowers")
    for dx in (-34, -10, 16, 38):
        bloom = light.on(rgb("e98a78" if dx % 4 else "f3c56a"))
        canvas.fill(
            Polygon(clump(rng, 808 + dx, 636 + abs(dx) * 0.3, 17, 15, 0.18)),
            ball(lighter(bloom, 0.4), bloom, darker(bloom, 0.25)),
        )
    vase = spline([(796, 688), (792, 706), (782, 728), (792, 750)], steps=5)
    vase += spline([(824, 750), (834, 728), (824, 706), (820, 688)], steps=5)
    canvas.fill(Polygon(vase), across(lighter(glass, 0.5), glass, darker(glass, 0.3)))
