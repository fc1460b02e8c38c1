"""What is judged by: a rubric, its immutable versions, their criteria and levels."""

from rubrics.models.criteria import KEY, Criterion, ExampleImage, Level
from rubrics.models.feedback import Feedback
from rubrics.models.question import Question
from rubrics.models.releases import Acknowledgement, CriterionChange
from rubrics.models.versions import Rubric, RubricVersion

__all__ = [
    "KEY",
    "Acknowledgement",
    "Criterion",
    "CriterionChange",
    "ExampleImage",
    "Feedback",
    "Level",
    "Question",
    "Rubric",
    "RubricVersion",
]
