"""Which JSON values may be the default of a type, for which reader."""

from collections.abc import Mapping
from typing import Any, Final

from schemas.evolution.model import AvroType
from schemas.evolution.stackless import Steps, run

_INTEGERS: Final = {"int": 31, "long": 63}


def registry_accepts(avro_type: AvroType, value: Any) -> bool:
    """Whether Avro Java 1.12, and with it the registry, lets `value` be the default of a field of that type."""
    if avro_type.kind in ("float", "double") and isinstance(value, str):
        return _is_number_text(value)  # only here, at the field itself, Java turns text into a number
    return run(_valid(avro_type, value, exact=False))


def is_value_of(avro_type: AvroType, value: Any) -> bool:
    """Whether `value` is the JSON of a value of the type: symbols, sizes and bytes included."""
    return run(_valid(avro_type, value, exact=True))


def first_branch_of(avro_type: AvroType) -> AvroType:
    """The type that a default belongs to: the first branch of a union, else the type itself."""
    return avro_type.branches[0] if avro_type.branches else avro_type


def default_branch_of(avro_type: AvroType, value: Any) -> AvroType:
    """The branch that a default is a value of, the first of several; the first branch if none is."""
    for branch in avro_type.branches:
        if is_value_of(branch, value):
            return branch
    return first_branch_of(avro_type)


def _valid(avro_type: AvroType, value: Any, *, exact: bool) -> Steps[bool]:
    if avro_type.kind == "union":
        return (yield _any_branch(avro_type, value, exact=exact)) is True
    if avro_type.kind == "record":
        return (yield _record(avro_type, value, exact=exact)) is True
    if avro_type.element is not None:
        return (yield _elements(avro_type, value, exact=exact)) is True
    return _scalar(avro_type, value, exact=exact)


def _any_branch(union: AvroType, value: Any, *, exact: bool) -> Steps[bool]:
    for branch in union.branches:
        if (yield _valid(branch, value, exact=exact)):
            return True
    return False


def _elements(collection: AvroType, value: Any, *, exact: bool) -> Steps[bool]:
    element = collection.element
    if element is None or not isinstance(value, list if collection.kind == "array" else Mapping):
        return False
    for item in list(value.values()) if isinstance(value, Mapping) else value:
        if not (yield _valid(element, item, exact=exact)):
            return False
    return True


def _record(record: AvroType, value: Any, *, exact: bool) -> Steps[bool]:
    if not isinstance(value, Mapping):
        return False
    for field in record.fields:
        if field.name not in value and not field.has_default:
            return False
        # A default that stands in for a missing one is judged where it is written.
        if field.name in value and not (yield _valid(field.type, value[field.name], exact=exact)):
            return False
    return True


def _scalar(avro_type: AvroType, value: Any, *, exact: bool) -> bool:
    kind = avro_type.kind
    if kind in _INTEGERS:
        return _is_whole(value) and -(1 << _INTEGERS[kind]) <= value < 1 << _INTEGERS[kind]
    if kind in ("float", "double"):
        return _is_whole(value) or isinstance(value, float)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "null":
        return value is None
    if kind == "unknown":
        return True
    return isinstance(value, str) and (not exact or _fits(avro_type, value))


def _fits(avro_type: AvroType, text: str) -> bool:
    if avro_type.kind == "enum":
        return text in avro_type.symbols
    if avro_type.kind in ("bytes", "fixed") and any(ord(character) > 255 for character in text):
        return False
    return avro_type.kind != "fixed" or len(text) == avro_type.size


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number_text(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text in ("NaN", "Infinity", "-Infinity")
    return True
