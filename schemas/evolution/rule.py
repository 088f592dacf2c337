"""A rule: one frozen record, with the check it stands for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from schemas.evolution.finding import Direction, Location, Severity
from schemas.evolution.model import Pointer, Schema
from schemas.evolution.places import Place
from schemas.evolution.policy import Policy
from schemas.evolution.reading import View
from schemas.evolution.validity import Problem


class Scope(Enum):
    """What a rule looks at, and so what its check is called with."""

    TYPE = "two types of which one is read from the other (TypeReading)"
    FIELD = "two fields of which one is read from the other, or one that has no other (FieldReading)"
    UNION = "two places of which at least one is a union (UnionReading)"
    SCHEMAS = "the two schemas as wholes (SchemaPair)"
    HISTORY = "all earlier schemas and the new one (History)"
    LINT_PLACE = "one place in one schema (Lint, Place)"
    LINT_SCHEMA = "one schema (Lint)"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a check has to say; the rule's id, the direction and the places are added around it.

    Args:
        severity: Graver or milder than the rule's own, where it depends.
        introduced: Severity of a lint remark inside a comparison, where it differs from that of `lint`.
        location: Place to point at instead of the place that was checked.
        about: The field or type a lint remark is about. The remark is new to a change unless the same rule objects as
            gravely, for the same reason, to what that field or type was before.
        reason: What tells objections of one rule to one thing apart.
    """

    message: str
    consequence: str
    severity: Severity | None = None
    introduced: Severity | None = None
    location: Location | None = None
    about: Any = None
    reason: str = ""


Remarks: TypeAlias = Iterator[Remark]
BOTH: Final = (Direction.BACKWARD, Direction.FORWARD)
BACKWARD_ONLY: Final = (Direction.BACKWARD,)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue.

    Args:
        id: NOUN_CONDITION.
        purpose: One sentence that starts with "Checks that".
        severity: Of its findings, unless a remark says otherwise.
        scope: What `check` is called with.
        check: Yields the remarks.
        instead: What to do instead, for `rules explain`.
        directions: For lint rules: in which direction the problem bites once a change introduces it.
        at_any_level: Whether its findings keep their severity under every level. A level says which of two schemas has
            to read the other; it excuses nothing that goes wrong whoever reads.
    """

    id: str
    purpose: str
    severity: Severity
    scope: Scope
    check: Callable[..., Remarks]
    instead: str
    directions: Sequence[Direction] = BOTH
    at_any_level: bool = False


@dataclass(frozen=True, slots=True)
class Lint:
    """One schema under lint.

    Args:
        by_pointer: Place by number of the document and pointer in it.
        problems: What the registry refuses.
        parser_problems: What a Python parser refuses beyond that.
    """

    schema: Schema
    policy: Policy
    by_pointer: Mapping[tuple[int, Pointer], Place]
    problems: Sequence[Problem]
    parser_problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class SchemaPair:
    """Two schemas as wholes, in one direction."""

    view: View
    old: Schema
    new: Schema
    is_key: bool
