"""Two schemas as wholes: keys, and records of other subjects."""

import json
from typing import Any, Final

from schemas.evolution.finding import Severity
from schemas.evolution.model import UNKNOWN, Schema
from schemas.evolution.rule import Remark, Remarks, Rule, SchemaPair, Scope


def _key(pair: SchemaPair) -> Remarks:
    if pair.is_key and _canonical(pair.old.value) != _canonical(pair.new.value):
        yield Remark(
            f"Key schema changed from one text of {pair.old.title} to another.",
            "A new text is a new schema id, and the id is part of the key's bytes: the same key goes to another "
            "partition, so that order, compaction and joins break. A change of a doc is enough.",
        )


def _canonical(value: Any) -> str:
    try:
        return json.dumps(value, sort_keys=True)
    except (RecursionError, TypeError, ValueError):
        return repr(id(value))


def _unchecked(pair: SchemaPair) -> Remarks:
    for name in sorted(_unknown(pair.old) & pair.new.foreign):
        yield _not_compared(name, pair.view.old_name)
    for name in sorted(_unknown(pair.new) & pair.old.foreign):
        yield _not_compared(name, pair.view.new_name)


def _unknown(schema: Schema) -> set[str]:
    return {avro_type.name for avro_type in schema.types if avro_type.kind == UNKNOWN and avro_type.name}


def _not_compared(name: str, without: str) -> Remark:
    return Remark(
        f"Referenced {name} changed from a version that was given to one that was not: {without} has none.",
        "Nothing was compared below it, and the registry checks a reference only in its own subject.",
    )


RULES: Final = (
    Rule(
        "KEY_CHANGED",
        "Checks that the schema of a key does not change at all, not even in a doc.",
        Severity.ERROR,
        Scope.SCHEMAS,
        _key,
        "Freeze it, or use plain string keys.",
        at_any_level=True,
    ),
    Rule(
        "REFERENCE_UNCHECKED",
        "Checks that a referenced record is compared wherever the referring one is.",
        Severity.ERROR,
        Scope.SCHEMAS,
        _unchecked,
        "Give the referenced schemas of both versions.",
    ),
)
