"""Books, a mug and a lamp on a desk."""

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, Rgb, darker, lighter, rgb
from evalhub.demo.pictures.geometry import Point, arc, between, rolling, spline
from evalhub.demo.pictures.paints import across, ball, down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke

TOP = 640
LAMP = rgb("ffdc9c")
SHADE = rgb("1b1520")


def paint_desk(plan: Plan) -> Painted:
    """Paint a desk before a window, with a pile of books and a steaming mug.

    Flaw: the handle of the mug stands off from the mug.
    """
    canvas = Canvas(plan.seed)
    light = plan.light
    wall = light.on(rgb(canvas.rng("wall").choice(("8f6f5c", "64748a", "7c8a72", "8a7a8c"))))
    canvas.fill(Block(0, 0, WIDTH, TOP), across(darker(wall, 0.2), wall, darker(wall, 0.25)))
    _window(canvas, light)
    _shelf(canvas, light, wall)
    wood = light.on(rgb("a06a42"))
    _desk(canvas, light, wood)
    _lamp(canvas, light)
    _books(canvas, plan)
    if plan.detail:
        with canvas.part("detail"):
            _clock(canvas, light)
    _notebook(canvas, light)
    _mug(canvas, light, plan.flaw)
    if light.dark:
        canvas.glow(276, 440, 620, LAMP, 0.3)
    return Painted.of(canvas)


def _window(canvas: Canvas, light: Light) -> None:
    x0, y0, x1, y1 = 420.0, -10.0, 900.0, 470.0
    white = light.on(rgb("efe8dc"))
    glass = Block(x0, y0, x1, y1)
    canvas.fill(Block(x0 - 22, y0, x1 + 22, y1 + 18, 3), white)
    canvas.fill(glass, down(*light.sky))
    if light.dark:
        rng = canvas.rng("stars")
        canvas.fill(
            [Ellipse(rng.uniform(x0, x1), rng.uniform(0, 240), 1.3, 1.3) for _ in range(34)],
            (255, 250, 235),
            opacity=0.8,
        )
    y = between(360, 70, light.sun_height)
    canvas.glow(780, y, 200, light.sun, 0.6)
    canvas.fill(Ellipse(780, y, 34, 34), lighter(light.sun, 0.3), within=glass)
    rng = canvas.rng("view")
    for level, hue, depth in ((330, "7d9cb4", 0.6), (382, "6d8f78", 0.35)):
        line = rolling(rng, (x0, level), (x1, level - 10), 30, 1.1)
        canvas.fill(Polygon([*line, (x1, y1), (x0, y1)]), light.on(rgb(hue), depth), within=glass)
    roofs: list[Shape] = []
    panes: list[Shape] = []
    x = x0 - 10
    while x < x1:
        wide, tall = rng.uniform(46, 84), rng.uniform(30, 84)
        roofs.append(
            Polygon(
                [
                    (x, y1),
                    (x, y1 - tall),
                    (x + wide / 2, y1 - tall - 30),
                    (x + wide, y1 - tall),
                    (x + wide, y1),
                ]
            )
        )
        panes += [
            Block(x + wide * s, y1 - tall + 14, x + wide * s + 8, y1 - tall + 26)
            for s in (0.25, 0.6)
        ]
        x += wide * 0.92
    canvas.fill(
        roofs, down(light.on(rgb("8a5f58"), 0.15), light.on(rgb("4f4a58"), 0.15)), within=glass
    )
    canvas.fill(
        panes, LAMP if light.dark else light.on(rgb("d9d2c4"), 0.2), within=glass, opacity=0.8
    )
    canvas.fill(
        [Block(654, y0, 666, y1), Block(x0, 206, x1, 216)], across(white, darker(white, 0.12))
    )
    shine: list[Point] = [(x0 + 40, 200), (x0 + 150, 0), (x0 + 210, 0), (x0 + 100, 200)]
    canvas.fill(Polygon(shine), (255, 255, 255), opacity=0.1, blur=3, within=glass)
    canvas.fill(Block(x0 - 46, y1 + 12, x1 + 46, y1 + 34, 3), down(white, darker(white, 0.25)))


def _shelf(canvas: Canvas, light: Light, wall: Rgb) -> None:
    wood = light.on(rgb("7c5238"))
    rng = canvas.rng("shelf")
    for y in (212.0, 404.0):
        canvas.fill(Block(966, y + 14, 1200, y + 40), darker(wall, 0.7), opacity=0.4, blur=9)
        x = 980.0
        while x < 1180:
            wide, tall = rng.uniform(17, 34), rng.uniform(92, 142)
            hue = light.on(rgb(rng.choice(("b7905a", "6f6a78", "8a7a62", "a89a84", "5a6a66"))))
            canvas.fill(
                Block(x, y - tall, x + wide, y, 2),
                across(lighter(hue, 0.15), hue, darker(hue, 0.35)),
            )
            canvas.fill(
                [
                    Block(x + 3, y - tall + 16, x + wide - 3, y - tall + 20),
                    Block(x + 3, y - 24, x + wide - 3, y - 20),
                ],
                lighter(hue, 0.5),
                opacity=0.6,
            )
            x += wide + 1.5
        canvas.fill(Block(960, y, 1210, y + 16, 2), down(lighter(wood, 0.2), darker(wood, 0.2)))


def _desk(canvas: Canvas, light: Light, wood: Rgb) -> None:
    canvas.fill(Block(0, TOP, WIDTH, HEIGHT), down(darker(wood, 0.16), lighter(wood, 0.2)))
    rng = canvas.rng("grain")
    for colour in (darker(wood, 0.5), lighter(wood, 0.35)):
        grain: list[Shape] = []
        for _ in range(40):
            y, x, long = (
                rng.uniform(TOP + 8, HEIGHT),
                rng.uniform(-100, WIDTH),
                rng.uniform(120, 460),
            )
            grain.append(
                Stroke(rolling(rng, (x, y), (x + long, y), 3, 0.7)[::8], rng.uniform(0.8, 2.0))
            )
        canvas.fill(grain, colour, opacity=0.3)
    canvas.fill(Block(0, TOP - 3, WIDTH, TOP + 3), lighter(wood, 0.4), opacity=0.6)
    if not light.dark:
        pool: list[Point] = [(470, TOP + 6), (860, TOP + 6), (980, HEIGHT), (360, HEIGHT)]
        canvas.fill(Polygon(pool), light.sun, opacity=0.26, blur=26)


def _lamp(canvas: Canvas, light: Light) -> None:
    metal = light.on(rgb("3f6a62"))
    canvas.fill(Ellipse(150, 716, 110, 20), SHADE, opacity=0.55, blur=10)
    canvas.fill(
        Ellipse(132, 704, 82, 20),
        ball(lighter(metal, 0.35), metal, darker(metal, 0.4), at=(0.4, 0.2), reach=0.9),
    )
    joints: list[Point] = [(132, 696), (84, 500), (236, 330)]
    canvas.fill(Stroke(joints[:2], 11), across(lighter(metal, 0.3), darker(metal, 0.3)))
    canvas.fill(Stroke(joints[1:], 11), down(lighter(metal, 0.2), darker(metal, 0.3)))
    canvas.fill([Ellipse(*joint, 12, 12) for joint in joints[1:]], light.on(rgb("c9a25c")))
    if light.dark:
        cone: list[Point] = [(222, 432), (352, 392), (640, 720), (60, 790)]
        canvas.fill(Polygon(cone), LAMP, opacity=0.22, blur=18, fade=(1.0, 0.3))
    head = spline(
        [(214, 314), (262, 296), (340, 372), (352, 394), (222, 436), (200, 350)],
        closed=True,
        steps=6,
    )
    canvas.fill(
        Ellipse(286, 414, 66, 18), lighter(LAMP, 0.5) if light.dark else light.on(rgb("e9dfc6"))
    )
    canvas.fill(Polygon(head), across(darker(metal, 0.15), lighter(metal, 0.3), darker(metal, 0.3)))
    if light.dark:
        canvas.glow(288, 420, 170, LAMP, 0.8)


def _books(canvas: Canvas, plan: Plan) -> None:
    rng = canvas.rng("books")
    hue = plan.lit()
    foot = 726.0
    canvas.fill(Ellipse(636, foot + 2, 232, 20), SHADE, opacity=0.6, blur=11)
    thick = min(52.0, 250 / plan.count)
    for place in range(plan.count):
        long, shift = rng.uniform(158, 196), rng.uniform(-22, 22)
        worn, style = rng.uniform(-0.05, 0.1), rng.randrange(3)
        if place in plan.hidden:
            continue
        with canvas.part(f"subject {place}"):
            cover = lighter(hue, worn) if worn > 0 else darker(hue, -worn * 2)
            _book(canvas, cover, 620 + shift, foot - thick * place, long, thick, style)


def _book(
    canvas: Canvas, cover: Rgb, x: float, foot: float, half: float, thick: float, style: int
) -> None:
    """Paint a book lying on its side with its rounded back towards the viewer."""
    top = foot - thick + 1
    back = Block(x - half, top, x + half, foot, 9)
    canvas.fill(back, down(lighter(cover, 0.3), cover, cover, darker(cover, 0.4)))
    canvas.fill(
        [Block(x - half, top, x + half, top + 4, 2), Block(x - half, foot - 4, x + half, foot, 2)],
        darker(cover, 0.25),
        opacity=0.6,
    )
    gilt = rgb("f3dc9c") if sum(cover) < 560 else rgb("a87b3a")
    low, high = top + thick * 0.14, foot - thick * 0.14
    rings: list[Shape] = [
        Block(x + side * half * out - 2.5, low, x + side * half * out + 2.5, high)
        for side in (-1, 1)
        for out in (0.84, 0.76)
    ]
    middle = foot - thick / 2
    titles: tuple[list[Shape], ...] = (
        [Block(x - half * 0.5, middle - 4, x + half * 0.3, middle + 1, 2)],
        [Block(x - half * 0.56, middle - thick * 0.24, x + half * 0.56, middle + thick * 0.24, 3)],
        [Ellipse(x + half * dx, middle, thick * 0.16, thick * 0.16) for dx in (-0.2, 0.0, 0.2)],
    )
    canvas.fill([*rings, *titles[style]], gilt, opacity=0.85)
    if style == 1:
        label = Block(
            x - half * 0.54, middle - thick * 0.18, x + half * 0.54, middle + thick * 0.18, 2
        )
        canvas.fill(label, darker(cover, 0.45))
        canvas.fill(Block(x - half * 0.4, middle - 2.5, x + half * 0.4, middle + 2, 2), gilt)
    canvas.fill(Block(x - half + 8, foot - 2, x + half - 6, foot + 4), SHADE, opacity=0.5, blur=3)


def _clock(canvas: Canvas, light: Light) -> None:
    x, y, r = 1010.0, 616.0, 78.0
    brass, face = light.on(rgb("c98f45")), light.on(rgb("f8f2e3"))
    canvas.fill(Ellipse(x + 24, y + r + 24, 104, 15), SHADE, opacity=0.55, blur=8)
    canvas.fill(
        [Stroke([(x + s * 42, y + 56), (x + s * 60, y + r + 20)], 12) for s in (-1, 1)],
        darker(brass, 0.3),
    )
    for s in (-1, 1):
        canvas.fill(Stroke([(x + s * 44, y - 62), (x + s * 54, y - 84)], 6), darker(brass, 0.3))
        canvas.fill(
            Ellipse(x + s * 50, y - 88, 32, 22),
            ball(lighter(brass, 0.5), brass, darker(brass, 0.4), at=(0.4, 0.25), reach=0.9),
        )
    canvas.fill(Stroke([(x, y - 74), (x, y - 112)], 6), darker(brass, 0.2))
    canvas.fill(
        Ellipse(x, y, r, r),
        ball(lighter(brass, 0.45), brass, darker(brass, 0.45), at=(0.36, 0.26), reach=0.95),
    )
    canvas.fill(
        Ellipse(x, y, r * 0.82, r * 0.82),
        ball(lighter(face, 0.5), face, darker(face, 0.2), at=(0.4, 0.35), reach=0.9),
    )
    ticks = arc(x, y, r * 0.68, r * 0.68, 0, 360)
    ink = rgb("34302f")
    dots: list[Shape] = [
        Ellipse(
            *ticks[round(hour * 32 / 12)],
            3.4 if hour % 3 == 0 else 2.0,
            3.4 if hour % 3 == 0 else 2.0,
        )
        for hour in range(12)
    ]
    canvas.fill(dots, ink)
    canvas.fill(
        [Stroke([(x, y), (x - 24, y - 20)], 5.5), Stroke([(x, y), (x + 22, y - 40)], 4)], ink
    )
    canvas.fill(Ellipse(x, y, 5.5, 5.5), light.on(rgb("c8433a")))


def _notebook(canvas: Canvas, light: Light) -> None:
    paper = light.on(rgb("f7f1e3"))
    page: list[Point] = [(560, 782), (850, 776), (900, 868), (548, 876)]
    canvas.fill(Polygon([(px + 8, py + 10) for px, py in page]), SHADE, opacity=0.5, blur=8)
    canvas.fill(Polygon([(px - 3, py + 6) for px, py in page]), light.on(rgb("6a4a3c")))
    canvas.fill(Polygon(page), across(darker(paper, 0.08), paper))
    rules: list[Shape] = [
        Stroke(
            [
                (between(556, 549, s), between(788, 874, s)),
                (between(852, 898, s), between(782, 866, s)),
            ],
            1.4,
        )
        for s in (0.18, 0.36, 0.54, 0.72, 0.9)
    ]
    canvas.fill(rules, light.on(rgb("8fa6bd")), opacity=0.6)
    pencil: list[Point] = [(700, 866), (880, 770), (888, 783), (708, 879)]
    canvas.fill(Polygon([(px + 7, py + 7) for px, py in pencil]), SHADE, opacity=0.4, blur=4)
    canvas.fill(Polygon(pencil), light.on(rgb("e9b23f")))
    canvas.fill(Polygon([(700, 866), (708, 879), (682, 884)]), light.on(rgb("e8cfa4")))
    canvas.fill(Polygon([(689, 877), (692, 882), (682, 884)]), rgb("2e2a2a"))


def _mug(canvas: Canvas, light: Light, flaw: float) -> None:
    x, foot = 296.0, 850.0
    glaze = light.on(rgb(canvas.rng("mug").choice(("e8e0d0", "7fa3a0", "d99a78"))))
    gap, sink = flaw * 92, flaw * 26
    canvas.fill(Ellipse(x + 66, foot - 2, 138, 19), SHADE, opacity=0.55, blur=11)
    hx, hy = x + 76 + gap, foot - 92 + sink
    handle = spline(
        [
            (hx - 8, hy - 42),
            (hx + 42, hy - 46),
            (hx + 60, hy),
            (hx + 36, hy + 44),
            (hx - 14, hy + 44),
        ],
        steps=8,
    )
    canvas.fill(
        Stroke(handle, 21), across(darker(glaze, 0.12), lighter(glaze, 0.15), darker(glaze, 0.4))
    )
    top = foot - 172
    body = Polygon([(x - 86, top), *reversed(arc(x, foot - 22, 80, 22, 0, 180)), (x + 86, top)])
    canvas.fill(body, across(lighter(glaze, 0.35), glaze, darker(glaze, 0.2), darker(glaze, 0.5)))
    band = light.on(rgb("b5524a"))
    canvas.fill(
        [
            Stroke(arc(x, foot - 62, 84, 22, 4, 176), 9),
            Stroke(arc(x, foot - 80, 84, 22, 4, 176), 3),
        ],
        across(lighter(band, 0.15), band, darker(band, 0.45)),
        within=body,
    )
    canvas.fill(Ellipse(x, top, 86, 21), across(lighter(glaze, 0.5), darker(glaze, 0.25)))
    canvas.fill(Ellipse(x, top + 3, 76, 16), darker(glaze, 0.45))
    canvas.fill(Ellipse(x, top + 7, 70, 12), down(rgb("3a2216"), rgb("6b4229")))
    canvas.fill(
        Ellipse(x - 54, foot - 100, 12, 48), (255, 255, 250), opacity=0.5, blur=7, within=body
    )
    for dx, tall, strength in ((-26, 180, 0.34), (12, 230, 0.36), (38, 160, 0.26)):
        plume = spline(
            [
                (x + dx, top),
                (x + dx + 26, top - tall * 0.3),
                (x + dx - 16, top - tall * 0.62),
                (x + dx + 18, top - tall),
            ],
            steps=8,
        )
        canvas.fill(Stroke(plume, 20), (255, 252, 246), opacity=strength, blur=10, fade=(0.0, 1.0))
