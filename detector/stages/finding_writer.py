"""Findings in words, made of measured values."""

from decimal import Decimal

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


class FindingWriter:
    """Writes the findings of one stage."""

    def __init__(self, stage: StagePlan) -> None:
        self._rows = stage.rows

    def write(
        self, batch: TransactionBatch, row: int, hit: Hit, cited: CitedBy | None = None, words: bool = True
    ) -> Finding:
        """The finding of a hit on a row; where it cites nothing the payment stands for itself.

        Without `words` there is no reason, no measured value and no threshold: most of the work.
        """
        measure = self._rows[hit.measure]
        rule, band = measure.rule, measure.rule.bands[hit.band]
        named = tuple(cited.ids) if cited is not None and cited.ids else (batch.ids[row],)
        finding = Finding(
            row=row,
            rule=rule.rule,
            rule_version=rule.version,
            level=Level.BLOCK if band.level == "block" else Level.REVIEW,
            score=band.score,
            reason="",
            episode=episode_text(rule, hit.episode) if hit.episode else "",
            evidence=named,
            evidence_total=max(cited.total if cited is not None else 0, len(named)),
        )
        if words:
            value = _value_text(rule, hit, measure.is_float)
            finding.threshold = _bound_text(rule, rule.lowers[hit.band - 1])
            finding.reason = _reason(rule, band.say, batch, row, (value, hit.whole, finding.threshold))
            finding.measured = _measured(rule, value, hit, measure.is_float)
        return finding


def episode_text(rule: RuleFile, episode: int) -> str:
    """The id of an episode: rule and 16 hexadecimal digits made of rule, account and the payment that opened it."""
    mixed = (episode & _ALL) * _MIXED & _ALL
    return f"{rule.rule}:{mixed ^ (mixed >> 31):016x}"


def money_text(unscaled: int) -> str:
    """An amount as exact text, two fraction digits at least."""
    number = Decimal(unscaled).scaleb(-AMOUNT_SCALE)
    places = max(2, -int(number.normalize().as_tuple().exponent)) if number else 2
    return f"{number:.{places}f}"


def _value_text(rule: RuleFile, hit: Hit, is_float: bool) -> str:
    if is_float:
        return f"{hit.real:.3f}"
    unit = rule.measure.unit if rule.measure else "count"
    return _unit_text(unit, Decimal(hit.whole))


def _bound_text(rule: RuleFile, bound: Decimal) -> str:
    return _unit_text(rule.measure.unit if rule.measure else "count", bound)


def _unit_text(unit: str, value: Decimal) -> str:
    if unit == "money":
        return money_text(int(value))
    if unit == "duration":
        return duration_text(int(value))
    return f"{value.normalize():f}"


def _measured(rule: RuleFile, value: str, hit: Hit, is_float: bool) -> dict[str, str]:
    kind = rule.measure.kind if rule.measure else "value"
    if rule.rate is not None:
        return {"surprise": value, kind: str(hit.whole)}
    return {kind: value} if is_float or kind != "value" else {"amount": value}


def _reason(rule: RuleFile, say: str, batch: TransactionBatch, row: int, values: tuple[str, int, str]) -> str:
    value, count, threshold = values
    if not say:
        return f"{rule.title}: {value}, from {threshold} on."
    within = rule.measure.within if rule.measure else None
    key = batch.targets[row] if rule.key == "target" else batch.sources[row]
    return say.format(
        value=value, count=count, threshold=threshold, amount=money_text(int(batch.amounts[row])),
        currency=batch.currencies[row], source=batch.sources[row], target=batch.targets[row], key=key,
        window=duration_text(rule.window or within or 0), within=duration_text(within or 0),
    )  # fmt: skip
