"""Verdicts on a table of payments, by the same pure core as the service: both stages as one partition."""

import json
from collections.abc import Iterator

import polars as pl

from detector.batch import AMOUNT_SCALE, TransactionBatch
from detector.finding import Finding
from detector.rules.rule_set import RuleSet
from detector.stages.judged import Judged
from detector.stages.judging import Judging
from detector.state.limits import Limits

SLICE = 65_536
"""Rows judged at a time; how the table is cut changes no verdict."""

_COLUMNS = ("id", "source", "target", "amount", "currency", "occurred_at")


def payments_in(table: pl.DataFrame) -> pl.DataFrame:
    """The contract's columns of a table, in time order; rows of one time keep their order.

    Args:
        table: Columns `id`, `source`, `target`, `amount` (text, decimal or number), `currency`, `occurred_at`
            (a Datetime, or ISO 8601 text in UTC).

    Raises:
        polars.exceptions.PolarsError: a column is missing or cannot be converted.
    """
    occurred = pl.col("occurred_at")
    if table.schema["occurred_at"] == pl.String:
        occurred = occurred.str.to_datetime(time_unit="ms", time_zone="UTC")
    elif getattr(table.schema["occurred_at"], "time_zone", None) is None:
        occurred = occurred.dt.replace_time_zone("UTC")
    return table.select(
        pl.col("id", "source", "target", "currency").cast(pl.String),
        pl.col("amount").cast(pl.Decimal(38, AMOUNT_SCALE)),
        occurred.dt.cast_time_unit("ms"),
    ).select(_COLUMNS).sort("occurred_at", maintain_order=True)  # fmt: skip


def score(payments: pl.DataFrame, rules: RuleSet, limits: Limits | None = None) -> Iterator[Judged]:
    """Judges payments in the order of the rows, slice by slice.

    Args:
        payments: As `payments_in` returns them.
        rules: The rule set.
        limits: Bounds of memory.
    """
    judging = Judging(rules, limits)
    for part in payments.iter_slices(SLICE):
        yield judging.process(TransactionBatch(part))


def verdict_lines(judged: Judged) -> list[str]:
    """One JSON line per payment: id, verdict, score, findings (rule, level, score, reason, episode, evidence ...)."""
    lines = _plain_lines(judged)
    for row in judged.suspects.tolist():
        lines[row] = _line(judged, row)
    return lines


def _plain_lines(judged: Judged) -> list[str]:
    """Lines without findings; ids that need escaping in JSON are rare, so they alone are escaped one by one."""
    ids = judged.batch.frame["id"]
    lines = pl.select(pl.format('{"id":"{}","verdict":"legit","score":0,"findings":[]}', ids)).to_series().to_list()
    for row in ids.str.contains(r'["\\\x00-\x1f]').arg_true().to_list():
        lines[row] = _line(judged, row)
    return lines


def _line(judged: Judged, row: int) -> str:
    content = {
        "id": judged.batch.ids[row],
        "verdict": "legit" if judged.level(row) is None else "fraud",
        "score": int(judged.scores[row]),
        "findings": [_plain(finding) for finding in judged.findings(row)],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "score": finding.score,
        "reason": finding.reason,
        "episode": finding.episode,
        "evidence": list(finding.evidence),
        "evidence_total": finding.evidence_total,
    }
