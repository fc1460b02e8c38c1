"""The towers and house fronts of the street."""

from random import Random

from evalhub.demo.pictures.canvas import Canvas
from evalhub.demo.pictures.colour import Light, Rgb, darker, lighter, mix, rgb
from evalhub.demo.pictures.paints import down
from evalhub.demo.pictures.shapes import WIDTH, Block, Ellipse, Polygon, Shape

KERB = 690
LAMP = rgb("ffd183")


def skyline(canvas: Canvas, light: Light) -> None:
    """Paint two rows of towers in the haze behind the street."""
    rng = canvas.rng("skyline")
    for depth, low, high in ((0.62, 300, 520), (0.4, 230, 380)):
        hue = mix(light.on(rgb("50597c"), 0.1), light.haze, depth)
        towers: list[Shape] = []
        panes: list[Shape] = []
        x = -20.0
        while x < WIDTH:
            wide, tall = rng.uniform(54, 120), rng.uniform(low, high)
            towers.append(Block(x, KERB - tall, x + wide, KERB))
            if rng.random() < 0.35:
                towers.append(
                    Block(
                        x + wide / 2 - 2,
                        KERB - tall - rng.uniform(24, 60),
                        x + wide / 2 + 2,
                        KERB - tall,
                    )
                )
            for _ in range(int(wide * tall / 900)):
                px, py = (
                    x + 8 + rng.randrange(int(wide / 11)) * 11,
                    KERB - tall + 12 + rng.randrange(18) * 16,
                )
                panes.append(Block(px, py, px + 5, py + 8))
            x += wide + rng.uniform(-4, 14)
        canvas.fill(towers, down(hue, mix(hue, light.haze, 0.45)))
        canvas.fill(
            panes,
            mix(LAMP, hue, 0.2) if light.dark else lighter(hue, 0.3),
            opacity=0.6,
            within=towers,
        )


def houses(canvas: Canvas, light: Light) -> None:
    """Paint a row of house fronts, each with a shop below."""
    rng = canvas.rng("houses")
    walls = ["c9715a", "e0b980", "7f9aa8", "d9cdb8", "a9685f", "8fa58a", "c99a9a"]
    rng.shuffle(walls)
    x = -30.0
    index = 0
    while x < WIDTH:
        wide = rng.uniform(196, 262)
        _house(
            canvas,
            rng,
            light,
            x,
            wide,
            rng.uniform(330, 450),
            light.on(rgb(walls[index % 7])),
            index,
        )
        x += wide
        index += 1


def _house(
    canvas: Canvas,
    rng: Random,
    light: Light,
    x: float,
    wide: float,
    tall: float,
    wall: Rgb,
    index: int,
) -> None:
    foot, top = KERB - 26.0, KERB - 26.0 - tall
    trim = mix(wall, light.on(rgb("fff4e2")), 0.65)
    canvas.fill(Block(x, top, x + wide, foot), down(lighter(wall, 0.08), darker(wall, 0.16)))
    canvas.fill(Block(x, top, x + 7, foot), darker(wall, 0.4), opacity=0.5)
    canvas.fill(Block(x - 5, top - 15, x + wide + 5, top + 5, 3), down(trim, darker(trim, 0.3)))
    teeth: list[Shape] = [
        Block(x + 6 + step * 15, top + 5, x + 13 + step * 15, top + 13)
        for step in range(int(wide / 15))
    ]
    canvas.fill(teeth, darker(trim, 0.25))
    columns = 3 if wide < 230 else 4
    shop_top = foot - 122
    rows = int((shop_top - top - 20) / 92)
    for row in range(rows):
        for column in range(columns):
            middle = x + wide * (column + 0.5) / columns
            y = top + 30 + row * 92
            _window(canvas, rng, light, middle, y, 17.0, 56.0, trim, wall)
    _shop(canvas, rng, light, x, wide, shop_top, foot, index)


def _window(
    canvas: Canvas,
    rng: Random,
    light: Light,
    x: float,
    y: float,
    half: float,
    tall: float,
    trim: Rgb,
    wall: Rgb,
) -> None:
    lit = rng.random() < (0.62 if light.dark else 0.12)
    glass = mix(light.sky[0], rgb("20304a"), 0.4)
    pane = mix(LAMP, rgb("ff9f5a"), rng.uniform(0, 0.5)) if lit else mix(glass, light.sky[1], 0.4)
    canvas.fill(Block(x - half - 5, y - 5, x + half + 5, y + tall + 4, 2), trim)
    canvas.fill(
        Block(x - half, y, x + half, y + tall),
        down(lighter(pane, 0.2), pane) if lit else down(lighter(glass, 0.35), pane),
    )
    if rng.random() < 0.4:
        canvas.fill(
            [
                Block(x - half, y, x - half * 0.45, y + tall),
                Block(x + half * 0.45, y, x + half, y + tall),
            ],
            mix(trim, pane, 0.4),
            opacity=0.7,
        )
    canvas.fill(
        [
            Block(x - 1.4, y, x + 1.4, y + tall),
            Block(x - half, y + tall * 0.42, x + half, y + tall * 0.42 + 2.6),
        ],
        trim,
    )
    canvas.fill(
        Block(x - half - 8, y + tall + 3, x + half + 8, y + tall + 9, 2), darker(trim, 0.12)
    )
    canvas.fill(
        Block(x - half - 6, y + tall + 9, x + half + 6, y + tall + 15),
        darker(wall, 0.5),
        opacity=0.35,
    )


def _shop(
    canvas: Canvas,
    rng: Random,
    light: Light,
    x: float,
    wide: float,
    top: float,
    foot: float,
    index: int,
) -> None:
    frame = light.on(rgb(("2f4a46", "4a3340", "2f3f5c", "5a4434")[index % 4]))
    canvas.fill(Block(x + 8, top, x + wide - 8, foot), frame)
    inside = mix(LAMP, frame, 0.12) if light.dark else mix(LAMP, light.sky[0], 0.55)
    door = x + wide - 56
    glass: list[Shape] = [
        Block(x + 20, top + 40, door - 12, foot - 18),
        Block(door, top + 40, door + 36, foot),
    ]
    canvas.fill(glass, down(lighter(inside, 0.3), inside, darker(inside, 0.35)))
    goods: list[Shape] = []
    for _ in range(9):
        gx, tall = rng.uniform(x + 24, door - 22), rng.uniform(8, 26)
        goods.append(Block(gx, foot - 18 - tall, gx + rng.uniform(7, 15), foot - 18, 3))
    canvas.fill(goods, mix(frame, rgb("8a4a3a"), 0.5), opacity=0.75)
    canvas.fill(
        [
            Block((x + door) / 2, top + 40, (x + door) / 2 + 4, foot - 18),
            Block(door + 17, top + 40, door + 19, foot),
        ],
        frame,
    )
    stripes = light.on(
        rgb(("c8473e", "3f7f6a", "d9973f", "46689c")[(index + rng.randrange(4)) % 4])
    )
    cream = light.on(rgb("f6ecda"))
    count = 10
    for step in range(count):
        left, right = (x + 12 + (wide - 24) * edge / count for edge in (step, step + 1))
        colour = stripes if step % 2 == 0 else cream
        canvas.fill(
            Polygon([(left, top + 8), (right, top + 8), (right, top + 44), (left, top + 44)]),
            down(lighter(colour, 0.1), darker(colour, 0.16)),
        )
        canvas.fill(
            Ellipse((left + right) / 2, top + 44, (right - left) / 2, 9), darker(colour, 0.16)
        )
    canvas.fill(Block(x + 12, top + 52, x + wide - 12, top + 66), (10, 10, 24), opacity=0.3, blur=5)
    if light.dark:
        canvas.glow(x + wide * 0.42, foot - 40, 150, LAMP, 0.4)
