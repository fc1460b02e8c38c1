"""Draw the demo's pictures: seeded scenes with planted defects of known strength.

Nothing here knows of Django, the database or the clock: equal arguments give equal pictures.
"""

from collections.abc import Callable, Iterator

from evalhub.demo.pictures.drawn import Drawn, encode
from evalhub.demo.pictures.edits import draw_edits
from evalhub.demo.pictures.generated import draw_generated
from evalhub.demo.pictures.photos import draw_photos

__all__ = ["SETS", "Drawn", "draw_set", "encode"]

SETS: dict[str, Callable[[int, int], Iterator[Drawn]]] = {
    "generated": draw_generated,
    "photo-quality": draw_photos,
    "edit-check": draw_edits,
}


def draw_set(name: str, n: int, seed: int) -> Iterator[Drawn]:
    """Yield n pictures of the named set, drawn one at a time as they are asked for.

    Raises KeyError for a name that is not in SETS.
    """
    return SETS[name](n, seed)
