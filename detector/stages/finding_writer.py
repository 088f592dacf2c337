"""Findings in words, made of measured values."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache

from detector.batch import AMOUNT_SCALE, TransactionBatch
from detector.finding import Finding
from detector.level import Level
from detector.rules.format.rule_file import RuleFile
from detector.rules.format.scalars import duration_text
from detector.rules.plan.stage_plan import StagePlan
from detector.stages.hits import Hit
from detector.stages.names import CitedBy

_MIXED = 0x9E3779B97F4A7C15
_ALL = (1 << 64) - 1

_COLUMNS: Mapping[str, Callable[[TransactionBatch], list[str]]] = {
    "currency": lambda batch: batch.currencies,
    "source": lambda batch: batch.sources,
    "target": lambda batch: batch.targets,
}
"""Where the texts of a template come from."""


class FindingWriter:
    """Writes the findings of one stage; what a band says the same each time is made once.

    Args:
        stage: The stage.
    """

    def __init__(self, stage: StagePlan) -> None:
        self._bands = [
            [_Band(row.rule, number, row.is_float) for number in range(len(row.rule.bands))] for row in stage.rows
        ]

    def write(
        self, batch: TransactionBatch, row: int, hit: Hit, cited: CitedBy | None = None, words: bool = True
    ) -> Finding:
        """The finding of a hit on a row; where it cites nothing the payment stands for itself.

        Without `words` there is no reason, no measured value and no threshold: most of the work.
        """
        band = self._bands[hit.measure][hit.band]
        named = tuple(cited.ids) if cited is not None and cited.ids else (batch.ids[row],)
        finding = Finding(
            row=row,
            rule=band.rule.rule,
            rule_version=band.rule.version,
            level=band.level,
            score=band.score,
            reason="",
            episode=episode_text(band.rule, hit.episode) if hit.episode else "",
            evidence=named,
            evidence_total=max(cited.total if cited is not None else 0, len(named)),
        )
        if words:
            band.put_words(finding, batch, hit)
        return finding


@lru_cache(maxsize=16)
def writer_of(stage: StagePlan) -> FindingWriter:
    """The writer of a stage; a process has a handful of stages and many batches."""
    return FindingWriter(stage)


class _Band:
    """One band of a rule, and how its findings are worded."""

    def __init__(self, rule: RuleFile, number: int, is_float: bool) -> None:
        band, within = rule.bands[number], rule.measure.within if rule.measure else None
        self.rule = rule
        self.level = Level.BLOCK if band.level == "block" else Level.REVIEW
        self.score = band.score
        self._say = band.say
        self._is_float = is_float
        self._unit = rule.measure.unit if rule.measure else "count"
        self._kind = rule.measure.kind if rule.measure else "value"
        self._threshold = _unit_text(self._unit, rule.lowers[number - 1]) if number else ""
        self._constants = {
            "threshold": self._threshold,
            "window": duration_text(rule.window or within or 0),
            "within": duration_text(within or 0),
        }

    def put_words(self, finding: Finding, batch: TransactionBatch, hit: Hit) -> None:
        """Fills in threshold, measured values and reason."""
        value = f"{hit.real:.3f}" if self._is_float else _unit_text(self._unit, Decimal(hit.whole))
        finding.threshold = self._threshold
        finding.measured = self._measured(value, hit)
        if self._say:
            finding.reason = self._say.format_map(_Places(self, batch, finding.row, value, hit.whole))
        else:
            finding.reason = f"{self.rule.title}: {value}, from {self._threshold} on."

    def _measured(self, value: str, hit: Hit) -> dict[str, str]:
        if self.rule.rate is not None:
            return {"surprise": value, self._kind: str(hit.whole)}
        return {"amount" if self._kind == "value" and not self._is_float else self._kind: value}

    def place(self, name: str, batch: TransactionBatch, row: int) -> str:
        """What stands for a name in braces.

        Raises:
            KeyError: no such name; the rule file's model does not let one in.
        """
        if name in self._constants:
            return self._constants[name]
        if name == "amount":
            return money_text(int(batch.amounts[row]))
        if name == "key":
            name = "target" if self.rule.key == "target" else "source"
        return _COLUMNS[name](batch)[row]


class _Places(dict[str, object]):
    """The names of a template, each looked up only where the template has it."""

    def __init__(self, band: _Band, batch: TransactionBatch, row: int, value: str, count: int) -> None:
        super().__init__(value=value, count=count)
        self._band, self._batch, self._row = band, batch, row

    def __missing__(self, name: str) -> str:
        return self._band.place(name, self._batch, self._row)


def episode_text(rule: RuleFile, episode: int) -> str:
    """The id of an episode: rule and 16 hexadecimal digits made of rule, account and the payment that opened it."""
    mixed = (episode & _ALL) * _MIXED & _ALL
    return f"{rule.rule}:{mixed ^ (mixed >> 31):016x}"


def money_text(unscaled: int) -> str:
    """An amount as exact text, two fraction digits at least."""
    number = Decimal(unscaled).scaleb(-AMOUNT_SCALE)
    places = max(2, -int(number.normalize().as_tuple().exponent)) if number else 2
    return f"{number:.{places}f}"


def _unit_text(unit: str, value: Decimal) -> str:
    if unit == "money":
        return money_text(int(value))
    if unit == "duration":
        return duration_text(int(value))
    return f"{value.normalize():f}"
