"""Tests that stand in rule files, run."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from detector.batch import TransactionBatch
from detector.finding import Finding
from detector.rules.errors import RuleSetError
from detector.rules.format.case import Case, Expected, Step
from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.format.scalars import unscaled
from detector.rules.loading import EXAMPLES, SHIPPED, load_rule, rule_files
from detector.rules.rule_set import RuleSet
from detector.stages.judging import Judging

START = 1_700_000_000_000
"""Event time of histories; rules know no absolute time, so any would do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test.

    Args:
        rule: Id of the rule.
        case: Name of the test.
        faults: What was expected and did not come, or came and was not expected; empty when the test passed.
    """

    rule: str
    case: str
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all came as expected."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class _Payment:
    source: str
    target: str
    amount: int
    currency: str
    time: int


def run_tests(rule: RuleFile) -> Iterator[Outcome]:
    """Runs the tests of a rule, each on the rule alone and a fresh state.

    The findings that count are those in which an episode reaches a band for the first time: one that goes on in a band
    says nothing new.
    """
    for case in rule.tests:
        findings = findings_on(rule, case)
        yield Outcome(rule.rule, case.name, tuple(_faults(case, _first_of_each(findings))))


def findings_on(rule: RuleFile, case: Case) -> list[Finding]:
    """All findings of a rule on the history of a test; rows count from 0."""
    history = sorted(_history(case.steps), key=lambda payment: payment.time)
    batch = TransactionBatch.of(
        ids=[f"payment-{number}" for number in range(1, len(history) + 1)],
        sources=[payment.source for payment in history],
        targets=[payment.target for payment in history],
        amounts=[payment.amount for payment in history],
        currencies=[payment.currency for payment in history],
        occurred_at=[payment.time for payment in history],
    )
    judged = Judging(RuleSet((rule,), RuleSetFile())).process(batch)
    return [finding for row in judged.suspects.tolist() for finding in judged.findings(row)]


def _history(steps: Sequence[Step]) -> Iterator[_Payment]:
    time = START
    for step in steps:
        time = START + step.at if step.at is not None else time
        amounts = step.amounts or (step.amount,)
        for number in range(step.repeat):
            names = (step.source.replace("{i}", str(number)), step.target.replace("{i}", str(number)))
            yield _Payment(*names, unscaled(amounts[number % len(amounts)]), step.currency, time)
            time += step.every


def _first_of_each(findings: Sequence[Finding]) -> list[Finding]:
    """The first finding of each episode in each band; one without an episode stands for itself."""
    first: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        # within a rule, a band is known by its lower bound: points and level may be those of another band too
        first.setdefault((finding.episode or f"row {finding.row}", finding.threshold), finding)
    return list(first.values())


def _faults(case: Case, findings: Sequence[Finding]) -> Iterator[str]:
    left = list(findings)
    for expected in case.expect:
        match = next((finding for finding in left if _meets(finding, expected)), None)
        if match is None:
            yield f"expected {_told(expected)}; found {_list(findings)}"
        else:
            left.remove(match)
    for finding in left:
        yield f"not expected: {_list([finding])}"


def _meets(finding: Finding, expected: Expected) -> bool:
    return (
        finding.row + 1 == expected.at
        and expected.level in (None, finding.level.value.lower())
        and expected.score in (None, finding.score)
        and expected.evidence in (None, finding.evidence_total)
    )


def _told(expected: Expected) -> str:
    return ", ".join(f"{name} {value}" for name, value in expected.model_dump(exclude_none=True).items())


def _list(findings: Sequence[Finding]) -> str:
    return "; ".join(
        f"at {found.row + 1}, level {found.level.value.lower()}, score {found.score}, evidence {found.evidence_total}"
        for found in findings
    ) or "nothing"  # fmt: skip


def run_all(folder: Path | None = None) -> list[Outcome]:
    """Runs the tests of a rule file or of all rules of a folder; absent: of the shipped set and the examples.

    A rule without tests fails: nothing is known of it.
    """
    files = [file for place in ([folder] if folder else [SHIPPED, EXAMPLES]) for file in rule_files(place)]
    if not files:
        raise RuleSetError(f"no rules in {folder}; expected *.yaml files")
    rules = [load_rule(file) for file in files]
    return [outcome for rule in rules for outcome in (*run_tests(rule), *_untested(rule))]


def _untested(rule: RuleFile) -> Iterator[Outcome]:
    if not rule.tests:
        yield Outcome(rule.rule, "no tests", ("the file has no `tests`; say there what it must find, and what not",))


def told_as_text(outcomes: Sequence[Outcome]) -> str:
    """One line per test, its faults below it, and the sum."""
    lines = []
    for outcome in outcomes:
        lines.append(f"{'ok    ' if outcome.passed else 'FAILED'}  {outcome.rule}: {outcome.case}")
        lines.extend(f"        {fault}" for fault in outcome.faults)
    failed = sum(not outcome.passed for outcome in outcomes)
    return "\n".join((*lines, f"{len(outcomes) - failed} passed, {failed} failed"))


def told_as_json(outcomes: Sequence[Outcome]) -> str:
    """The same for machines."""
    rows = [{"rule": o.rule, "test": o.case, "passed": o.passed, "faults": list(o.faults)} for o in outcomes]
    return json.dumps(rows, indent=2)
