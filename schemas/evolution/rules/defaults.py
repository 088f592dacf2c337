"""Defaults of fields: what a reader puts where nothing was written."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.evolution.default_values import default_branch_of, is_value_of, registry_accepts
from schemas.evolution.finding import Location, Severity
from schemas.evolution.json_equality import is_same_value
from schemas.evolution.logical_types import effective_logical_type
from schemas.evolution.model import ABSENT, AvroField, AvroType
from schemas.evolution.places import Place
from schemas.evolution.policy import Policy
from schemas.evolution.reading import FieldReading
from schemas.evolution.rule import BACKWARD_ONLY, Lint, Remark, Remarks, Rule, Scope

_MEASURED: Final = frozenset({"float", "double", "boolean", "enum"})


def _shown(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        return "(too deep to show)"


def _changed(reading: FieldReading) -> Remarks:
    old, new = reading.old, reading.new
    if not reading.view.is_backward or not old or not new or not old.field or not new.field:
        return
    before, after = old.field, new.field
    if not before.has_default or is_same_value(before.default, after.default):
        return
    if not after.has_default:
        yield Remark(
            f"Default {_shown(before.default)} of {reading.path} was removed.",
            f"Records from before {after.name} was there can no longer be read, and it can never be removed.",
            Severity.WARNING,
        )
        return
    yield Remark(
        f"Default of {reading.path} changed from {_shown(before.default)} to {_shown(after.default)}.",
        f"Every record that was written without {after.name} was read with {_shown(before.default)}, and is read with "
        f"{_shown(after.default)} from now on: history changes.",
        Severity.ERROR if any(_weighs(field, reading.view.policy) for field in (before, after)) else Severity.WARNING,
    )


def _weighs(field: AvroField, policy: Policy) -> bool:
    """Whether the field measures or decides something, by its name, its type or the types of what its default holds."""
    types = [*(field.type.branches or [field.type]), *(part for part, _ in _parts(field.type, field.default))]
    kinds = {avro_type.kind for avro_type in types}
    decimal = any(effective_logical_type(avro_type) is not None for avro_type in types)
    return bool(kinds & _MEASURED) or decimal or policy.is_weighty(field.name)


def _field_with_default(place: Place) -> AvroField | None:
    """The field whose default is to be judged; a union's branches are not fields of their own."""
    field = place.field
    return field if field is not None and field.type is place.type and field.has_default else None


def _at_default(place: Place, field: AvroField) -> Location:
    document = place.record.document if place.record else 0
    return Location(place.path, (*field.pointer, "default"), document)


def _invalid(lint: Lint, place: Place) -> Remarks:  # noqa: ARG001 - every lint check has the same signature
    field = _field_with_default(place)
    if place.type.kind == "enum" and place.type.enum_default is not ABSENT and place.type.default_symbol is None:
        yield Remark(
            f"Default {_shown(place.type.enum_default)} of enum {place.type.title} is none of its symbols.",
            "Every registry and every parser refuses the schema.",
            about=place.type,
        )
    if field is None:
        return
    wrong = _objection(field)
    if wrong:
        severity, reason, consequence = wrong
        message = f"Default {_shown(field.default)} of {place.path} {reason}."
        yield Remark(message, consequence, severity, location=_at_default(place, field), about=field)


def _objection(field: AvroField) -> tuple[Severity, str, str] | None:
    value, avro_type = field.default, field.type
    if not registry_accepts(avro_type, value):
        return Severity.ERROR, f"is no {avro_type.title}", "The registry refuses the schema (42201)."
    if not is_value_of(avro_type, value):
        return (
            Severity.ERROR,
            f"is no value of {avro_type.title}",
            "Parsers let it pass; the consumer that needs the default fails, or gets text where a value belongs.",
        )
    if value == "null" and not avro_type.symbols:
        severity = Severity.ERROR if avro_type.is_nullable else Severity.WARNING
        return severity, "is the text null, not null", "Consumers of older records get a string of four letters."
    return None


def _parts(avro_type: AvroType, value: Any) -> Iterator[tuple[AvroType, Any]]:
    """Every type with the part of the default that belongs to it."""
    stack = [(avro_type, value)]
    while stack:
        one, part = stack.pop()
        if one.kind == "union":
            stack.extend((default_branch_of(one, part), part) for _ in one.branches[:1])
            continue
        yield one, part
        if one.element is not None and isinstance(part, Mapping | list):
            stack.extend((one.element, item) for item in (part.values() if isinstance(part, Mapping) else part))
        elif one.kind == "record" and isinstance(part, Mapping):
            stack.extend((field.type, part[field.name]) for field in one.fields if field.name in part)


def _of_logical_type(lint: Lint, place: Place) -> Remarks:
    field = _field_with_default(place)
    if field is None or lint.policy.readers_convert_defaults:
        return
    for avro_type, value in _parts(field.type, field.default):
        effective = effective_logical_type(avro_type)
        if effective is None and avro_type.kind not in ("bytes", "fixed"):
            continue
        title = effective.name if effective else avro_type.title
        yield Remark(
            f"Default {_shown(value)} of {place.path} is one of type {title}.",
            f"Java consumers of older records get a {title}, fastavro hands out {_shown(value)} as it stands.",
            location=_at_default(place, field),
            about=field,
        )
        return


def _shared_mutable(lint: Lint, place: Place) -> Remarks:
    field = _field_with_default(place)
    if field is None or lint.policy.readers_convert_defaults or not isinstance(field.default, Mapping | list):
        return
    yield Remark(
        f"Default of {place.path} is an object that fastavro hands out again and again.",
        "A consumer that adds to it adds to every later record as well.",
        location=_at_default(place, field),
        about=field,
    )


def _incomplete(lint: Lint, place: Place) -> Remarks:
    field = _field_with_default(place)
    if field is None or lint.policy.readers_convert_defaults:
        return
    for avro_type, value in _parts(field.type, field.default):
        if avro_type.kind != "record" or not isinstance(value, Mapping):
            continue
        missing = [inner.name for inner in avro_type.fields if inner.name not in value]
        if missing:
            yield Remark(
                f"Default of {place.path} leaves out {', '.join(missing)} of {avro_type.title}.",
                f"Java consumers of older records get the inner defaults; fastavro hands out {_shown(value)}.",
                location=_at_default(place, field),
                about=field,
            )
            return


RULES: Final = (
    Rule(
        "DEFAULT_CHANGED",
        "Checks that the default of a field stays, as it is the value of all records from before the field.",
        Severity.ERROR,
        Scope.FIELD,
        _changed,
        "Keep the default; write the other value from the producer.",
    ),
    Rule(
        "DEFAULT_INVALID",
        "Checks that a default is a value of its type.",
        Severity.ERROR,
        Scope.LINT_PLACE,
        _invalid,
        "Write the JSON of the type: 0 for a number, null without quotes, a symbol that is there.",
        BACKWARD_ONLY,
        at_any_level=True,
    ),
    Rule(
        "DEFAULT_OF_LOGICAL_TYPE",
        "Checks that no default is one of bytes, fixed or a logical type, which Python readers do not convert.",
        Severity.ERROR,
        Scope.LINT_PLACE,
        _of_logical_type,
        'Make the field ["null", T] with default null.',
        BACKWARD_ONLY,
    ),
    Rule(
        "DEFAULT_SHARED_MUTABLE",
        "Checks that no default is an array, map or record, which Python readers share between records.",
        Severity.WARNING,
        Scope.LINT_PLACE,
        _shared_mutable,
        'Make the field ["null", T] with default null, or copy defaults in the deserializer.',
        BACKWARD_ONLY,
    ),
    Rule(
        "DEFAULT_INCOMPLETE",
        "Checks that a record's default spells out all fields, as Python readers do not fill in inner defaults.",
        Severity.ERROR,
        Scope.LINT_PLACE,
        _incomplete,
        'Spell the fields out, or make the field ["null", T] with default null.',
        BACKWARD_ONLY,
    ),
)
