"""Verdicts as JSON lines."""

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring

from detector.finding import Finding
from detector.rules.plan.stage_plan import StagePlan
from detector.stages.finding_writer import episode_text
from detector.stages.hits import Hits
from detector.stages.judged import Judged
from detector.stages.names import CitedBy, Names

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def verdict_lines(judged: Judged) -> list[str]:
    """One JSON line per payment: `id`, `verdict`, `score`, `findings`.

    A finding tells `rule`, `score`, `episode`, `evidence`, `evidence_total`; those of a fraud also `level`, `reason`
    and `measured`. Lines of legit payments are put together from parts, ten times as fast as by an encoder.
    """
    ids = list(map(encode_basestring, judged.batch.ids))
    scores = judged.scores.tolist()
    lines = [f'{{"id":{payment},"verdict":"legit","score":0,"findings":[]}}' for payment in ids]
    frauds = set(judged.frauds.tolist())
    for row, texts in _plain_findings(judged, ids, frauds).items():
        told = ",".join(text for _, text in sorted(texts))
        lines[row] = f'{{"id":{ids[row]},"verdict":"legit","score":{scores[row]},"findings":[{told}]}}'
    for row in frauds | set(judged.screened.findings):
        lines[row] = _line(judged, row)
    return lines


def _plain_findings(judged: Judged, ids: Sequence[str], skipped: set[int]) -> Mapping[int, list[tuple[int, str]]]:
    """Findings of legit payments as text, by row, each with its place in the rule set."""
    order = {rule.rule: place for place, rule in enumerate(judged.rules.rules)}
    stages: list[tuple[StagePlan, Hits, Names]] = [(judged.rules.payer, judged.screened.hits, judged.screened.names)]
    if judged.payee_hits is not None:
        stages.append((judged.rules.payee, judged.payee_hits, judged.names))
    texts: dict[int, list[tuple[int, str]]] = {}
    for stage, hits, names in stages:
        heads = [_heads(stage, measure) for measure in range(len(stage.rows))]
        places = [order[row.rule.rule] for row in stage.rows]
        rules = [row.rule for row in stage.rows]
        columns = (hits.rows, hits.measures, hits.bands, hits.episodes)
        last = -1
        cited: Mapping[int, CitedBy] = {}
        for row, measure, band, number in zip(*(column.tolist() for column in columns), strict=True):
            if row in skipped:
                continue
            if row != last:
                last, cited = row, names.of(row)
            episode = episode_text(rules[measure], number) if number else ""
            evidence = _evidence(cited.get(measure), ids[row])
            texts.setdefault(row, []).append((places[measure], f"{heads[measure][band]}{episode}{evidence}"))
    return texts


def _heads(stage: StagePlan, measure: int) -> list[str]:
    """How a finding begins, by band; the silent one is never told."""
    rule = stage.rows[measure].rule
    return [f'{{"rule":{encode_basestring(rule.rule)},"score":{band.score},"episode":"' for band in rule.bands]


def _evidence(cited: CitedBy | None, own: str) -> str:
    """The end of a finding; a payment that cites nothing stands for itself."""
    if cited is None or not cited.ids:
        return f'","evidence":[{own}],"evidence_total":1}}'
    named = ",".join(map(encode_basestring, cited.ids))
    return f'","evidence":[{named}],"evidence_total":{max(cited.total, len(cited.ids))}}}'


def _line(judged: Judged, row: int) -> str:
    fraud = judged.level(row) is not None
    content = {
        "id": judged.batch.ids[row],
        "verdict": "fraud" if fraud else "legit",
        "score": int(judged.scores[row]),
        "findings": [_plain(finding, fraud) for finding in judged.findings(row, words=fraud)],
    }
    return _encode(content)


def _plain(finding: Finding, fraud: bool) -> dict[str, object]:
    content: dict[str, object] = {
        "rule": finding.rule,
        "score": finding.score,
        "episode": finding.episode,
        "evidence": list(finding.evidence),
        "evidence_total": finding.evidence_total,
    }
    if fraud:
        content |= {"level": finding.level.value, "reason": finding.reason, "measured": dict(finding.measured)}
    return content
