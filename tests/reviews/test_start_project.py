"""Starting a project with a rubric: an empty one, or a ready one."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from evalhub.actions.projects import ProjectNameTakenError, ProjectSettings
from evalhub.models import ActionLog, Project, User
from reviews.actions.projects import start_project
from rubrics.content import spec_of
from rubrics.library import load_ready, ready_rubrics
from rubrics.models import RubricVersion
from rubrics.problems import spec_problems
from rubrics.spec import RubricSpec

SETTINGS = ProjectSettings(name="Night photos")


def draft_of(project: Project) -> RubricVersion:
    draft = project.rubric.draft()
    assert draft is not None
    return draft


def test_it_begins_with_an_empty_draft(mo: User) -> None:
    assert spec_of(draft_of(start_project(actor=mo, settings=SETTINGS))) == RubricSpec()


@pytest.mark.parametrize("slug", [ready.slug for ready in ready_rubrics()])
def test_it_begins_with_a_ready_rubric_that_can_be_published(mo: User, slug: str) -> None:
    project = start_project(actor=mo, settings=SETTINGS, ready=slug)
    draft = draft_of(project)
    told, wanted = spec_of(draft), load_ready(slug).spec
    assert told.instruction == wanted.instruction
    assert [row.key for row in told.criteria] == [row.key for row in wanted.criteria]
    assert spec_problems(told) == []
    assert (draft.number, project.rubric.name) == (1, "Night photos")
    assert ActionLog.objects.get(verb="rubric_version:import").actor == mo


def test_it_creates_nothing_for_a_rubric_that_is_not_there(mo: User) -> None:
    with pytest.raises(LookupError):
        start_project(actor=mo, settings=SETTINGS, ready="../urls")
    assert not Project.objects.filter(name=SETTINGS.name).exists()


def test_it_refuses_whoever_may_not_start_a_project(lena: User) -> None:
    with pytest.raises(PermissionDenied):
        start_project(actor=lena, settings=SETTINGS, ready="koniq")
    assert not RubricVersion.objects.exists()


def test_it_starts_one_project_when_run_twice(mo: User) -> None:
    start_project(actor=mo, settings=SETTINGS, ready="koniq")
    with pytest.raises(ProjectNameTakenError):
        start_project(actor=mo, settings=SETTINGS, ready="koniq")
    assert RubricVersion.objects.count() == 1
