"""Rules that judge together."""

import hashlib
import json
from collections import Counter
from functools import cached_property
from typing import Literal

from detector.level import Level
from detector.rules.errors import RuleSetError
from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.plan.stage_plan import StagePlan
from detector.rules.python_rules import python_rule


class RuleSet:
    """Rules with their points, and the thresholds of the score.

    Args:
        rules: The rules; those that `settings` switches off do not count.
        settings: Thresholds, points that replace the files', the evidence alerts name.

    Raises:
        RuleSetError: two rules share an id; `settings` names a rule that is not there.
    """

    def __init__(self, rules: tuple[RuleFile, ...], settings: RuleSetFile | None = None) -> None:
        self.settings = settings or RuleSetFile()
        twice = [rule for rule, count in Counter(rule.rule for rule in rules).items() if count > 1]
        if twice:
            raise RuleSetError(f"rule {twice[0]} is there twice; ids must differ")
        unknown = {*self.settings.off, *self.settings.points} - {rule.rule for rule in rules}
        if unknown:
            raise RuleSetError(f"ruleset.yaml names {', '.join(sorted(unknown))}; there is no such rule in the folder")
        self.rules = tuple(self._weighed(rule) for rule in rules if rule.rule not in self.settings.off)
        self.in_python = tuple((rule, python_rule(rule)) for rule in self.rules if rule.python is not None)

    def _weighed(self, rule: RuleFile) -> RuleFile:
        points = self.settings.points.get(rule.rule)
        if points is None:
            return rule
        if len(points) != len(rule.bands) - 1:
            raise RuleSetError(f"points of {rule.rule}: {len(points)} given, its bands take {len(rule.bands) - 1}")
        bands = [band.model_copy(update={"score": score}) for band, score in zip(rule.bands[1:], points, strict=True)]
        return rule.model_copy(update={"bands": (rule.bands[0], *bands)})

    @cached_property
    def definition(self) -> str:
        """Everything that decides findings and verdicts, as canonical text."""
        content = {
            "settings": self.settings.model_dump(mode="json", exclude={"off", "points"}),
            "rules": [rule.canonical() for rule in self.rules],
            "python": [rule.definition for _, rule in self.in_python],
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"))

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the definition, hexadecimal."""
        return hashlib.sha256(self.definition.encode()).hexdigest()

    @property
    def two_stages(self) -> bool:
        """Whether any rule looks at the payee; else the verdict falls in the payer stage."""
        return any(rule.stage == "payee" for rule in self.rules)

    @cached_property
    def payer(self) -> StagePlan:
        """The rules on the payer, compiled."""
        return self._plan("payer")

    @cached_property
    def payee(self) -> StagePlan:
        """The rules on the payee, compiled."""
        return self._plan("payee")

    def _plan(self, stage: Literal["payer", "payee"]) -> StagePlan:
        return StagePlan(stage, self.rules, self.settings, int(self.hash[:5], 16) | 1)

    @property
    def longest_window(self) -> int:
        """Milliseconds after which the state no longer depends on what was before, habits aside."""
        return max((max(rule.window or 0, rule.measure.within or 0) for rule in self.rules if rule.measure), default=0)

    def level_of(self, score: int) -> Level | None:
        """The gravest level a score reaches; None below `review`: the payment is legit."""
        if score >= self.settings.block:
            return Level.BLOCK
        return Level.REVIEW if score >= self.settings.review else None
