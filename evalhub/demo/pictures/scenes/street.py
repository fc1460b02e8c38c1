"""Cars in a city street after rain."""

from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, darker, lighter, mix, rgb
from evalhub.demo.pictures.geometry import Point, spline
from evalhub.demo.pictures.nature import clouds, crown, sky
from evalhub.demo.pictures.paints import across, ball, down
from evalhub.demo.pictures.plan import Painted, Plan
from evalhub.demo.pictures.scenes.facades import KERB, LAMP, houses, skyline
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH, Block, Ellipse, Polygon, Shape, Stroke


def paint_street(plan: Plan) -> Painted:
    """Paint parked cars before a row of shops.

    Flaw: the front wheel of one car has come away from it.
    """
    canvas = Canvas(plan.seed)
    light = plan.light
    sky(canvas, light, KERB - 40)
    clouds(canvas, light, 30, 170, 4)
    skyline(canvas, light)
    houses(canvas, light)
    pavement = light.on(rgb("a79f9c"))
    canvas.fill(
        Block(0, KERB - 26, WIDTH, KERB), down(lighter(pavement, 0.15), darker(pavement, 0.25))
    )
    if plan.detail:
        with canvas.part("detail"):
            _tree(canvas, light)
    _lamps(canvas, light)
    canvas.mirror(KERB, 0.8, 4, calm=0.9)
    asphalt = mix(light.on(rgb("4b4d5a")), light.sky[0], 0.25)
    canvas.fill(Block(0, KERB, WIDTH, HEIGHT), down(asphalt, darker(asphalt, 0.4)), opacity=0.72)
    canvas.fill(
        Block(0, KERB, WIDTH, KERB + 9), down(lighter(pavement, 0.1), darker(pavement, 0.4))
    )
    _markings(canvas)
    spots = _spots(canvas.rng("cars"), plan.count)
    broken = canvas.rng("broken").randrange(plan.count)
    for place in plan.subjects():
        with canvas.part(f"subject {place}"):
            _car(canvas, plan, spots[place], plan.flaw if place == broken else 0.0)
    return Painted.of(canvas)


def _tree(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng("tree")
    x = rng.uniform(500, 700)
    bark, green = light.on(rgb("6a4a3a")), light.on(rgb("5d9048"))
    pot = light.on(rgb("b4694a"))
    canvas.fill(Stroke([(x, KERB - 70), (x, KERB - 190)], 9), bark)
    crown(canvas, rng, (x, KERB - 212), (68, 62), green, -1.0, puffs=11)
    canvas.fill(
        Polygon([(x - 34, KERB - 78), (x + 34, KERB - 78), (x + 26, KERB - 8), (x - 26, KERB - 8)]),
        across(lighter(pot, 0.15), darker(pot, 0.35)),
    )
    canvas.fill(
        Block(x - 38, KERB - 84, x + 38, KERB - 70, 3),
        across(lighter(pot, 0.25), darker(pot, 0.25)),
    )


def _lamps(canvas: Canvas, light: Light) -> None:
    iron = light.on(rgb("2c333c"))
    shift = canvas.rng("lamps").uniform(-60, 60)
    for x in (190 + shift, 1010 + shift):
        top = KERB - 318.0
        canvas.fill(
            [
                Block(x - 4, top, x + 4, KERB - 6),
                Block(x - 9, KERB - 60, x + 9, KERB - 6, 3),
                Block(x - 15, KERB - 14, x + 15, KERB - 4, 3),
            ],
            across(lighter(iron, 0.2), iron),
        )
        for side in (-1, 1):
            arm = spline(
                [
                    (x, top + 26),
                    (x + side * 18, top - 6),
                    (x + side * 40, top - 2),
                    (x + side * 42, top + 10),
                ],
                steps=6,
            )
            canvas.fill(Stroke(arm, 4.5), iron)
            lx, ly = x + side * 42, top + 28
            glass = lighter(LAMP, 0.5) if light.dark else mix(rgb("f8f3e4"), light.sky[1], 0.2)
            canvas.fill(
                Polygon(
                    [(lx - 13, ly - 14), (lx + 13, ly - 14), (lx + 9, ly + 16), (lx - 9, ly + 16)]
                ),
                glass,
            )
            canvas.fill(Polygon([(lx - 17, ly - 13), (lx, ly - 25), (lx + 17, ly - 13)]), iron)
            if light.dark:
                canvas.glow(lx, ly, 190, LAMP, 0.6)
                canvas.glow(lx, ly, 54, lighter(LAMP, 0.4), 0.9)


def _markings(canvas: Canvas) -> None:
    dashes: list[Shape] = []
    for step in range(6):
        x = -40 + step * 230
        dashes.append(Polygon([(x, 868), (x + 120, 868), (x + 112, 879), (x - 14, 879)]))
    canvas.fill(dashes, (235, 230, 215), opacity=0.55)


def _spots(rng: Random, count: int) -> list[tuple[float, float, float]]:
    """Return the middle, the foot and the size of each car, in a row along the kerb."""
    lane = 1160 / count
    size = min(1.06, lane / 330)
    return [
        (
            20 + lane * (index + 0.5) + rng.uniform(-0.04, 0.04) * lane,
            806 + rng.uniform(-12, 12),
            size,
        )
        for index in range(count)
    ]


def _car(canvas: Canvas, plan: Plan, spot: tuple[float, float, float], flaw: float) -> None:
    x, foot, size = spot
    light = plan.light
    hue = plan.lit()

    def at(*points: Point) -> list[Point]:
        return [(x + px * size, foot + py * size) for px, py in points]

    canvas.fill(
        Ellipse(x, foot + 4 * size, 158 * size, 15 * size), (6, 8, 18), opacity=0.7, blur=7 * size
    )
    sheen = Polygon(at((-140, 8), (140, 8), (120, 62), (-120, 62)))
    canvas.fill(sheen, hue, opacity=0.3, blur=9 * size, fade=(1.0, 0.1))
    body = spline(
        at(
            (-150, -22),
            (-148, -52),
            (-120, -66),
            (-84, -72),
            (-46, -112),
            (30, -114),
            (72, -76),
            (128, -64),
            (150, -48),
            (152, -20),
        ),
        steps=7,
    )
    shell = Polygon([*body, *at((140, -12), (-140, -12))])
    canvas.fill(shell, down(lighter(hue, 0.32), hue, hue, darker(hue, 0.45)))
    canvas.fill(
        Polygon(at((-150, -26), (152, -26), (150, -10), (-148, -10))),
        darker(hue, 0.6),
        opacity=0.6,
        within=shell,
    )
    glass = mix(light.sky[0], rgb("16202e"), 0.4)
    shine = mix(glass, light.sky[-2], 0.55)
    for corners in (
        ((-70, -74), (-40, -104), (-12, -106), (-12, -73)),
        ((-4, -73), (-4, -106), (26, -106), (58, -76)),
    ):
        canvas.fill(Polygon(at(*corners)), down(shine, glass))
    canvas.fill(
        Stroke(at((-142, -54), (-40, -61), (70, -60), (146, -46)), 2.2 * size),
        lighter(hue, 0.6),
        opacity=0.7,
    )
    canvas.fill(
        [
            Stroke(at((-8, -72), (-6, -22)), 1.6 * size),
            Stroke(at((62, -70), (66, -24)), 1.6 * size),
        ],
        darker(hue, 0.6),
        opacity=0.6,
    )
    canvas.fill(
        [
            Block(*at((14, -56))[0], *at((34, -51))[0], 2 * size),
            Block(*at((-60, -56))[0], *at((-40, -51))[0], 2 * size),
        ],
        lighter(hue, 0.6),
    )
    canvas.fill(Ellipse(*at((140, -44))[0], 10 * size, 8 * size), rgb("fff6d8"))
    canvas.fill(Block(*at((-151, -52))[0], *at((-141, -38))[0], 3 * size), rgb("e0443a"))
    if light.dark:
        canvas.glow(*at((146, -42))[0], 70 * size, LAMP, 0.7)
        canvas.glow(*at((-148, -45))[0], 44 * size, rgb("ff5a48"), 0.6)
    for wx in (-86.0, 92.0):
        canvas.fill(Ellipse(*at((wx, -22))[0], 37 * size, 36 * size), (14, 14, 22), within=shell)
    _wheel(canvas, light, *at((-86, -20))[0], size)
    _wheel(canvas, light, *at((92 + flaw * 96, -20 - flaw * 34))[0], size)


def _wheel(canvas: Canvas, light: Light, x: float, y: float, size: float) -> None:
    rim = light.on(rgb("cfd3d8"))
    canvas.fill(
        Ellipse(x, y, 30 * size, 30 * size),
        ball(rgb("3b3c44"), rgb("1a1b22"), rgb("0f1016"), reach=0.5),
    )
    canvas.fill(
        Ellipse(x, y, 18 * size, 18 * size),
        ball(lighter(rim, 0.3), rim, darker(rim, 0.35), at=(0.4, 0.3), reach=0.9),
    )
    holes: list[Shape] = [
        Ellipse(x + dx * size, y + dy * size, 3.4 * size, 3.4 * size)
        for dx, dy in ((0, -10), (9.5, -3), (6, 8), (-6, 8), (-9.5, -3))
    ]
    canvas.fill(holes, darker(rim, 0.65))
    canvas.fill(Ellipse(x, y, 4 * size, 4 * size), darker(rim, 0.4))
