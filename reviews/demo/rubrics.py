"""The demo's projects and their rubrics: two written here, one from the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rubrics.library import load_ready
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec


@dataclass(frozen=True)
class DemoProject:
    """One of the demo's projects; `pictures` names the set that is drawn for it.

    What is planted in that set has the keys and level values of the rubric's criteria.
    """

    slug: str
    name: str
    description: str
    pictures: str
    tasks: int
    rubric: RubricSpec


def _levels(*words: tuple[str, str], first: int = 1) -> tuple[LevelSpec, ...]:
    return tuple(
        LevelSpec(value=value, label=label, descriptor=descriptor)
        for value, (label, descriptor) in enumerate(words, start=first)
    )


def _ordinal(
    key: str, title: str, description: str, *words: tuple[str, str], **more: Any
) -> CriterionSpec:
    """Return a scale from 1 up, the higher the better."""
    return CriterionSpec(
        key=key,
        type="ordinal",
        title=title,
        description=description,
        levels=_levels(*words),
        direction="higher",
        **more,
    )


def _why(low: int, high: int, at_least: int) -> dict[str, Any]:
    """Return the rule that a score from `low` to `high` needs so many characters."""
    return {
        "justification_rule": "band",
        "justification_band_low": low,
        "justification_band_high": high,
        "justification_min_length": at_least,
    }


GENERATED = DemoProject(
    slug="generated-images",
    name="Generated images",
    description="Pictures made from a prompt: plausible, faithful to the prompt, pleasing?",
    pictures="generated",
    tasks=24,
    rubric=RubricSpec(
        instruction="Read the prompt, look at the whole picture, then at its details. "
        "Judge each question on its own: an ugly picture may follow its prompt exactly.",
        criteria=(
            _ordinal(
                "plausibility",
                "Plausibility",
                "Could this be a picture of something real? Look for **impossible "
                "shapes**, missing parts, wrong shadows and reflections, and smeared areas.",
                ("Impossible", "Something large is plainly impossible at first sight."),
                ("Broken", "A clear error that anybody would see within seconds."),
                ("Doubtful", "An error that shows on a second look."),
                ("Nearly right", "Only a small flaw, seen when searching for it."),
                ("Plausible", "Nothing contradicts how such a scene would look."),
                **_why(1, 2, 20),
            ),
            _ordinal(
                "alignment",
                "Alignment with the prompt",
                "Does the picture show **everything the prompt asks for**, in the "
                "right number, colour and place? Beauty and errors of drawing do not matter here.",
                ("Unrelated", "The picture shows something else."),
                ("Mostly missed", "The main subject is missing or wrong."),
                ("Half", "The subject is there; a stated number, colour or place is wrong."),
                ("Nearly all", "One small detail of the prompt is missing."),
                ("Complete", "Every part of the prompt is there."),
                **_why(1, 3, 20),
            ),
            _ordinal(
                "aesthetics",
                "Aesthetics",
                "Is it pleasing to look at: composition, colour, light?",
                ("Ugly", "Unpleasant to look at."),
                ("Weak", "Dull or cluttered."),
                ("Ordinary", "Neither pleasing nor displeasing."),
                ("Good", "Pleasing, with something to improve."),
                ("Beautiful", "You would hang it on a wall."),
                justification_rule="never",
            ),
        ),
    ),
)

PHOTO_QUALITY = DemoProject(
    slug="photo-quality",
    name="Photo quality",
    description="Technical quality on the five-word scale of ITU-T P.910: one key for each "
    "picture.",
    pictures="photo-quality",
    tasks=48,  # enough judged ones for an interval and a verdict
    rubric=load_ready("koniq").spec,
)

EDIT_CHECK = DemoProject(
    slug="edit-check",
    name="Edit check",
    description="An edited picture beside its source: was the instruction followed, and only it?",
    pictures="edit-check",
    tasks=24,
    rubric=RubricSpec(
        instruction="Compare the edit with its source. Hold R to flicker between the two.",
        criteria=(
            CriterionSpec(
                key="followed",
                type="binary",
                title="Instruction followed",
                description="Is the change that was asked for there, all of it?",
                levels=_levels(
                    ("No", "The change is missing, incomplete or another one."),
                    ("Yes", "The change is there as asked."),
                    first=0,
                ),
                direction="higher",
                **_why(0, 0, 15),
            ),
            _ordinal(
                "unintended",
                "Unintended changes",
                "Did anything change that the instruction does not mention?",
                ("Ruined", "Most of the picture is different."),
                ("Large", "A part that matters is different."),
                ("Visible", "A difference shows at first sight."),
                ("Slight", "A difference shows when flickering."),
                ("None", "Nothing else is different."),
                **_why(1, 2, 15),
            ),
            _ordinal(
                "quality",
                "Quality of the edit",
                "How well is the changed part made: edges, light, texture?",
                ("Bad", "A crude patch."),
                ("Poor", "Plainly pasted."),
                ("Fair", "The seam shows on a second look."),
                ("Good", "Only a trained eye sees it."),
                ("Excellent", "It cannot be told from a photograph."),
                allows_not_applicable=True,
                justification_rule="optional",
            ),
        ),
    ),
)

OWN_PICTURES = DemoProject(
    slug="your-pictures",
    name="Your pictures",
    description="The pictures that were given to the demo, judged for photo quality.",
    pictures="",
    tasks=0,
    rubric=PHOTO_QUALITY.rubric,
)

DRAWN_PROJECTS = (GENERATED, PHOTO_QUALITY, EDIT_CHECK)
