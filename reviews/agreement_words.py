"""Put stored agreement into words and a drawing; numpy-free, for pages."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.agreement.terms import Status, Verdict
from reviews.models import AgreementResult
from rubrics.criteria import find_type
from rubrics.models import Criterion

_NOT_MEASURED = {"text": "Free text: agreement is not computed on prose."}
_NO_SCORE = "Answers of this kind are not one score; agreement on them is not computed yet."

TASKS_FOR_A_VALUE = 10
TASKS_FOR_AN_INTERVAL = 30
FEW_EVALUATORS = 5

_VERDICTS = {
    Verdict.RELIABLE: ("ok", "Reliable", "Conclusions can rest on these scores."),
    Verdict.TENTATIVE: ("warn", "Tentative", "Good for tentative conclusions only."),
    Verdict.NOT_RELIABLE: ("bad", "Not reliable", "Evaluators do not agree enough yet."),
}


@dataclass(frozen=True)
class IntervalBar:
    """Where an interval is drawn, in a drawing 200 wide whose scale runs from 0 to 1.

    What lies below 0 is drawn at the left edge: the figures beside the drawing say how far.
    """

    low: float
    width: float
    value: float

    @classmethod
    def of(cls, low: float, value: float, high: float) -> IntervalBar:
        left, middle, right = (max(0.0, min(1.0, number)) * 200 for number in (low, value, high))
        return cls(round(left, 1), round(right - left, 1), round(middle, 1))


@dataclass(frozen=True)
class AgreementLine:
    """The agreement on one criterion, as a page shows it; empty parts are not shown."""

    criterion: Criterion
    data: str
    sentence: str
    kind: str = ""
    verdict: str = ""
    value: str = ""
    interval: str = ""
    bar: IntervalBar | None = None
    percent: str = ""
    within_one: str = ""


def agreement_line(criterion: Criterion, result: AgreementResult | None) -> AgreementLine:
    """Return how far evaluators agree on `criterion`, or why that cannot be said."""
    if not find_type(criterion.type).measurement:
        return AgreementLine(criterion, "", _NOT_MEASURED.get(criterion.type, _NO_SCORE))
    if result is None:
        return AgreementLine(criterion, "", "Not computed yet.")
    status = Status(result.status)
    since = f", since version {result.versions[0]}" if len(result.versions) > 1 else ""
    data = (
        f"{_count(result.n_tasks, 'task')}, {_count(result.n_judgments, 'judgment')}, "
        f"{_count(result.n_evaluators, 'evaluator')}{since}"
    )
    if status is Status.OK and result.verdict:
        return _judged(criterion, result, data)
    shows_value = status not in {Status.OK_LOW_N, Status.NO_DATA, Status.NO_PAIRABLE_VALUES}
    return AgreementLine(
        criterion,
        data,
        _sentence(status, result),
        value=_number(result.alpha) if shows_value else "",
        percent=_percent(result.percent) if shows_value else "",
        within_one=_percent(result.percent_within_one) if shows_value else "",
    )


def _judged(criterion: Criterion, result: AgreementResult, data: str) -> AgreementLine:
    kind, verdict, sentence = _VERDICTS[Verdict(result.verdict)]
    if result.n_evaluators < FEW_EVALUATORS:
        sentence += " Few evaluators: others might agree less or more than the interval says."
    low, value, high = result.alpha_low or 0.0, result.alpha or 0.0, result.alpha_high or 0.0
    return AgreementLine(
        criterion,
        data,
        sentence,
        kind=kind,
        verdict=verdict,
        value=_number(value),
        interval=f"{_number(low)} to {_number(high)}",
        bar=IntervalBar.of(low, value, high),
        percent=_percent(result.percent),
        within_one=_percent(result.percent_within_one),
    )


def _sentence(status: Status, result: AgreementResult) -> str:
    tasks = f"{_count(result.n_tasks, 'task')} with two or more judgments"
    return {
        Status.NO_DATA: "No judgments yet.",
        Status.NO_PAIRABLE_VALUES: "No task has two judgments yet, so there is nothing to compare.",
        Status.TOO_MANY_VALUES: "Too many different values to compare in this way.",
        Status.NO_VARIATION: "Every answer is the same, so alpha is undefined.",
        Status.OK_LOW_N: f"Not enough data yet: {tasks}, {TASKS_FOR_A_VALUE} are needed.",
        Status.OK_PRELIMINARY: f"Preliminary: {tasks}, {TASKS_FOR_AN_INTERVAL} are needed "
        "for an interval and a verdict.",
        Status.OK_LOW_VARIATION: "Answers hardly vary, so alpha says little.",
        Status.CI_UNRELIABLE: "The data are too uneven for an interval, so there is no verdict.",
        Status.OK: "",
    }[status]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:.2f}".replace("-", "−")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.0f} %"
