"""Symbols of enums, and what stands in for the ones a reader does not know."""

from typing import Final

from schemas.evolution.finding import Severity
from schemas.evolution.model import ABSENT, AvroType
from schemas.evolution.places import Place
from schemas.evolution.policy import Policy
from schemas.evolution.reading import TypeReading
from schemas.evolution.rule import BACKWARD_ONLY, Lint, Remark, Remarks, Rule, Scope


def _unknown_symbols(reading: TypeReading) -> list[str]:
    reader, writer = reading.reader.type, reading.writer.type
    if reader.kind != "enum" or writer.kind != "enum":
        return []
    return [symbol for symbol in writer.symbols if symbol not in reader.symbols]


def _removed(reading: TypeReading) -> Remarks:
    missing = _unknown_symbols(reading)
    if missing and reading.view.is_backward:
        verb = "was" if len(missing) == 1 else "were"
        yield Remark(f"{', '.join(missing)} of {reading.path} {verb} removed.", _read_as(reading, missing[0]))


def _added(reading: TypeReading) -> Remarks:
    missing = _unknown_symbols(reading)
    if not missing or reading.view.is_backward:
        return
    old, new = reading.types
    default = old.default_symbol
    soft = default is not None and reading.view.policy.is_unknown(default)
    advice = " Deploy the consumers first." if soft else ""
    yield Remark(
        f"Symbols of {reading.path} changed from {_listed(old)} to {_listed(new)}.",
        _read_as(reading, missing[0]) + advice,
        Severity.WARNING if soft else Severity.ERROR,
    )


def _read_as(reading: TypeReading, symbol: str) -> str:
    default = reading.reader.type.default_symbol
    if default is None:
        return (
            f"{reading.view.reader} cannot read a record in which {reading.view.writer} wrote {symbol}: "
            "its enum has no default (a default of the field does not help)."
        )
    return f"{symbol} written with {reading.view.writer} is read as {default} with {reading.view.reader}."


def _listed(enum: AvroType) -> str:
    shown = enum.symbols if len(enum.symbols) <= 8 else (*enum.symbols[:3], "…", *enum.symbols[-3:])
    return f"[{', '.join(shown)}]"


def _default_changed(reading: TypeReading) -> Remarks:
    if reading.reader.type.kind != "enum" or reading.is_promotion or not reading.view.is_backward:
        return
    old, new = reading.types
    before, after = old.default_symbol, new.default_symbol
    if before is None or before == after:
        return
    path = reading.path
    if after is None:
        yield Remark(
            f"Default symbol {before} of {path} was removed.",
            "The next symbol that somebody adds stops every consumer of the new schema.",
            Severity.WARNING,
        )
        return
    yield Remark(
        f"Default symbol of {path} changed from {before} to {after}.",
        f"A symbol that the new schema does not know was read as {before}, and is read as {after} from now on.",
        Severity.WARNING if reading.view.policy.is_unknown(after) else Severity.ERROR,
    )


def _permissive(lint: Lint, place: Place) -> Remarks:
    enum = place.type
    if enum.kind != "enum" or not enum.symbols:
        return
    default = enum.default_symbol
    if default is None:
        if enum.enum_default is ABSENT:
            yield Remark(
                f"Enum {enum.title} has no default symbol.",
                "A consumer stops at the first symbol it does not know, so that no symbol can be added safely.",
                introduced=Severity.WARNING,
            )
    elif lint.policy.is_permissive(default) and not lint.policy.is_unknown(default):
        yield Remark(
            f"Default symbol of enum {enum.title} is {default}, which lets something pass.",
            f"A symbol that a consumer does not know, {_worst(enum, lint.policy)} perhaps, is read as {default}.",
        )
    elif not lint.policy.is_unknown(default):
        yield Remark(
            f"Default symbol of enum {enum.title} is {default}, which does not say that the symbol was not known.",
            f"Nobody can tell a {default} that was written from a symbol that was not known.",
            Severity.WARNING,
        )


def _worst(enum: AvroType, policy: Policy) -> str:
    others = [s for s in enum.symbols if s != enum.default_symbol and not policy.is_unknown(s)]
    return others[-1] if others else "BLOCK"


def _on_field_only(lint: Lint, place: Place) -> Remarks:  # noqa: ARG001 - every lint check has the same signature
    field, enum = place.field, place.type
    if field is None or enum.kind != "enum" or enum.enum_default is not ABSENT or not isinstance(field.default, str):
        return
    yield Remark(
        f"{place.path} has a default, {field.default}, and its enum {enum.title} has none.",
        "The default of a field stands in for a missing field; a symbol that is not known still stops the consumer.",
        about=field,
    )


RULES: Final = (
    Rule(
        "ENUM_SYMBOL_REMOVED",
        "Checks that no symbol is removed that older records hold.",
        Severity.ERROR,
        Scope.TYPE,
        _removed,
        "Keep the symbol and stop writing it; say so in its doc.",
    ),
    Rule(
        "ENUM_SYMBOL_ADDED",
        "Checks that an added symbol is read as UNKNOWN, not refused or taken for another, by older consumers.",
        Severity.ERROR,
        Scope.TYPE,
        _added,
        "First release an enum default such as UNKNOWN and deploy it to all consumers, then add symbols.",
    ),
    Rule(
        "ENUM_DEFAULT_CHANGED",
        "Checks that the symbol stays that stands in for unknown ones.",
        Severity.ERROR,
        Scope.TYPE,
        _default_changed,
        "Keep the default symbol.",
    ),
    Rule(
        "ENUM_DEFAULT_PERMISSIVE",
        "Checks that an enum has a default symbol, that it says UNKNOWN, and never that something may pass.",
        Severity.ERROR,
        Scope.LINT_PLACE,
        _permissive,
        'Add a symbol UNKNOWN and `"default": "UNKNOWN"` to the enum itself.',
        BACKWARD_ONLY,
    ),
    Rule(
        "ENUM_DEFAULT_ON_FIELD_ONLY",
        "Checks that an enum with a default on its field has one of its own as well.",
        Severity.WARNING,
        Scope.LINT_PLACE,
        _on_field_only,
        "Put the default on the enum, beside its symbols.",
        BACKWARD_ONLY,
    ),
)
