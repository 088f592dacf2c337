"""Judgements as bytes: the fields of `fraud.FlaggedTransaction` behind the payment."""

from collections.abc import Mapping, Sequence
from typing import Any

from detector.finding import Finding
from detector.verdict import Verdict
from schemas.errors import EncodeError
from schemas.serdes.encoding import Write, compile_fields, compile_writer
from schemas.serdes.named_types import named_types
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.refusal import Refusal
from schemas.serdes.wire import SMALL, put_length

_KEPT = 10_000
"""Bound on parts kept as bytes; a rule set has a few dozen."""

_LETTERS = 64
"""Lengths below this are one byte of ASCII."""

_END_OF_ARRAY = b"\x00"
_END = "end"

VERSION = "transaction_version"
"""Field of `fraud.FlaggedTransaction` since its version 2."""


class JudgementEncoder:
    """Encodes verdicts, keeping as bytes what is the same in one finding and the next.

    Of a finding only the reason, the measured values, the episode and the evidence differ from payment to payment;
    rule, level, points and threshold come from a rule's few bands. Those are encoded once, and texts and small numbers
    are put in without asking the schema; a value that is neither is left to the schema's writers, which name it.

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
        self._write_threshold = compile_fields(finding, ("threshold",))
        self._write_finding = compile_writer(finding)
        self._write_version = compile_fields(schema, (VERSION,)) if has_version(pinned) else None
        self._known: dict[object, bytes] = {}
        self._frames: dict[object, tuple[bytes, bytes]] = {}
        self._names: dict[str, bytes] = {}

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
        try:
            encoded = b"".join(self._parts(finding))
        except (AttributeError, IndexError, TypeError, UnicodeEncodeError):
            self._write_finding(_values(finding), out)
        else:
            out += encoded

    def _parts(self, finding: Finding) -> list[bytes]:
        """The bytes of a finding; one of the errors `_put` expects where a value is no text, or long, or no count."""
        head, threshold = self._frame(finding)
        reason, measured, episode = finding.reason.encode(), finding.measured.items(), finding.episode.encode()
        parts = [head, SMALL[len(reason)], reason]
        if measured:
            parts.append(SMALL[len(measured)])
            for name, text in measured:
                value = text.encode()
                parts += (self._names.get(name) or self._name(name), SMALL[len(value)], value)
        parts += (_END_OF_ARRAY, threshold, SMALL[len(episode)], episode)
        if finding.evidence:
            parts += (SMALL[len(finding.evidence)], _texts(finding.evidence))
        total = finding.evidence_total
        if type(total) is not int or total < 0:
            raise TypeError("no count")
        parts += (_END_OF_ARRAY, SMALL[total])
        return parts

    def _frame(self, finding: Finding) -> tuple[bytes, bytes]:
        """What stands before the reason, and the threshold."""
        # The rank, since hashing a member of an enum costs as much as hashing all the rest.
        key = (finding.rule, finding.rule_version, finding.level.rank, finding.score, finding.threshold)
        known = self._frames.get(key)
        if known is None:
            if len(self._frames) >= _KEPT:
                self._frames.clear()
            head = _written(self._write_head, _head_fields(finding))
            threshold = _written(self._write_threshold, {"threshold": finding.threshold})
            known = self._frames[key] = head, threshold
        return known

    def _name(self, name: str) -> bytes:
        """A name of a measured value; a rule set has a few."""
        if len(self._names) >= _KEPT:
            self._names.clear()
        encoded = name.encode()
        kept = self._names[name] = SMALL[len(encoded)] + encoded
        return kept

    def _keep(self, key: object, encoded: bytes) -> bytes:
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[key] = encoded
        return encoded


def _texts(texts: Sequence[str]) -> bytes:
    """Texts with their lengths; that of ids is mostly one and the same, and is put in as the letter it looks like."""
    size = len(texts[0])
    if size < _LETTERS and set(map(len, texts)) == {size}:
        length = chr(2 * size)
        joined = length + length.join(texts)
        if joined.isascii():
            return joined.encode()
    values = [text.encode() for text in texts]
    return b"".join([SMALL[len(value)] + value for value in values])


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
    return {
        **_head_fields(finding),
        "reason": finding.reason,
        "measured": finding.measured,
        "threshold": finding.threshold,
        "episode": finding.episode,
        "evidence": list(finding.evidence),
        "evidence_total": finding.evidence_total,
    }


def _head_fields(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "level": finding.level.value,
        "score": finding.score,
    }


def _written(write: Write, fields: Mapping[str, Any]) -> bytes:
    out = bytearray()
    write(fields, out)
    return bytes(out)


def _defined(kind: Any, named: Mapping[str, Any]) -> Any:
    return named.get(kind, kind) if isinstance(kind, str) else kind
