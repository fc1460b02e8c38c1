"""What keeps a version from being published: each thing with its place and in a plain sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from rubrics.criteria import CriterionType, find_type
from rubrics.criteria.levels import Confidence
from rubrics.models import KEY, Criterion
from rubrics.presentation import Presentation
from rubrics.reach import may_stay_open, never_asked, numbers_of
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from rubrics.subject import read_questions

MOST_CRITERIA = 60
MOST_LEVELS = 30
LONGEST_KEY = 60
LONGEST_TITLE = 120
LONGEST_LABEL = 80
SMALLEST_LEVEL, LARGEST_LEVEL = -32_768, 32_767
# No justification may be longer, so that none can be asked to be.
MOST_CHARACTERS_TO_ASK_FOR = 5_000


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: a path such as criteria[2].condition."""

    path: str
    sentence: str


def spec_problems(spec: RubricSpec) -> list[Problem]:
    """Return everything that keeps `spec` from being published, in the rubric's order."""
    count = len(spec.criteria)
    if not count:
        sentence = "The rubric has no criteria. Add at least one before you publish."
        return [Problem("criteria", sentence), *_shown(spec)]
    if count > MOST_CRITERIA:
        return [
            Problem(
                "criteria",
                f"The rubric has {count} criteria; {MOST_CRITERIA} are the most. "
                "Leave some out, or share them between several projects.",
            )
        ]
    found = list(_double_keys(spec.criteria))
    for number, criterion in enumerate(spec.criteria):
        for problem in _criterion(spec, number, criterion):
            path = f"criteria[{number}]{problem.path}"
            found.append(Problem(path, problem.sentence))
    return [*found, *_loops(spec.criteria), *_unreachable(spec.criteria), *_shown(spec)]


def name_of(criterion: CriterionSpec) -> str:
    """Return how sentences call a criterion: its title in quotes, or its key without one."""
    return f"“{criterion.title.strip() or criterion.key}”"


def _double_keys(criteria: Sequence[CriterionSpec]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, criterion in enumerate(criteria):
        if criterion.key in seen:
            yield Problem(
                f"criteria[{number}].key",
                f"Two criteria have the key “{criterion.key}”. Give one of them another key.",
            )
        seen.add(criterion.key)
    confidences = [n for n, row in enumerate(criteria) if row.type == Confidence.name]
    for number in confidences[1:]:
        yield Problem(
            f"criteria[{number}].type",
            f"{name_of(criteria[number])} asks for confidence a second time. "
            "It is asked once per judgment; remove one.",
        )


def _criterion(spec: RubricSpec, number: int, criterion: CriterionSpec) -> Iterator[Problem]:
    yield from _words_of(criterion)
    yield from _levels(criterion)
    try:
        kind = find_type(criterion.type)
    except LookupError as error:
        yield Problem(".type", f"{name_of(criterion)}: {error} Choose another type.")
        return
    yield from (Problem("", sentence) for sentence in kind.problems(criterion))
    yield from _per_image(criterion, kind)
    yield from _justification(spec, criterion)
    yield from _band(criterion, "gate", criterion.gate_low, criterion.gate_high)
    yield from _condition(spec.criteria, number)


def _words_of(criterion: CriterionSpec) -> Iterator[Problem]:
    name = name_of(criterion)
    if sentence := _key_problem(criterion.key):
        yield Problem(".key", f"{name}, key “{criterion.key}”: {sentence}")
    if not criterion.title.strip():
        yield Problem(".title", f"{name} has no title. Write what is asked.")
    for column in ("title", "section"):
        if len(getattr(criterion, column)) > LONGEST_TITLE:
            yield Problem(
                f".{column}", f"{name}: the {column} has {LONGEST_TITLE} characters at most."
            )
    choices = {
        "direction": Criterion.Direction,
        "justification_rule": Criterion.JustificationRule,
        "justification_cites": Criterion.Citation,
        "condition_effect": Criterion.ConditionEffect,
    }
    for column, values in choices.items():
        if (given := getattr(criterion, column)) not in values.values:
            listed = ", ".join(f"“{value}”" for value in values.values)
            words = column.replace("_", " ")
            yield Problem(f".{column}", f"{name}: {words} is one of {listed}, not “{given}”.")


def _key_problem(key: str) -> str:
    if len(key) > LONGEST_KEY:
        return f"A key has {LONGEST_KEY} characters at most."
    try:
        KEY(key)
    except ValidationError as error:
        return str(error.message)
    return ""


def _levels(criterion: CriterionSpec) -> Iterator[Problem]:
    name, levels = name_of(criterion), criterion.levels
    if len(levels) > MOST_LEVELS:
        yield Problem(
            ".levels", f"{name} has {len(levels)} levels; {MOST_LEVELS} are the most. Remove some."
        )
        return
    keys = Counter(level.stable_key for level in levels)
    values = Counter(level.value for level in levels)
    for key in (key for key, count in keys.items() if count > 1):
        yield Problem(".levels", f"{name}: two levels have the key “{key}”. Change one of them.")
    for value in (value for value, count in values.items() if count > 1):
        yield Problem(".levels", f"{name}: two levels have the number {value}. Change one of them.")
    if not max(values.values(), default=1) > 1 and list(values) != sorted(values):
        yield Problem(".levels", f"{name}: the levels stand out of order. Put the lowest first.")
    for place, level in enumerate(levels):
        if sentence := _level_problem(level):
            yield Problem(f".levels[{place}]", f"{name}, level {level.value}: {sentence}")


def _level_problem(level: LevelSpec) -> str:
    if sentence := _key_problem(level.stable_key):
        return f"key “{level.stable_key}”: {sentence}"
    if not SMALLEST_LEVEL <= level.value <= LARGEST_LEVEL:
        return f"the number lies between {SMALLEST_LEVEL} and {LARGEST_LEVEL}."
    if len(level.label) > LONGEST_LABEL or len(level.group) > LONGEST_LABEL:
        return f"a label or group has {LONGEST_LABEL} characters at most."
    return ""


def _per_image(criterion: CriterionSpec, kind: CriterionType) -> Iterator[Problem]:
    if criterion.is_per_image and not kind.may_be_per_image:
        yield Problem(
            ".is_per_image",
            f"{name_of(criterion)} is about the whole task, so it cannot be asked of each image. "
            "Ask it once.",
        )


def _justification(spec: RubricSpec, criterion: CriterionSpec) -> Iterator[Problem]:
    name = name_of(criterion)
    if criterion.justification_rule == "band":
        low, high = criterion.justification_band_low, criterion.justification_band_high
        if low is None and high is None:
            yield Problem(
                ".justification",
                f"{name}: say from which to which number a justification is needed.",
            )
        yield from _band(criterion, "justification", low, high)
    if not 0 <= criterion.justification_min_length <= MOST_CHARACTERS_TO_ASK_FOR:
        yield Problem(
            ".justification",
            f"{name}: a justification of 0 to {MOST_CHARACTERS_TO_ASK_FOR} characters can be "
            "asked for.",
        )
    if criterion.justification_cites == "region" and not any(map(_has_marks, spec.criteria)):
        yield Problem(
            ".justification",
            f"{name} asks to cite a mark, but no criterion collects marks. "
            "Add one, or ask for a clause.",
        )


def _has_marks(criterion: CriterionSpec) -> bool:
    try:
        schema = find_type(criterion.type).answer_schema()
    except LookupError:
        return False
    return "marks" in schema.get("properties", {})


BANDS = {
    "gate": "the gate",
    "justification": "the band that needs a justification",
    "condition": "the condition",
}


def _band(
    criterion: CriterionSpec,
    what: str,
    low: float | None,
    high: float | None,
    other: CriterionSpec | None = None,
) -> Iterator[Problem]:
    """Check that some answer to `other` (by itself: the criterion's own) lies in the band."""
    if low is None and high is None:
        return
    asked, name = other or criterion, name_of(criterion)
    numbers = numbers_of(asked)
    if low is None or high is None:
        yield Problem(f".{what}", f"{name}: {BANDS[what]} needs a lowest and a highest number.")
    elif low > high:
        yield Problem(f".{what}", f"{name}: {BANDS[what]} begins above its end. Swap the two.")
    elif numbers is None:
        if _is_without_number(asked):
            subject = name_of(asked) if other else "it"
            yield Problem(
                f".{what}",
                f"{name}: {BANDS[what]} needs a number, and {subject} is answered without one.",
            )
    elif not numbers.reach(low, high):
        subject = f" to {name_of(asked)}" if other else ""
        yield Problem(
            f".{what}",
            f"{name}: {BANDS[what]} can never hold: no answer{subject} lies from {low:g} to "
            f"{high:g}.",
        )


def _is_without_number(criterion: CriterionSpec) -> bool:
    try:
        return not find_type(criterion.type).has_number
    except LookupError:
        return False


def _condition(criteria: Sequence[CriterionSpec], number: int) -> Iterator[Problem]:
    criterion = criteria[number]
    if not criterion.condition_effect:
        return
    name, key = name_of(criterion), criterion.condition_criterion
    if criterion.condition_low is None and criterion.condition_high is None:
        yield Problem(".condition", f"{name}: say from which to which number the condition holds.")
    place = next((at for at, row in enumerate(criteria) if row.key == key), None)
    if place is None:
        yield Problem(
            ".condition",
            f"{name} depends on “{key}”, which is no criterion of this rubric. Choose another.",
        )
        return
    other = criteria[place]
    if place == number:
        yield Problem(".condition", f"{name} depends on itself. Choose an earlier criterion.")
    elif place > number and not any(key in loop for loop in loops(criteria)):
        yield Problem(
            ".condition",
            f"{name} depends on {name_of(other)}, which comes later. "
            "Move that one up, or choose an earlier one.",
        )
    elif other.is_per_image and not criterion.is_per_image:
        yield Problem(
            ".condition",
            f"{name} is asked once, but depends on {name_of(other)}, which is asked of each "
            "image. Ask both of each image, or choose another one.",
        )
    if place != number:
        yield from _band(
            criterion, "condition", criterion.condition_low, criterion.condition_high, other
        )


def loops(criteria: Sequence[CriterionSpec]) -> list[list[str]]:
    """Return the circles of conditions among two criteria or more, each as its keys in turn."""
    follows = {row.key: row.condition_criterion for row in criteria if row.condition_effect}
    found: list[list[str]] = []
    for start in follows:
        walk = [start]
        while (following := follows.get(walk[-1])) is not None and following not in walk:
            walk.append(following)
        is_known = any(start in loop for loop in found)
        if following == start and len(walk) > 1 and not is_known:
            found.append(walk)
    return found


def _loops(criteria: Sequence[CriterionSpec]) -> Iterator[Problem]:
    for loop in loops(criteria):
        number = next(at for at, row in enumerate(criteria) if row.key == loop[0])
        circle = " → ".join([*loop, loop[0]])
        yield Problem(
            f"criteria[{number}].condition",
            f"These conditions go in a circle: {circle}. Remove one of them.",
        )


def _unreachable(criteria: Sequence[CriterionSpec]) -> Iterator[Problem]:
    places = {row.key: number for number, row in enumerate(criteria)}
    shut: set[str] = set()
    for key, cause in never_asked(criteria).items():
        criterion, other = criteria[places[key]], criteria[places[cause]]
        if may_stay_open(other):
            yield Problem(
                f"criteria[{places[key]}].condition",
                f"{name_of(criterion)} can never be asked: whenever its condition on "
                f"{name_of(other)} holds, it is void. Change the condition or the gate.",
            )
        elif cause not in shut:
            shut.add(cause)
            yield Problem(
                f"criteria[{places[cause]}].gate",
                f"{name_of(criterion)} can never be asked: every answer to {name_of(other)} "
                "closes its gate. Narrow the gate.",
            )


def _shown(spec: RubricSpec) -> Iterator[Problem]:
    """Check how the task is shown, and the task to try the rubric on."""
    try:
        Presentation.read(spec.presentation)
    except ValueError as error:
        yield Problem("presentation", str(error))
    images = spec.sample_task.get("images") or []
    questions = spec.sample_task.get("questions") or []
    if not isinstance(images, list) or not all(isinstance(one, dict) for one in images):
        yield Problem("sample_task.images", "The images of the sample task are a list of roles.")
    if not isinstance(questions, list):
        yield Problem("sample_task.questions", "The questions of the sample task are a list.")
        return
    try:
        read_questions(questions)
    except ValueError as error:
        yield Problem("sample_task.questions", f"Sample task: {error}")
