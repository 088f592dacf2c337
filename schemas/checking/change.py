"""A change of one schema, checked: findings, what the registry's rules say, order of deployment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.checking.differences import Difference, differences
from schemas.checking.schema_file import SchemaFile
from schemas.deploy_order import Deployment, DeployOrder, deploy_order
from schemas.evolution.comparison import compare, compare_history
from schemas.evolution.finding import Direction, Finding, Severity
from schemas.evolution.levels import is_transitive, promised
from schemas.evolution.linting import lint
from schemas.evolution.model import Schema
from schemas.evolution.order import in_order
from schemas.evolution.policy import DEFAULT_POLICY, Policy
from schemas.evolution.resolution import incompatibilities
from schemas.evolution.validity import problems


class Standard(StrEnum):
    """What a registry answers by itself: whether it is Avro at all, then Avro's resolution rules, and nothing else."""

    ACCEPTS = "accepts"
    REFUSES = "refuses"
    NOT_ASKED = "nothing to compare"


@dataclass(frozen=True, slots=True)
class CheckedChange:
    """One schema beside the versions before it.

    Args:
        subject: Subject, or the new file where there is none.
        level: Compatibility level it was judged under.
        earlier: Versions before it, oldest first; empty for a schema by itself.
        now: The schema in question.
        findings: Objections, gravest first; those that somebody waived are among them.
        standard: What a registry at that level answers.
        invalid: A registry refuses the schema whatever came before it (42201).
        differences: What differs from the newest earlier version.
        order: Order of deployment; None where nothing is deployed.
        notes: What else is to be said, one line each.
    """

    subject: str
    level: str
    earlier: tuple[SchemaFile, ...]
    now: SchemaFile
    findings: tuple[Finding, ...] = ()
    standard: Standard = Standard.NOT_ASKED
    invalid: bool = False
    differences: tuple[Difference, ...] = ()
    order: DeployOrder | None = None
    notes: tuple[str, ...] = ()

    @property
    def before(self) -> SchemaFile | None:
        """The newest earlier version."""
        return self.earlier[-1] if self.earlier else None

    def file_before(self, finding: Finding) -> SchemaFile | None:
        """The version that a finding compares with."""
        return self.earlier[finding.old_version - 1] if finding.old_version else self.before

    def count(self, severity: Severity) -> int:
        """Objections of a severity that nobody waived; one that bites in both directions counts once."""
        told = {
            (finding.rule, finding.message)
            for finding in self.findings
            if finding.severity is severity and finding.waiver is None
        }
        return len(told)

    @property
    def objects(self) -> bool:
        """Whether an error stands that nobody waived."""
        return any(finding.counts for finding in self.findings)

    def with_findings(self, findings: Sequence[Finding]) -> "CheckedChange":
        """The same with other findings, gravest first."""
        return replace(self, findings=in_order(findings))


def check_files(old: SchemaFile, new: SchemaFile, level: str, *, key: bool = False) -> CheckedChange:
    """Compare two schemas of anybody's.

    Raises:
        ContractError: one is no JSON, or there is no such level.
    """
    before, after = old.load(), new.load()
    return CheckedChange(
        subject=new.path,
        level=level,
        earlier=(old,),
        now=new,
        findings=compare(before, after, level, key=key),
        standard=_standard([before], after, level),
        invalid=_invalid(after),
        differences=differences(before, after),
        order=deploy_order(compare(before, after, "FULL", key=key), Deployment()),
    )


def check_history(
    subject: str,
    earlier: Sequence[SchemaFile],
    now: SchemaFile,
    *,
    level: str,
    deployment: Deployment,
    policy: Policy = DEFAULT_POLICY,
) -> CheckedChange:
    """Compare a schema with the versions before it, or lint it where there are none.

    Raises:
        ContractError: a text is no JSON, or there is no such level.
    """
    after = now.load()
    history = [version.load() for version in earlier]
    if not history:
        return CheckedChange(subject, level, (), now, lint(after, policy=policy), invalid=_invalid(after))
    both = "FULL_TRANSITIVE" if is_transitive(level) else "FULL"
    return CheckedChange(
        subject=subject,
        level=level,
        earlier=tuple(earlier),
        now=now,
        findings=compare_history(history, after, level, policy=policy),
        standard=_standard(history, after, level),
        invalid=_invalid(after),
        differences=differences(history[-1], after),
        order=deploy_order(compare_history(history, after, both, policy=policy), deployment),
    )


def _standard(history: Sequence[Schema], after: Schema, level: str) -> Standard:
    if _invalid(after):
        return Standard.REFUSES
    asked = history if is_transitive(level) else history[-1:]
    for before in asked:
        for direction in promised(level):
            reader, writer = (after, before) if direction is Direction.BACKWARD else (before, after)
            if incompatibilities(reader, writer):
                return Standard.REFUSES
    return Standard.ACCEPTS


def _invalid(schema: Schema) -> bool:
    return bool(problems(schema))
