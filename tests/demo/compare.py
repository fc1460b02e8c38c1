"""Where and how much pictures differ."""

from collections.abc import Sequence

from PIL import Image, ImageChops

from evalhub.demo.pictures.geometry import Box


def difference(first: Image.Image, second: Image.Image) -> Image.Image:
    """Return a mask that is white wherever two pictures differ at all."""
    bands = ImageChops.difference(first, second).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point([0] + [255] * 255)


def outside(mask: Image.Image, regions: Sequence[Box]) -> int:
    """Return how many pixels of a mask lie in none of the regions."""
    left = mask.copy()
    for box in regions:
        left.paste(0, box)
    return left.histogram()[255]


def blobs(mask: Image.Image) -> int:
    """Return the number of separate patches in a mask, specks left out."""
    small = mask.reduce(6).point([0] * 60 + [255] * 196)
    lit = {
        (index % small.width, index // small.width)
        for index, level in enumerate(small.tobytes())
        if level
    }
    patches = 0
    while lit:
        patch, queue = 0, [lit.pop()]
        while queue:
            x, y = queue.pop()
            patch += 1
            for near in ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                if near in lit:
                    lit.remove(near)
                    queue.append(near)
        patches += patch >= 6
    return patches
