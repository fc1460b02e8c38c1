"""The case of images: photographs into all their renditions, in one process and in two."""

from __future__ import annotations

import multiprocessing
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from PIL import Image, ImageFilter

from evalhub.imaging.renditions import render
from evalhub.imaging.work import BOXES, Kind
from tests.bench.figures import Figure, at_most, for_information
from tests.bench.sizes import Size

WIDTH, HEIGHT = 4000, 3000
SCENES = 4
MEBIBYTE = 1024 * 1024
PEEK_SECONDS = 0.002


@dataclass(frozen=True)
class Errand:
    """Photographs for one process, and where their renditions go."""

    sources: Sequence[Path]
    out: Path


def measure(size: Size, folder: Path) -> list[Figure]:
    """Draw the photographs, render them, and return the lines."""
    return list(_measure(size, folder))


def _measure(size: Size, folder: Path) -> Iterator[Figure]:
    sources = draw_photographs(folder / "photographs", size.photographs)
    floor = statistics.median(_timed_decode(source) for source in sources)
    memory = _memory_over_idle(sources[0], folder / "memory")
    alone = _seconds(sources, folder / "one", 1)
    both = _seconds(sources, folder / "two", 2)
    each = alone / len(sources)
    note = f"{len(sources)} photographs of {WIDTH * HEIGHT / 1e6:.0f} megapixels"
    yield for_information("scaled decode, the floor", f"{floor * 1000:.0f} ms", note)
    yield for_information("all renditions of a photograph", f"{each * 1000:.0f} ms")
    yield at_most("all renditions against the floor", 3, each / floor, "x")
    yield at_most("memory of the decoder over idle", 60, memory / MEBIBYTE, "MB")
    yield for_information("2 processes against 1", f"{alone / both:.2f} x as fast")


def draw_photographs(folder: Path, count: int) -> list[Path]:
    """Write `count` files of a few scenes, no two of the same bytes."""
    folder.mkdir()
    contents = []
    for seed in range(SCENES):
        noise = np.random.default_rng(seed).integers(0, 256, (60, 80, 3), np.uint8)
        scene = Image.fromarray(noise).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        grain = Image.effect_noise((WIDTH, HEIGHT), 12).convert("RGB")
        scene = Image.blend(scene, grain.filter(ImageFilter.GaussianBlur(1)), 0.2)
        path = folder / f"scene-{seed}.jpg"
        scene.save(path, quality=90)
        contents.append(path.read_bytes())
        path.unlink()
    paths = [folder / f"{number}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(contents[number % SCENES] + str(number).encode())
    return paths


def _timed_decode(source: Path) -> float:
    """Return the seconds of one decode that the decoder itself scales, shrunk to screen size."""
    begun = time.perf_counter()
    box = (BOXES[Kind.SCREEN],) * 2
    with Image.open(source) as image:
        image.draft("RGB", box)
        image.thumbnail(box, reducing_gap=2.0)
    return time.perf_counter() - begun


def _seconds(sources: Sequence[Path], out: Path, processes: int) -> float:
    """Return the seconds that so many processes take, each with its decoder already started."""
    errands = [Errand(sources[part::processes], out / str(part)) for part in range(processes)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        spans = list(pool.map(_render_all, errands))
    return max(end for _, end in spans) - min(begun for begun, _ in spans)


def _render_all(errand: Errand) -> tuple[float, float]:
    render(errand.sources[0], errand.out / "warm-up")
    begun = time.monotonic()
    for source in errand.sources:
        render(source, errand.out / source.stem)
    return begun, time.monotonic()


def _memory_over_idle(source: Path, out: Path) -> int:
    """Return the most that a fork of the decoding process holds above what that holds idle."""
    render(source, out)
    children = psutil.Process().children()
    [decoder] = [one for one in children if "evalhub.imaging.child" in one.cmdline()]
    idle: int = decoder.memory_info().rss
    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(PEEK_SECONDS):
            for fork in decoder.children():
                try:
                    most = max(most, fork.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(3):
        render(source, out)
    done.set()
    watcher.join()
    return max(0, most - idle)
