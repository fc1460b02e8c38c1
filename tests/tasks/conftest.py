from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Pillow

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


@pytest.fixture
def manifest_folder(tmp_path: Path) -> Path:
    """A folder with three pictures, for a manifest to name."""
    folder = tmp_path / "set"
    folder.mkdir()
    for number, name in enumerate("abc"):
        Pillow.new("RGB", (32, 24), (number * 40, 90, 160)).save(folder / f"{name}.png")
    return folder
