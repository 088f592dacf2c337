"""Judgements as bytes: the fields of `fraud.FlaggedTransaction` behind the payment."""

from collections.abc import Mapping
from typing import Any

from detector.finding import Finding
from detector.verdict import Verdict
from schemas.errors import EncodeError
from schemas.serdes.encoding import Write, compile_field, compile_fields
from schemas.serdes.named_types import named_types
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.refusal import Refusal
from schemas.serdes.wire import put_length

_KEPT = 10_000
"""Bound on parts kept as bytes; a rule set has a few dozen."""

_END_OF_ARRAY = b"\x00"
_END = "end"

VERSION = "transaction_version"
"""Field of `fraud.FlaggedTransaction` since its version 2."""


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
        self._write_reason = compile_field(finding, "reason")
        self._write_measured = compile_field(finding, "measured")
        self._write_tail = compile_fields(finding, ("threshold", "episode", "evidence", "evidence_total"))
        self._write_version = compile_fields(schema, (VERSION,)) if has_version(pinned) else None
        self._known: dict[object, bytes] = {}
        self._frames: dict[object, tuple[bytes, bytes | None]] = {}

    def encode(self, verdict: Verdict, rule_set: str, written: int | None = None) -> bytes:
        """Bytes of level, score, findings and rule set, and of the version where the release has it.

        Args:
            written: Released version of `fraud.Transaction` that the payment was written with.

        Raises:
            EncodeError: a value does not fit the contract.
        """
        try:
            out = bytearray(self._known.get((verdict.level, verdict.score)) or self._verdict(verdict))
            put_length(len(verdict.findings), out)
            for finding in verdict.findings:
                self._put(finding, out)
            return bytes(out + (self._known.get((_END, rule_set, written)) or self._end(rule_set, written)))
        except Refusal as refusal:
            raise EncodeError(f"{self._pinned.record} version {self._pinned.version}: {refusal}.") from refusal

    def _verdict(self, verdict: Verdict) -> bytes:
        fields = {"level": verdict.level.value, "score": verdict.score}
        return self._keep((verdict.level, verdict.score), _written(self._write_verdict, fields))

    def _end(self, rule_set: str, written: int | None) -> bytes:
        end = _END_OF_ARRAY + _written(self._write_rule_set, {"rule_set": rule_set})
        if self._write_version is not None:
            end += _written(self._write_version, {VERSION: written})
        return self._keep((_END, rule_set, written), end)

    def _put(self, finding: Finding, out: bytearray) -> None:
        head, tail = self._frame(finding)
        out += head
        self._write_reason(finding.reason, out)
        self._write_measured(finding.measured, out)
        out += tail or _written(self._write_tail, _tail_fields(finding))

    def _frame(self, finding: Finding) -> tuple[bytes, bytes | None]:
        """What stands before and behind the measured values; None where the end tells of this payment only."""
        plain = not finding.evidence and not finding.episode
        end = (finding.threshold, finding.evidence_total) if plain else None
        key = (finding.rule, finding.rule_version, finding.level, finding.score, end)
        known = self._frames.get(key)
        if known is None:
            if len(self._frames) >= _KEPT:
                self._frames.clear()
            head = _written(self._write_head, _head_fields(finding))
            tail = _written(self._write_tail, _tail_fields(finding)) if plain else None
            known = self._frames[key] = head, tail
        return known

    def _keep(self, key: object, encoded: bytes) -> bytes:
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[key] = encoded
        return encoded


def has_version(pinned: PinnedSchema) -> bool:
    """Whether a release of `fraud.FlaggedTransaction` says how the payment was written."""
    return any(field["name"] == VERSION for field in pinned.schema["fields"])


def judgement(verdict: Verdict, rule_set: str) -> dict[str, Any]:
    """The same fields as values."""
    return {
        "level": verdict.level.value,
        "score": verdict.score,
        "findings": [_values(finding) for finding in verdict.findings],
        "rule_set": rule_set,
    }


def _values(finding: Finding) -> dict[str, Any]:
    measured = {"reason": finding.reason, "measured": dict(finding.measured)}
    return {**_head_fields(finding), **measured, **_tail_fields(finding)}


def _head_fields(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "level": finding.level.value,
        "score": finding.score,
    }


def _tail_fields(finding: Finding) -> dict[str, Any]:
    return {
        "threshold": finding.threshold,
        "episode": finding.episode,
        "evidence": list(finding.evidence),
        "evidence_total": finding.evidence_total,
    }


def _written(write: Write, fields: Mapping[str, Any]) -> bytes:
    out = bytearray()
    write(fields, out)
    return bytes(out)


def _defined(kind: Any, named: Mapping[str, Any]) -> Any:
    return named.get(kind, kind) if isinstance(kind, str) else kind
