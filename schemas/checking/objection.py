"""Findings as they are told: what bites in both directions is one objection."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.evolution.finding import Direction, Finding, Severity
from schemas.evolution.order import gravity


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing to object to, with its findings: one for each direction it bites in."""

    findings: tuple[Finding, ...]

    @property
    def gravest(self) -> Finding:
        """The finding that stands for all."""
        return min(self.findings, key=lambda finding: (finding.waiver is not None, gravity(finding.severity)))

    @property
    def severity(self) -> Severity:
        """Severity of the gravest."""
        return self.gravest.severity

    @property
    def consequences(self) -> tuple[tuple[str, str], ...]:
        """For each direction, a label and what comes of it."""
        told: dict[str, list[str]] = {}
        for finding in self.findings:
            told.setdefault(finding.consequence, []).append(LABELS[finding.direction])
        return tuple((" and ".join(labels).strip(), consequence) for consequence, labels in told.items())


LABELS = {
    Direction.BACKWARD: "new reads old",
    Direction.FORWARD: "old reads new",
    Direction.NONE: "",
}
"""Short names of the directions."""


def objections(findings: Iterable[Finding]) -> tuple[Objection, ...]:
    """The findings grouped by rule, message and place, gravest first."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.rule, finding.message, finding.path, finding.waiver)
        groups.setdefault(key, []).append(finding)
    grouped = [Objection(tuple(group)) for group in groups.values()]
    return tuple(sorted(grouped, key=lambda one: (one.gravest.waiver is not None, gravity(one.severity))))
