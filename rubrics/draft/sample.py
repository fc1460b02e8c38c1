"""How a version is shown, and the task it is tried on, as fields of the draft's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from rubrics.draft.fields import ProseField
from rubrics.presentation import Presentation
from rubrics.subject import Question, questions_as_data, read_questions

ROLES = ("candidate", "reference", "source", "edit")
MOST_IMAGES, MOST_QUESTIONS = 12, 60
BETWEEN = " | "


class VersionFields(forms.Form):
    """What belongs to the version as a whole: instruction, presentation and sample task."""

    instruction = ProseField(
        rows=3,
        label="Instruction",
        help_text="What the evaluator is asked to do, in a sentence or two. Markdown.",
    )
    surround = forms.ChoiceField(
        label="Grey around the picture",
        choices=[("dark", "Dark"), ("mid", "Middle grey"), ("white", "White")],
    )
    images = forms.ChoiceField(
        label="Picture that is served",
        choices=[
            ("rendition", "Fitted to the screen, full size on zoom"),
            ("original", "Every pixel at once"),
        ],
    )
    layout = forms.ChoiceField(
        label="Form",
        choices=[
            ("panel", "Roomy, all criteria below each other"),
            ("dense", "Dense, for many criteria"),
            ("single", "One decision per screen, goes on by itself"),
        ],
    )
    shuffles_sides = forms.BooleanField(
        required=False, label="Put the judged images in another order for each evaluator"
    )
    blurs = forms.BooleanField(required=False, label="Blur the images until they are revealed")
    shows_facts = forms.BooleanField(required=False, label="Show size and format beside each image")
    sample_prompt = ProseField(rows=2, label="Prompt", max_length=4_000)
    sample_images = ProseField(
        rows=2,
        label="Images, a role on each line",
        help_text=f"One of {', '.join(ROLES)}.",
    )
    sample_questions = ProseField(
        rows=3,
        label="Questions, one on each line",
        help_text="To name one and hang it below another, write: key | text | key of its parent.",
    )

    def clean_sample_images(self) -> list[str]:
        """Return the roles, one per image."""
        roles = [line.strip().lower() for line in self.cleaned_data["sample_images"].splitlines()]
        found = [role for role in roles if role]
        if unknown := [role for role in found if role not in ROLES]:
            raise ValidationError(f"There is no role “{unknown[0]}”. Use {', '.join(ROLES)}.")
        if len(found) > MOST_IMAGES:
            raise ValidationError(f"A task has {MOST_IMAGES} images at most. Remove some.")
        return found

    def clean_sample_questions(self) -> tuple[Question, ...]:
        """Return the questions, each with a key."""
        lines = [
            line for line in self.cleaned_data["sample_questions"].splitlines() if line.strip()
        ]
        if len(lines) > MOST_QUESTIONS:
            raise ValidationError(f"A task has {MOST_QUESTIONS} questions at most. Remove some.")
        try:
            return read_questions([_read_line(line) for line in lines])
        except ValueError as error:
            raise ValidationError(str(error)) from error


PRESENTATION = ("surround", "images", "layout", "shuffles_sides", "blurs", "shows_facts")


def version_initial(
    instruction: str, presentation: Mapping[str, Any], sample: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what fills `VersionFields`."""
    shown = Presentation.read(presentation)
    return {
        "instruction": instruction,
        **{name: getattr(shown, name) for name in PRESENTATION},
        "sample_prompt": str(sample.get("prompt") or ""),
        "sample_images": "\n".join(_roles(sample)),
        "sample_questions": "\n".join(_write_line(one) for one in _questions(sample)),
    }


def read_presentation(cleaned: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the presentation that valid fields say; `before` itself where it means the same."""
    found = Presentation(**{name: cleaned[name] for name in PRESENTATION})
    return dict(before) if found == Presentation.read(before) else found.as_data()


def read_sample(cleaned: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sample task that valid fields say; parts that are unchanged stay as they were."""
    found = dict(before)
    prompt, roles, questions = (
        cleaned[f"sample_{name}"] for name in ("prompt", "images", "questions")
    )
    if prompt != str(before.get("prompt") or ""):
        found["prompt"] = prompt
    if roles != _roles(before):
        found["images"] = [{"role": role} for role in roles]
    if questions != _questions(before):
        found["questions"] = questions_as_data(questions)
    return {name: value for name, value in found.items() if value or name in before}


def _roles(sample: Mapping[str, Any]) -> list[str]:
    return [str(image.get("role", "candidate")) for image in sample.get("images") or []]


def _questions(sample: Mapping[str, Any]) -> tuple[Question, ...]:
    try:
        return read_questions(sample.get("questions") or [])
    except ValueError:
        return ()


def _read_line(line: str) -> dict[str, str]:
    """Return what a line says: a text alone, or key, text and perhaps a parent."""
    parts = [part.strip() for part in line.split("|")]
    if len(parts) == 1:
        return {"text": parts[0]}
    return {"key": parts[0], "text": parts[1], "parent": parts[2] if len(parts) > 2 else ""}


def _write_line(question: Question) -> str:
    parts = [question.key, question.text, question.parent]
    return BETWEEN.join(part for part in parts if part)
