"""The patterns that can be injected."""

from collections.abc import Sequence

from generator.errors import OptionError
from generator.patterns.cycle import Cycle
from generator.patterns.fan_in import FanIn
from generator.patterns.fan_out import FanOut
from generator.patterns.pass_through import PassThrough
from generator.patterns.pattern import Pattern
from generator.patterns.scatter_gather import ScatterGather
from generator.patterns.spike import Spike
from generator.patterns.structuring import Structuring
from generator.patterns.takeover import Takeover

PATTERNS: tuple[Pattern, ...] = (
    FanIn(),
    FanOut(),
    Structuring(),
    PassThrough(),
    Cycle(),
    ScatterGather(),
    Spike(),
    Takeover(),
)
"""All patterns, in the order in which the truth of a run counts them."""


def patterns_named(names: Sequence[str]) -> tuple[Pattern, ...]:
    """The patterns of these names; all of them without one.

    Raises:
        OptionError: there is no such pattern; the message lists those there are.
    """
    known = {pattern.name: pattern for pattern in PATTERNS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise OptionError(f"No pattern is called {unknown[0]!r}; there are {', '.join(known)}.")
    return tuple(known[name] for name in names) or PATTERNS
