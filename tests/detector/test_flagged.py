"""Judgements as bytes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.finding import Finding
from detector.flagged import VERSION, JudgementEncoder, judgement
from detector.level import Level
from detector.verdict import judge
from schemas.errors import EncodeError
from schemas.serdes.encoding import compile_fields
from schemas.serdes.limits import CHARACTERS
from schemas.serdes.pinned import pinned

FIELDS = ("level", "score", "findings", "rule_set")
ENCODERS = {version: JudgementEncoder(pinned("fraud", version)) for version in (1, 2)}
REFERENCES = {
    1: compile_fields(pinned("fraud", 1).schema, FIELDS),
    2: compile_fields(pinned("fraud", 2).schema, (*FIELDS, VERSION)),
}

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.just("long " * 300)
INTS = st.integers(-(2**31), 2**31 - 1)
FINDINGS = st.builds(
    Finding,
    row=st.just(0),
    rule=st.sampled_from(["fan-in", "amount-threshold"]),
    rule_version=st.integers(1, 2),
    level=st.sampled_from(Level),
    score=st.integers(0, 100),
    reason=TEXT,
    measured=st.dictionaries(TEXT, TEXT, max_size=3),
    threshold=TEXT,
    episode=st.just("") | TEXT,
    evidence=st.lists(TEXT, max_size=3).map(tuple),
    evidence_total=INTS,
)


@given(st.lists(FINDINGS, min_size=1, max_size=4), TEXT, st.sampled_from([1, 2]), st.none() | st.integers(1, 2))
def test_bytes_equal_those_of_the_whole_schema(
    findings: list[Finding], rule_set: str, release: int, written: int | None
) -> None:
    """Keeping parts as bytes changes nothing: the bytes are those of encoding all fields anew."""
    verdict = judge(findings)[0]
    expected = bytearray()
    told = {VERSION: written} if release == 2 else {}
    REFERENCES[release]({**judgement(verdict, rule_set), **told}, expected)
    encoder = ENCODERS[release]
    assert encoder.encode(verdict, rule_set, written) == bytes(expected)
    assert encoder.encode(verdict, rule_set, written) == bytes(expected)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("score", 2**40),
        ("reason", 5),
        ("reason", "half a pair: \ud800"),
        ("measured", ["value"]),
        ("measured", {"value": 5}),
        ("measured", {5: "value"}),
        ("threshold", None),
        ("episode", b"bytes"),
        ("evidence", (5,)),
        ("evidence_total", 2**31),
        ("evidence_total", True),
    ],
)
def test_value_outside_the_contract_is_refused(field: str, value: object) -> None:
    """A finding that does not fit the contract is an encode error that names the field, not a broken record."""
    finding = replace(Finding(0, "rule", 1, Level.BLOCK, 5, "points"), **{field: value})
    with pytest.raises(EncodeError, match=field):
        ENCODERS[2].encode(judge([finding])[0], "hash")


def test_texts_of_a_finding_have_no_bound() -> None:
    """The contract bounds no text of a finding: they are put in without asking for one."""
    assert not [name for record, name in CHARACTERS if record == "fraud.Finding"]
