"""What a form is about: the prompt, images and questions of one task, as plain values.

Images are identified by their position in the task, whatever the order in which an evaluator
gets to see them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

JUDGED_ROLES = ("candidate", "edit")
# Keys that would give a question's field the name of another field of its criterion.
RESERVED_KEYS = ("na", "why")
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,60}")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class SubjectImage:
    """One image: its place in the task, the name the evaluator knows it by, its true size."""

    position: int
    name: str = "Image"
    role: str = "candidate"
    width: int = 0
    height: int = 0
    sha256: str = ""

    @property
    def name_within(self) -> str:
        """Return its name as it stands within a sentence."""
        return begin_small(self.name)

    @property
    def is_judged(self) -> bool:
        """Whether it is asked about, rather than compared with."""
        return self.role in JUDGED_ROLES


@dataclass(frozen=True)
class Question:
    """One line that a `questions` criterion asks; void where its parent is answered with no."""

    key: str
    text: str
    parent: str = ""


@dataclass(frozen=True)
class Subject:
    """The task that is judged; `images` stand in the order in which they are shown."""

    prompt: str = ""
    images: tuple[SubjectImage, ...] = ()
    questions: tuple[Question, ...] = field(default=())

    @property
    def judged(self) -> tuple[SubjectImage, ...]:
        """Return the images that are asked about, in the order in which they are shown."""
        return tuple(image for image in self.images if image.is_judged)

    @property
    def words(self) -> list[str]:
        """Return the words of the prompt, as a `words` criterion numbers them from 0."""
        return self.prompt.split()

    def find_image(self, position: int) -> SubjectImage | None:
        """Return the image at `position` in the task, if there is one."""
        return next((image for image in self.images if image.position == position), None)


def begin_small(name: str) -> str:
    """Return `name` for the middle of a sentence: “Image A” is “image A” there."""
    return f"{name[:1].lower()}{name[1:]}"


def name_images(roles: list[tuple[int, str, str]]) -> dict[int, str]:
    """Return a name by position for images given as (position, role, role's label), as shown.

    Several judged images are called A, B, C in the order shown; others by their role.
    """
    judged = [position for position, role, _ in roles if role in JUDGED_ROLES]
    names = {}
    for position, role, label in roles:
        if role not in JUDGED_ROLES or len(judged) == 1:
            names[position] = "Image" if role == "candidate" else label
        else:
            names[position] = f"Image {LETTERS[judged.index(position) % len(LETTERS)]}"
    return names


def sample_subject(sample: Mapping[str, Any]) -> Subject:
    """Return the subject that the plain data of a sample task describes.

    An empty sample is one candidate image with a short prompt, so that every form has something
    to be about.
    """
    given = sample.get("images") or [{"role": "candidate"}]
    roles = [
        (position, str(image.get("role", "candidate")), str(image.get("role", "")).capitalize())
        for position, image in enumerate(given)
    ]
    names = name_images(roles)
    return Subject(
        prompt=str(sample.get("prompt") or "A red bicycle leans against a yellow wall."),
        images=tuple(
            SubjectImage(position, names[position], role, 1200, 900) for position, role, _ in roles
        ),
        questions=read_questions(sample.get("questions") or []),
    )


def read_questions(rows: list[Any]) -> tuple[Question, ...]:
    """Return questions from plain data: texts, or mappings with key, text and parent.

    Raises ValueError, in words, for a line without text, a key that can be no field's name, two
    lines with one key, or a parent that does not stand before its child.
    """
    found: list[Question] = []
    for number, row in enumerate(rows, start=1):
        given = row if isinstance(row, Mapping) else {"text": row}
        question = Question(
            key=str(given.get("key") or f"q{number}"),
            text=str(given.get("text") or "").strip(),
            parent=str(given.get("parent") or ""),
        )
        earlier = {one.key for one in found}
        if not _KEY.fullmatch(question.key) or question.key in RESERVED_KEYS:
            raise ValueError(
                f"Question {number} cannot have the key “{question.key[:60]}”. Use letters, "
                "digits, dots, hyphens and underscores, 60 at most."
            )
        if not question.text:
            raise ValueError(f"Question {number} has no text.")
        if question.key in earlier:
            raise ValueError(f"Two questions have the key “{question.key}”.")
        if question.parent and question.parent not in earlier:
            raise ValueError(f"Question {number} names a parent that does not stand before it.")
        found.append(question)
    return tuple(found)


def questions_as_data(questions: tuple[Question, ...]) -> list[dict[str, str]]:
    """Return questions as plain data, the way `read_questions` takes them."""
    return [asdict(question) for question in questions]
