"""What a change of a schema does to those who read and write: pure rules, no registry, no files."""

from schemas.evolution.catalogue import RULES, rule
from schemas.evolution.comparison import compare, compare_history
from schemas.evolution.errors import SchemaTextError
from schemas.evolution.finding import Direction, Finding, Location, Severity
from schemas.evolution.linting import lint
from schemas.evolution.loader import SchemaSource, load
from schemas.evolution.policy import DEFAULT_POLICY, Policy
from schemas.evolution.resolution import Incompatibility, IncompatibilityKind, incompatibilities
from schemas.evolution.rule import Rule

__all__ = [
    "DEFAULT_POLICY",
    "RULES",
    "Direction",
    "Finding",
    "Incompatibility",
    "IncompatibilityKind",
    "Location",
    "Policy",
    "Rule",
    "SchemaSource",
    "SchemaTextError",
    "Severity",
    "compare",
    "compare_history",
    "incompatibilities",
    "lint",
    "load",
    "rule",
]
