"""Importing a rubric file: the draft says what the file says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from evalhub.imaging.errors import Refused
from evalhub.models import ActionLog, Project, User
from rubrics.actions import (
    DraftConflictError,
    publish_version,
    start_draft,
    start_rubric,
    write_draft,
)
from rubrics.actions.files import import_rubric
from rubrics.content import hash_version, spec_of
from rubrics.examples import read_example
from rubrics.files import RubricFile, file_name, file_of, read_rubric, write_rubric
from rubrics.models import ExampleImage, Rubric, RubricVersion
from rubrics.spec import LevelSpec, RubricSpec
from tests import cast
from tests.rubrics.rubric_files import READY, SMALL, file_with_examples, webp

HOSTILE = """\
<script>alert('EVALHUB_XSS')</script> <img src=x onerror=alert(1)>
[run](javascript:alert(1)) [data](data:text/html;base64,PHNjcmlwdD4=) [good](https://example.com/a)
"""


@pytest.fixture
def rubric(version: RubricVersion) -> Rubric:
    return version.rubric


def test_it_makes_the_draft_say_what_the_file_says(rubric: Rubric, lena: User) -> None:
    file = file_with_examples(webp())
    draft = import_rubric(actor=lena, rubric=rubric, file=file)
    assert (draft.number, draft.is_draft) == (2, True)
    assert spec_of(draft) == file.spec
    [example] = ExampleImage.objects.filter(rubric=rubric)
    assert {example.sha256: read_example(example)} == file.examples
    entry = ActionLog.objects.get(verb="rubric_version:import")
    assert (entry.actor, entry.after["name"]) == (lena, "Photos")
    assert entry.after["content"] == hash_version(draft)


def test_it_keeps_the_name_and_the_published_version(
    rubric: Rubric, version: RubricVersion, lena: User
) -> None:
    before = hash_version(version)
    import_rubric(actor=lena, rubric=rubric, file=read_rubric(SMALL.encode()))
    rubric.refresh_from_db()
    assert rubric.name == "Photos rubric"
    assert rubric.current_version() == version
    assert hash_version(version) == before


def test_it_refuses_an_import_by_whoever_does_not_lead_the_project(
    rubric: Rubric, mo: User, ada: User, rosa: User, otto: User
) -> None:
    for person in (mo, ada, rosa, otto):
        with pytest.raises(PermissionDenied):
            import_rubric(actor=person, rubric=rubric, file=file_with_examples(webp()))
    assert rubric.draft() is None
    assert not ExampleImage.objects.exists()


def test_it_refuses_an_import_over_a_draft_that_somebody_else_saved(
    rubric: Rubric, lena: User
) -> None:
    draft = start_draft(actor=lena, rubric=rubric)
    seen = hash_version(draft)
    changed = replace(spec_of(draft), instruction="Mine")
    write_draft(actor=lena, version=draft, spec=changed)
    with pytest.raises(DraftConflictError):
        import_rubric(actor=lena, rubric=rubric, file=file_with_examples(webp()), seen=seen)
    draft.refresh_from_db()
    assert spec_of(draft) == changed
    assert not ExampleImage.objects.exists()


def test_it_changes_nothing_when_the_same_file_is_imported_twice(
    rubric: Rubric, lena: User
) -> None:
    file = file_with_examples(webp())
    first = import_rubric(actor=lena, rubric=rubric, file=file)
    logged = ActionLog.objects.count()
    assert import_rubric(actor=lena, rubric=rubric, file=file) == first
    assert (ActionLog.objects.count(), ExampleImage.objects.count()) == (logged, 1)


def test_it_writes_nothing_where_an_example_does_not_decode(rubric: Rubric, lena: User) -> None:
    # Its header is whole, so that only decoding it shows the damage.
    whole = bytearray(webp((600, 400)))
    whole[30:] = bytes(len(whole) - 30)
    file = file_with_examples(bytes(whole))
    assert read_rubric(write_rubric(file).encode()) == file
    with pytest.raises(Refused):
        import_rubric(actor=lena, rubric=rubric, file=file)
    assert rubric.draft() is None
    assert not ExampleImage.objects.exists()


def test_it_gives_levels_without_a_key_a_stable_one(rubric: Rubric, lena: User) -> None:
    draft = import_rubric(actor=lena, rubric=rubric, file=read_rubric(SMALL.encode()))
    assert spec_of(draft).criteria[0].levels == (
        LevelSpec(1, "Bad", key="level_1"),
        LevelSpec(2, "Good", key="level_2"),
    )


def test_it_carries_a_version_to_another_project_unchanged(
    rubric: Rubric, lena: User, otto: User
) -> None:
    source = import_rubric(actor=lena, rubric=rubric, file=file_with_examples(webp()))
    text = write_rubric(file_of(source))
    elsewhere = start_rubric(
        actor=otto, project=Project.objects.get(slug="elsewhere"), name="Photos rubric"
    )
    target = import_rubric(actor=otto, rubric=elsewhere, file=read_rubric(text.encode()))
    assert hash_version(target) == hash_version(source)
    assert write_rubric(file_of(target)) == text
    assert file_name(target, "yaml") == "elsewhere-rubric-v1.yaml"


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(spec=READY)
def test_it_exports_what_it_imported_whatever_the_rubric(
    spec: RubricSpec, rubric: Rubric, lena: User
) -> None:
    draft = import_rubric(actor=lena, rubric=rubric, file=RubricFile("Any", spec))
    exported = file_of(draft)
    again = read_rubric(write_rubric(exported).encode())
    assert again == exported
    before = hash_version(draft)
    assert hash_version(import_rubric(actor=lena, rubric=rubric, file=again)) == before
    assert again.spec == keyed(spec)


def keyed(spec: RubricSpec) -> RubricSpec:
    """Return `spec` with the key that each level without one gets when it is stored."""
    rows = (
        replace(row, levels=tuple(replace(level, key=level.stable_key) for level in row.levels))
        for row in spec.criteria
    )
    return replace(spec, criteria=tuple(rows))


def test_it_leaves_the_examples_out_where_they_are_not_wanted(rubric: Rubric, lena: User) -> None:
    draft = import_rubric(actor=lena, rubric=rubric, file=file_with_examples(webp()))
    bare = file_of(draft, with_examples=False)
    assert bare.examples == {}
    assert read_rubric(write_rubric(bare).encode()) == bare
    assert not any(level.example for row in bare.spec.criteria for level in row.levels)


def hostile_file() -> RubricFile:
    file = read_rubric(SMALL.encode())
    quality, faces = file.spec.criteria
    levels = tuple(replace(level, descriptor=HOSTILE) for level in quality.levels)
    quality = replace(
        quality, description=HOSTILE, levels=levels, title="<b onclick=alert(1)>Quality</b>"
    )
    spec = replace(file.spec, instruction=HOSTILE, criteria=(quality, faces))
    return read_rubric(write_rubric(replace(file, spec=spec)).encode())


@pytest.mark.parametrize("page", ["guideline", "work"])
def test_it_runs_nothing_that_a_file_says(
    page: str, rubric: Rubric, project: Project, lena: User, mo: User, rosa: User, client: Client
) -> None:
    draft = import_rubric(actor=lena, rubric=rubric, file=hostile_file())
    assert spec_of(draft).instruction == HOSTILE.strip()
    publish_version(actor=lena, version=draft)
    cast.make_tasks(project, mo)
    client.force_login(rosa)
    response = client.get(reverse(page, args=[project.slug]), follow=True)
    html = response.content.decode()
    assert response.status_code == 200
    assert "&lt;script&gt;alert(" in html
    assert 'href="https://example.com/a"' in html
    executed = ("<script>alert", "<img src=x", "<b onclick", 'href="javascript:', 'href="data:')
    assert [markup for markup in executed if markup in html] == []
