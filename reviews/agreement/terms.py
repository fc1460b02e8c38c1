"""Name the levels of measurement, statuses and verdicts, for pages that must not load numpy."""

from enum import StrEnum


class Level(StrEnum):
    """Name what the values of a criterion mean: names, ranks, distances or multiples."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Status(StrEnum):
    """Say what the numbers are worth, or why there are none; the first that applies.

    no_data: no value at all. no_pairable_values: no unit has two values. too_many_values: more
    different values than nominal or ratio alpha can compare. no_variation: every paired value is
    the same, alpha is undefined. ok_low_n: fewer than 10 pairable units, show counts only.
    ok_preliminary: 10 to 29. ok_low_variation: fewer than 10 units carry anything but the most
    frequent value. ci_unreliable: too many resamples were undefined. ok: the only status with an
    interval and a verdict.
    """

    NO_DATA = "no_data"
    NO_PAIRABLE_VALUES = "no_pairable_values"
    TOO_MANY_VALUES = "too_many_values"
    NO_VARIATION = "no_variation"
    OK_LOW_N = "ok_low_n"
    OK_PRELIMINARY = "ok_preliminary"
    OK_LOW_VARIATION = "ok_low_variation"
    CI_UNRELIABLE = "ci_unreliable"
    OK = "ok"


class Verdict(StrEnum):
    """Say what may be built on the judgments (Krippendorff 2004), from the interval's low end."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    NOT_RELIABLE = "not_reliable"
