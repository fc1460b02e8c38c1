"""Manifests of each format, whole and broken, as rows."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest

from tasks.manifests.reading import read_table
from tasks.manifests.table import LONGEST_LINE, BrokenManifestError, Row


def rows_of(text: str | bytes) -> list[Row]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_table(io.BytesIO(data)).rows)


def cells_of(text: str | bytes) -> list[tuple[int, dict[str, object]]]:
    return [(row.number, dict(row.cells)) for row in rows_of(text)]


def problems_of(text: str | bytes) -> dict[int, str]:
    return {row.number: row.problem for row in rows_of(text) if row.problem}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_it_reads_csv_as_spreadsheets_write_it(mark: str, start: str, end: str) -> None:
    lines = [["file_name", "prompt"], ["a.png", "a cat"], ["b.png", f'"a dog{mark}{end}asleep"']]
    text = start + end.join(mark.join(line) for line in lines) + end
    assert cells_of(text) == [
        (2, {"file_name": "a.png", "prompt": "a cat"}),
        (3, {"file_name": "b.png", "prompt": f"a dog{mark}{end}asleep"}),
    ]


def test_it_passes_over_empty_lines_and_columns_without_a_name() -> None:
    text = "file_name,,prompt,\na.png,x,cat,\n,,,\n\nb.png,,dog,\n"
    assert cells_of(text) == [
        (2, {"file_name": "a.png", "prompt": "cat"}),
        (5, {"file_name": "b.png", "prompt": "dog"}),
    ]


def test_it_says_which_row_of_a_csv_is_broken_and_reads_on() -> None:
    text = 'file_name,prompt\na.png\nb.png,x,y\nc.png,"so" he said\nd.png,fine\n'
    problems = problems_of(text)
    assert problems[2].startswith("This row has 1 cells")
    assert problems[3].startswith("This row has 3 cells")
    assert problems[4].startswith("The quotation marks of this row do not match")
    assert cells_of(text)[-1] == (5, {"file_name": "d.png", "prompt": "fine"})


def test_it_does_not_take_the_rest_of_a_file_for_one_cell() -> None:
    text = 'file_name,prompt\na.png,"open\n' + "b.png,x\n" * 40_000 + "c.png,y\n"
    found = rows_of(text)
    assert found[0].problem.startswith("The quotation marks")
    assert found[-1].cells == {"file_name": "c.png", "prompt": "y"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "names no columns"),
        (b",,\n1,2,3\n", "names no columns"),
        (b"image,image\na,b\n", "Two columns are called “image”"),
        ("image,prompt\na,b\n".encode("utf-16"), "not UTF-8 text"),
        (b"PK\3\4 a workbook", "not UTF-8 text"),
        (b"PAR1 columns", "Parquet files are not read"),
        ("Größe,b\n".encode("latin-1"), "not UTF-8 text"),
        (b"[", "not valid JSON"),
        (b"[]", "There are no rows"),
        (b"[1, 2]", "This is no JSON object"),
        (b"{broken\n", "not valid JSON"),
        (b"a" * (LONGEST_LINE + 1), "over 1 MB"),
    ],
)
def test_it_says_what_is_wrong_with_a_whole_file(data: bytes, sentence: str) -> None:
    with pytest.raises(BrokenManifestError, match=sentence):
        read_table(io.BytesIO(data))


def test_it_reads_json_lines_and_says_which_are_broken() -> None:
    lines = [
        '{"file_name": "a.png", "tags": ["x", "y"]}',
        "",
        "{oops",
        "[1, 2]",
        '{"file_name": NaN}',
        "[" * 100_000,
        '{"file_name": "b.png", "seed": 7}',
    ]
    text = "\n".join(lines)
    assert problems_of(text) == {
        3: "This line is not valid JSON.",
        4: "This is no JSON object. Write one with a name and a value for each column.",
        5: "This line is not valid JSON.",
        6: "This line is not valid JSON.",
    }
    assert cells_of(text)[0] == (1, {"file_name": "a.png", "tags": ["x", "y"]})
    assert cells_of(text)[-1] == (7, {"file_name": "b.png", "seed": 7})
    assert read_table(io.BytesIO(text.encode())).columns == ["file_name", "tags", "seed"]


def test_it_reads_on_to_a_line_that_is_too_long() -> None:
    text = '{"file_name": "a.png"}\n' + "x" * (LONGEST_LINE + 1)
    assert cells_of(text)[0][1] == {"file_name": "a.png"}
    assert problems_of(text)[2].endswith("Nothing from here on was read.")


def test_it_reads_a_task_list_of_label_studio() -> None:
    tasks = [
        {"id": 9, "data": {"image": "/data/local-files/?d=set%201/a.png", "text": "a cat"}},
        {"data": {"image": ["a.png", "/data/local-files/?d=b.png"], "id": "own"}},
        {"image": "c.png"},
        "no task",
    ]
    found = rows_of("\ufeff" + json.dumps(tasks, indent=1))
    assert [dict(row.cells) for row in found[:3]] == [
        {"image": "set 1/a.png", "text": "a cat", "id": 9},
        {"image": ["a.png", "b.png"], "id": "own"},
        {"image": "c.png"},
    ]
    assert (found[3].number, found[3].problem[:22]) == (4, "This is no JSON object")


def test_it_reads_a_list_piece_by_piece() -> None:
    class Counted(io.BytesIO):
        most = 0

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert size > 0
            data = super().read(size)
            self.most = max(self.most, self.tell())
            return data

    tasks = [{"data": {"image": f"{number}.png", "text": "ä" * 300}} for number in range(2000)]
    file = Counted(json.dumps(tasks, ensure_ascii=False).encode())
    rows: Iterator[Row] = read_table(file).rows
    assert next(rows).cells["image"] == "0.png"
    assert file.most < len(file.getvalue()) / 4
    assert [row.cells["image"] for row in rows] == [f"{number}.png" for number in range(1, 2000)]


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("", "The list breaks off after task 1."),
        (", {broken}]", "Task 2 of the list is not valid JSON"),
        (', {"data": {"image', "Task 2 of the list is not valid JSON"),
        ("; {}]", "The list breaks off after task 1."),
    ],
)
def test_it_keeps_the_tasks_before_a_list_breaks_off(end: str, sentence: str) -> None:
    found = rows_of('[{"data": {"image": "a.png"}}' + end)
    assert found[0].cells == {"image": "a.png"}
    assert (found[1].number, found[1].problem.startswith(sentence)) == (2, True)
