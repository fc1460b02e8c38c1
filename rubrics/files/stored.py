"""A stored version as a file."""

from __future__ import annotations

from dataclasses import replace

from rubrics.content import spec_of
from rubrics.examples import read_example
from rubrics.files.convert import RubricFile
from rubrics.files.writing import Format
from rubrics.models import RubricVersion
from rubrics.spec import RubricSpec


def file_of(version: RubricVersion, *, with_examples: bool = True) -> RubricFile:
    """Return what a file of `version` holds; without examples no level names one."""
    spec = spec_of(version)
    if not with_examples:
        return RubricFile(version.rubric.name, _without_examples(spec))
    named = {level.example for criterion in spec.criteria for level in criterion.levels} - {""}
    rows = version.rubric.examples.filter(sha256__in=named)
    return RubricFile(version.rubric.name, spec, {row.sha256: read_example(row) for row in rows})


def file_name(version: RubricVersion, file_format: Format) -> str:
    """Return the name that a download of `version` is given."""
    return f"{version.rubric.project.slug}-rubric-v{version.number}.{file_format}"


def _without_examples(spec: RubricSpec) -> RubricSpec:
    criteria = (
        replace(criterion, levels=tuple(replace(level, example="") for level in criterion.levels))
        for criterion in spec.criteria
    )
    return replace(spec, criteria=tuple(criteria))
