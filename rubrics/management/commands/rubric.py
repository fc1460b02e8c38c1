"""Check, import, export and compare rubric files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from evalhub.imaging.errors import ImagingError
from evalhub.models import User
from rubrics.actions.files import import_rubric
from rubrics.content import spec_of
from rubrics.files import RubricFile, RubricFileError, file_of, read_rubric, write_rubric
from rubrics.files.reading import MOST_BYTES
from rubrics.files.schema import schema_text
from rubrics.files.wording import difference_lines
from rubrics.models import Rubric, RubricVersion
from rubrics.spec import RubricSpec

TROUBLE = 2


class Command(BaseCommand):
    help = "Check, import, export and compare rubric files (YAML or JSON)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        validate = verbs.add_parser("validate", help="say what is wrong with FILE, by line")
        validate.add_argument("file", type=Path)
        take = verbs.add_parser("import", help="make FILE the draft of a project's rubric")
        take.add_argument("file", type=Path)
        take.add_argument("--project", required=True, help="its short name, as in its address")
        take.add_argument("--as", dest="username", required=True, help="the lead who imports")
        give = verbs.add_parser("export", help="write a version of a project's rubric")
        give.add_argument("--project", required=True, help="its short name, as in its address")
        give.add_argument("--version", dest="number", type=int, help="the newest by default")
        give.add_argument("--format", choices=["yaml", "json"], default="yaml")
        give.add_argument("--without-examples", action="store_true", help="leave out the images")
        give.add_argument("-o", "--output", type=Path, help="the file (the terminal by default)")
        compare = verbs.add_parser("diff", help="say how B differs from A; exit with 1 if it does")
        for name in ("a", "b"):
            compare.add_argument(name, metavar=name.upper(), help="a file, or PROJECT@NUMBER")

        verbs.add_parser("schema", help="write the JSON Schema of rubric files")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _validate(self, options: dict[str, Any]) -> None:
        file = _read(options["file"])
        count = len(file.spec.criteria)
        criteria = "1 criterion" if count == 1 else f"{count} criteria"
        self.stdout.write(f"{options['file']}: “{file.name}”, {criteria}, can be published.")

    def _import(self, options: dict[str, Any]) -> None:
        file = _read(options["file"])
        rubric = _rubric(options["project"])
        actor = User.objects.filter(username=options["username"]).first()
        if actor is None:
            raise CommandError(f"There is no user called “{options['username']}”.")
        try:
            draft = import_rubric(actor=actor, rubric=rubric, file=file)
        except (PermissionDenied, ImagingError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{draft} is a draft that says what the file says. Publish it in admin.")

    def _export(self, options: dict[str, Any]) -> None:
        version = _version(options["project"], options["number"])
        file = file_of(version, with_examples=not options["without_examples"])
        try:
            text = write_rubric(file, options["format"])
        except RubricFileError as error:
            raise CommandError(error.problems[0].sentence) from error
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["output"].write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}.") from error

    def _schema(self, options: dict[str, Any]) -> None:
        self.stdout.write(schema_text(), ending="")

    def _diff(self, options: dict[str, Any]) -> None:
        lines = difference_lines(_side(options["a"]), _side(options["b"]))
        for line in lines:
            self.stdout.write(line)
        if lines:
            raise SystemExit(1)


def _side(name: str) -> RubricSpec:
    """Return what a side of a comparison says: the file of that name, or PROJECT@NUMBER."""
    slug, at, number = name.rpartition("@")
    if at and number.isdecimal() and not Path(name).exists():
        return spec_of(_version(slug, int(number)))
    return _read(Path(name), TROUBLE).spec


def _read(path: Path, code: int = 1) -> RubricFile:
    try:
        with path.open("rb") as file:
            # One byte more shows that the file is too large; the rest of it does not matter.
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.", returncode=code) from error
    try:
        return read_rubric(content)
    except RubricFileError as error:
        lines = [
            f"{path}:{one.line}: {one.path + ': ' if one.path else ''}{one.sentence}"
            for one in error.problems
        ]
        raise CommandError("\n".join(lines), returncode=code) from error


def _rubric(slug: str) -> Rubric:
    rubric = Rubric.objects.select_related("project").filter(project__slug=slug).first()
    if rubric is None:
        raise CommandError(
            f"There is no project called “{slug}” with a rubric.", returncode=TROUBLE
        )
    return rubric


def _version(slug: str, number: int | None) -> RubricVersion:
    """Return a version of a project's rubric: the one of that number, or the newest."""
    rubric = _rubric(slug)
    versions = rubric.versions.select_related("rubric__project").order_by("-number")
    version = (versions if number is None else versions.filter(number=number)).first()
    if version is None:
        raise CommandError(f"“{rubric}” has no version {number}.", returncode=TROUBLE)
    return version
