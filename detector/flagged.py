"""Judgements as bytes: the fields of `fraud.FlaggedTransaction` behind the payment."""

from collections.abc import Mapping
from typing import Any

from detector.finding import Finding
from detector.verdict import Verdict
from schemas.errors import EncodeError
from schemas.serdes.encoding import Write, compile_fields
from schemas.serdes.named_types import named_types
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.refusal import Refusal
from schemas.serdes.wire import varint

_KEPT = 10_000
"""Bound on parts kept as bytes; a rule set has a few dozen."""

_END_OF_ARRAY = b"\x00"


class JudgementEncoder:
    """Encodes verdicts, keeping as bytes what is the same in one finding and the next.

    Of a finding only the reason and the measured values differ from payment to payment; rule, level, points and
    threshold come from a rule's few bands. Encoding those once leaves a third of the work, and the hot path of a
    stream with one flagged payment in ten is mostly this.

    Args:
        pinned: The release of `fraud.FlaggedTransaction` to write.
    """

    def __init__(self, pinned: PinnedSchema) -> None:
        self._pinned = pinned
        schema, named = pinned.schema, named_types(pinned.schema)
        finding = {**named["fraud.Finding"]}
        finding["fields"] = [{**each, "type": _defined(each["type"], named)} for each in finding["fields"]]
        self._write_verdict = compile_fields(schema, ("level", "score"))
        self._write_rule_set = compile_fields(schema, ("rule_set",))
        self._write_head = compile_fields(finding, ("rule", "rule_version", "level", "score"))
        self._write_measured = compile_fields(finding, ("reason", "measured"))
        self._write_tail = compile_fields(finding, ("threshold", "episode", "evidence", "evidence_total"))
        self._known: dict[object, bytes] = {}

    def encode(self, verdict: Verdict, rule_set: str) -> bytes:
        """Bytes of level, score, findings and rule set.

        Raises:
            EncodeError: a value does not fit the contract.
        """
        try:
            return b"".join(
                (
                    self._verdict(verdict),
                    varint(len(verdict.findings)),
                    *[self._finding(finding) for finding in verdict.findings],
                    _END_OF_ARRAY,
                    self._known.get(rule_set) or self._keep(rule_set, self._write_rule_set, {"rule_set": rule_set}),
                )
            )
        except Refusal as refusal:
            raise EncodeError(f"{self._pinned.record} version {self._pinned.version}: {refusal}.") from refusal

    def _verdict(self, verdict: Verdict) -> bytes:
        key = (verdict.level.value, verdict.score)
        return self._known.get(key) or self._keep(
            key, self._write_verdict, dict(zip(("level", "score"), key, strict=True))
        )

    def _finding(self, finding: Finding) -> bytes:
        out = bytearray(self._head(finding))
        self._write_measured({"reason": finding.reason, "measured": finding.measured}, out)
        out += self._tail(finding)
        return bytes(out)

    def _head(self, finding: Finding) -> bytes:
        key = (finding.rule, finding.rule_version, finding.level.value, finding.score)
        return self._known.get(key) or self._keep(
            key, self._write_head, dict(zip(("rule", "rule_version", "level", "score"), key, strict=True))
        )

    def _tail(self, finding: Finding) -> bytes:
        if finding.evidence or finding.episode:
            return _written(self._write_tail, _tail_fields(finding))
        key = (finding.threshold, finding.evidence_total, None)
        return self._known.get(key) or self._keep(key, self._write_tail, _tail_fields(finding))

    def _keep(self, key: object, write: Write, fields: Mapping[str, Any]) -> bytes:
        if len(self._known) >= _KEPT:
            self._known.clear()
        known = self._known[key] = _written(write, fields)
        return known


def judgement(verdict: Verdict, rule_set: str) -> dict[str, Any]:
    """The same fields as values."""
    return {
        "level": verdict.level.value,
        "score": verdict.score,
        "findings": [_values(finding) for finding in verdict.findings],
        "rule_set": rule_set,
    }


def _values(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "level": finding.level.value,
        "score": finding.score,
        "reason": finding.reason,
        "measured": dict(finding.measured),
        "threshold": finding.threshold,
        "episode": finding.episode,
        "evidence": list(finding.evidence),
        "evidence_total": finding.evidence_total,
    }


def _tail_fields(finding: Finding) -> dict[str, Any]:
    return {
        "threshold": finding.threshold,
        "episode": finding.episode,
        "evidence": finding.evidence,
        "evidence_total": finding.evidence_total,
    }


def _written(write: Write, fields: Mapping[str, Any]) -> bytes:
    out = bytearray()
    write(fields, out)
    return bytes(out)


def _defined(kind: Any, named: Mapping[str, Any]) -> Any:
    return named.get(kind, kind) if isinstance(kind, str) else kind
