"""Random versions, ready to publish or not, that often share keys: few keys, few words."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec

# How fast the machine is says nothing about what is tested.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXTS = st.text(alphabet="ab <&>\n\t.", max_size=60)
KEYS = st.sampled_from(["quality", "sharp", "noise", "colour", "crop"])
NUMBERS = st.none() | st.integers(-3, 3).map(float)
VALUES = (
    st.booleans()
    | st.integers(-9, 9)
    | st.text(alphabet="ab", max_size=3)
    | st.lists(st.integers(), max_size=2)
)
SETTINGS = st.dictionaries(st.sampled_from(["min", "max", "other"]), VALUES)


def levels() -> st.SearchStrategy[tuple[LevelSpec, ...]]:
    level = st.builds(
        LevelSpec,
        value=st.integers(-2, 4),
        label=st.sampled_from(["Bad", "Good"]),
        descriptor=TEXTS,
        key=st.sampled_from(["", "bad", "good", "great"]),
    )
    return st.lists(level, max_size=4, unique_by=lambda one: one.stable_key).map(tuple)


def specs() -> st.SearchStrategy[RubricSpec]:
    """Return versions with different keys throughout, and otherwise anything in them."""
    criterion = st.builds(
        CriterionSpec,
        key=KEYS,
        type=st.sampled_from(["ordinal", "binary", "scale", "multi", "text", "hologram"]),
        title=st.sampled_from(["Quality", "Quality of the photo"]),
        description=TEXTS,
        is_required=st.booleans(),
        is_per_image=st.booleans(),
        justification_rule=st.sampled_from(["optional", "band", "sometimes"]),
        justification_band_low=NUMBERS,
        gate_low=NUMBERS,
        gate_high=NUMBERS,
        condition_effect=st.sampled_from(["", "show", "require"]),
        condition_criterion=st.just("") | KEYS,
        condition_low=NUMBERS,
        condition_high=NUMBERS,
        settings=SETTINGS,
        levels=levels(),
    )
    return st.builds(
        RubricSpec,
        instruction=TEXTS,
        criteria=st.lists(criterion, max_size=5, unique_by=lambda one: one.key).map(tuple),
        presentation=SETTINGS,
        sample_task=SETTINGS,
    )
