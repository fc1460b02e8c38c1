"""Put the rules of a criterion into words: the same on the form, in errors and in the guideline."""

from __future__ import annotations

from rubrics.criteria import CriterionType, find_type
from rubrics.criteria.numbers import NumberType
from rubrics.models import Criterion


def answer_rule(criterion: Criterion) -> str:
    """Return which numbers or how much text a criterion takes; empty where levels say it."""
    kind = find_type(criterion.type)
    if isinstance(kind, NumberType):
        low, high = kind.bounds(criterion)
        what = "A whole number" if kind.name == "count" else "A number"
        if high is None:
            return f"{what}, {spell_number(low)} or more."
        return f"{what} from {spell_number(low)} to {spell_number(high)}."
    least = criterion.settings.get("min_length") or 0
    return f"At least {least} characters." if least > 1 else ""


def justification_rule(criterion: Criterion) -> str:
    """Return when a justification is needed and how long it must be."""
    rule = Criterion.JustificationRule(criterion.justification_rule)
    least = criterion.justification_min_length
    length = f", at least {least} characters" if least > 1 else ""
    if rule is Criterion.JustificationRule.ALWAYS:
        return f"Needed{length}."
    if rule is Criterion.JustificationRule.IN_BAND and (band := _band(criterion)):
        return f"Needed when {band}{length}."
    if rule is Criterion.JustificationRule.NEVER:
        return ""
    return "Optional."


def justification_now(criterion: Criterion) -> str:
    """Return what to say beside a justification that the score just given needs."""
    least = criterion.justification_min_length
    return f"Needed now, at least {least} characters." if least > 1 else "Needed now."


def answer_missing(criterion: Criterion) -> str:
    """Return the error for a required criterion without an answer."""
    verb = "choose" if find_type(criterion.type).has_levels else "give"
    return f"{criterion.title}: {verb} an answer."


def justification_missing(criterion: Criterion) -> str:
    """Return the error for a justification that is needed and empty."""
    least = criterion.justification_min_length
    length = f", in at least {least} characters" if least > 1 else ""
    return f"{criterion.title}: say why{length}."


def spell_number(number: float) -> str:
    """Return a number for reading, with a true minus sign."""
    return f"{number:g}".replace("-", "−")


def _band(criterion: Criterion) -> str:
    """Return which scores the band of the rule takes in; empty where it takes in none."""
    kind = find_type(criterion.type)
    low, high = criterion.justification_band_low, criterion.justification_band_high
    if low is None or high is None:
        return ""
    if kind.has_levels and kind.measurement == "nominal":
        labels = [
            f"“{level.label}”" for level in criterion.levels.all() if low <= level.value <= high
        ]
        return f"the answer is {' or '.join(labels)}" if labels else ""
    lowest, highest = _ends(kind, criterion)
    categories = kind.categories(criterion)
    if categories is not None:
        inside = [number for number in categories if low <= number <= high]
        if not inside:
            return ""
        low, high = min(inside), max(inside)
    return _spell_band(low, high, is_lowest=low <= lowest, is_highest=high >= highest)


def _ends(kind: CriterionType, criterion: Criterion) -> tuple[float, float]:
    if isinstance(kind, NumberType):
        low, high = kind.bounds(criterion)
        return low, float("inf") if high is None else high
    categories = kind.categories(criterion) or []
    return min(categories, default=float("-inf")), max(categories, default=float("inf"))


def _spell_band(low: float, high: float, *, is_lowest: bool, is_highest: bool) -> str:
    if is_lowest and is_highest:
        return "there is a score"
    if low == high:
        return f"the score is {spell_number(low)}"
    if is_lowest:
        return f"the score is {spell_number(high)} or lower"
    if is_highest:
        return f"the score is {spell_number(low)} or higher"
    return f"the score is from {spell_number(low)} to {spell_number(high)}"
