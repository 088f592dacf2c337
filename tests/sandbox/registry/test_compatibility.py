"""Verdicts of the registry against PyPI avro's checker, which agrees with Avro Java."""

import json
from typing import Any

import avro.compatibility
import avro.schema
from hypothesis import given
from hypothesis import strategies as st

from sandbox.registry.refusal import Refusal
from sandbox.registry.registration_request import RegistrationRequest
from sandbox.registry.registry import Registry

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")


def _nested(types: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(lambda items: {"type": "array", "items": items}, types),
        st.builds(lambda values: {"type": "map", "values": values}, types),
        st.lists(st.sampled_from(PRIMITIVES), min_size=1, max_size=3, unique=True),
    )


ENUMS = st.builds(
    lambda symbols, has_default: {
        "type": "enum",
        "name": "E",
        "symbols": symbols,
        **({"default": symbols[0]} if has_default else {}),
    },
    st.lists(st.sampled_from(["A", "B", "C"]), min_size=1, unique=True),
    st.booleans(),
)
TYPES = st.recursive(st.sampled_from(PRIMITIVES), _nested, max_leaves=3)


def _record(fields: list[tuple[str, Any, bool]], enum: Any) -> dict[str, Any]:
    plain = [
        {"name": name, "type": ["null", kind], "default": None}
        if optional and isinstance(kind, str) and kind != "null"
        else {"name": name, "type": kind}
        for name, kind, optional in fields
    ]
    return {"type": "record", "name": "R", "fields": [*plain, {"name": "e", "type": enum}]}


RECORDS = st.builds(
    _record,
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), TYPES, st.booleans()), max_size=3, unique_by=lambda field: field[0]
    ),
    ENUMS,
)


def _accepts(level: str, old: Any, new: Any) -> bool:
    registry = Registry(lambda: 0)
    registry.register("s", RegistrationRequest(json.dumps(old)))
    registry.configuration.configure("s", {"compatibility": level})
    try:
        registry.register("s", RegistrationRequest(json.dumps(new)))
    except Refusal as refusal:
        if refusal.code != 40901:
            raise
        return False
    return True


def _reads(reader: Any, writer: Any) -> bool:
    result = avro.compatibility.ReaderWriterCompatibilityChecker().get_compatibility(
        avro.schema.parse(json.dumps(reader)), avro.schema.parse(json.dumps(writer))
    )
    return bool(result.compatibility is avro.compatibility.SchemaCompatibilityType.compatible)


@given(old=RECORDS, new=RECORDS)
def test_verdicts_of_the_levels(old: Any, new: Any) -> None:
    """BACKWARD asks whether the new reads the old, FORWARD the reverse, FULL both, NONE nothing."""
    backward, forward = _reads(new, old), _reads(old, new)
    assert _accepts("BACKWARD", old, new) is backward
    assert _accepts("FORWARD", old, new) is forward
    assert _accepts("FULL", old, new) is (backward and forward)
    assert _accepts("NONE", old, new)
