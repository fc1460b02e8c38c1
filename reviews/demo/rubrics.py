"""The demo's projects and their rubrics: two written here, one from the library."""

from __future__ import annotations

from dataclasses import dataclass

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
            CriterionSpec(
                key="plausibility",
                type="ordinal",
                title="Plausibility",
                description="Could this be a picture of something real? Look for **impossible "
                "shapes**, missing parts, wrong shadows and reflections, and smeared areas.",
                levels=_levels(
                    ("Impossible", "Something large is plainly impossible at first sight."),
                    ("Broken", "A clear error that anybody would see within seconds."),
                    ("Doubtful", "An error that shows on a second look."),
                    ("Nearly right", "Only a small flaw, seen when searching for it."),
                    ("Plausible", "Nothing contradicts how such a scene would look."),
                ),
                direction="higher",
                justification_rule="band",
                justification_band_low=1,
                justification_band_high=2,
                justification_min_length=20,
            ),
            CriterionSpec(
                key="alignment",
                type="ordinal",
                title="Alignment with the prompt",
                description="Does the picture show **everything the prompt asks for**, in the "
                "right number, colour and place? Beauty and errors of drawing do not matter here.",
                levels=_levels(
                    ("Unrelated", "The picture shows something else."),
                    ("Mostly missed", "The main subject is missing or wrong."),
                    ("Half", "The subject is there; a stated number, colour or place is wrong."),
                    ("Nearly all", "One small detail of the prompt is missing."),
                    ("Complete", "Every part of the prompt is there."),
                ),
                direction="higher",
                justification_rule="band",
                justification_band_low=1,
                justification_band_high=3,
                justification_min_length=20,
            ),
            CriterionSpec(
                key="aesthetics",
                type="ordinal",
                title="Aesthetics",
                description="Is it pleasing to look at: composition, colour, light?",
                levels=_levels(
                    ("Ugly", "Unpleasant to look at."),
                    ("Weak", "Dull or cluttered."),
                    ("Ordinary", "Neither pleasing nor displeasing."),
                    ("Good", "Pleasing, with something to improve."),
                    ("Beautiful", "You would hang it on a wall."),
                ),
                direction="higher",
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
                justification_rule="band",
                justification_band_low=0,
                justification_band_high=0,
                justification_min_length=15,
            ),
            CriterionSpec(
                key="unintended",
                type="ordinal",
                title="Unintended changes",
                description="Did anything change that the instruction does not mention?",
                levels=_levels(
                    ("Ruined", "Most of the picture is different."),
                    ("Large", "A part that matters is different."),
                    ("Visible", "A difference shows at first sight."),
                    ("Slight", "A difference shows when flickering."),
                    ("None", "Nothing else is different."),
                ),
                direction="higher",
                justification_rule="band",
                justification_band_low=1,
                justification_band_high=2,
                justification_min_length=15,
            ),
            CriterionSpec(
                key="quality",
                type="ordinal",
                title="Quality of the edit",
                description="How well is the changed part made: edges, light, texture?",
                levels=_levels(
                    ("Bad", "A crude patch."),
                    ("Poor", "Plainly pasted."),
                    ("Fair", "The seam shows on a second look."),
                    ("Good", "Only a trained eye sees it."),
                    ("Excellent", "It cannot be told from a photograph."),
                ),
                direction="higher",
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
