"""What only the earlier versions tell."""

from typing import Final

from schemas.evolution.finding import Severity
from schemas.evolution.history import History, fields_by_path
from schemas.evolution.logical_types import effective_logical_type, precision_of, scale_of
from schemas.evolution.model import AvroType
from schemas.evolution.places import Place
from schemas.evolution.rule import BACKWARD_ONLY, Remark, Remarks, Rule, Scope
from schemas.evolution.rules.meaning import units_of


def _reused(history: History) -> Remarks:
    versions = [fields_by_path(schema) for schema in history.earlier]
    if not versions:
        return
    for path, place in fields_by_path(history.new).items():
        had = [number for number, fields in enumerate(versions, start=1) if path in fields]
        if had and had[-1] < len(versions):
            yield _remark(place, versions[had[-1] - 1][path], had[-1])


def _remark(place: Place, retired: Place, version: int) -> Remark:
    before, after = _described(retired), _described(place)
    changed = before != after
    return Remark(
        f"{place.path} was removed after version {version} and is there again: it changed from {before} to {after}."
        if changed
        else f"{place.path} was removed after version {version} and is there again, as {after}.",
        f"Records of version {version} that are still in the topic hold a {place.name} of the former kind, and are "
        "read as the new one; a check against the newest version alone sees nothing.",
        None if changed else Severity.WARNING,
        location=place.field_location,
    )


def _described(place: Place) -> str:
    units = units_of(place.field.doc) if place.field else frozenset()
    return _type(place.type) + (f" in {', '.join(sorted(units))}" if units else "")


def _type(avro_type: AvroType) -> str:
    if avro_type.branches:
        return " | ".join(_type(branch) for branch in avro_type.branches if branch.kind != "null")
    effective = effective_logical_type(avro_type)
    if effective is None:
        return avro_type.title + (f" of {avro_type.element.title}" if avro_type.element is not None else "")
    digits = f"({precision_of(avro_type)},{scale_of(avro_type)})" if effective.name == "decimal" else ""
    return effective.name + digits


RULES: Final = (
    Rule(
        "RETIRED_NAME_REUSED",
        "Checks that the name of a removed field does not come back, least of all with another type or unit.",
        Severity.ERROR,
        Scope.HISTORY,
        _reused,
        "Take another name; a name that once meant something is used up.",
        BACKWARD_ONLY,
    ),
)
