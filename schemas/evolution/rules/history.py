"""What only the earlier versions tell."""

from collections.abc import Sequence
from typing import Final

from schemas.evolution.finding import Severity
from schemas.evolution.history import FieldsOfVersion, History, fields_of, owners
from schemas.evolution.logical_types import effective_logical_type, precision_of, scale_of
from schemas.evolution.model import PRIMITIVES, AvroType
from schemas.evolution.places import Place
from schemas.evolution.rule import BACKWARD_ONLY, Remark, Remarks, Rule, Scope
from schemas.evolution.rules.meaning import unit_properties, units_of
from schemas.evolution.stackless import Steps, run


def _reused(history: History) -> Remarks:
    versions = [fields_of(schema) for schema in history.earlier]
    for place in fields_of(history.new).by_path.values():
        names = owners(place.record, history.new.root) if place.record else ()
        retired = _retired(place, names, versions)
        if retired:
            yield _remark(place, *retired)


def _retired(place: Place, names: Sequence[str], versions: Sequence[FieldsOfVersion]) -> tuple[Place, int] | None:
    """What the name of a field stood for before it went, with the last version that had it."""
    if not versions or versions[-1].of_record(names, _name(place)):
        return None
    return _by_record(place, names, versions) or _by_path(place, versions)


def _by_record(place: Place, names: Sequence[str], versions: Sequence[FieldsOfVersion]) -> tuple[Place, int] | None:
    """The field of the same record that went while the record stayed.

    A record may be found by another path than before, as a second one in its union puts its name there.
    """
    last: tuple[Place, int] | None = None
    without = False
    for number, version in enumerate(versions, start=1):
        field = version.of_record(names, _name(place))
        if field is not None:
            last, without = (field, number), False
        elif not version.records.isdisjoint(names):
            without = True
    return last if without else None


def _name(place: Place) -> str:
    return place.field.name if place.field else ""


def _by_path(place: Place, versions: Sequence[FieldsOfVersion]) -> tuple[Place, int] | None:
    """The field at the same path that went, whatever its record was called."""
    path = place.path.partition(".")[2]
    had = [number for number, version in enumerate(versions, start=1) if path in version.by_path]
    return (versions[had[-1] - 1].by_path[path], had[-1]) if had and had[-1] < len(versions) else None


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
    """Type and unit of what a field holds, as far as another one would read the same bytes as something else."""
    text: str = run(_told(place))
    return text


def _told(place: Place) -> Steps[str]:
    of: str = yield _type(place)
    units = sorted(_units(place))
    return f"{of} in {', '.join(units)}" if units else of


def _type(place: Place) -> Steps[str]:
    avro_type = place.type
    if avro_type.branches:
        told: str = yield _branches(place)
        return told
    if avro_type.element is not None:
        items: str = yield _told(place.element())
        return f"{avro_type.title} of {items}"
    return _leaf(avro_type)


def _branches(place: Place) -> Steps[str]:
    told = ""
    for branch in place.type.branches:
        if branch.kind != "null":
            one: str = yield _type(place.branch(branch))
            told += f" | {one}" if told else one
    return told


def _leaf(avro_type: AvroType) -> str:
    effective = effective_logical_type(avro_type)
    if effective is not None:
        digits = f"({precision_of(avro_type)},{scale_of(avro_type)})" if effective.name == "decimal" else ""
        return effective.name + digits
    if avro_type.kind == "enum":
        return f"{avro_type.title} ({', '.join(avro_type.symbols)})"
    return f"{avro_type.title} ({avro_type.size} bytes)" if avro_type.kind == "fixed" else avro_type.title


def _units(place: Place) -> frozenset[str]:
    """The units that a doc or a property names: a unit that moves from one to the other stays."""
    docs = (place.field.doc if place.field else "", place.type.doc if place.type.kind in PRIMITIVES else "")
    found = units_of(" ".join(docs))
    for name, value in unit_properties(place).items():
        found |= units_of(str(value)) or {f"{name} {value}"}
    return found


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
