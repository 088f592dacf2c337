"""What a registry refuses to register: Avro Java 1.12 with strict names and strict defaults (answer 42201).

The parsers of Avro disagree. `problems` is the registry's verdict; `parser_problems` is what the Python parsers refuse
beyond that.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from schemas.evolution.default_values import registry_accepts
from schemas.evolution.fastavro_decimals import refused_decimal
from schemas.evolution.loader import SchemaSource, load
from schemas.evolution.model import ABSENT, NAMED, PRIMITIVES, AvroField, AvroType, Flaw, Pointer

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ORDERS: Final = ("ascending", "descending", "ignore")


class ProblemKind(StrEnum):
    """What is wrong with a schema."""

    MALFORMED = "MALFORMED"
    NAME_INVALID = "NAME_INVALID"
    NAME_UNKNOWN = "NAME_UNKNOWN"
    NAME_DEFINED_TWICE = "NAME_DEFINED_TWICE"
    DUPLICATE = "DUPLICATE"
    DEFAULT = "DEFAULT"
    UNION = "UNION"
    ORDER = "ORDER"
    PARSER = "PARSER"
    """The registry accepts it, a Python parser does not."""


_OF_FLAW: Final = {
    "MALFORMED": ProblemKind.MALFORMED,
    "UNKNOWN_NAME": ProblemKind.NAME_UNKNOWN,
    "REDEFINED": ProblemKind.NAME_DEFINED_TWICE,
}
_OF_PYTHON_FLAW: Final = {
    "REDEFINED_IDENTICALLY": ProblemKind.NAME_DEFINED_TWICE,
    "USED_BEFORE_DEFINED": ProblemKind.PARSER,
    "NAME_OF_NO_NAMESPACE": ProblemKind.PARSER,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse a schema.

    Args:
        pointer: Where it stands in the text of `document` (0: the schema itself, 1 …: a reference).
        owner: Name of the record, enum or fixed it belongs to, or empty.
        message: What is wrong, as a sentence.
    """

    kind: ProblemKind
    pointer: Pointer
    message: str
    owner: str = ""
    document: int = 0


def problems(schema: SchemaSource, *, references: bool = False) -> tuple[Problem, ...]:
    """Every reason why the registry refuses `schema`; none if it registers it.

    Args:
        references: Whether to look into the references it was loaded with as well.

    Raises:
        SchemaTextError: a text that is not JSON.
    """
    model = load(schema)
    found = [_of_flaw(flaw, _OF_FLAW) for flaw in model.flaws if flaw.kind in _OF_FLAW]
    for avro_type in model.types:
        for check in _TYPE_CHECKS:
            found.extend(check(avro_type))
    return tuple(problem for problem in found if references or problem.document == 0)


def parser_problems(schema: SchemaSource, *, references: bool = False) -> tuple[Problem, ...]:
    """What fastavro or the `avro` package refuses although the registry accepts it.

    Args:
        references: Whether to look into the references it was loaded with as well.

    Raises:
        SchemaTextError: a text that is not JSON.
    """
    model = load(schema)
    found = [_of_flaw(flaw, _OF_PYTHON_FLAW) for flaw in model.flaws if flaw.kind in _OF_PYTHON_FLAW]
    for avro_type in model.types:
        wrong = refused_decimal(avro_type)
        if wrong:
            found.append(_problem(ProblemKind.PARSER, avro_type, f"fastavro refuses it: {wrong}"))
    return tuple(problem for problem in found if references or problem.document == 0)


def _of_flaw(flaw: Flaw, kinds: Mapping[str, ProblemKind]) -> Problem:
    return Problem(kinds[flaw.kind], flaw.pointer, f"{flaw.message}.", "", flaw.document)


def _problem(kind: ProblemKind, avro_type: AvroType, message: str, pointer: Pointer = ()) -> Problem:
    return Problem(kind, pointer or avro_type.pointer, f"{message}.", avro_type.name, avro_type.document)


def _names(avro_type: AvroType) -> Iterator[Problem]:
    if avro_type.kind not in NAMED or not avro_type.name:
        return
    if avro_type.name in PRIMITIVES:
        message = f"{avro_type.name} is the name of a primitive type, and cannot be that of the {avro_type.kind}"
        yield _problem(ProblemKind.NAME_INVALID, avro_type, message)
    wrong = [part for part in avro_type.name.split(".") if not _NAME.fullmatch(part)]
    if wrong:
        yield _problem(ProblemKind.NAME_INVALID, avro_type, f"{avro_type.name} is no name: {_allowed(wrong[0])}")


def _allowed(part: str) -> str:
    return f"{part!r} is not made of ASCII letters, digits and _, or begins with a digit"


def _fields(record: AvroType) -> Iterator[Problem]:
    seen: set[str] = set()
    for field in record.fields:
        if not _NAME.fullmatch(field.name):
            yield _problem(ProblemKind.NAME_INVALID, record, f"field {_allowed(field.name)}", field.pointer)
        if field.name in seen:
            yield _problem(ProblemKind.DUPLICATE, record, f"field {field.name} is there twice", field.pointer)
        seen.add(field.name)
        yield from _field(record, field)


def _field(record: AvroType, field: AvroField) -> Iterator[Problem]:
    order = field.attributes.get("order", "ascending")
    if not isinstance(order, str) or order.lower() not in _ORDERS:
        message = f"order of field {field.name} is {order!r}, none of {', '.join(_ORDERS)}"
        yield _problem(ProblemKind.ORDER, record, message, field.pointer)
    if field.has_default and not registry_accepts(field.type, field.default):
        message = f"default {_shown(field.default)} of field {field.name} is no {_expected(field.type)}"
        yield _problem(ProblemKind.DEFAULT, record, message, (*field.pointer, "default"))


def _expected(avro_type: AvroType) -> str:
    branches = avro_type.branches
    return "value of " + " or ".join(branch.title for branch in branches) if branches else avro_type.title


def _shown(value: Any) -> str:
    try:
        return json.dumps(value)
    except (RecursionError, TypeError, ValueError):
        return "(too deep to show)"


def _symbols(enum: AvroType) -> Iterator[Problem]:
    if enum.kind != "enum":
        return
    for symbol in dict.fromkeys(enum.symbols):
        if not _NAME.fullmatch(symbol):
            yield _problem(ProblemKind.NAME_INVALID, enum, f"symbol {_allowed(symbol)}", (*enum.pointer, "symbols"))
        if enum.symbols.count(symbol) > 1:
            yield _problem(ProblemKind.DUPLICATE, enum, f"symbol {symbol} is there twice", (*enum.pointer, "symbols"))
    if enum.enum_default is not ABSENT and enum.default_symbol is None:
        message = f"default {_shown(enum.enum_default)} of {enum.title} is none of its symbols"
        yield _problem(ProblemKind.DEFAULT, enum, message, (*enum.pointer, "default"))


def _size(fixed: AvroType) -> Iterator[Problem]:
    if fixed.kind == "fixed" and fixed.size < 0:
        yield _problem(ProblemKind.MALFORMED, fixed, f"size of {fixed.title} is no whole number from 0")


def _branches(union: AvroType) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, branch in enumerate(union.branches):
        pointer = (*union.pointer, index)
        if branch.kind == "union":
            yield _problem(ProblemKind.UNION, union, "a union stands in a union", pointer)
        elif branch.title in seen:
            yield _problem(ProblemKind.UNION, union, f"{branch.title} is there twice in one union", pointer)
        seen.add(branch.title)


_TYPE_CHECKS: Final[tuple[Callable[[AvroType], Iterator[Problem]], ...]] = (_names, _fields, _symbols, _size, _branches)
