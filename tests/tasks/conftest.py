from __future__ import annotations

import pytest

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tests import cast
from tests.tasks.release_data import draft_next, five_criteria, reworded


@pytest.fixture
def first(project: Project, lena: User) -> RubricVersion:
    """The project's published rubric where it has five criteria."""
    return cast.release_rubric(project, lena, *five_criteria())


@pytest.fixture
def draft(project: Project, first: RubricVersion, lena: User) -> RubricVersion:
    """The draft after the first version: the clause on light says something else."""
    return draft_next(project, lena, reworded(five_criteria(), "light"))
