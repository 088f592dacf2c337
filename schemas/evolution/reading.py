"""Pairs of places: what a reader has beside what was written, in one direction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.evolution.finding import Direction
from schemas.evolution.former_names import FormerNames
from schemas.evolution.model import AvroField, AvroType
from schemas.evolution.places import Place
from schemas.evolution.policy import DEFAULT_POLICY, Policy


@dataclass(frozen=True, slots=True)
class View:
    """One direction of a comparison: who reads, who wrote, and how the two schemas are called in sentences.

    Args:
        past: What the versions before the new schema call its fields, as far as they are known.
    """

    direction: Direction
    policy: Policy = DEFAULT_POLICY
    old_name: str = "the old schema"
    new_name: str = "the new schema"
    past: FormerNames = field(default_factory=FormerNames)

    @property
    def is_backward(self) -> bool:
        """Whether the new schema reads old data."""
        return self.direction is Direction.BACKWARD

    @property
    def reader(self) -> str:
        """Name of the schema that reads."""
        return self.new_name if self.is_backward else self.old_name

    @property
    def writer(self) -> str:
        """Name of the schema that wrote."""
        return self.old_name if self.is_backward else self.new_name


@dataclass(frozen=True, slots=True)
class Reading:
    """A place of the reader and the place of the writer it is read from. One of them may be missing, never both.

    `old` and `new` are the same two, for messages: what changed is told from old to new whoever reads.
    """

    view: View
    reader: Place | None
    writer: Place | None

    @property
    def old(self) -> Place | None:
        """The place in the old schema."""
        return self.writer if self.view.is_backward else self.reader

    @property
    def new(self) -> Place | None:
        """The place in the new schema."""
        return self.reader if self.view.is_backward else self.writer

    @property
    def path(self) -> str:
        """The path in the new schema, or in the old where the new has none."""
        place = self.new or self.old
        return place.path if place else ""


@dataclass(frozen=True, slots=True)
class TypeReading(Reading):
    """Two types, neither of them a union, that differ in something."""

    reader: Place
    writer: Place

    @property
    def types(self) -> tuple[AvroType, AvroType]:
        """The old and the new type."""
        pair = (self.writer.type, self.reader.type)
        return pair if self.view.is_backward else (pair[1], pair[0])

    @property
    def is_promotion(self) -> bool:
        """Whether the kinds differ."""
        return self.reader.type.kind != self.writer.type.kind


@dataclass(frozen=True, slots=True)
class FieldReading(Reading):
    """Two fields that answer to each other and differ in something, or a field that only one side has.

    Items, values and the root of a schema are told like fields; their places have no field.

    Args:
        matches: The writer's fields that answer to the reader's; two or more are ambiguous.
        counterpart: For a field that only one side has: the field of the other side it was probably renamed from or to.
        by_alias: Whether the newer of the two declares the older one's name as an alias.
    """

    matches: Sequence[AvroField] = ()
    counterpart: Place | None = None
    by_alias: bool = False


@dataclass(frozen=True, slots=True)
class UnionReading(Reading):
    """Two places of which at least one is a union.

    Args:
        unread: Branches of the writer for which the reader has nothing that looks like them.
        order_taken: A branch of the writer, the one that Avro Java takes for it, and the one that readers in order
            (fastavro) take, where the two differ and did not already differ among the writer's own branches.
    """

    reader: Place
    writer: Place
    unread: Sequence[Place] = ()
    order_taken: Sequence[tuple[AvroType, AvroType, AvroType]] = ()

    @property
    def titles(self) -> tuple[str, str]:
        """Branches of the old and of the new type, as text."""
        pair = (branches_as_text(self.writer.type), branches_as_text(self.reader.type))
        return pair if self.view.is_backward else (pair[1], pair[0])


def branches_as_text(avro_type: AvroType) -> str:
    """`null | string` for a union, the title of any other type."""
    return " | ".join(branch.title for branch in avro_type.branches) if avro_type.branches else avro_type.title
