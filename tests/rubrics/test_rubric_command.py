"""The rubric command: check, import, export and compare files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evalhub.models import Project, User
from rubrics.actions import publish_version
from rubrics.actions.files import import_rubric
from rubrics.content import spec_of
from rubrics.files import read_rubric
from rubrics.models import RubricVersion
from tests.rubrics.rubric_files import SMALL, file_with_examples, webp


def run(*arguments: str | Path) -> str:
    out = io.StringIO()
    call_command("rubric", *(str(one) for one in arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_it_says_that_a_file_is_right(small: Path) -> None:
    assert run("validate", small) == f"{small}: “Photos”, 2 criteria, can be published.\n"


def test_it_says_what_is_wrong_by_file_and_line(small: Path) -> None:
    small.write_text(SMALL.replace("type: count", "type: tally").replace("name: Photos", "n: 1"))
    with pytest.raises(CommandError) as caught:
        run("validate", small)
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{small}:{n}" for n in (1, 2, 11)]
    assert "criteria[1].type: " in lines[2]
    assert caught.value.returncode == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.yaml", None, "No such file"),
        ("folder", b"", "Is a directory"),
        ("large.yaml", b"#" * (5 << 20), "larger than 4 MB"),
        ("bytes.yaml", b"\xff\0", "not in UTF-8"),
    ],
)
def test_it_refuses_what_it_cannot_read(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        run("validate", path)


def test_it_imports_a_file_as_a_draft(small: Path, version: RubricVersion, lena: User) -> None:
    out = run("import", small, "--project", "photos", "--as", "lena")
    assert out == "Photos rubric v2 is a draft that says what the file says. Publish it in admin.\n"
    draft = version.rubric.draft()
    assert draft is not None
    assert [row.key for row in spec_of(draft).criteria] == ["quality", "faces"]


@pytest.mark.parametrize(
    ("slug", "username", "words"),
    [
        ("photos", "rosa", "Only a lead of Photos may do this"),
        ("photos", "nobody", "no user called “nobody”"),
        ("nothing", "lena", "no project called “nothing”"),
    ],
)
def test_it_imports_for_leads_only(
    small: Path, version: RubricVersion, rosa: User, slug: str, username: str, words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        run("import", small, "--project", slug, "--as", username)
    assert version.rubric.draft() is None


def test_it_exports_what_it_can_import(tmp_path: Path, version: RubricVersion, lena: User) -> None:
    file = file_with_examples(webp())
    import_rubric(actor=lena, rubric=version.rubric, file=file)
    for form in ("yaml", "json"):
        path = tmp_path / f"out.{form}"
        assert run("export", "--project", "photos", "--format", form, "-o", path) == ""
        exported = read_rubric(path.read_bytes())
        assert (exported.spec, exported.examples) == (file.spec, file.examples)
        assert exported.name == "Photos rubric"
    bare = read_rubric(run("export", "--project", "photos", "--without-examples").encode())
    assert bare.examples == {}


def test_it_exports_the_version_that_is_named(version: RubricVersion, lena: User) -> None:
    import_rubric(actor=lena, rubric=version.rubric, file=read_rubric(SMALL.encode()))
    text = run("export", "--project", "photos", "--version", "1")
    assert read_rubric(text.encode()).spec == spec_of(version)
    with pytest.raises(CommandError, match="has no version 7"):
        run("export", "--project", "photos", "--version", "7")


def test_it_finds_no_difference_in_a_round_trip(tmp_path: Path, version: RubricVersion) -> None:
    path = tmp_path / "v1.yaml"
    run("export", "--project", "photos", "-o", path)
    assert run("diff", "photos@1", path) == ""


def test_it_says_in_words_how_two_files_differ(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.yaml"
    changed = SMALL.replace("title: Faces", "title: Faces seen").replace("value: 2", "value: 3")
    other.write_text(changed + "sample_task: {prompt: A dog.}\n", encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        call_command("rubric", "diff", str(small), str(other))
    assert caught.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert "Quality (quality): breaking" in lines
    assert "Faces seen (faces): clarifying" in lines
    assert "  Title: Faces{+ seen+}" in lines
    assert lines[-1] == "The sample task differs."


def test_it_tells_trouble_from_a_difference(small: Path, project: Project) -> None:
    for side in ("nothing.yaml", "photos@1", "nothing@3"):
        with pytest.raises(CommandError) as caught:
            run("diff", small, side)
        assert caught.value.returncode == 2


def test_it_compares_published_versions(version: RubricVersion, lena: User) -> None:
    draft = import_rubric(actor=lena, rubric=version.rubric, file=read_rubric(SMALL.encode()))
    publish_version(actor=lena, version=draft)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("rubric", "diff", "photos@1", "photos@2", stdout=out)
    assert "Faces (faces): added" in out.getvalue()


def test_it_writes_the_published_schema() -> None:
    published = Path(__file__).parents[2] / "docs" / "rubric.schema.json"
    assert run("schema") == published.read_text(encoding="utf-8")
