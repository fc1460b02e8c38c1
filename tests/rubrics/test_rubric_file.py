"""Writing a rubric as a file and reading it again changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubrics.criteria import CriterionType, all_types
from rubrics.files import Format, RubricFile, RubricFileError, read_rubric, write_rubric
from rubrics.files.convert import to_data
from rubrics.files.reading import MOST_BYTES
from rubrics.files.schema import rubric_schema, schema_text
from rubrics.presentation import Presentation
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tests.rubrics.rubric_files import READY, SMALL, file_with_examples, webp

DOCS = Path(__file__).parents[2] / "docs"
CHECKER = jsonschema.Draft202012Validator(rubric_schema())
FORMATS: list[Format] = ["yaml", "json"]
# What the readers of YAML take for something other than text.
LOOKALIKES = st.sampled_from(
    [
        *("No", "yes", "on", "off", "true", "False", "null", "~", "1e5", "1e-3", "007", "0x1f"),
        *("0o17", "1_000", "12:30:45", "2020-01-01", ".inf", ".NaN", "-0", "-1.5", "1.0e+20"),
        *("=", "<<", "[]", "{}", "''", '""', "---", "...", "\r\n", " x", "x ", "\tx\n", "\ufeff"),
        *"&*!|>%@`-?:#\x85\u2028",
    ]
)
ANYTHING = LOOKALIKES | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=80
)
# As texts are stored: no white space around them.
WORDS = ANYTHING.map(str.strip).filter(bool)
PROSE = st.just("") | WORDS | st.lists(ANYTHING, max_size=4).map("\n".join).map(str.strip)
BANDS = st.tuples(st.integers(1, 3), st.integers(0, 2)).map(
    lambda band: (float(band[0]), float(band[0] + band[1]))
)


@st.composite
def criteria(draw: st.DrawFn, number: int) -> CriterionSpec:
    count = draw(st.integers(3, 6))
    low, high = draw(BANDS)
    spec = CriterionSpec(
        key=f"c{number}",
        type="ordinal",
        title=draw(WORDS.filter(str.strip)),
        section=draw(st.just("") | WORDS),
        description=draw(PROSE),
        direction=draw(st.sampled_from(["none", "higher", "lower"])),
        is_required=draw(st.booleans()),
        is_per_image=False,
        allows_not_applicable=draw(st.booleans()),
        justification_rule=draw(st.sampled_from(["never", "optional", "always"])),
        justification_min_length=draw(st.integers(0, 200)),
        justification_cites=draw(st.sampled_from(["", "clause", "either"])),
        levels=tuple(
            LevelSpec(
                value=value,
                label=draw(WORDS.filter(str.strip)),
                descriptor=draw(PROSE),
                key=draw(st.sampled_from(["", f"k{value}"])),
                group=draw(st.just("") | WORDS),
            )
            for value in range(1, count + 1)
        ),
    )
    if draw(st.booleans()):
        spec = replace(
            spec,
            justification_rule="band",
            justification_band_low=low,
            justification_band_high=high + 0.5,
        )
    if number and draw(st.booleans()):
        spec = replace(
            spec,
            condition_effect=draw(st.sampled_from(["show", "require"])),
            condition_criterion="c0",
            condition_low=low,
            condition_high=high,
        )
    elif draw(st.booleans()):
        spec = replace(spec, gate_low=1.0, gate_high=1.0)
    return spec


@st.composite
def files(draw: st.DrawFn) -> RubricFile:
    """Return files of rubrics that could be published, full of words that YAML trips over."""
    count = draw(st.integers(1, 3))
    rows = [draw(criteria(number)) for number in range(count)]
    # A gate on 1 and a condition on 1 alone would exclude each other.
    if any(row.condition_effect for row in rows):
        rows = [replace(row, gate_low=None, gate_high=None) for row in rows]
    presentation = draw(
        st.builds(
            Presentation,
            surround=st.sampled_from(["dark", "mid", "white"]),
            blurs=st.booleans(),
            shows_facts=st.booleans(),
        )
    ).as_data()
    sample = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "prompt": PROSE,
                "images": st.lists(st.sampled_from([{"role": "candidate"}, {"role": "edit"}])),
                "questions": st.lists(WORDS.filter(str.strip), max_size=3),
            },
        )
    )
    sample["images"] = sample.get("images", [])[:12]
    name = draw(WORDS.filter(str.strip))
    return RubricFile(name, RubricSpec(draw(PROSE), tuple(rows), presentation, sample))


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(file=files())
def test_it_reads_what_it_wrote(form: Format, file: RubricFile) -> None:
    text = write_rubric(file, form)
    assert read_rubric(text.encode()) == file
    assert write_rubric(read_rubric(text.encode()), form) == text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spec=READY, form=st.sampled_from(FORMATS))
def test_it_reads_what_it_wrote_whatever_the_types(spec: RubricSpec, form: Format) -> None:
    file = RubricFile("Any", spec)
    assert read_rubric(write_rubric(file, form).encode()) == file
    CHECKER.validate(to_data(file))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(file=files())
def test_it_writes_what_the_schema_and_other_readers_of_yaml_take(file: RubricFile) -> None:
    data = to_data(file)
    CHECKER.validate(data)
    assert yaml.safe_load(write_rubric(file)) == data


@pytest.mark.parametrize("kind", all_types(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("form", FORMATS)
def test_it_carries_every_type_with_its_settings(form: Format, kind: CriterionType) -> None:
    count = max(2, kind.least_levels) if kind.levels_are else 0
    criterion = CriterionSpec(
        key="c",
        type=kind.name,
        title="T",
        settings={one.name: one.default for one in kind.settings if one.default is not None},
        levels=tuple(LevelSpec(n, f"Level {n}", key=f"l{n}") for n in range(1, count + 1)),
    )
    file = RubricFile("All", RubricSpec(criteria=(criterion,)))
    assert read_rubric(write_rubric(file, form).encode()) == file
    CHECKER.validate(to_data(file))


def test_it_writes_the_same_bytes_whatever_the_order_of_the_examples() -> None:
    file = file_with_examples(webp(colour="red"), webp(colour="blue"))
    other = replace(file, examples=dict(reversed(file.examples.items())))
    assert write_rubric(file) == write_rubric(other)


def test_it_leaves_out_what_is_as_it_is_by_default() -> None:
    text = write_rubric(read_rubric(SMALL.encode()))
    for name in ("direction", "required", "justification", "gate", "settings", "instruction"):
        assert name not in text
    assert "levels" in text


def test_it_keeps_long_texts_readable_line_by_line() -> None:
    criterion = CriterionSpec(key="note", type="text", title="Note", description="One.\n\nTwo: No.")
    text = write_rubric(RubricFile("Notes", RubricSpec(criteria=(criterion,))))
    assert "description: |-\n      One.\n\n      Two: No.\n" in text


@pytest.mark.parametrize("form", FORMATS)
def test_it_carries_example_images_byte_for_byte(form: Format) -> None:
    file = file_with_examples(webp(colour="red"), webp((640, 480), "blue"))
    assert read_rubric(write_rubric(file, form).encode()) == file


def test_it_writes_no_file_that_could_not_be_read_again() -> None:
    file = read_rubric(SMALL.encode())
    large = replace(file, spec=replace(file.spec, instruction="x" * MOST_BYTES))
    with pytest.raises(RubricFileError, match="without the example images"):
        write_rubric(large)


def test_it_takes_words_and_dates_for_text_and_numbers_for_numbers() -> None:
    content = SMALL.replace("name: Photos", "name: 2020-01-01").replace("label: Bad", "label: No")
    content += "    settings: {min: 2}\n    not_applicable: true\n"
    file = read_rubric(content.encode())
    assert file.name == "2020-01-01"
    assert file.spec.criteria[0].levels[0].label == "No"
    assert file.spec.criteria[1].settings == {"min": 2}
    assert file.spec.criteria[1].allows_not_applicable is True


def test_it_keeps_no_white_space_around_a_text() -> None:
    """As in the editor: what came from a file and is saved there unchanged has no change."""
    criterion = CriterionSpec(
        "quality", "ordinal", "Quality ", description="\nHow good?\n",
        levels=(LevelSpec(1, "Bad", " Bad. ", key="bad"), LevelSpec(2, "Good", key="good")),
    )  # fmt: skip
    written = write_rubric(RubricFile("Photos", RubricSpec("Look closely.\n", (criterion,))))
    spec = read_rubric(written.encode()).spec
    assert (spec.instruction, spec.criteria[0].title) == ("Look closely.", "Quality")
    assert spec.criteria[0].description == "How good?"
    assert spec.criteria[0].levels[0].descriptor == "Bad."


def test_it_reads_json_that_others_wrote() -> None:
    data = to_data(read_rubric(SMALL.encode()))
    data["name"] = "Bild 😀 \x7f/"
    text = json.dumps(data, indent="\t").replace("/", "\\/")
    assert "\\ud83d" in text
    assert read_rubric(b"\xef\xbb\xbf" + text.encode()).name == "Bild 😀 \x7f/"


def test_it_publishes_the_schema_that_it_checks_by() -> None:
    published = (DOCS / "rubric.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(), "manage.py rubric schema > docs/rubric.schema.json"
    jsonschema.Draft202012Validator.check_schema(json.loads(published))


def test_it_reads_the_example_in_the_documentation() -> None:
    text = (DOCS / "rubric-file.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    file = read_rubric(example.encode())
    assert [row.key for row in file.spec.criteria] == [
        "visible",
        "sharpness",
        "blur_kind",
        "remarks",
    ]
    assert read_rubric(write_rubric(file).encode()) == file
