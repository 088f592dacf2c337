"""Objections to the house-keeping around schemas, beside the rules of evolution."""

from dataclasses import dataclass
from typing import Final

from schemas.evolution.catalogue import RULES
from schemas.evolution.finding import Direction, Finding, Location, Severity
from schemas.evolution.rule import Rule
from schemas.evolution.waivers import EXPIRED as WAIVER_EXPIRED
from schemas.evolution.waivers import UNUSED as WAIVER_UNUSED

CONTRACT_REMOVED: Final = "CONTRACT_REMOVED"
LEVEL_LOWERED: Final = "LEVEL_LOWERED"
REGISTRY_DISAGREES: Final = "REGISTRY_DISAGREES"
RELEASE_CHANGED: Final = "RELEASE_CHANGED"
VERSION_UNREADABLE: Final = "VERSION_UNREADABLE"


@dataclass(frozen=True, slots=True)
class ProjectRule:
    """What is checked about the contracts as a whole; the fields are those of `schemas.evolution.Rule`."""

    id: str
    purpose: str
    severity: Severity
    instead: str


PROJECT_RULES: Final = (
    ProjectRule(
        RELEASE_CHANGED,
        "Checks that a released text is never changed, removed or put there by hand.",
        Severity.ERROR,
        "Take the released file back from git, change the current text and run `fraud-schemas release`.",
    ),
    ProjectRule(
        CONTRACT_REMOVED,
        "Checks that no contract disappears from the manifest.",
        Severity.ERROR,
        "Keep the contract until nobody reads its topic.",
    ),
    ProjectRule(
        LEVEL_LOWERED,
        "Checks that no compatibility level promises less than before.",
        Severity.ERROR,
        "Keep the level, and waive the one finding that stands in the way.",
    ),
    ProjectRule(
        REGISTRY_DISAGREES,
        "Checks that the registry's verdict is what Avro's resolution rules say.",
        Severity.WARNING,
        "Compare the registry's level and its versions with `fraud-schemas list`; report a difference that stays.",
    ),
    ProjectRule(
        VERSION_UNREADABLE,
        "Checks that every version a registry holds can be fetched, soft-deleted ones included.",
        Severity.WARNING,
        "Register again what was deleted, or compare with `--against <git ref>`.",
    ),
    ProjectRule(
        WAIVER_EXPIRED,
        "Checks that no waiver is used beyond its last day.",
        Severity.ERROR,
        "Mend the change, or renew the waiver with its reason.",
    ),
    ProjectRule(
        WAIVER_UNUSED,
        "Checks that every waiver covers something.",
        Severity.ERROR,
        "Remove the waiver.",
    ),
)

EVERY_RULE: Final[tuple[Rule | ProjectRule, ...]] = (*RULES, *PROJECT_RULES)

KNOWN_RULES: Final = tuple(rule.id for rule in EVERY_RULE)
"""Every id that a finding may carry."""


def project_finding(rule_id: str, path: str, message: str, consequence: str) -> Finding:
    """A finding about the contracts as a whole."""
    rule = next(rule for rule in PROJECT_RULES if rule.id == rule_id)
    return Finding(rule.id, rule.severity, Direction.NONE, None, Location(path, ()), message, consequence)


def instead_of(rule_id: str) -> str:
    """What to do instead, for any id a finding may carry."""
    return next((rule.instead for rule in EVERY_RULE if rule.id == rule_id), "")
