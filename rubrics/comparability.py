"""Which scores of a criterion may be put together across the versions of its rubric."""

from __future__ import annotations

from rubrics.models import Criterion, CriterionChange, RubricVersion


def pooled_criteria(criterion: Criterion) -> list[int]:
    """Return the pks of the criterion rows whose scores may stand together, `criterion` first.

    Those are the rows with the same key in the releases before it, back to the last release that
    broke the criterion or the version as a whole (key ""). A release that says nothing about the
    criterion is taken for a break. Two queries.
    """
    version: RubricVersion = criterion.version
    changes = CriterionChange.objects.filter(
        version__rubric=version.rubric_id,
        version__number__lte=version.number,
        criterion_key__in=["", criterion.key],
    ).order_by()
    verdicts: dict[int, dict[str, CriterionChange]] = {}
    for change in changes:
        verdicts.setdefault(change.version_id, {})[change.criterion_key] = change
    rows = dict(
        Criterion.objects.filter(
            version__rubric=version.rubric_id,
            version__number__lt=version.number,
            key=criterion.key,
        )
        .order_by()
        .values_list("version", "pk")
    )
    pooled, at = [criterion.pk], version.pk
    while _is_comparable(verdicts.get(at, {}), criterion.key):
        at = verdicts[at][criterion.key].earlier_id
        if at not in rows:
            break
        pooled.append(rows[at])
    return pooled


def _is_comparable(verdicts: dict[str, CriterionChange], key: str) -> bool:
    whole, own = verdicts.get(""), verdicts.get(key)
    return bool(whole and own and whole.is_comparable and own.is_comparable)
