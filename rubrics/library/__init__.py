"""Ready rubrics: well-known protocols of human image evaluation, each as one rubric file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rubrics.files import RubricFile, read_rubric

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class ReadyRubric:
    """A rubric to begin with; `summary` says in a sentence what evaluators do."""

    slug: str
    name: str
    summary: str


_READY = (
    ReadyRubric(
        "richhf",
        "Flaws of a generated image, marked and scored",
        "Mark flawed places and missed words, then score four qualities from 1 to 5.",
    ),
    ReadyRubric(
        "genai-bench",
        "How well an image fits its prompt",
        "One score from 1 to 5 for how far the image shows what the prompt asks for.",
    ),
    ReadyRubric(
        "heim",
        "Alignment, realism, beauty and originality",
        "Five-level questions worded in full, the subject's clarity, and addresses of copies.",
    ),
    ReadyRubric(
        "visionreward",
        "Eighteen aspects of a generated image",
        "A dense checklist in sections; each aspect has a range of its own.",
    ),
    ReadyRubric(
        "image-editing",
        "Edits of an image",
        "Two early exits, marks on each edit, six scores for each, then the better edit.",
    ),
    ReadyRubric(
        "koniq",
        "Quality of a photograph in five words",
        "One decision per screen, from bad to excellent; a key press goes on to the next.",
    ),
    ReadyRubric(
        "kadid",
        "Damage against a reference",
        "How much worse an image is than the reference beside it, in five levels.",
    ),
    ReadyRubric(
        "pick-a-pic",
        "The better of two images",
        "Two images in random order, compared by fit to the prompt and by looks.",
    ),
    ReadyRubric(
        "imagereward",
        "Scores, then an order",
        "Sort the prompt, tick problems and score each image from 1 to 7, then rank them.",
    ),
    ReadyRubric(
        "hpd",
        "Order of preference",
        "Put all images of one prompt in order, the one you prefer first.",
    ),
    ReadyRubric(
        "evalmuse",
        "A prompt, point by point",
        "Answer questions on each part of the prompt, score the fit, and say how sure you are.",
    ),
    ReadyRubric(
        "moderation",
        "Safety of an image",
        "Blurred until revealed: allowed or not, the category, how severe, and always why.",
    ),
    ReadyRubric(
        "product-photo",
        "Product photographs",
        "Accept or reject a product photograph, with reason codes and boxes around the faults.",
    ),
)


def ready_rubrics() -> list[ReadyRubric]:
    """Return the rubrics that a project can begin with, in the order they are offered."""
    return list(_READY)


def load_ready(slug: str) -> RubricFile:
    """Return the ready rubric called `slug`; raises LookupError where there is none."""
    if all(ready.slug != slug for ready in _READY):
        raise LookupError(f"There is no ready rubric called “{slug}”.")
    return read_rubric((_FOLDER / f"{slug}.yaml").read_bytes())
