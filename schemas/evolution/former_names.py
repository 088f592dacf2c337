"""What fields were called in earlier versions, which two schemas alone do not tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.evolution.history import FieldsOfVersion, History, fields_of, owners
from schemas.evolution.model import AvroField, AvroType, Schema


@dataclass(frozen=True, slots=True)
class FormerNames:
    """The names that earlier versions had or declared for the fields of a new schema.

    Args:
        new: The new schema; None where only two schemas are compared, and nothing else is known.
        versions: Fields of the earlier versions.
    """

    new: Schema | None = None
    versions: Sequence[FieldsOfVersion] = ()

    def was_a_field(self, record: AvroType, name: str) -> bool:
        """Whether an earlier version had a field of that name in a record of the new schema."""
        return any(True for _ in self._fields(record, name))

    def declared(self, record: AvroType, field: AvroField) -> frozenset[str]:
        """The aliases that earlier versions declared for a field of the new schema, and for those aliases in turn."""
        found: set[str] = set()
        names = [field.name, *field.aliases]
        while names:
            for former in self._fields(record, names.pop()):
                names.extend(alias for alias in former.aliases if alias not in found)
                found.update(former.aliases)
        return frozenset(found)

    def _fields(self, record: AvroType, name: str) -> Iterator[AvroField]:
        known_as = owners(record, self.new.root) if self.new else ()
        for version in self.versions:
            place = version.of_record(known_as, name)
            if place is not None and place.field is not None:
                yield place.field


def former_names(history: History) -> FormerNames:
    """The former names that a history tells."""
    return FormerNames(history.new, tuple(fields_of(schema) for schema in history.earlier))
