"""What people read into a field: its unit, and whether it is anybody else's business."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from schemas.evolution.finding import Severity
from schemas.evolution.json_equality import is_same_value
from schemas.evolution.model import AvroType
from schemas.evolution.places import Place
from schemas.evolution.policy import Policy
from schemas.evolution.reading import FieldReading
from schemas.evolution.rule import BACKWARD_ONLY, Lint, Remark, Remarks, Rule, Scope

_UNITS: Final[Mapping[str, str]] = {
    "nanoseconds": r"nanoseconds?|nanos",
    "microseconds": r"microseconds?|micros|µs",
    "milliseconds": r"milliseconds?|millis|ms|msec",
    "seconds": r"seconds?|secs?|epoch seconds|(?<=[(\[])s(?=[)\]])|(?<=in )s",
    "minutes": r"minutes?|mins",
    "hours": r"hours?|hrs",
    "days": r"days?",
    "weeks": r"weeks?",
    "months": r"months?",
    "years": r"years?",
    "hundredths": r"hundredths?",
    "minor units": r"cents?|pence|pennies|minor (?:currency )?units?",
    "major units": r"major (?:currency )?units?",
    "dollars": r"dollars?|usd|us\$|\$",
    "euros": r"euros?|eur|€",
    "pounds sterling": r"gbp|pounds sterling|£",
    "pounds": r"pounds?(?! sterling)|lbs?",
    "ounces": r"ounces?|oz",
    "tonnes": r"tonnes?|metric tons?",
    "litres": r"lit(?:re|er)s?",
    "gallons": r"gallons?",
    "yen": r"yen|jpy",
    "francs": r"chf|francs?",
    "thousands": r"thousands?",
    "percent": r"percent(?:age)?|%|per cent",
    "per mille": r"per ?mille|‰",
    "basis points": r"basis points?|bps",
    "fraction": r"fractions?|0 to 1|0\.\.1|0-1|\[0, ?1\]",
    "0 to 100": r"0 to 100|0\.\.100|0-100|\[0, ?100\]",
    "kilometres": r"kilomet(?:re|er)s?|km",
    "metres": r"met(?:re|er)s?|(?<=[(\[])m(?=[)\]])|(?<=in )m",
    "miles": r"miles?",
    "feet": r"feet",
    "yards": r"yards?",
    "inches": r"inches",
    "centimetres": r"centimet(?:re|er)s?|cm",
    "millimetres": r"millimet(?:re|er)s?|mm",
    "degrees": r"degrees?",
    "radians": r"radians?",
    "bytes": r"bytes?",
    "kilobytes": r"kilobytes?|kib|kb",
    "megabytes": r"megabytes?|mib|mb",
    "UTC": r"utc|gmt",
    "local time": r"local time|local clock|wall clock",
    "gross": r"gross|including (?:tax|vat)|incl\.? (?:tax|vat)",
    "net": r"net|excluding (?:tax|vat)|excl\.? (?:tax|vat)",
    "grams": r"grams?",
    "kilograms": r"kilograms?|kg",
    "kilowatt hours": r"kwh|kilowatt[- ]hours?",
    "megawatt hours": r"mwh|megawatt[- ]hours?",
    "celsius": r"celsius|°c",
    "fahrenheit": r"fahrenheit|°f",
} | {
    # Case counts for these: TRY is a currency, try is not.
    code: rf"(?-i:{code})"
    for code in (
        *("AED", "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "HKD", "HUF", "ILS", "INR", "KRW", "MXN", "NOK", "NZD"),
        *("PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY", "UAH", "ZAR"),
    )
}
_EACH: Final = {unit: re.compile(rf"(?<![\w.])(?:{pattern})(?!\w)", re.IGNORECASE) for unit, pattern in _UNITS.items()}
_ANY: Final = re.compile("|".join(rf"(?<![\w.])(?:{pattern})(?!\w)" for pattern in _UNITS.values()), re.IGNORECASE)
_DENIED: Final = re.compile(
    r"\b(?:not|no longer|formerly|previously|instead of|rather than) (?:in |as )?[^\s.,;:()]+", re.IGNORECASE
)
"""A unit that is named to say that it is another one: `in dollars, not cents`."""

_UNIT_PROPERTIES: Final = frozenset(
    {"unit", "units", "currency", "timezone", "time_zone", "multiplier", "connect.name"}
)
_DENIALS: Final = frozenset({"false", "no", "none", "0"})
"""Words by which a mark says that there is nothing to hide."""

_PARTS: Final = frozenset({"items", "values"})
"""Attributes that are places of their own."""


@lru_cache(maxsize=4096)
def units_of(doc: str) -> frozenset[str]:
    """The units that a doc names, without those that it says are no longer meant."""
    if not _ANY.search(doc):
        return frozenset()
    meant = _DENIED.sub(" ", doc)
    return frozenset(unit for unit, pattern in _EACH.items() if pattern.search(meant))


def _meaning(reading: FieldReading) -> Remarks:
    old, new = reading.old, reading.new
    if not old or not new:
        return
    yield from _properties(reading, old, new)
    before, after = _doc(old), _doc(new)
    if before == after:
        return
    units, others = units_of(before), units_of(after)
    if others and units - others:
        yield Remark(
            f"Unit in the doc of {reading.path} changed from {_listed(units - others)} to "
            f"{_listed(others - units or others)}.",
            f"Nothing converts what is there: a value written with {reading.view.writer} in {_listed(units)} or "
            f"{_listed(others)} is read with {reading.view.reader} as the same number in the other.",
        )
    elif before and not after and reading.view.is_backward:
        yield Remark(
            f"Doc of {reading.path} was removed.",
            "Nobody who reads the contract knows any more what the field means, and in which unit.",
        )
    elif units and not others and reading.view.is_backward:
        yield Remark(
            f"Unit {_listed(units)} in the doc of {reading.path} was removed.",
            "Whoever reads the contract has to guess it, and whoever wrote it may have meant another one.",
        )


def _properties(reading: FieldReading, old: Place, new: Place) -> Remarks:
    """Units that stand in properties of their own."""
    before, after = unit_properties(old), unit_properties(new)
    for name in sorted(before.keys() - after.keys()) if reading.view.is_backward else ():
        yield Remark(
            f"Property {name} of {reading.path}, {before[name]}, was removed.",
            "Whoever reads the contract, or a program that goes by it, has to guess.",
        )
    written, read = (before, after) if reading.view.is_backward else (after, before)
    for name in sorted(before.keys() & after.keys()):
        if not is_same_value(before[name], after[name]):
            yield Remark(
                f"Property {name} of {reading.path} changed from {before[name]} to {after[name]}.",
                f"Nothing converts what is there: what {reading.view.writer} wrote as {written[name]} is read with "
                f"{reading.view.reader} as {read[name]}.",
            )


def unit_properties(place: Place) -> Mapping[str, Any]:
    """Properties that say in which unit the numbers of a place are, by name in lower case."""
    return _named(place, _is_unit)


def _is_unit(name: str) -> bool:
    return name.lower() in _UNIT_PROPERTIES


def _doc(place: Place) -> str:
    field_doc = place.field.doc if place.field else ""
    return f"{field_doc} {place.type.doc}".strip()


def _listed(units: frozenset[str]) -> str:
    return ", ".join(sorted(units))


def _marks(place: Place, policy: Policy) -> dict[str, Any]:
    """Properties that mark the place as sensitive; one that says no marks nothing."""
    named = _named(place, policy.is_sensitivity)
    return {name: value for name, value in named.items() if not _denies(value)}


def _denies(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower() in _DENIALS


def _named(place: Place, wanted: Callable[[str], bool]) -> dict[str, Any]:
    """The properties whose names are wanted, in lower case, of the place's field, its type or the branches of that."""
    found: dict[str, Any] = {}
    for attributes in _attributes(place):
        for name, value in _flattened(attributes):
            if value not in (None, False, "", "none", [], {}) and wanted(name):
                found[name.lower()] = value
    return found


def _flattened(attributes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Properties, and those one level down: `governance.pii`."""
    for name, value in attributes.items():
        yield name, value
        if isinstance(value, Mapping) and name not in _PARTS:
            yield from ((f"{name}.{inner}", below) for inner, below in value.items())


def _attributes(place: Place) -> Iterator[Mapping[str, Any]]:
    if place.field is not None:
        yield place.field.attributes
    for avro_type in (place.type, *place.type.branches):
        yield avro_type.attributes


def _sensitivity(reading: FieldReading) -> Remarks:
    old, new = reading.old, reading.new
    if not old or not new:
        return
    before, after = _marks(old, reading.view.policy), _marks(new, reading.view.policy)
    consequence = "Whatever masks, encrypts or restricts by that mark lets the values through from now on."
    for name in sorted(before.keys() - after.keys()):
        yield Remark(f"Mark {name} of {reading.path} was removed.", consequence)
    for name in sorted(before.keys() & after.keys()):
        severity = _severity_of_turn(before[name], after[name])
        if severity:
            yield Remark(
                f"Mark {name} of {reading.path} changed from {_shown(before[name])} to {_shown(after[name])}.",
                consequence,
                severity,
            )


def _severity_of_turn(before: Any, after: Any) -> Severity | None:
    """Of a mark that is another than before: a list must keep its elements, and may gain some."""
    if is_same_value(before, after):
        return None
    if not isinstance(before, list):
        return Severity.WARNING
    kept = after if isinstance(after, list) else [after]
    lost = any(not any(is_same_value(one, other) for other in kept) for one in before)
    return Severity.ERROR if lost else None


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _unmarked(lint: Lint, place: Place) -> Remarks:
    field = place.field
    if field is None or field.type is not place.type or not _is_text(place.type):
        return
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field.name).lower()
    if {snake, snake.replace("_", "")} & lint.policy.personal_names and not _marks(place, lint.policy):
        yield Remark(
            f"{place.path} looks like personal data, and nothing marks it.",
            "Whatever masks or restricts personal data does not see it.",
            about=field,
        )


def _is_text(avro_type: AvroType) -> bool:
    return avro_type.kind == "string" or any(branch.kind == "string" for branch in avro_type.branches)


def _undocumented(lint: Lint, place: Place) -> Remarks:  # noqa: ARG001 - every lint check has the same signature
    field = place.field
    if field is not None and field.type is place.type and not _doc(place):
        yield Remark(
            f"{place.path} has no doc.",
            "Whoever reads it has to guess what it means and in which unit it is.",
            introduced=Severity.NOTE,
            about=field,
        )


RULES: Final = (
    Rule(
        "MEANING_CHANGED",
        "Checks that the unit a doc names stays, and that no doc is removed.",
        Severity.WARNING,
        Scope.FIELD,
        _meaning,
        "Add a field that is named after the new unit.",
    ),
    Rule(
        "SENSITIVITY_LOST",
        "Checks that a mark such as sensitivity or pii is not removed from a field.",
        Severity.ERROR,
        Scope.FIELD,
        _sensitivity,
        "Keep the mark; whoever is responsible for the data lowers it, with a waiver.",
        at_any_level=True,
    ),
    Rule(
        "SENSITIVITY_MISSING",
        "Checks that a text that looks like personal data carries a mark.",
        Severity.WARNING,
        Scope.LINT_PLACE,
        _unmarked,
        'Add for example "sensitivity": "high" to the type.',
        BACKWARD_ONLY,
    ),
    Rule(
        "DOC_MISSING",
        "Checks that every field has a doc.",
        Severity.WARNING,
        Scope.LINT_PLACE,
        _undocumented,
        "Say what it is, and in which unit.",
        BACKWARD_ONLY,
    ),
)
