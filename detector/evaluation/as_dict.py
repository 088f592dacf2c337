"""An evaluation as plain data."""

from datetime import UTC, datetime
from typing import Any

from detector.evaluation.evaluation import BASELINE, Evaluation, PartFigures, RuleFigures
from detector.evaluation.rings import Ring, ScenarioFigures, delay


def evaluation_as_dict(evaluation: Evaluation) -> dict[str, Any]:
    """All figures, JSON-ready; shares with four digits, times ISO 8601 in UTC."""
    return {
        "rule_set": evaluation.rule_set,
        "payments": evaluation.payments,
        "fraud": evaluation.fraud,
        "split": {"warm_up": evaluation.split.warm_up, "tuned": evaluation.split.tuned},
        "parts": {name: part_as_dict(part) for name, part in evaluation.parts.items()},
    }


def part_as_dict(part: PartFigures) -> dict[str, Any]:
    """The figures of one part."""
    return {
        "from": moment(part.start_ms),
        "to": moment(part.end_ms),
        "payments": part.payments,
        "prevalence": round(part.prevalence, 4),
        "trigger": part.trigger.as_dict(),
        "evidence": part.evidence.as_dict(),
        "flagged_per_10000": round(part.per_10_000(part.trigger.found), 1),
        "cited_per_10000": round(part.per_10_000(part.evidence.found), 1),
        "episodes": part.episodes,
        "false_episodes": part.false_episodes,
        "episodes_per_10000": round(part.per_10_000(part.episodes), 1),
        **_rings(part.rings),
        "baseline": {"rule": f"amount >= {BASELINE}", **part.baseline.as_dict()},
        "rules": [_rule(rule) for rule in part.rules],
        "scenarios": [_scenario(scenario) for scenario in part.scenarios],
    }


def counts_as_dict(part: PartFigures) -> dict[str, Any]:
    """The figures of one part that need no labels, named as in `part_as_dict`."""
    names = (
        *("from", "to", "payments", "flagged_per_10000", "cited_per_10000"),
        *("episodes", "episodes_per_10000"),
    )
    whole = part_as_dict(part)
    return {
        **{name: whole[name] for name in names},
        **{name: {"found": whole[name]["found"]} for name in ("trigger", "evidence")},
    }


def moment(milliseconds: int) -> str:
    """A time in milliseconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _rings(rings: tuple[Ring, ...]) -> dict[str, Any]:
    payments, hours = delay(rings)
    return {
        "rings": len(rings),
        "rings_found": sum(ring.first_alert is not None for ring in rings),
        "first_alert_at_payment": payments,
        "first_alert_after_hours": None if hours is None else round(hours, 1),
    }


def _rule(rule: RuleFigures) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "hits": rule.hits.as_dict(),
        "flagged": rule.flagged.as_dict(),
        "evidence": rule.evidence.as_dict(),
    }


def _scenario(scenario: ScenarioFigures) -> dict[str, Any]:
    return {
        "scenario": scenario.scenario,
        "payments": scenario.payments,
        "trigger_recall": round(scenario.trigger.recall, 4),
        "evidence_recall": round(scenario.evidence.recall, 4),
        **_rings(scenario.rings),
    }
