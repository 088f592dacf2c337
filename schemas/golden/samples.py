"""Records that a schema allows: the smallest, a usual one, and one at the edges. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from schemas.golden.readable import branch_of
from schemas.serdes.limits import CHARACTERS
from schemas.serdes.logical import logical_type
from schemas.serdes.named_types import kind_of, named_types
from schemas.serdes.self_contained import Schema

NAMES = ("smallest", "usual", "edges")
DEPTH = 4
"""Recursive types end here, with the first branch or without items."""

MOMENTS = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 123000, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
)
_FIRST, _SECOND, _THIRD = (moment.replace(tzinfo=None) for moment in MOMENTS)
LOCAL_MOMENTS = (_FIRST, _SECOND, _THIRD)
"""A local time has no zone."""

LOGICAL: Mapping[str, tuple[Any, Any, Any]] = {
    "uuid": (UUID(int=0), UUID("0f8fad5b-d9cb-469f-a165-70867728950e"), UUID(int=2**128 - 1)),
    "date": (date(1970, 1, 1), date(2026, 1, 31), date(9999, 12, 31)),
    "time-millis": (time(0), time(12, 30, 0, 123000), time(23, 59, 59, 999000)),
    "time-micros": (time(0), time(12, 30, 0, 123456), time(23, 59, 59, 999999)),
    "timestamp-millis": MOMENTS,
    "timestamp-micros": MOMENTS,
    "local-timestamp-millis": LOCAL_MOMENTS,
    "local-timestamp-micros": LOCAL_MOMENTS,
}
PRIMITIVE: Mapping[str, tuple[Any, Any, Any]] = {
    "null": (None, None, None),
    "boolean": (False, True, True),
    "int": (0, 42, -(2**31)),
    "long": (0, 1234567890123, 2**63 - 1),
    "float": (0.0, 0.5, -1.5),
    "double": (0.0, 12.25, 1e300),
    "bytes": (b"", b"\x00\xff", bytes(range(16))),
}
EDGE_TEXT = "Zoë €\U0001f600 "
"""One, two, three and four bytes a character."""


def samples(schema: Schema) -> dict[str, Any]:
    """A record for each of `NAMES`, of a self-contained record schema."""
    return {name: _Sampler(schema, size).value(schema, "", 0) for size, name in enumerate(NAMES)}


class _Sampler:
    """Makes one record; `size` is 0, 1 or 2."""

    def __init__(self, schema: Schema, size: int) -> None:
        self._named = named_types(schema)
        self._size = size

    def value(self, schema: Schema, name: str, depth: int, most: int | None = None) -> Any:
        schema = self._named.get(schema, schema) if isinstance(schema, str) else schema
        if isinstance(schema, list):
            nothing = "null" in schema and (self._size == 0 or depth > DEPTH)
            return None if nothing else self.value(branch_of(schema), name, depth, most)
        logical = logical_type(schema)
        if logical == "decimal":
            return self._decimal(schema)
        if logical is not None:
            return LOGICAL[logical][self._size]
        kind = kind_of(schema)
        if kind in PRIMITIVE:
            return PRIMITIVE[kind][self._size]
        if kind == "string":
            return self._text(name, most)
        return self._complex(kind, schema, name, depth)

    def _complex(self, kind: str, schema: Schema, name: str, depth: int) -> Any:
        if kind == "record":
            return {
                field["name"]: self.value(
                    field["type"], field["name"], depth + 1, CHARACTERS.get((schema["name"], field["name"]))
                )
                for field in schema["fields"]
            }
        if kind == "enum":
            symbols: list[str] = schema["symbols"]
            return symbols[(0, min(1, len(symbols) - 1), -1)[self._size]]
        if kind == "fixed":
            return bytes([(0, 1, 255)[self._size]]) * schema["size"]
        count = 0 if depth > DEPTH else self._size
        if kind == "array":
            return [self.value(schema["items"], name, depth + 1) for _ in range(count)]
        return {f"{name} {n}": self.value(schema["values"], name, depth + 1) for n in range(1, min(count, 1) + 1)}

    def _decimal(self, schema: Schema) -> Decimal:
        precision, scale = schema["precision"], schema.get("scale", 0)
        unscaled = (0, min(1234, 10**precision - 1) * 10 ** max(0, scale - 2), 10**precision - 1)[self._size]
        digits = tuple(map(int, str(unscaled)))[:precision]
        return Decimal((0, digits, -scale))

    def _text(self, name: str, most: int | None) -> str:
        text = ("", name, EDGE_TEXT * 8)[self._size]
        return text if most is None else text[:most]
