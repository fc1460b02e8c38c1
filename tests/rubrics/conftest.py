from __future__ import annotations

import pytest

from evalhub.models import User
from rubrics.actions import start_draft
from rubrics.models import RubricVersion


@pytest.fixture
def draft(version: RubricVersion, lena: User) -> RubricVersion:
    """The draft of version 2, begun as a copy of version 1."""
    return start_draft(actor=lena, rubric=version.rubric)
