"""What a check found: which rule, how grave, in which direction, where, and what comes of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.evolution.model import Pointer

if TYPE_CHECKING:
    from schemas.evolution.waivers import Waiver


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    """Data cannot be read, or is read as something else without anybody noticing."""

    WARNING = "warning"
    """Some consumer breaks, or an order of deployment has to be kept."""

    NOTE = "note"
    """Worth knowing; also everything in a direction that the compatibility level does not promise."""


class Direction(StrEnum):
    """Who reads whose data."""

    BACKWARD = "new schema reads old data"
    FORWARD = "old schema reads new data"
    NONE = "none"
    """A finding about one schema alone."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a schema.

    Args:
        path: The place as a person reads it: `Txn.legs[].amount`; `[]` items, `{}` values, `<Card>` a branch.
        pointer: The place in the text, see `schemas.evolution.positions`.
        document: 0 for the schema's own text, 1 … for the references it was loaded with.
    """

    path: str
    pointer: Pointer
    document: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection to a change, or to a schema.

    Args:
        rule: Id of the rule in `schemas.evolution.catalogue`.
        old: Place in the old schema; None where it has none, and for a finding about one schema.
        new: Place in the new schema; None where it has none.
        message: What happened: *… was removed.* or *… changed from … to ….*
        consequence: What comes of it, in plain words, with an example value where one tells more.
        old_version: Number of the version in the history, from 1; None outside `compare_history`.
        waiver: The waiver that covers it. It then counts for nothing, and is still shown.
    """

    rule: str
    severity: Severity
    direction: Direction
    old: Location | None
    new: Location | None
    message: str
    consequence: str
    old_version: int | None = None
    waiver: "Waiver | None" = None

    @property
    def path(self) -> str:
        """The path in the new schema, or in the old one where the new has none."""
        location = self.new or self.old
        return location.path if location else ""

    @property
    def old_path(self) -> str | None:
        """The path in the old schema, if it has one."""
        return self.old.path if self.old else None

    @property
    def new_path(self) -> str | None:
        """The path in the new schema, if it has one."""
        return self.new.path if self.new else None

    @property
    def counts(self) -> bool:
        """Whether it is an error that nobody waived."""
        return self.severity is Severity.ERROR and self.waiver is None
