"""Random answers to a version and a subject, as the judging form would send them.

`valid_data()` draws what an evaluator could send, `invalid_data()` what must be refused,
`garbage_data()` anything at all.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from rubrics.conditions import Gates, Place, Standing, stand
from rubrics.criteria import Asked, find_type, put
from rubrics.criteria.numbers import NumberType
from rubrics.models import RubricVersion
from rubrics.subject import Subject
from tests.rubrics.strategies import PLACES, WORDS

Data = dict[str, str | list[str]]


@st.composite
def valid_data(draw: st.DrawFn, version: RubricVersion, subject: Subject) -> Data:
    """Draw what an evaluator could send that must be accepted."""
    data: Data = {}
    numbers: dict[Place, float | None] = {}
    gates = Gates()
    for row in version.criteria.in_order():
        for asked in put(row, subject):
            kind, number = find_type(row.type), None
            standing = stand(row, asked.position, numbers, gates)
            if kind.nothing_to_ask(asked):
                standing = Standing.VOID
            if standing is not Standing.VOID and (
                standing is Standing.REQUIRED or draw(st.booleans())
            ):
                number = draw(_answer(asked, data))
            numbers[row.key, asked.position] = number
            gates = gates.after(row, asked.position, number)
    return data


@st.composite
def _answer(draw: st.DrawFn, asked: Asked, data: Data) -> float | None:
    """Fill in one criterion; return the number of its answer where levels give it one."""
    row, key = asked.criterion, asked.key
    if row.justification_rule == "always":
        data[f"{key}-why"] = draw(st.text("abc", min_size=max(row.justification_min_length, 1)))
    if row.allows_not_applicable and draw(st.booleans()):
        data[f"{key}-na"] = "on"
        return None
    data.update({f"{key}{end}": value for end, value in draw(answers(asked)).items()})
    return next((float(one.value) for one in row.levels.all() if one.key == data.get(key)), None)


def answers(asked: Asked) -> st.SearchStrategy[Data]:
    """Draw the fields of one valid answer, by what follows the criterion's name in theirs."""
    kind = find_type(asked.criterion.type)
    if isinstance(kind, NumberType):
        low, high = kind.bounds(asked.criterion)
        return st.integers(int(low), int(high or 99)).map(lambda n: {"": str(n)})
    drawn = {
        "choice": _choice,
        "multi": _multi,
        "text": _text,
        "pairwise": _pairwise,
        "rank": _rank,
        "words": _words,
        "regions": _regions,
        "questions": _questions,
    }
    return drawn.get(kind.name, _level)(asked)


def _setting(asked: Asked, name: str) -> Any:
    return find_type(asked.criterion.type).setting(asked.criterion, name)


def _keys(asked: Asked) -> list[str]:
    return [level.key for level in asked.criterion.levels.all()]


def _level(asked: Asked) -> st.SearchStrategy[Data]:
    return st.sampled_from(_keys(asked)).map(lambda key: {"": key})


def _choice(asked: Asked) -> st.SearchStrategy[Data]:
    other = _setting(asked, "other")
    return st.tuples(st.sampled_from(_keys(asked)), WORDS).map(
        lambda drawn: {"": drawn[0], **({"-other": drawn[1]} if drawn[0] == other else {})}
    )


@st.composite
def _multi(draw: st.DrawFn, asked: Asked) -> Data:
    if _setting(asked, "none") and draw(st.booleans()):
        return {"-none": "on"}
    least = _setting(asked, "min")
    ticked = draw(st.lists(st.sampled_from(_keys(asked)), min_size=least, unique=True))
    found: Data = {"": ticked}
    if severities := _setting(asked, "severities"):
        found |= {f"-severity-{key}": draw(st.sampled_from(severities)) for key in ticked}
    return found


@st.composite
def _text(draw: st.DrawFn, asked: Asked) -> Data:
    if _setting(asked, "urls"):
        lines = st.sampled_from(["http://example.com/a", "https://example.org/b?c=d"])
        return {"": "\n".join(draw(st.lists(lines, min_size=1, max_size=3)))}
    least = _setting(asked, "min_length") or 1
    return {"": draw(st.text("abc\n<é", min_size=1)).strip() + "x" * least}


def _pairwise(asked: Asked) -> st.SearchStrategy[Data]:
    sides = find_type("pairwise").controls(asked, None)
    return st.sampled_from([side.value for side in sides]).map(lambda value: {"": value})


@st.composite
def _rank(draw: st.DrawFn, asked: Asked) -> Data:
    count = len(asked.subject.judged)
    ranks = list(draw(st.permutations(range(1, count + 1))))
    if _setting(asked, "ties"):
        ranks = draw(st.lists(st.integers(1, count), min_size=count, max_size=count))
    positions = [image.position for image in asked.subject.judged]
    return {f"-rank-{at}": str(rank) for at, rank in zip(positions, ranks, strict=True)}


@st.composite
def _words(draw: st.DrawFn, asked: Asked) -> Data:
    indices = st.sampled_from(range(len(asked.subject.words)))
    marked = draw(st.lists(indices, unique=True))
    if not marked:
        return {"-none": "on"}
    return {f"-word-{index}": draw(st.sampled_from(_keys(asked))) for index in marked}


@st.composite
def _regions(draw: st.DrawFn, asked: Asked) -> Data:
    count = draw(st.integers(0, _setting(asked, "max")))
    if not count:
        return {"-none": "on"}
    images = [asked.image] if asked.image else list(asked.subject.judged)
    found: Data = {}
    for n in range(count):
        points = draw(PLACES[draw(st.sampled_from(_setting(asked, "shapes")))])
        shares = st.integers(0, 100_000).map(lambda share: f"{share / 1000:.3f}")
        kept = draw(st.lists(shares, min_size=2 * points, max_size=2 * points, unique=True))
        found |= {
            f"-where-{n}": " ".join(kept),
            f"-image-{n}": str(draw(st.sampled_from(images)).position),
        }
        if keys := _keys(asked):
            found[f"-label-{n}"] = draw(st.sampled_from(keys))
        if severities := _setting(asked, "severities"):
            found[f"-severity-{n}"] = draw(st.sampled_from(severities))
    return found


@st.composite
def _questions(draw: st.DrawFn, asked: Asked) -> Data:
    more = [name for name in ("unsure", "wrong") if _setting(asked, name)]
    return {
        f"-{question.key}": draw(st.sampled_from(["yes", "no", *more]))
        for question in asked.subject.questions
    }


# What nobody should send, for whatever part of an answer it stands in.
GARBAGE = st.sampled_from(
    [
        *("nan", "inf", "-inf", "1e999", "9" * 5000, "-1", "0.5.5", "[1, 2]", '{"a": 1}', "\x00"),
        *("' OR 1=1 --", "<script>", "😀", "nothing_of_the_kind", "x" * 1_000_000),
        *("101 5", "-3 5", "1 2 3", "٣"),
    ]
)
ENDS = ["", "-na", "-why", "-none", "-other", "-rank-0", "-word-0", "-q0", "-severity-l0"]
ENDS += [f"-{part}-{n}" for part in ("where", "image", "label", "severity") for n in (0, 7)]


def garbage_data(version: RubricVersion, subject: Subject) -> st.SearchStrategy[Data]:
    """Draw any text under the names that a form reads, and under some that it does not."""
    keys = [asked.key for row in version.criteria.in_order() for asked in put(row, subject)]
    names = st.builds(str.__add__, st.sampled_from(keys or ["c0"]), st.sampled_from(ENDS))
    return st.dictionaries(names | st.sampled_from(["", "c99", "c0-"]), GARBAGE, max_size=8)


@st.composite
def invalid_data(draw: st.DrawFn, version: RubricVersion, subject: Subject) -> tuple[Data, str]:
    """Draw what must be refused, and the name of the field that must say so; empty for neither.

    All is valid but for one answer.
    """
    data = draw(valid_data(version, subject))
    everything = [asked for row in version.criteria.in_order() for asked in put(row, subject)]
    given = [one for one in everything if _own(data, one.key)]
    if not given:
        return {}, ""
    asked = draw(st.sampled_from(given))
    kept = {name: value for name, value in data.items() if name not in _own(data, asked.key)}
    broken = draw(_broken(asked))
    return {**kept, **{f"{asked.key}{end}": value for end, value in broken.items()}}, asked.key


def _own(data: Data, key: str) -> list[str]:
    """Return the names in `data` that are parts of the answer to what has this key."""
    after = {name: name.removeprefix(key) for name in data if name.startswith(key)}
    is_image = {name for name, end in after.items() if end[1:].split("-")[0].isdigit()}
    own = (name for name in after if name not in is_image and not name.endswith("-why"))
    return [name for name in own if name == key or after[name].startswith("-")]


def _broken(asked: Asked) -> st.SearchStrategy[Data]:
    kind = find_type(asked.criterion.type)
    nowhere = ["101 5", "-3 5", "1 2 3", "nan 1", "here", "[1, 2]", "5 5 5 9", "1 " * 2000]
    marks: list[Data] = [{"-where-0": where, "-label-0": _first(asked)} for where in nowhere]
    broken: dict[str, list[Data]] = {
        "scale": [{"": "nan"}, {"": "1e999"}, {"": "99"}, {"": "many"}],
        "count": [{"": "-1"}, {"": "1.5"}, {"": "9" * 5000}, {"": "[]"}],
        "text": [{"": "x" * 10_001}, {"": "a long text with a \x00"}],
        "multi": [{"": ["none_such"]}, {"": [*_keys(asked)], "-none": "on"}],
        "rank": [{"-rank-0": "0"}, {"-rank-0": "1e9"}],
        "words": [{"-word-0": "none_such"}, {"-word-0": _first(asked), "-none": "on"}],
        "regions": [
            *marks,
            {"-where-0": "1 1", "-image-0": "99"},
            {"-where-7": "1 1", "-none": "on"},
        ],
        "questions": [{"-q0": "maybe"}, {"-q0": "void"}],
    }
    if kind.name == "text" and _setting(asked, "urls"):
        lines = ("ftp://example.com", "http://me:secret@example.com", "javascript:alert(1)", "x")
        return st.sampled_from(lines).map(lambda line: {"": f"http://example.com\n{line}"})
    return st.sampled_from(broken.get(kind.name, [{"": "none_such"}, {"": "\x00"}]))


def _first(asked: Asked) -> str:
    return next(iter(_keys(asked)), "")
