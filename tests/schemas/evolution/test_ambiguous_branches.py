"""Unions in which one branch takes what belongs to another."""

from io import BytesIO
from typing import Any

import fastavro
import pytest

from schemas.evolution import lint


def _record(*branches: Any) -> dict[str, Any]:
    field = {"name": "x", "type": ["null", *branches], "doc": "The x.", "default": None}
    return {"type": "record", "name": "Txn", "namespace": "fraud.v1", "doc": "A payment.", "fields": [field]}


def _is_objected_to(schema: Any) -> bool:
    return "UNION_BRANCHES_AMBIGUOUS" in {finding.rule for finding in lint(schema)}


AMBIGUOUS = [
    ("double", "long"),
    ("float", "int"),
    ("double", "float"),
    ("long", "int"),
    ("double", "string", "long"),
    ("string", "bytes"),
    ("bytes", "string"),
]


@pytest.mark.parametrize("branches", AMBIGUOUS)
def test_lint_ambiguous_branches(branches: tuple[str, ...]) -> None:
    """A wider number before a narrower one, and string beside bytes, are objected to wherever the union stands."""
    assert _is_objected_to(_record(*branches))
    assert _is_objected_to(_record({"type": "array", "items": ["null", *branches]}))
    assert _is_objected_to(_record({"type": "map", "values": ["null", *branches]}))


@pytest.mark.parametrize("branches", [("int", "long", "float", "double"), ("long", "string"), ("bytes", "double"), ()])
def test_lint_branches_in_order(branches: tuple[str, ...]) -> None:
    """Numbers that widen from branch to branch, and branches that are never read as each other, are let pass."""
    assert not _is_objected_to(_record(*branches))


@pytest.mark.parametrize(
    ("writer", "reader", "value", "read"),
    [
        (["null", "double", "long"], ["null", "double", "long"], 2**53 + 1, 2.0**53),
        ("long", ["null", "double", "long"], 2**53 + 1, 2.0**53),
        ("bytes", ["null", "string", "bytes"], b"a", "a"),
        ("string", ["null", "bytes", "string"], "a", b"a"),
    ],
)
def test_fastavro_takes_the_first_branch_that_fits(writer: Any, reader: Any, value: Any, read: Any) -> None:
    """What the rule is about: the value arrives as another one, and nothing fails."""
    out = BytesIO()
    fastavro.schemaless_writer(out, writer, value)
    out.seek(0)
    taken = fastavro.schemaless_reader(out, writer, reader)
    assert (taken, type(taken)) == (read, type(read))
