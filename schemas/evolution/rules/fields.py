"""Fields that come, go, or change their name."""

import json
from collections import Counter
from typing import Any, Final

from schemas.evolution.default_values import default_branch_of
from schemas.evolution.finding import Severity
from schemas.evolution.former_names import FormerNames
from schemas.evolution.model import AvroField, AvroType
from schemas.evolution.places import Place
from schemas.evolution.reading import FieldReading
from schemas.evolution.resolution import writer_fields
from schemas.evolution.rule import Remark, Remarks, Rule, Scope


def _shown(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        return "(too deep to show)"


def _only_reader(reading: FieldReading) -> tuple[Place, AvroField] | None:
    """The reader's field that nothing was written for."""
    place = reading.reader
    return (place, place.field) if reading.writer is None and place is not None and place.field is not None else None


def _added_without_default(reading: FieldReading) -> Remarks:
    alone = _only_reader(reading)
    if alone and reading.view.is_backward and not alone[1].has_default:
        place, field = alone
        yield Remark(
            f"{place.path} changed from no field to a field of type {field.type.title} without a default.",
            f"{reading.view.reader} cannot read a single record written with {reading.view.writer}: "
            f"there is no value for {field.name}, and no default to take.",
        )


def _removed(reading: FieldReading) -> Remarks:
    alone = _only_reader(reading)
    if not alone or reading.view.is_backward or (reading.counterpart and alone[1].has_default):
        return
    place, field = alone
    message = f"{place.path} was removed."
    if not field.has_default:
        yield Remark(
            message,
            f"{reading.view.reader} cannot read a single record written with {reading.view.writer}: "
            f"it asks for {field.name}, which has no default.",
        )
        return
    harmless = _says_nothing(reading, field)
    yield Remark(
        message,
        f"Consumers of {reading.view.reader} read {_shown(field.default)} in every record written with "
        f"{reading.view.writer}, as if somebody had measured it.",
        Severity.WARNING if harmless else Severity.ERROR,
    )


def _says_nothing(reading: FieldReading, field: AvroField) -> bool:
    """Whether the default itself tells that there is no value: null, UNKNOWN, or emptiness where that clears nobody."""
    if field.default is None:
        return True
    if field.default in ("", [], {}) and field.default is not False:
        return not reading.view.policy.is_weighty(field.name)
    if isinstance(field.default, str) and default_branch_of(field.type, field.default).kind in ("enum", "string"):
        return reading.view.policy.is_unknown(field.default)
    return False


def _renamed(reading: FieldReading) -> Remarks:
    alone = _only_reader(reading)
    if not alone or reading.counterpart is None:
        return
    old, new = (reading.counterpart, alone[0]) if reading.view.is_backward else (alone[0], reading.counterpart)
    value = f"{_shown(alone[1].default)} instead" if alone[1].has_default else "nothing"
    reason = "an alias helps only the schema that declares it" if reading.by_alias else "there is no alias"
    yield Remark(
        f"{old.path} changed its name from {old.name} to {new.name}.",
        f"What {reading.view.writer} writes as {reading.counterpart.name}, {reading.view.reader} looks for as "
        f"{alone[0].name}: {reason}, so it finds {value}.",
    )


def _ambiguous(reading: FieldReading) -> Remarks:
    if len(reading.matches) > 1 and reading.reader is not None and not _was_ambiguous(reading):
        names = ", ".join(match.name for match in reading.matches)
        yield Remark(
            f"{reading.reader.path} changed from one name to several: with its aliases it matches {names}.",
            "Avro Java refuses to read at all (and the registry answers 409); "
            "fastavro takes whichever comes last, or raises KeyError.",
        )


def _was_ambiguous(reading: FieldReading) -> bool:
    """Whether the old schema met the same fields when it read its own data."""
    old = reading.old
    if old is None or old.field is None or old.record is None:
        return False
    before = Counter(match.name for match in writer_fields(old.field, old.record))
    return Counter(match.name for match in reading.matches) <= before


def _alias_removed(reading: FieldReading) -> Remarks:
    old, new = reading.old, reading.new
    if not reading.view.is_backward or not old or not new or not old.field or not new.field or not new.record:
        return
    taken = {name for field in new.record.fields for name in (field.name, *field.aliases)}
    value = f"{_shown(new.field.default)} instead" if new.field.has_default else "nothing, and no default to take"
    for alias in old.field.aliases:
        if alias not in taken:
            yield Remark(
                f"Alias {alias} of {reading.path} was removed.",
                f"What was written as {alias}, before the field was called {new.field.name}, is no longer found: "
                f"{reading.view.reader} reads {value}.",
                _severity_of_loss(reading.view.past, new.record, alias),
            )


def _severity_of_loss(past: FormerNames, record: AvroType, name: str) -> Severity:
    """An alias that no version had as a field loses nothing; without the versions nobody can tell."""
    if not past.versions:
        return Severity.WARNING
    return Severity.ERROR if past.was_a_field(record, name) else Severity.NOTE


_TWO_STEPS: Final = (
    "Add the new field beside the old one, write both, move the consumers, and remove the old one in a later version."
)

RULES: Final = (
    Rule(
        "FIELD_ADDED_WITHOUT_DEFAULT",
        "Checks that an added field has a default, so that older records can be read.",
        Severity.ERROR,
        Scope.FIELD,
        _added_without_default,
        'Give it a default that says "not known": null in ["null", T], or an enum\'s UNKNOWN.',
    ),
    Rule(
        "FIELD_REMOVED",
        "Checks that no field is removed that older consumers still ask for, or would make up from its default.",
        Severity.ERROR,
        Scope.FIELD,
        _removed,
        "Keep writing it until no consumer pins a version that has it; then remove it.",
    ),
    Rule(
        "FIELD_RENAMED_WITHOUT_ALIAS",
        "Checks that no field is renamed in a way that loses its values for one of the two sides.",
        Severity.ERROR,
        Scope.FIELD,
        _renamed,
        f"An alias carries old data to new consumers only. {_TWO_STEPS}",
    ),
    Rule(
        "FIELD_ALIAS_REMOVED",
        "Checks that a field keeps the aliases by which it finds what was written under its former names.",
        Severity.ERROR,
        Scope.FIELD,
        _alias_removed,
        "Keep the alias as long as a record from before the rename may be read.",
    ),
    Rule(
        "FIELD_ALIAS_AMBIGUOUS",
        "Checks that a field and its aliases match one field of what is read, not several.",
        Severity.ERROR,
        Scope.FIELD,
        _ambiguous,
        "Remove the alias that names the field itself or another field in use.",
    ),
)
