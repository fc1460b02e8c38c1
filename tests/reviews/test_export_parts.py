"""Cells and lines: inert in a spreadsheet, exact for a program."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evalhub.csv_cells import as_json, csv_cell
from reviews.exports.parts import CsvWriter, write_document, write_table
from tests.reviews.bundles import without_guard

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "'=1", "''+1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", FORMULAS)
def test_it_makes_a_formula_inert(text: str) -> None:
    assert csv_cell(text) == f"'{text}"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@example("'=1")
@example("''")
@example('a,"b"\r\nc')
def test_it_gives_back_every_text(text: str) -> None:
    line = io.StringIO()
    csv.writer(line).writerow([csv_cell(text), "next"])
    [[cell, following]] = csv.reader(io.StringIO(line.getvalue(), newline=""))
    assert (without_guard(cell), following) == (text, "next")
    assert cell[:1] not in set("=+-@\t\r") or not cell


def test_it_leaves_numbers_and_plain_text_alone() -> None:
    values = [-1.5, 3, 4.0, True, None, "plain", "a=b", "'tis", ["x"], {"a": -1}]
    expected = ["-1.5", "3", "4.0", "true", "", "plain", "a=b", "'tis", '["x"]', '{"a":-1}']
    assert [csv_cell(value) for value in values] == expected


def test_it_drops_the_character_that_csv_readers_choke_on() -> None:
    assert csv_cell("a\0b") == "ab"
    assert csv_cell("\0=1") == "'=1"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_it_never_writes_what_is_no_json(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        as_json({"number": number})


def test_it_keeps_a_json_object_on_one_line_for_every_reader() -> None:
    row = {"text": "a\nb\r\u2028c\u2029d\x85e"}
    line = as_json(row)
    assert len(line.splitlines()) == 1
    assert json.loads(line) == row


def test_it_knows_what_it_wrote(tmp_path: Path) -> None:
    rows = [{"a": 1, "b": "ü"}, {"a": 2, "b": "=x"}]
    parts = write_table(tmp_path, "table", ("a", "b"), rows)
    parts.append(write_document(tmp_path, "below/document.json", {"a": []}))
    for part in parts:
        content = (tmp_path / part.name).read_bytes()
        assert (part.bytes, part.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert [part.rows for part in parts] == [2, 2, None]


def test_it_writes_a_head_and_counts_no_row_for_an_empty_table(tmp_path: Path) -> None:
    with CsvWriter(tmp_path, "empty.csv", ("a", "b")) as writer:
        pass
    assert writer.part().rows == 0
    assert (tmp_path / "empty.csv").read_bytes() == b"a,b\r\n"
