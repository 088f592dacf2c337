"""Changes with the verdict each deserves, in one direction.

`incompatible`: Avro cannot read it. `invalid`: the registry refuses the new schema. `unsafe`: Avro reads it, and it is
other data. These three are errors. `flagged`: some consumer or house rule breaks: at least a warning. `safe`: no error.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from schemas.evolution import Finding, Severity


@dataclass(frozen=True)
class Change:
    """One change of a record."""

    id: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    reads: str
    expected: str

    @property
    def level(self) -> str:
        """The level that promises its direction and no other."""
        return "BACKWARD" if self.reads == "new schema reads old data" else "FORWARD"

    def is_met(self, findings: Sequence[Finding]) -> bool:
        """Whether the findings say what was expected, in the direction that was asked for."""
        severities = {finding.severity for finding in findings if finding.direction == self.reads}
        if self.expected == "safe":
            return Severity.ERROR not in severities
        if self.expected == "flagged":
            return bool(severities & {Severity.ERROR, Severity.WARNING})
        return Severity.ERROR in severities


def _read(name: str) -> tuple[Change, ...]:
    entries = json.loads((Path(__file__).parent / name).read_text("utf-8"))
    return tuple(Change(**{key: entry[key] for key in Change.__annotations__}) for entry in entries)


MEASURED: Final = _read("measured_changes.json")
"""Read by fastavro and by Avro Java, and put before a registry."""

FURTHER: Final = _read("further_changes.json")
"""Along the rest of the language."""
