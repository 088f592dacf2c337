"""Templates of reasons are refused where they could not be filled in."""

from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from detector.rules.errors import RuleFileError
from detector.rules.format.band import Band
from detector.rules.format.reason import WORDS
from detector.rules.json_schema import rule_schema
from detector.rules.loading import load_rule

FILE = """\
rule: my-rule
version: 1
title: some title
why: because of it
key: target
window: 24h
measure: {count: payments}
bands:
  - {upto: 3}
  - {score: 20, say: "SAY"}
"""
REFUSED = {
    "precision": ("{value:.2f} in {window}", "'{value:.2f}'"),
    "thousands": ("{value:,}", "'{value:,}'"),
    "unknown in a width": ("{value:{foo}}", "'{value:'"),
    "width": ("{value:>100000000}", "'{value:>100000000}'"),
    "conversion": ("{value!r}", "'{value!r}'"),
    "empty format": ("{value:}", "'{value:}'"),
    "attribute": ("{value.real}", "'{value.real}'"),
    "item": ("{value[0]}", "'{value[0]}'"),
    "position": ("{0}", "'{0}'"),
    "nothing": ("{}", "'{}'"),
    "never closed": ("{value in {window}", "'{value in '"),
    "never opened": ("value} in {window}", "'}'"),
}
PIECES = st.sampled_from([*WORDS, "{", "}", "{{", "}}", ":", "!", "r", ".2f", " ", "\n", *(f"{{{w}}}" for w in WORDS)])
SAYINGS = st.lists(PIECES, max_size=8).map("".join)


@pytest.mark.parametrize("name", REFUSED)
def test_a_reason_that_cannot_be_filled_in_is_refused_at_its_line(tmp_path: Path, name: str) -> None:
    """A template that would fail at the first hit stops the start instead, and the words are named."""
    say, told = REFUSED[name]
    file = tmp_path / "rule.yaml"
    file.write_text(FILE.replace("SAY", say))
    with pytest.raises(RuleFileError, match=r"accepted, with nothing else in the braces: \{value\}, ") as caught:
        load_rule(file)
    assert caught.value.line == 10
    assert f"bands.1.say: {told} is no word" in caught.value.what


@given(SAYINGS)
def test_a_reason_that_is_accepted_can_be_filled_in(say: str) -> None:
    """What passes the loader never fails on a payment, and is no longer than its words make it."""
    try:
        Band(say=say)
    except ValidationError:
        return
    assert len(say.format_map(dict.fromkeys(WORDS, "w"))) <= len(say)


@given(SAYINGS)
def test_an_editor_says_of_a_reason_what_the_detector_says(say: str) -> None:
    """The pattern in the schema is the check of the loader."""
    schema = rule_schema()["$defs"]["Band"]["properties"]["say"]
    try:
        Band(say=say)
    except ValidationError:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(say, schema)
    else:
        jsonschema.validate(say, schema)
