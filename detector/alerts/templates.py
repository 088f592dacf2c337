"""Texts of an alert, from templates with `$name` places."""

from string import Template

from detector.alerts.alert import Alert
from detector.alerts.errors import AlertTemplateError

SUBJECT = "[$level] $amount $currency from $source to $target"
TEXT = (
    "$level, score $score: payment $transaction of $amount $currency from $source to $target at $occurred_at.\n"
    "$reasons\n"
    "Evidence ($evidence_total payments): $evidence\n"
    "Episode $episodes, rule set $rule_set, alert $id"
)
SHOWN_EVIDENCE = 10
"""Ids written out in a text; the JSON payload holds all that the record holds."""

_PLACES = frozenset(Alert.__dataclass_fields__)


class AlertText:
    """Fills a template with the fields of an alert.

    Raises:
        AlertTemplateError: the template names a place that an alert does not have; the message lists those it has.
    """

    def __init__(self, template: str) -> None:
        self._template = Template(template)
        unknown = sorted(set(self._template.get_identifiers()) - _PLACES)
        if unknown or not self._template.is_valid():
            raise AlertTemplateError(
                f"The alert template names ${unknown[0] if unknown else '…'}, which an alert does not have. "
                f"It has: {', '.join('$' + place for place in sorted(_PLACES))}."
            )

    def fill(self, alert: Alert) -> str:
        """The text for one alert."""
        shown = list(alert.evidence[:SHOWN_EVIDENCE])
        more = len(alert.evidence) - len(shown)
        return self._template.substitute(
            {
                **alert.fields(),
                "reasons": "\n".join(f"- {reason}" for reason in alert.reasons),
                "rules": ", ".join(alert.rules),
                "episodes": ", ".join(alert.episodes),
                "evidence": ", ".join(shown) + (f" and {more} more" if more > 0 else ""),
            }
        )
