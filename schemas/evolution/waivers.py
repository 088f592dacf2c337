"""Waivers: objections that somebody has accepted, with a reason and an end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from schemas.evolution.finding import Direction, Finding, Location, Severity

EXPIRED: Final = "WAIVER_EXPIRED"
UNUSED: Final = "WAIVER_UNUSED"


@dataclass(frozen=True, slots=True)
class Waiver:
    """One accepted objection.

    Args:
        subject: Subject whose findings it covers.
        path: Path of the finding, in the new schema or the old.
        rule: Id of the rule.
        reason: Why it is acceptable, for whoever reads the output.
        expires: Last day on which it covers anything.
    """

    subject: str
    path: str
    rule: str
    reason: str
    expires: date

    def covers(self, subject: str, finding: Finding) -> bool:
        """Whether it is about this finding."""
        return (self.subject, self.rule) == (subject, finding.rule) and self.path in (
            finding.old_path,
            finding.new_path,
        )


def apply(findings: Sequence[Finding], waivers: Sequence[Waiver], today: date, *, subject: str) -> tuple[Finding, ...]:
    """The findings with those marked that a waiver covers, then an error for each waiver that is expired or unused.

    Args:
        findings: Everything found for `subject`.
        waivers: Waivers of any subject; those of others are left alone.
        today: The day on which it is asked.
    """
    own = [waiver for waiver in waivers if waiver.subject == subject]
    valid = [waiver for waiver in own if today <= waiver.expires]
    marked = tuple(_marked(finding, valid, subject) for finding in findings)
    return (*marked, *(objection for waiver in own for objection in _objections(waiver, findings, today)))


def _marked(finding: Finding, waivers: Sequence[Waiver], subject: str) -> Finding:
    for waiver in waivers:
        if waiver.covers(subject, finding):
            return replace(finding, waiver=waiver)
    return finding


def _objections(waiver: Waiver, findings: Sequence[Finding], today: date) -> tuple[Finding, ...]:
    if today > waiver.expires:
        return (_error(EXPIRED, waiver, f"was valid until {waiver.expires:%Y-%m-%d}", "Mend the change or renew it."),)
    if not any(waiver.covers(waiver.subject, finding) for finding in findings):
        return (_error(UNUSED, waiver, "covers nothing that was found", "Remove it, or mend its path."),)
    return ()


def _error(rule: str, waiver: Waiver, what: str, consequence: str) -> Finding:
    message = f"Waiver of {waiver.rule} at {waiver.path} for {waiver.subject} {what}."
    place = Location(waiver.path, ())
    return Finding(rule, Severity.ERROR, Direction.NONE, None, place, message, consequence)
