"""What the findings of one band say."""

from collections.abc import Callable
from decimal import Decimal
from string import Formatter

from detector.finding import Finding
from detector.level import Level
from detector.rules.format.rule_file import RuleFile
from detector.rules.format.scalars import duration_text, money_text
from detector.stages.names import CitedBy
from detector.stages.told import Hit, Payment

_TEXTS: dict[str, Callable[[int], str]] = {"money": money_text, "duration": duration_text}
"""How whole numbers of a unit are written; those of other units are plain."""

_WORDS = ("value", "count", "amount", "source", "target", "currency", "threshold", "window", "within")
"""Words of a template, in the order in which its places are numbered."""


class Wording:
    """Words the findings of one band; its template is taken apart once, and what it always says is put together once.

    Args:
        rule: The rule.
        number: Number of the band, from 1: band 0 is silent.
        is_float: Whether its values are floats, such as surprises; else whole numbers.
        most: Highest count that memory can tell; there may be more payments then, and the reason says so.
    """

    def __init__(self, rule: RuleFile, number: int, is_float: bool, most: int = 1 << 62) -> None:
        band, measure = rule.bands[number], rule.measure
        kind, unit, within = (measure.kind, measure.unit, measure.within) if measure else ("value", "count", None)
        self.rule, self.version, self.score = rule.rule, rule.version, band.score
        self.level = Level.BLOCK if band.level == "block" else Level.REVIEW
        self.threshold = _bound_text(unit, rule.lowers[number - 1])
        self.opened = f"{rule.rule}:"
        """How the id of an episode begins."""
        self._is_float = is_float
        self._most = most
        self._text = _TEXTS.get(unit, str)
        self._named = "surprise" if rule.rate else "amount" if kind == "value" and not is_float else kind
        self._counted = kind if rule.rate else ""
        say = band.say or _literal(f"{rule.title}: ") + "{value}, from {threshold} on."
        self._tells_amount = "{amount" in say
        self._say = _numbered(say, "target" if rule.key == "target" else "source").format
        self._constants = (self.threshold, duration_text(rule.window or within or 0), duration_text(within or 0))

    def value(self, hit: Hit) -> str:
        """The measured value."""
        return f"{hit[2]:.3f}" if self._is_float else self._text(hit[1])

    def measured(self, value: str, hit: Hit) -> dict[str, str]:
        """All measured values by name; `value` is the first."""
        return {self._named: value, self._counted: str(hit[1])} if self._counted else {self._named: value}

    def reason(self, value: str, hit: Hit, payment: Payment) -> str:
        """The finding in words; `value` is the measured value."""
        _, source, target, currency, unscaled = payment
        amount = money_text(unscaled) if self._tells_amount else ""
        count: int | str = hit[1]
        if hit[1] >= self._most:
            count = f"{count} or more"
            value = value if self._is_float else count
        return self._say(value, count, amount, source, target, currency, *self._constants)

    def episode(self, hit: Hit) -> str:
        """The id of the episode; empty without one."""
        return self.opened + hit[3] if hit[3] else ""

    def finding(self, row: int, hit: Hit, payment: Payment, cited: CitedBy | None, words: bool) -> Finding:
        """The finding of a hit; where it cites nothing the payment stands for itself.

        Without `words` there is no reason, no measured value and no threshold: most of the work.
        """
        reason, measured, threshold = "", {}, ""
        if words:
            value, threshold = self.value(hit), self.threshold
            reason, measured = self.reason(value, hit, payment), self.measured(value, hit)
        evidence, total = ((payment[0],), 1) if cited is None or not cited.ids else (tuple(cited.ids), cited.total)
        episode = self.episode(hit)
        named, rule, version = len(evidence), self.rule, self.version
        total = total if total > named else named  # noqa: FURB136 - `max` costs as much as the whole tuple
        return Finding(
            row, rule, version, self.level, self.score, reason, measured, threshold, episode, evidence, total
        )


def _bound_text(unit: str, bound: Decimal) -> str:
    return _TEXTS[unit](int(bound)) if unit in _TEXTS else f"{bound.normalize():f}"


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _numbered(say: str, key: str) -> str:
    """The same template with numbers for words, so that it is filled in without looking names up."""
    parts = []
    for text, name, _, _ in Formatter().parse(say):
        parts.append(_literal(text))
        if name is not None:
            parts.append(f"{{{_WORDS.index(key if name == 'key' else name)}}}")
    return "".join(parts)
