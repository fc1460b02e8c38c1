"""Put the rules of a criterion into words: the same on the form, in errors and in the guideline."""

from __future__ import annotations

from rubrics.content import criterion_spec
from rubrics.criteria import Asked, CriterionType, find_type
from rubrics.criteria.numbers import spell_number
from rubrics.models import Criterion

CITATIONS = {
    "region": "cite a mark, such as #{mark}",
    "clause": "cite a clause, such as §2",
    "either": "cite a mark (#{mark}) or a clause (§2)",
}

# What the number of an answer is, where it is no score.


def answer_rule(criterion: Criterion) -> str:
    """Return what an answer looks like, such as its bounds; empty where the controls say it."""
    return find_type(criterion.type).answer_rule(criterion)


def justification_rule(criterion: Criterion, mark: str = "1") -> str:
    """Return when a justification is needed and how long it must be; `mark` is cited in it."""
    rule = Criterion.JustificationRule(criterion.justification_rule)
    least = criterion.justification_min_length
    length = f", at least {least} characters" if least > 1 else ""
    if cited := CITATIONS.get(criterion.justification_cites):
        length += f"; {cited.format(mark=mark)}"
    if rule is Criterion.JustificationRule.ALWAYS:
        return f"Needed{length}."
    if rule is Criterion.JustificationRule.IN_BAND:
        low, high = criterion.justification_band_low, criterion.justification_band_high
        if band := _band(criterion, low, high):
            return f"Needed when {band}{length}."
    if rule is Criterion.JustificationRule.NEVER:
        return ""
    return "Optional."


def justification_now(criterion: Criterion) -> str:
    """Return what to say beside a justification that the score just given needs."""
    least = criterion.justification_min_length
    return f"Needed now, at least {least} characters." if least > 1 else "Needed now."


def condition_rule(criterion: Criterion, other: Criterion | None) -> str:
    """Return when the criterion is asked, or required; `other` is what its condition rests on."""
    effect = Criterion.ConditionEffect(criterion.condition_effect)
    if other is None or effect is Criterion.ConditionEffect.NONE:
        return ""
    band = _band(other, criterion.condition_low, criterion.condition_high)
    verb = "Asked" if effect is Criterion.ConditionEffect.SHOW else "Required"
    return f"{verb} only when, for “{other.title}”, {band}." if band else ""


def gate_rule(criterion: Criterion) -> str:
    """Return which answers end the judgment; empty where none does."""
    band = _band(criterion, criterion.gate_low, criterion.gate_high)
    if not band:
        return ""
    what = "the questions about that image" if criterion.is_per_image else "the judgment"
    return f"When {band}, {what} end{'' if criterion.is_per_image else 's'} here."


def answer_missing(asked: Asked) -> str:
    """Return the error for a required criterion without an answer."""
    return f"{asked.title}: {find_type(asked.criterion.type).missing(asked.criterion)}."


def justification_missing(asked: Asked) -> str:
    """Return the error for a justification that is needed and empty."""
    least = asked.criterion.justification_min_length
    length = f", in at least {least} characters" if least > 1 else ""
    return f"{asked.title}: say why{length}."


def citation_missing(asked: Asked, mark: str = "1") -> str:
    """Return the error for a justification that does not cite what its rule asks for."""
    wanted = CITATIONS[asked.criterion.justification_cites].format(mark=mark)
    return f"{asked.title}: {wanted} in the justification."


def _band(criterion: Criterion, low: float | None, high: float | None) -> str:
    """Return which answers the band takes in, such as “the score is 2 or lower”; empty for none."""
    if low is None or high is None:
        return ""
    kind = find_type(criterion.type)
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
    return _spell_band(
        kind.number_is, low, high, is_lowest=low <= lowest, is_highest=high >= highest
    )


def _ends(kind: CriterionType, criterion: Criterion) -> tuple[float, float]:
    return kind.number_range(criterion_spec(criterion)) or (float("-inf"), float("inf"))


def _spell_band(subject: str, low: float, high: float, *, is_lowest: bool, is_highest: bool) -> str:
    if is_lowest and is_highest:
        return "there is a score" if subject == CriterionType.number_is else "there is an answer"
    if low == high:
        return f"{subject} is {spell_number(low)}"
    if is_lowest:
        return f"{subject} is {spell_number(high)} or lower"
    if is_highest:
        return f"{subject} is {spell_number(low)} or higher"
    return f"{subject} is from {spell_number(low)} to {spell_number(high)}"
