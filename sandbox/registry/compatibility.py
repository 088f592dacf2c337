"""Whether a schema may follow earlier ones under a level, and why not, in Confluent's words."""

import json
from collections.abc import Iterator, Mapping, Sequence

from sandbox.registry.versions import Version
from schemas.evolution.model import Schema
from schemas.evolution.resolution import Incompatibility, IncompatibilityKind, incompatibilities

NONE = "NONE"
LEVELS = (NONE, "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE")
LONGEST_TEXT = 10_240
"""Characters of an old schema that a message quotes."""

DESCRIPTIONS: Mapping[IncompatibilityKind, str] = {
    IncompatibilityKind.FIXED_SIZE_MISMATCH: (
        "The size of FIXED type field at path '{path}' in the {reader} schema does not match with the {writer} schema"
    ),
    IncompatibilityKind.TYPE_MISMATCH: (
        "The type (path '{path}') of a field in the {reader} schema does not match with the {writer} schema"
    ),
    IncompatibilityKind.NAME_MISMATCH: "The name of the schema has changed (path '{path}')",
    IncompatibilityKind.MISSING_ENUM_SYMBOLS: (
        "The {reader} schema is missing enum symbols '{detail}' at path '{path}' in the {writer} schema"
    ),
    IncompatibilityKind.MISSING_UNION_BRANCH: (
        "The {reader} schema is missing a type inside a union field at path '{path}' in the {writer} schema"
    ),
    IncompatibilityKind.READER_FIELD_MISSING_DEFAULT_VALUE: (
        "The field '{detail}' at path '{path}' in the {reader} schema has no default value and is missing in the "
        "{writer} schema"
    ),
    IncompatibilityKind.READER_FIELD_AMBIGUOUS: (
        "Unexpected exception during compatibility check: reader field '{detail}' at path '{path}' matches multiple "
        "fields in the {writer} schema"
    ),
}


def objections(level: str, new: Schema, earlier: Sequence[tuple[Version, Schema]]) -> list[str]:
    """Why `new` may not follow `earlier` under the level; empty if it may.

    Only the newest version that objects is told, then its number, its text and the level, as the registry does.

    Args:
        earlier: Versions of the subject that are looked at, rising, with their model.
    """
    if level == NONE:
        return []
    looked_at = earlier if level.endswith("_TRANSITIVE") else earlier[-1:]
    for version, old in reversed(looked_at):
        found = list(_differences(level, new, old))
        if found:
            text = version.schema.text
            quoted = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."
            return [
                *found,
                f"{{oldSchemaVersion: {version.version}}}",
                f"{{oldSchema: '{quoted}'}}",
                f"{{validateFields: 'false', compatibility: '{level}'}}",
            ]
    return []


def _differences(level: str, new: Schema, old: Schema) -> Iterator[str]:
    if level.startswith(("BACKWARD", "FULL")):
        for found in incompatibilities(new, old):
            yield _message(found, reader="new", writer="old")
    if level.startswith(("FORWARD", "FULL")):
        for found in incompatibilities(old, new):
            yield _message(found, reader="old", writer="new")


def _message(found: Incompatibility, *, reader: str, writer: str) -> str:
    detail = f"[{found.detail}]" if found.kind is IncompatibilityKind.MISSING_ENUM_SYMBOLS else found.detail
    description = DESCRIPTIONS[found.kind].format(path=found.location, detail=detail, reader=reader, writer=writer)
    return f"{{errorType:'{found.kind}', description:'{description}', additionalInfo:{json.dumps(detail)[1:-1]!r}}}"
