"""One rule file."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from detector.rules.format.band import Band
from detector.rules.format.bounds import LARGEST_INT, MOST_BANDS, MOST_OWN_POINTS, bound_of
from detector.rules.format.case import Case
from detector.rules.format.faults import fault_at
from detector.rules.format.measure import Measure
from detector.rules.format.rate import Rate
from detector.rules.format.scalars import Duration, duration_text
from detector.rules.format.where import Match, Where

_WINDOWED = ("count", "sum", "distinct", "ratio", "payers", "fresh", "common")
_RATED = ("count", "distinct", "fresh", "common")
_KEYS = {
    "hops": ("source",),
    "payers": ("source",),
    "ratio": ("source",),
    "link": ("source",),
    "value": ("source",),
    "fresh": ("target",),
    "common": ("target",),
    "gap": ("source", "target"),
    "deviation": ("source", "target"),
    "multiple": ("source", "target"),
    "distinct": ("source", "target"),
}
IDLE_BESIDE_PYTHON = ("key", "window", "grace", "where", "match", "rate", "cite", "suppress")
"""Fields that a rule in Python does not look at."""
_NO_EFFECT = "has no effect"
LONGEST_WINDOW = 366 * 86_400_000


class Cite(BaseModel):
    """Which payments of the burst an alert names; absent: those that were counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    link: Literal["any", "new"] | None = Field(default=None, description="Name payments over new links only.")
    window: Duration | None = Field(
        default=None,
        description="How far back; absent: the window of the rule, and at most that unless `link` is another than "
        "in `where`.",
    )
    points: StrictInt | None = Field(
        default=None, ge=0, le=MOST_OWN_POINTS, description="Points of its own that a payment needs to be named."
    )


class RuleFile(BaseModel):
    """One rule: what it looks at, what it measures, what the values mean, and how it is tested."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: Annotated[str, Field(pattern="^[a-z][a-z0-9-]{2,63}$", description="Id, stable over versions.")]
    version: StrictInt = Field(ge=1, le=LARGEST_INT, description="Counted up with every change of meaning.")
    title: str = Field(min_length=3, description="What is seen, in a few words.")
    why: str = Field(min_length=3, description="Why that is suspicious, and what to look at next.")
    key: Literal["source", "target", "pair"] = Field(
        default="source", description="Whose payments are looked at together."
    )
    window: Duration | None = Field(default=None, description="Event time that is looked back, half-open.")
    grace: Duration = Field(default=600_000, description="How late a payment may come and still be counted.")
    where: Where = Where()
    match: Match | None = None
    measure: Measure | None = None
    rate: Rate | None = Field(
        default=None, description="Makes of `count`, `distinct`, `fresh` or `common` a surprise against the own rate."
    )
    bands: tuple[Band, ...] = Field(default=(), max_length=MOST_BANDS)
    cite: Cite = Cite()
    suppress: Literal["until_window_clears", "never"] = Field(
        default="until_window_clears", description="One episode per key until its window clears, or one per payment."
    )
    python: str | None = Field(default=None, description="Name of a rule in Python, in place of measure and bands.")
    parameters: dict[str, str | int | bool] = Field(default_factory=dict, description="Arguments of a Python rule.")
    false_positives: tuple[str, ...] = Field(
        default=(), description="Honest payments that look the same, and what to do."
    )
    sources: tuple[str, ...] = Field(default=(), description="Where the parameters come from.")
    tests: tuple[Case, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.python is not None:
            self._check_python()
            return self
        if self.measure is None:
            raise ValueError("a rule measures something; accepted: measure with bands, or python")
        self._check_measure(self.measure)
        self._check_match(self.measure.kind)
        self._check_cite(self.measure.kind)
        self._check_bands()
        return self

    def _check_python(self) -> None:
        if self.measure is not None or self.bands:
            raise ValueError("python replaces measure and bands; give either")
        for name in IDLE_BESIDE_PYTHON:
            if name in self.model_fields_set:
                raise fault_at((name,), f"{_NO_EFFECT} on a rule in Python, which is given `parameters` alone")

    def _check_measure(self, measure: Measure) -> None:
        kind = measure.kind
        keys = _KEYS.get(kind, ("source", "target", "pair"))
        if self.key not in keys:
            raise ValueError(f"measure {kind} does not go with key {self.key}; accepted keys: {', '.join(keys)}")
        if kind == "distinct" and measure.distinct == self.key:
            raise ValueError(f"distinct {self.key} is always 1 for key {self.key}; accepted: the other side")
        if (kind in _WINDOWED) != (self.window is not None):
            raise ValueError(f"window goes with {', '.join(_WINDOWED)}, and only with them; the measure is {kind}")
        if self.window is not None and not 0 < self.window <= LONGEST_WINDOW:
            raise ValueError("a window is longer than 0 and at most 366d")
        if self.rate is not None and kind not in _RATED:
            raise ValueError(f"rate goes with {', '.join(_RATED)}, and only with them; the measure is {kind}")
        if measure.least is not None and self.rate is None:
            raise ValueError("least goes with rate, and only with it")
        if kind in ("fresh", "common", "hops", "payers") and self.where.link != "new":
            raise ValueError(f"measure {kind} follows new links; accepted: where: {{link: new}}")

    def _check_match(self, kind: str) -> None:
        if self.parameters:
            raise fault_at(("parameters",), "goes with python, and only with it")
        if self.match is not None and self.window is None:
            raise fault_at(("match",), f"{_NO_EFFECT} on measure {kind}; accepted with: {', '.join(_WINDOWED)}")

    def _check_cite(self, kind: str) -> None:
        accepted = ("link", "points", "window") if self.window is not None else ("points",) if kind == "hops" else ()
        for name in sorted(self.cite.model_dump(exclude_none=True).keys() - accepted):
            kinds = ", ".join(("hops", *_WINDOWED) if name == "points" else _WINDOWED)
            raise fault_at(("cite", name), f"{_NO_EFFECT} on measure {kind}; accepted with: {kinds}")
        # payments over other links than those that are counted are remembered apart, for as long as cite asks
        apart = self.cite.link is not None and self.cite.link != self.where.link
        if not apart and (self.cite.window or 0) > (self.window or 0):
            told = f"nothing is remembered beyond the window; accepted: at most {duration_text(self.window or 0)}"
            raise fault_at(("cite", "window"), told)

    def _check_bands(self) -> None:
        if len(self.bands) < 2:
            raise ValueError("bands: a silent first band and at least one more are needed")
        if self.bands[0].score or self.bands[0].say or self.bands[0].level != "review":
            raise ValueError("bands: the first is silent: it holds upto and nothing else")
        if self.bands[-1].upto is not None or any(band.upto is None for band in self.bands[:-1]):
            raise ValueError("bands: every one but the last needs upto, and the last has none")
        lowers = self.lowers
        if any(left >= right for left, right in pairwise(lowers)):
            raise ValueError("bands: their upto must rise")

    @cached_property
    def lowers(self) -> tuple[Decimal, ...]:
        """Lower bounds of the bands but the first: counts, unscaled amounts, milliseconds, or plain numbers."""
        return tuple(self._lower(number) for number in range(len(self.bands) - 1))

    def _lower(self, number: int) -> Decimal:
        try:
            return bound_of(self.bands[number].upto, self.measure, self.rate is not None)
        except ValueError as error:
            raise fault_at(("bands", number, "upto"), error) from error

    @property
    def stage(self) -> Literal["payer", "payee"]:
        """The stage that takes the measure: the payee's for key target, else the payer's."""
        return "payee" if self.key == "target" else "payer"

    def canonical(self) -> Mapping[str, Any]:
        """All that decides its findings, as plain data; texts for people and tests aside."""
        silent = {"title", "why", "false_positives", "sources", "tests"}
        return self.model_dump(mode="json", by_alias=True, exclude=silent, exclude_defaults=True)
