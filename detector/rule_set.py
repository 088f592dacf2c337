"""The rules that judge together."""

import hashlib
from collections.abc import Iterator, Sequence

from detector.batch import TransactionBatch
from detector.finding import Finding
from detector.rule import Rule


class RuleSet:
    """Rules in the order in which their findings are listed.

    Args:
        rules: Rules with different ids.

    Raises:
        ValueError: two rules have the same id.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) != len(ids):
            raise ValueError(f"Two rules have the same id: {', '.join(sorted(ids))}.")
        definitions = "\n".join(rule.definition for rule in self.rules)
        self.hash = hashlib.sha256(definitions.encode()).hexdigest()
        """SHA-256 of all definitions in order, hexadecimal: equal hash, equal findings."""

    def evaluate(self, batch: TransactionBatch) -> Iterator[Finding]:
        """All findings on `batch`, rule by rule."""
        for rule in self.rules:
            yield from rule.evaluate(batch)
