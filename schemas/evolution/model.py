"""An Avro schema with its names resolved: what every check reads.

The model is total: every JSON value has one. What no parser would accept (an unknown name, a field without a type)
becomes a type of kind `unknown`, and `schemas.evolution.validity` says what is wrong with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

PRIMITIVES: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED: Final = frozenset({"record", "enum", "fixed"})
UNKNOWN: Final = "unknown"

Pointer: TypeAlias = tuple[str | int, ...]
"""Steps from the root of a JSON text to one of its values, as in RFC 6901."""


class Absent:
    """The type of `ABSENT`, which stands for a default that is not given (null is a default)."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


@dataclass(eq=False, slots=True)
class AvroField:
    """One field of a record.

    Args:
        attributes: Everything beside name, type, default and aliases: doc, order, custom properties.
        aliases: Former names, as written.
        pointer: Where the field stands in its text.
    """

    name: str
    type: "AvroType"
    default: Any
    aliases: tuple[str, ...]
    attributes: Mapping[str, Any]
    pointer: Pointer

    @property
    def has_default(self) -> bool:
        """Whether a default is given, null included."""
        return not isinstance(self.default, Absent)

    @property
    def doc(self) -> str:
        """The field's doc, empty without one."""
        doc = self.attributes.get("doc")
        return doc if isinstance(doc, str) else ""


@dataclass(eq=False, slots=True)
class AvroType:
    """One type of a schema. Two uses of a named type are the same object.

    Args:
        kind: `null` … `string`, `record`, `enum`, `fixed`, `array`, `map`, `union` or `unknown`.
        name: Full name of a named type, or the name that is not known; empty otherwise.
        attributes: Everything beside the structure: doc, logicalType, precision, scale, custom properties.
        pointer: Where the type is defined in its text.
        document: Number of the text that defines it: 0 the schema itself, 1 … the references in their order.
        aliases: Former full names of a named type, qualified by its namespace.
        written_aliases: The same as written.
        element: Items of an array, values of a map.
        enum_default: The enum's own default, whatever stands there.
    """

    kind: str
    name: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    pointer: Pointer = ()
    document: int = 0
    aliases: tuple[str, ...] = ()
    written_aliases: tuple[str, ...] = ()
    fields: list[AvroField] = field(default_factory=list)
    symbols: tuple[str, ...] = ()
    enum_default: Any = ABSENT
    size: int = 0
    element: "AvroType | None" = None
    branches: "list[AvroType]" = field(default_factory=list)
    _by_name: dict[str, AvroField] = field(default_factory=dict)

    @property
    def short_name(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition(".")[2]

    @property
    def title(self) -> str:
        """The name of a named type, the kind of any other."""
        return self.name or self.kind

    @property
    def doc(self) -> str:
        """The type's doc, empty without one."""
        doc = self.attributes.get("doc")
        return doc if isinstance(doc, str) else ""

    @property
    def default_symbol(self) -> str | None:
        """The enum's default if it is one of its symbols: what a reader puts in place of a symbol it does not know."""
        return self.enum_default if isinstance(self.enum_default, str) and self.enum_default in self.symbols else None

    @property
    def is_nullable(self) -> bool:
        """Whether this is a union with a null branch."""
        return any(branch.kind == "null" for branch in self.branches)

    def field(self, name: str) -> AvroField | None:
        """The field of that name; of two, the first."""
        if not self._by_name:
            self._by_name = {field.name: field for field in reversed(self.fields)}
        return self._by_name.get(name)

    def __repr__(self) -> str:
        return f"<AvroType {self.kind} {self.name}>" if self.name else f"<AvroType {self.kind}>"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something the loader met that is no Avro.

    Args:
        kind: `UNKNOWN_NAME`, `USED_BEFORE_DEFINED`, `NAME_OF_NO_NAMESPACE`, `REDEFINED`, `REDEFINED_IDENTICALLY` or
            `MALFORMED`.
        pointer: Where it stands.
        message: What is wrong, as a sentence.
    """

    kind: str
    pointer: Pointer
    document: int
    message: str


@dataclass(eq=False, slots=True)
class Schema:
    """A schema and the records it refers to.

    Args:
        root: The type of the schema itself.
        named: Every named type by full name, those of the references included.
        types: Every type, those of the references first, else in the order of the text, each once.
        value: The parsed JSON of the schema itself.
        flaws: What the loader could not make sense of.
        foreign: Full names that come from the references.
    """

    root: AvroType
    named: Mapping[str, AvroType]
    types: Sequence[AvroType]
    value: Any
    flaws: Sequence[Flaw] = ()
    foreign: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """Short name of the root, or its kind."""
        return self.root.short_name or self.root.kind
