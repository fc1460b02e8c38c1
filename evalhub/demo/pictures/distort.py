"""What can go wrong with a picture, each at a strength from 0 (nothing) to 1 (severe)."""

import io
import math
from collections.abc import Callable, Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from evalhub.demo.pictures.geometry import Box, between, clump, turned
from evalhub.demo.pictures.shapes import HEIGHT, WIDTH

Distortion = Callable[[Image.Image, float, Random], Image.Image]


# --- Of the whole picture, as a camera or a file format does it.


def blur(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Put the picture out of focus."""
    return image.filter(ImageFilter.GaussianBlur(9.0 * strength**1.5))


def noise(image: Image.Image, strength: float, rng: Random) -> Image.Image:
    """Add coloured noise, nearly bell-shaped: the mean of three even throws for each value."""
    spread = 70.0 * strength**1.4
    bands = []
    for _ in image.getbands():
        throws = [
            Image.frombytes("L", image.size, rng.randbytes(image.width * image.height))
            for _ in range(3)
        ]
        mean = Image.blend(Image.blend(throws[0], throws[1], 0.5), throws[2], 1 / 3)
        # Three even throws of 0 to 255 have a mean with a standard deviation of 42.5.
        gain = spread / 42.5
        bands.append(mean.point([_byte(128 + (level - 127.5) * gain) for level in range(256)]))
    return ImageChops.add(image, Image.merge("RGB", bands), 1, -128)


def compression(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Squeeze the picture through a JPEG of low quality and back."""
    stored = io.BytesIO()
    quality = max(1, round(2 + 55 * (1 - strength) ** 2.2)) if strength > 0 else 95
    image.save(stored, "JPEG", quality=quality)
    return Image.open(io.BytesIO(stored.getvalue())).convert("RGB")


def banding(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Leave few steps of brightness, so that smooth areas fall into bands."""
    steps = round(between(40, 3.4, strength**0.3))
    return image.point(
        [_byte(round(level / 255 * steps) * 255 / steps) for level in range(256)] * 3
    )


def exposure(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Expose too long: bright parts wash out to white."""
    gain = 1 + 1.8 * strength**1.5
    return image.point([_byte(level * gain) for level in range(256)] * 3)


def contrast(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Lay a grey veil over the picture."""
    return Image.blend(image, Image.new("RGB", image.size, (150, 152, 155)), 0.88 * strength)


# --- Of how the picture looks.


def muddy(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Take most of the colours out and lay brown over what is left."""
    pale = ImageEnhance.Color(image).enhance(1 - 0.6 * strength)
    brown = ImageChops.multiply(pale, Image.new("RGB", image.size, (176, 150, 112)))
    flat = Image.blend(brown, Image.new("RGB", image.size, (96, 84, 64)), 0.36)
    return Image.blend(image, flat, 0.2 + 0.7 * strength)


def garish(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Push colours and contrast until they hurt."""
    loud = ImageEnhance.Color(image).enhance(1 + 3.2 * strength)
    return ImageEnhance.Contrast(loud).enhance(1 + 0.9 * strength)


def tilted(
    image: Image.Image, strength: float, rng: Random, keep: Sequence[Box]
) -> Image.Image | None:
    """Tip the horizon; the picture is enlarged just enough to leave no empty corner.

    Returns None where that would push the middle of a box in `keep` out of the picture.
    """
    angle = math.radians(3 + 15 * strength)
    zoom = math.cos(angle) + math.sin(angle) * WIDTH / HEIGHT
    wide, high = WIDTH / zoom, HEIGHT / zoom
    left, top = (WIDTH - wide) / 2, (HEIGHT - high) / 2
    angle *= rng.choice((-1, 1))
    middles = [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in keep]
    for x, y in turned(middles, -angle, (WIDTH / 2, HEIGHT / 2)):
        if not (left < x < left + wide and top < y < top + high):
            return None
    return image.rotate(math.degrees(angle), Image.Resampling.BICUBIC).resize(
        image.size, Image.Resampling.BICUBIC, box=(left, top, left + wide, top + high)
    )


def cropped(
    image: Image.Image, strength: float, rng: Random, keep: Sequence[Box]
) -> Image.Image | None:
    """Cut the picture badly, through its subjects, leaving a good part of each in `keep`.

    Returns None where no such cut exists.
    """
    share = 1 - 0.1 - 0.38 * strength
    wide, high = WIDTH * share, HEIGHT * share
    windows = [
        (left, top, left + wide, top + high)
        for left in (0.0, (WIDTH - wide) / 2, WIDTH - wide)
        for top in (0.0, HEIGHT - high)
    ]
    rng.shuffle(windows)
    fits = [window for window in windows if all(_visible(box, window) >= 0.45 for box in keep)]
    if not fits:
        return None
    worst = min(fits, key=lambda window: min(_visible(box, window) for box in keep))
    return image.resize(image.size, Image.Resampling.BICUBIC, box=worst)


def _visible(box: Box, window: tuple[float, float, float, float]) -> float:
    wide = max(0.0, min(box[2], window[2]) - max(box[0], window[0]))
    high = max(0.0, min(box[3], window[3]) - max(box[1], window[1]))
    return wide * high / ((box[2] - box[0]) * (box[3] - box[1]))


def cluttered(image: Image.Image, strength: float, rng: Random, keep: Sequence[Box]) -> Image.Image:
    """Strew scraps of coloured paper over the picture, though not over the boxes in `keep`."""
    scale = 2
    layer = image.resize((WIDTH * scale, HEIGHT * scale), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(layer)
    colours = ("#d8462f", "#f2c230", "#2f9c8f", "#8a4fa3", "#f08ab0", "#e9e4d8", "#3f66b5")
    placed = 0
    for _ in range(400):
        if placed >= 10 + 60 * strength:
            break
        x, y, size = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(10, 34)
        if any(b[0] - size < x < b[2] + size and b[1] - size < y < b[3] + size for b in keep):
            continue
        outline = clump(rng, x, y, size, size * rng.uniform(0.4, 0.9), 0.3)
        colour = rng.choice(colours)
        for shift, fill in ((5.0, "#1e1a24"), (0.0, colour)):
            pen.polygon([((px + shift) * scale, (py + shift) * scale) for px, py in outline], fill)
        placed += 1
    return layer.reduce(scale)


# --- Of one region.


def smeared(image: Image.Image, strength: float, rng: Random, box: Box) -> Image.Image:
    """Drag a region sideways, as if wiped while wet."""
    region = image.crop(box)
    reach = max(4, round(min(90, region.width * 0.7) * strength**1.3))
    dragged = region
    for step in range(1, 6):
        shifted = ImageChops.offset(region, round(reach * step / 5) * rng.choice((1, 1, -1)), 0)
        dragged = Image.blend(dragged, shifted, 1 / (step + 1))
    return _laid_back(image, dragged, box, soft=True)


def melted(image: Image.Image, strength: float, rng: Random, box: Box) -> Image.Image:
    """Bend a region in waves, as if it ran."""
    left, upper, right, lower = box
    wide, high = right - left, lower - upper
    phase, length = rng.uniform(0, math.tau), max(28.0, high / 3.2)
    mesh = []
    for top in range(0, high, 3):
        foot = min(top + 3, high)
        # No shift at the upper and lower edge, where the region meets the rest; and none that
        # would reach past the picture, where there is only black.
        calm = math.sin(math.pi * (top + 1.5) / high)
        shift = math.sin(phase + top / length * math.tau) * wide * 0.16 * strength**1.5 * calm
        x0 = left + max(-left, min(WIDTH - right, shift))
        quad = (x0, upper + top, x0, upper + foot, x0 + wide, upper + foot, x0 + wide, upper + top)
        mesh.append(((0, top, wide, foot), quad))
    bent = image.transform((wide, high), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    return _laid_back(image, bent, box, soft=True)


def seamed(image: Image.Image, strength: float, rng: Random, box: Box) -> Image.Image:
    """Leave the region lighter or darker than its surroundings, with a hard edge."""
    gain = 1 + rng.choice((-1, 1)) * (0.06 + 0.34 * strength)
    region = image.crop(box).point([_byte(level * gain) for level in range(256)] * 3)
    return _laid_back(image, region, box, soft=False)


def blocky(image: Image.Image, strength: float, _rng: Random, box: Box) -> Image.Image:
    """Leave the region in coarse squares."""
    region = image.crop(box)
    side = 2 + round(22 * strength)
    small = region.resize(
        (max(1, region.width // side), max(1, region.height // side)), Image.Resampling.BOX
    )
    return _laid_back(image, small.resize(region.size, Image.Resampling.NEAREST), box, soft=False)


def _laid_back(image: Image.Image, region: Image.Image, box: Box, *, soft: bool) -> Image.Image:
    result = image.copy()
    result.paste(region, box, _feather(region.size) if soft else None)
    return result


def _feather(size: tuple[int, int]) -> Image.Image:
    """Return a mask that fades out towards the edges of a region and is 0 on them."""
    margin = max(2, min(size) // 8)
    mask = Image.new("L", size)
    inner = (margin, margin, max(margin + 1, size[0] - margin), max(margin + 1, size[1] - margin))
    mask.paste(255, inner)
    soft = mask.filter(ImageFilter.GaussianBlur(margin / 2.5))
    # A blur never quite reaches 0; the outermost pixels must stay as they were.
    return soft.point([max(0, level - 6) * 255 // 249 for level in range(256)])


# --- Of what an edit should have left alone.


def warmed(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Turn the whole picture towards orange."""
    warm = ImageOps.colorize(ImageOps.grayscale(image), "#2a1208", "#ffe9c0", mid="#d98a45")
    return Image.blend(image, warm, 0.1 + 0.6 * strength)


def cooled(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Turn the whole picture towards blue."""
    cold = ImageOps.colorize(ImageOps.grayscale(image), "#060d24", "#e6f2ff", mid="#5f86b8")
    return Image.blend(image, cold, 0.1 + 0.6 * strength)


def softened(image: Image.Image, strength: float, _rng: Random) -> Image.Image:
    """Take the fine detail out of the whole picture."""
    return image.filter(ImageFilter.GaussianBlur(0.9 + 6 * strength))


def _byte(value: float) -> int:
    return min(255, max(0, round(value)))
