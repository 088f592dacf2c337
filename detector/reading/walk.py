"""How a kernel walks over the payments of one writer schema."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from detector.batch import AMOUNT_SCALE
from detector.windows.avro import DECIMAL, NUMBER, TEXT
from detector.windows.layout import I64
from schemas.serdes.limits import CHARACTERS
from schemas.serdes.logical import logical_type
from schemas.serdes.named_types import kind_of
from schemas.serdes.self_contained import Schema

TEXT_FIELDS = ("id", "source", "target", "currency")
AMOUNT, OCCURRED_AT = "amount", "occurred_at"
NUMBER_FIELDS = (AMOUNT, OCCURRED_AT)

_LONGEST = 2**62
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND

Step = tuple[int, int, int, int]
"""Words W_* of `detector.windows.avro`."""


def walk_of(writer: Schema, reader: Schema) -> I64 | None:
    """The walk over records of a writer schema, a row per field; None where their bytes are not what the reader reads.

    A writer's field must be one of the reader's by name and type, and of a kind that the kernel knows; fields that the
    reader would add by default are nobody's business here.
    """
    wanted = {field["name"]: field for field in reader["fields"]}
    steps = [_step(field, wanted.get(field["name"]), reader["name"]) for field in writer["fields"]]
    names = {field["name"] for field in writer["fields"]}
    if None in steps or not names.issuperset((*TEXT_FIELDS, *NUMBER_FIELDS)):
        return None
    return np.array(steps, np.int64)


def _step(field: Mapping[str, Schema], wanted: Mapping[str, Schema] | None, record: str) -> Step | None:
    name, kind = str(field["name"]), field["type"]
    if wanted is None or _plain(kind) != _plain(wanted["type"]):
        return None
    logical = logical_type(kind)
    if name == AMOUNT:
        return _decimal(kind) if logical == "decimal" and kind_of(kind) == "bytes" else None
    if name == OCCURRED_AT:
        return (NUMBER, 1, _FIRST, _LAST) if logical == "timestamp-millis" else None
    if _plain(kind) == "string":
        slot = TEXT_FIELDS.index(name) if name in TEXT_FIELDS else -1
        return TEXT, slot, 0, CHARACTERS.get((record, name), _LONGEST)
    if name not in TEXT_FIELDS and kind_of(kind) == "enum":
        return NUMBER, -1, 0, len(kind["symbols"]) - 1
    return None


def _decimal(kind: Schema) -> Step | None:
    bound = 10 ** int(kind["precision"]) - 1
    return (DECIMAL, 0, -bound, bound) if bound < _LONGEST and kind.get("scale", 0) == AMOUNT_SCALE else None


def _plain(kind: Schema) -> object:
    """A type without its documentation."""
    if not isinstance(kind, dict):
        return kind
    if kind["type"] == "string" and logical_type(kind) is None:
        return "string"  # Java's writers name the class of a string in it
    return {name: value for name, value in kind.items() if name not in ("doc", "default", "aliases")}
