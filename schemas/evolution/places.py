"""Places in a schema, with a path that a person can read."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.evolution.finding import Location
from schemas.evolution.model import AvroField, AvroType, Schema


@dataclass(frozen=True, slots=True)
class Place:
    """A type, or a field with its type, at a path.

    Args:
        field: The field whose type this is, unions looked through; None for items, values and the root.
        record: The record that the field belongs to.
    """

    path: str
    type: AvroType
    field: AvroField | None = None
    record: AvroType | None = None

    @property
    def name(self) -> str:
        """Name of the field the place belongs to, the nearest one above for items and values."""
        return self.path.replace("[]", "").replace("{}", "").rpartition(".")[2].partition("<")[0]

    @property
    def location(self) -> Location:
        """Where to point at: the type."""
        return Location(self.path, self.type.pointer, self.type.document)

    @property
    def field_location(self) -> Location:
        """Where to point at: the whole field, or the type outside of a field."""
        if self.field is None or self.record is None:
            return self.location
        return Location(self.path, self.field.pointer, self.record.document)

    def of_field(self, field: AvroField) -> "Place":
        """The place of one of this record's fields."""
        return Place(f"{self.path}.{field.name}", field.type, field, self.type)

    def element(self) -> "Place":
        """The place of an array's items or a map's values."""
        element = self.type.element or self.type
        return Place(self.path + ("[]" if self.type.kind == "array" else "{}"), element)

    def branch(self, branch: AvroType) -> "Place":
        """The place of one of this union's branches. A nullable type keeps its path; other branches show their name."""
        others = sum(1 for other in self.type.branches if other.kind != "null")
        shown = f"<{branch.short_name or branch.kind}>" if others > 1 and branch.kind != "null" else ""
        return Place(self.path + shown, branch, self.field, self.record)


def root_of(schema: Schema) -> Place:
    """The place of the schema itself."""
    return Place(schema.title, schema.root)


def places(schema: Schema, *, references: bool = False) -> Iterator[Place]:
    """Every place of the schema's own text, in its order, each named type opened once; the references' if asked."""
    seen: set[int] = set()
    stack = [root_of(schema)]
    while stack:
        place = stack.pop()
        yield place
        if id(place.type) in seen or (place.type.document != 0 and not references):
            continue
        seen.add(id(place.type))
        stack.extend(reversed(list(_below(place))))


def _below(place: Place) -> Iterator[Place]:
    if place.type.kind == "record":
        yield from (place.of_field(field) for field in place.type.fields)
    elif place.type.kind == "union":
        yield from (place.branch(branch) for branch in place.type.branches)
    elif place.type.element is not None:
        yield place.element()
