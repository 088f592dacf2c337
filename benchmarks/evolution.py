"""How long the evolution checks take: schemas of 200 fields, and one of depth 200.

python -m benchmarks.evolution [COMPARISONS]
"""

import copy
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from schemas.evolution import compare, incompatibilities, lint, load

FIELDS = 200
DEPTH = 200


def wide(fields: int = FIELDS) -> dict[str, Any]:
    """A record of many fields, of all that usually occurs."""
    return {
        "type": "record",
        "name": "Wide",
        "namespace": "bench",
        "fields": [_field(number) for number in range(fields)],
    }


def _field(number: int) -> dict[str, Any]:
    inner = {"name": "value", "type": "double", "doc": "Value."}
    types: tuple[Any, ...] = (
        "string",
        "long",
        {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 5},
        ["null", "string"],
        {"type": "long", "logicalType": "timestamp-millis"},
        {"type": "array", "items": "int"},
        ["null", {"type": "record", "name": f"Inner{number}", "fields": [inner]}],
    )
    chosen = types[number % len(types)]
    field = {"name": f"field_{number}", "type": chosen, "doc": f"Field {number}, in units of its own."}
    return field | ({"default": None} if isinstance(chosen, list) else {})


def changed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with a field added, one removed, and every tenth doc reworded."""
    result = copy.deepcopy(schema)
    for field in result["fields"][::10]:
        field["doc"] += " Reworded."
    result["fields"].append({"name": "added", "type": ["null", "int"], "default": None, "doc": "Added."})
    del result["fields"][3]
    return result


def deep(depth: int, leaf: str) -> str:
    """The text of a record in an array in a record … with `leaf` at the bottom."""
    text = f'"{leaf}"'
    for level in range(depth):
        inner = f'["null", {{"type": "array", "items": {text}}}]'
        text = (
            f'{{"type": "record", "name": "R{level}", "fields": [{{"name": "f", "type": {inner}, "default": null}}]}}'
        )
    return text


def _seconds(work: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        work()
    return time.perf_counter() - began


def run(times: int = 1000) -> Iterator[str]:
    """Yields one line for each figure."""
    old, new = json.dumps(wide()), json.dumps(changed(wide()))
    rows: tuple[tuple[str, Callable[[], object]], ...] = (
        (f"compare, {FIELDS} fields, 22 changes", lambda: compare(old, new)),
        (f"compare, {FIELDS} fields, nothing changed", lambda: compare(old, old)),
        (f"lint, {FIELDS} fields", lambda: lint(new)),
        (f"resolution only, {FIELDS} fields", lambda: incompatibilities(new, old)),
        (f"load, {FIELDS} fields", lambda: load(new)),
    )
    for name, work in rows:
        yield f"{name}: {times} in {_seconds(work, times):.2f} s"
    long, double = deep(DEPTH, "long"), deep(DEPTH, "double")
    yield f"compare, depth {DEPTH}: 1 in {_seconds(lambda: compare(long, double), 1):.2f} s"
