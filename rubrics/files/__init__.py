"""Rubrics as files, in YAML or JSON, to be kept in version control and carried about."""

from rubrics.files.convert import RubricFile
from rubrics.files.problems import FileProblem, RubricFileError
from rubrics.files.reading import read_rubric
from rubrics.files.schema import rubric_schema
from rubrics.files.stored import file_name, file_of
from rubrics.files.writing import Format, write_rubric

__all__ = [
    "FileProblem",
    "Format",
    "RubricFile",
    "RubricFileError",
    "file_name",
    "file_of",
    "read_rubric",
    "rubric_schema",
    "write_rubric",
]
