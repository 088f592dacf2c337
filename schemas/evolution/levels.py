"""Compatibility levels: which directions each one promises."""

from collections.abc import Mapping
from typing import Final

from schemas.errors import ContractError
from schemas.evolution.finding import Direction

_BOTH: Final = (Direction.BACKWARD, Direction.FORWARD)

PROMISED: Final[Mapping[str, tuple[Direction, ...]]] = {
    "NONE": (),
    "BACKWARD": (Direction.BACKWARD,),
    "BACKWARD_TRANSITIVE": (Direction.BACKWARD,),
    "FORWARD": (Direction.FORWARD,),
    "FORWARD_TRANSITIVE": (Direction.FORWARD,),
    "FULL": _BOTH,
    "FULL_TRANSITIVE": _BOTH,
}


def promised(level: str) -> tuple[Direction, ...]:
    """The directions that `level` promises.

    Raises:
        ContractError: there is no such level.
    """
    if level not in PROMISED:
        raise ContractError(f"Compatibility level {level!r} is none of {', '.join(PROMISED)}.")
    return PROMISED[level]


def is_transitive(level: str) -> bool:
    """Whether the level looks at all earlier versions rather than at the newest."""
    return level.endswith("_TRANSITIVE")
