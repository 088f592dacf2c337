"""Decimals that fastavro does not parse, where every other parser only ignores the logical type.

After fastavro 1.13 (`_schema_py.py`, "Correctness checks for logical types"), which looks at decimals on any type and
passes over a scale or precision that is false to Python: 0, null, an empty text.
"""

import json
from typing import Any

from schemas.evolution.logical_types import digits_of, written_logical_type
from schemas.evolution.model import AvroType


def refused_decimal(avro_type: AvroType) -> str | None:
    """Why `fastavro.parse_schema` raises for the type's decimal, without a stop; None if it does not."""
    if written_logical_type(avro_type.attributes) != "decimal":
        return None
    scale, precision = (avro_type.attributes.get(name) for name in ("scale", "precision"))
    for name, value in (("scale", scale), ("precision", precision)):
        if value and not _is_count(value):
            return f"decimal has {name} {json.dumps(value, default=str)}, which is no whole number from 0"
    return _too_large(avro_type, scale or 0, precision) if precision else None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and value >= 0  # true counts as 1, as it does for fastavro


def _too_large(avro_type: AvroType, scale: int, precision: int) -> str | None:
    if scale > precision:
        return f"decimal has scale {scale}, more than its precision {precision}"
    digits = digits_of(avro_type.size)
    if avro_type.kind == "fixed" and precision > digits:
        return f"decimal has precision {precision}, and {avro_type.size} bytes hold {digits} digits"
    return None
