"""A manifest by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evalhub.models import Project, User
from tasks.models import Batch, Image, ImportFile, Task
from tests.tasks.manifest_data import numbered, write

pytestmark = pytest.mark.django_db


def test_it_imports_by_command(
    project: Project, mo: User, manifest_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (manifest_folder / "rows.csv").write_text(
        "picture,words,set\na.png,a cat,x\nnone.png,a dog,y\n"
    )
    call_command(
        "import_images",
        project.slug,
        str(manifest_folder),
        *("--manifest", "rows.csv", "--map", "picture=candidate"),
        *("--map", "words=prompt", "--map", "set=hidden"),
    )
    said = capsys.readouterr().out.splitlines()
    assert said[-2] == "1 accepted, 0 duplicate, 1 refused."
    assert said[-1].startswith("  rows.csv, row 3: There is no file called “none.png”")
    assert Task.objects.get().hidden_context == {"set": "x"}


def test_it_shows_the_first_rows_by_command_and_writes_nothing(
    project: Project, mo: User, manifest_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "file_name,caption,image_url\na.png,a cat,x\nnone.png,a dog,y\n"
    (manifest_folder / "metadata.csv").write_text(text)
    call_command(
        "import_images",
        project.slug,
        str(manifest_folder),
        "--manifest",
        "metadata.csv",
        "--preview",
    )
    assert capsys.readouterr().out.splitlines() == [
        "“image_url” seems to hold addresses. A manifest never has anything fetched: "
        "put the images beside it and name their files.",
        "file_name: candidate",
        "caption: prompt",
        "image_url: left out",
        "row 2: images: candidate a.png; prompt: a cat; kind: production",
        "row 3: There is no file called “none.png” beside the manifest.",
    ]
    assert not any(model.objects.exists() for model in (Batch, Task, Image, ImportFile))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--manifest", "none.csv"], "There is no manifest called none.csv"),
        (["--manifest", "a.png"], "not UTF-8 text"),
        (["--manifest", "rows.jsonl", "--map", "picture=candidate"], "no column “picture”"),
        (["--manifest", "rows.jsonl", "--map", "image"], "no use of a column"),
        (["--manifest", "rows.jsonl", "--user", "rosa"], "“rosa” is no manager"),
        (["--preview"], "Name the manifest"),
    ],
)
def test_it_says_by_command_what_is_wrong(
    project: Project,
    mo: User,
    rosa: User,
    manifest_folder: Path,
    arguments: list[str],
    sentence: str,
) -> None:
    write(manifest_folder, numbered(1))
    with pytest.raises(CommandError, match=sentence):
        call_command("import_images", project.slug, str(manifest_folder), *arguments)
