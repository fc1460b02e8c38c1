"""A canvas on which shapes are drawn smooth, shaded and softly lit, the same way every time."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

from PIL import Image, ImageChops

from evalhub.demo.pictures.colour import Rgb
from evalhub.demo.pictures.geometry import Box, between
from evalhub.demo.pictures.paints import DISC, Paint, opacity_ramp
from evalhub.demo.pictures.shapes import (
    HEIGHT,
    WIDTH,
    Shape,
    crisp,
    joined,
    overlap,
    pixels,
    soft,
    union,
)


class Canvas:
    """A picture in the making; equal seeds and equal calls give equal pixels."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.image = Image.new("RGB", (WIDTH, HEIGHT))
        self.parts: dict[str, list[Box]] = {}
        self._open: str | None = None

    def rng(self, purpose: str) -> Random:
        """Return dice of their own for one purpose, so that no edit disturbs the rest."""
        return Random(f"{self.seed}/{purpose}")  # noqa: S311 (drawing, not secrets)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Note where everything drawn inside lies, as one more box of the part `name`."""
        outer, self._open = self._open, name
        self.parts.setdefault(name, []).append((WIDTH, HEIGHT, 0, 0))
        try:
            yield
        finally:
            self._open = outer
            if self.parts[name][-1][2] == 0:
                self.parts[name].pop()

    def fill(
        self,
        shapes: Shape | Sequence[Shape],
        paint: Paint,
        *,
        opacity: float = 1.0,
        blur: float = 0.0,
        within: Shape | Sequence[Shape] = (),
        holes: Sequence[Shape] = (),
        fade: tuple[float, float] | None = None,
    ) -> None:
        """Paint the union of the shapes, less the holes, clipped to `within` if given.

        `fade` scales the opacity from its first value at the top to its second at the foot.
        """
        drawn = [shapes] if isinstance(shapes, Shape) else shapes
        frame = [within] if isinstance(within, Shape) else within
        if not drawn or opacity <= 0:
            return
        bounds = union(drawn)
        box = pixels(bounds, blur * 3)
        if frame:
            box = overlap(box, pixels(union(frame), 0))
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        mask = soft(drawn, box, blur) if blur else crisp(drawn, box, holes)
        if frame:
            mask = ImageChops.multiply(mask, crisp(frame, box))
        if opacity < 1:
            mask = mask.point([round(level * opacity) for level in range(256)])
        if fade:
            mask = ImageChops.multiply(mask, opacity_ramp(fade, bounds, box))
        colour = paint(bounds, box) if callable(paint) else paint
        self.image.paste(colour, box, mask)
        self._mark(box)

    def glow(self, x: float, y: float, radius: float, colour: Rgb, strength: float) -> None:
        """Add light round a point, fading to nothing at `radius`."""
        box = pixels((x - radius, y - radius, x + radius, y + radius), 0)
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        step = 128 / radius
        disc = DISC.transform(
            (box[2] - box[0], box[3] - box[1]),
            Image.Transform.AFFINE,
            (step, 0, 128 - (x - box[0]) * step, 0, step, 128 - (y - box[1]) * step),
            Image.Resampling.BILINEAR,
        )
        bands = [
            disc.point([round((level / 255) ** 2 * strength * share) for level in range(256)])
            for share in colour
        ]
        lit = ImageChops.screen(self.image.crop(box), Image.merge("RGB", bands))
        self.image.paste(lit, box)
        self._mark(box)

    def mirror(self, line: int, depth: float, ripple: float, calm: float = 0.8) -> None:
        """Reflect what is above `line` in the water below, squeezed to `depth` of its height.

        Parts above the line get a further box where their reflection lies.
        """
        high = HEIGHT - line
        source = min(line, math.ceil(high / depth))
        reach = math.floor(source * depth)
        above = self.image.crop((0, line - source, WIDTH, line))
        flipped = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        # Through a low height and back: water smears what it reflects downwards.
        low = flipped.resize((WIDTH, max(2, reach // 5)), Image.Resampling.BOX)
        smeared = low.resize((WIDTH, reach), Image.Resampling.BICUBIC)
        crisp = flipped.resize((WIDTH, reach), Image.Resampling.BILINEAR)
        water = Image.blend(crisp, smeared, calm)
        self.image.paste(_rippled(water, ripple, self.rng("ripple")), (0, line))
        for boxes in self.parts.values():
            for left, top, right, bottom in [box for box in boxes if box[1] < line]:
                side = math.ceil(ripple * 2 + 2)
                low_edge = line + math.ceil((line - top) * depth) + 12
                high_edge = line + math.floor((line - min(bottom, line)) * depth) - 12
                boxes.append(
                    overlap(
                        (left - side, max(high_edge, line), right + side, low_edge),
                        (0, line, WIDTH, HEIGHT),
                    )
                )

    def finish(self, grain: int = 7, vignette: float = 0.2) -> Image.Image:
        """Return the picture with a fine grain and slightly darker corners."""
        noise = Image.frombytes("L", (WIDTH, HEIGHT), self.rng("grain").randbytes(WIDTH * HEIGHT))
        fine = noise.point([level * grain // 255 for level in range(256)])
        image = ImageChops.add(self.image, Image.merge("RGB", [fine] * 3), 1, -(grain // 2))
        edge = _VIGNETTE.point([255 - round((255 - level) * vignette) for level in range(256)])
        return ImageChops.multiply(image, Image.merge("RGB", [edge] * 3))

    def _mark(self, box: Box) -> None:
        if self._open is not None:
            known = self.parts[self._open]
            known[-1] = joined(known[-1], box)


def _make_vignette() -> Image.Image:
    fall = DISC.point([round(255 * (1 - (1 - level / 255) ** 2.6)) for level in range(256)])
    return fall.crop((38, 38, 218, 218)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


_VIGNETTE = _make_vignette()


def _rippled(water: Image.Image, ripple: float, rng: Random) -> Image.Image:
    wide, high = water.size
    margin = math.ceil(ripple * 2)
    mesh = []
    phase = rng.uniform(0, math.tau)
    strip = 4
    for top in range(0, high, strip):
        nearness = top / high
        wave = math.sin(phase + top / between(5, 16, nearness)) * 0.6 + rng.uniform(-0.4, 0.4)
        shift = margin + wave * ripple * between(0.4, 1.6, nearness)
        foot = min(top + strip, high)
        quad = (shift, top, shift, foot, wide + shift, foot, wide + shift, top)
        mesh.append(((0, top, wide, foot), quad))
    # Without a margin of its own edge pixels the shifted strips would show black there.
    padded = Image.new("RGB", (wide + 2 * margin, high))
    padded.paste(water.crop((0, 0, margin, high)), (0, 0))
    padded.paste(water.crop((wide - margin, 0, wide, high)), (wide + margin, 0))
    padded.paste(water, (margin, 0))
    return padded.transform(water.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
