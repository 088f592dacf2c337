"""Rules of a set, listed."""

import json

from detector.rules.format.rule_file import RuleFile
from detector.rules.format.scalars import duration_text
from detector.rules.rule_set import RuleSet


def listed_as_text(rules: RuleSet) -> str:
    """One line per rule: id, version, key, window, points, title; then the thresholds."""
    rows = [("rule", "version", "key", "window", "points", "title"), *(_row(rule) for rule in rules.rules)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    settings = rules.settings
    return "\n".join((*lines, f"review from {settings.review} points, block from {settings.block}; set {rules.hash}"))


def listed_as_json(rules: RuleSet) -> str:
    """The same for machines."""
    names = ("rule", "version", "key", "window", "points", "title")
    content = {
        "hash": rules.hash,
        "review": rules.settings.review,
        "block": rules.settings.block,
        "rules": [dict(zip(names, _row(rule), strict=True)) for rule in rules.rules],
    }
    return json.dumps(content, indent=2)


def _row(rule: RuleFile) -> tuple[str, ...]:
    points = "/".join(str(band.score) for band in rule.bands[1:])
    window = duration_text(rule.window) if rule.window else "-"
    return (rule.rule, str(rule.version), rule.key, window, points, rule.title)
