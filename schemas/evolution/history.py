"""The earlier versions of a schema beside the new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.evolution.model import AvroType, Schema
from schemas.evolution.places import Place, places


@dataclass(frozen=True, slots=True)
class History:
    """Earlier versions, oldest first, and the one that is to follow."""

    earlier: Sequence[Schema]
    new: Schema


@dataclass(frozen=True, slots=True)
class FieldsOfVersion:
    """The fields of one version, found by where they stand.

    Args:
        by_path: Every field by its path without the name of the root.
        by_record: Every field by the full name of its record, empty for the root's, and its own name.
        records: Full names of the records, with an empty one for the root.
    """

    by_path: Mapping[str, Place]
    by_record: Mapping[tuple[str, str], Place]
    records: frozenset[str]

    def of_record(self, names: Sequence[str], field: str) -> Place | None:
        """The field of that name in the first of the records that has it."""
        return next((self.by_record[name, field] for name in names if (name, field) in self.by_record), None)


def fields_of(schema: Schema) -> FieldsOfVersion:
    """Every field of a version, those of a named record once."""
    found = [place for place in places(schema) if place.field is not None and place.field.type is place.type]
    records = {avro_type.name for avro_type in schema.types if avro_type.kind == "record"}
    return FieldsOfVersion(
        {place.path.partition(".")[2]: place for place in found},
        {
            (owners(place.record, schema.root)[0], place.field.name): place
            for place in found
            if place.record and place.field
        },
        frozenset({"", *records}),
    )


def owners(record: AvroType, root: AvroType) -> tuple[str, ...]:
    """The full names under which a record may be found in other versions, its own first; empty for the root."""
    return ("",) if record is root else (record.name, *record.aliases)
