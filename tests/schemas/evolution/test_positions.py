"""Lines and columns of a schema's parts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.evolution import SchemaTextError, load
from schemas.evolution.positions import locate, read_text

TEXT = """{
  "type": "record",
  "name": "Txn",
  "fields": [
    {"name": "id", "type": "string"},
    {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}}
  ]
}
"""


@pytest.mark.parametrize(
    ("pointer", "line", "column", "text"),
    [
        ((), 1, 1, TEXT.rstrip()),
        (("name",), 3, 11, '"Txn"'),
        (("fields", 0), 5, 5, '{"name": "id", "type": "string"}'),
        (("fields", 1, "type", "logicalType"), 6, 60, '"timestamp-millis"'),
        (("fields", 1, "default"), 6, 5, '{"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}}'),
    ],
)
def test_locate_part(pointer: tuple[str | int, ...], line: int, column: int, text: str) -> None:
    """A pointer gives line, column and text; one to nowhere gives what encloses it."""
    position = locate(TEXT, pointer)
    assert (position.line, position.column) == (line, column)
    assert TEXT[position.start : position.end] == text


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ('{"type": }', 1, 10),
        ('{\n  "type" "record"\n}', 2, 10),
        ('{"type": "record",}', 1, 19),
        ('["null", "int"', 1, 15),
        ('{"type": "rec\nord"}', 1, 10),
        ('{"type": "string"} {}', 1, 20),
        ("{'type': 'string'}", 1, 2),
        ("recrod", 1, 1),
        ('{"type": "double",\n "x": NaN}', 2, 7),
        ('{"type": "double", "x": [-Infinity]}', 1, 26),
        ("Infinity", 1, 1),
    ],
)
def test_load_broken_text(text: str, line: int, column: int) -> None:
    """A text that is not JSON is refused with the line and the column of the first wrong character."""
    with pytest.raises(SchemaTextError) as caught:
        load(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).startswith(f"line {line}, column {column}: ")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(_JSON, st.sampled_from([None, 2]))
def test_read_text_json(value: Any, indent: int | None) -> None:
    """The text with positions holds the same value as `json.loads`, and each position spans its value."""
    text = json.dumps(value, indent=indent)
    read = read_text(text)
    assert read.value == value
    for pointer, position in read.positions.items():
        part = value
        for step in pointer:
            part = part[step]
        assert json.loads(text[position.start : position.end]) == part


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("[\n" * 6000, 5001, 1), ('{"type": "int",\n "size": ' + "9" * 5000 + "}", 2, 10)],
    ids=["deep", "long number"],
)
def test_load_text_beyond_bounds(text: str, line: int, column: int) -> None:
    """Nesting and numbers beyond all use are refused at their place, before they take the memory."""
    with pytest.raises(SchemaTextError) as caught:
        load(text)
    assert (caught.value.line, caught.value.column) == (line, column)
