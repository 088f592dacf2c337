"""Makes the model of a schema from its text or its parsed JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from schemas.evolution.errors import SchemaTextError
from schemas.evolution.model import (
    ABSENT,
    NAMED,
    PRIMITIVES,
    UNKNOWN,
    AvroField,
    AvroType,
    Flaw,
    Pointer,
    Schema,
)
from schemas.evolution.positions import read_text

SchemaSource: TypeAlias = "str | Mapping[str, Any] | Sequence[Any] | Schema"
"""A schema as its text, as parsed JSON, or already loaded. A bare primitive name such as `string` counts as parsed."""

_STRUCTURE: Final = {
    "record": ("type", "name", "namespace", "aliases", "fields"),
    "enum": ("type", "name", "namespace", "aliases", "symbols", "default"),
    "fixed": ("type", "name", "namespace", "aliases", "size"),
    "array": ("type", "items"),
    "map": ("type", "values"),
}
_OF_A_FIELD: Final = frozenset({"name", "type", "default", "aliases"})


def load(source: SchemaSource, references: Sequence[SchemaSource] = ()) -> Schema:
    """The model of `source`.

    Args:
        references: Schemas that define names used in `source`, each after those that it refers to.

    Raises:
        SchemaTextError: `source` is a text that is not JSON.
    """
    if isinstance(source, Schema):
        return source
    return _load(_json_of(source), [_json_of(reference) for reference in references])


def load_text(text: str, references: Sequence[str] = ()) -> Schema:
    """The model of a file's text; `string` without quotes is no JSON there, and `null` is no schema.

    Raises:
        SchemaTextError: a text is not JSON.
    """
    return _load(_json_of_text(text), [_json_of_text(reference) for reference in references])


def _load(value: Any, references: Sequence[Any]) -> Schema:
    loader = _Loader()
    for number, reference in enumerate(references, start=1):
        loader.load(reference, number)
    foreign = frozenset(loader.named)
    root = loader.load(value, 0)
    return Schema(root, loader.named, loader.types, value, loader.flaws, foreign)


def _json_of(source: SchemaSource) -> Any:
    if isinstance(source, Schema):
        return source.value
    if not isinstance(source, str) or source in PRIMITIVES:
        return source
    return _json_of_text(source)


def _json_of_text(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return read_text(text).value


def _no_json(constant: str) -> Any:
    """Python reads NaN and Infinity, which no other parser does."""
    raise ValueError(f"{constant} is no JSON")


class _Slot:
    """Where a type goes once it is made: an attribute of its owner, or a place in the owner's list."""

    __slots__ = ("key", "owner")

    def __init__(self, owner: Any, key: str | int) -> None:
        self.owner = owner
        self.key = key

    def fill(self, made: AvroType) -> None:
        if isinstance(self.key, int):
            self.owner[self.key] = made
        else:
            setattr(self.owner, self.key, made)


_Task: TypeAlias = tuple[Any, str, Pointer, _Slot]
"""JSON value, enclosing namespace, pointer, and where the type made of it goes."""


class _Loader:
    """Reads one document after the other; names stay known from one to the next."""

    def __init__(self) -> None:
        self.named: dict[str, AvroType] = {}
        self.bodies: dict[str, Any] = {}
        self.types: list[AvroType] = []
        self.flaws: list[Flaw] = []
        self.document = 0
        self.tasks: list[_Task] = []
        self.unresolved: list[_Task] = []

    def load(self, value: Any, document: int) -> AvroType:
        self.document = document
        holder: list[AvroType] = [AvroType(UNKNOWN)]
        self.tasks = [(value, "", (), _Slot(holder, 0))]
        while self.tasks:
            self._make(*self.tasks.pop())
        for name, namespace, pointer, slot in self.unresolved:
            slot.fill(self._late(name, namespace, pointer))
        self.unresolved = []
        return holder[0]

    def _make(self, value: Any, namespace: str, pointer: Pointer, slot: _Slot) -> None:
        while isinstance(value, Mapping) and isinstance(value.get("type"), Mapping | list):
            self._flaw("MALFORMED", pointer, "the value of 'type' is a schema of its own, where a name was expected")
            value, pointer = value["type"], (*pointer, "type")
        if isinstance(value, str):
            self._use(value, namespace, pointer, slot)
        elif isinstance(value, Mapping) and isinstance(value.get("type"), str):
            self._object(value, namespace, pointer, slot)
        elif isinstance(value, Sequence):
            self._union(value, namespace, pointer, slot)
        else:
            missing = value is None or isinstance(value, Mapping)
            problem = "a type is missing" if missing else f"{json.dumps(value)} is no schema"
            self._flaw("MALFORMED", pointer, problem)
            slot.fill(self._keep(AvroType(UNKNOWN, pointer=pointer, document=self.document)))

    def _use(self, name: str, namespace: str, pointer: Pointer, slot: _Slot) -> None:
        if name in PRIMITIVES:
            slot.fill(self._keep(AvroType(name, pointer=pointer, document=self.document)))
            return
        known = self._known(name, namespace, pointer)
        if known is not None:
            slot.fill(known)
        else:
            self.unresolved.append((name, namespace, pointer, slot))

    def _known(self, name: str, namespace: str, pointer: Pointer) -> AvroType | None:
        full_name = _used(name, namespace)
        if full_name in self.named or name not in self.named:
            return self.named.get(full_name)
        message = f"{name} has no namespace and is used inside {namespace}, where fastavro looks for {full_name} only"
        self._flaw("NAME_OF_NO_NAMESPACE", pointer, message)
        return self.named[name]

    def _late(self, name: str, namespace: str, pointer: Pointer) -> AvroType:
        full_name = _used(name, namespace)
        known = self.named.get(full_name)  # Avro Java, too, looks back only for a name of no namespace
        if known is not None:
            self._flaw("USED_BEFORE_DEFINED", pointer, f"{full_name} is used before it is defined")
            return known
        self._flaw("UNKNOWN_NAME", pointer, f"no type is named {full_name}")
        return self._keep(AvroType(UNKNOWN, full_name, pointer=pointer, document=self.document))

    def _object(self, value: Mapping[str, Any], namespace: str, pointer: Pointer, slot: _Slot) -> None:
        kind = "record" if value["type"] == "error" else value["type"]
        if kind in NAMED:
            slot.fill(self._named(kind, value, namespace, pointer))
        elif kind in ("array", "map"):
            made = self._keep(AvroType(kind, "", _beyond(value, kind), pointer, self.document))
            made.element = made
            inner = "items" if kind == "array" else "values"
            self.tasks.append((value.get(inner), namespace, (*pointer, inner), _Slot(made, "element")))
            slot.fill(made)
        elif kind in PRIMITIVES:
            attributes = {key: item for key, item in value.items() if key != "type"}
            slot.fill(self._keep(AvroType(kind, "", attributes, pointer, self.document)))
        else:
            self._use(kind, namespace, pointer, slot)

    def _union(self, value: Sequence[Any], namespace: str, pointer: Pointer, slot: _Slot) -> None:
        made = self._keep(AvroType("union", pointer=pointer, document=self.document))
        made.branches = [made] * len(value)
        for index in reversed(range(len(value))):
            self.tasks.append((value[index], namespace, (*pointer, index), _Slot(made.branches, index)))
        slot.fill(made)

    def _named(self, kind: str, value: Mapping[str, Any], namespace: str, pointer: Pointer) -> AvroType:
        full_name = self._full_name(value, namespace, pointer)
        space = full_name.rpartition(".")[0]
        written = self._names(value, "aliases", pointer, f"{kind} {full_name}")
        made = self._keep(AvroType(kind, full_name, _beyond(value, kind), pointer, self.document))
        made.written_aliases = written
        made.aliases = tuple(_qualified(alias, space) for alias in written)
        self._define(made, value)
        if kind == "record":
            self._fields(made, value.get("fields"), space)
        elif kind == "enum":
            made.symbols = self._names(value, "symbols", pointer, f"enum {full_name}")
            if "symbols" not in value:
                self._flaw("MALFORMED", pointer, f"enum {full_name} has no list of symbols")
            made.enum_default = value.get("default", ABSENT)
        else:
            size = value.get("size")
            made.size = size if isinstance(size, int) and not isinstance(size, bool) else -1
        return made

    def _names(self, value: Mapping[str, Any], key: str, pointer: Pointer, owner: str) -> tuple[str, ...]:
        """The names in a list that may be left out."""
        written = value.get(key, ())
        if not isinstance(written, list | tuple) or not all(isinstance(item, str) for item in written):
            self._flaw("MALFORMED", (*pointer, key), f"{key} of {owner} are no list of names")
        return _texts(written)

    def _full_name(self, value: Mapping[str, Any], namespace: str, pointer: Pointer) -> str:
        name, own = value.get("name"), value.get("namespace")
        if not isinstance(name, str) or not name:
            self._flaw("MALFORMED", pointer, f"the {value['type']} has no name")
            return ""
        return _qualified(name, own if isinstance(own, str) else namespace)

    def _define(self, made: AvroType, value: Mapping[str, Any]) -> None:
        if not made.name:
            return
        if made.name not in self.named:
            self.named[made.name] = made
            self.bodies[made.name] = value
        elif _equal(self.bodies[made.name], value):
            self._flaw(
                "REDEFINED_IDENTICALLY", made.pointer, f"{made.name} is defined a second time, with the same body"
            )
        else:
            self._flaw("REDEFINED", made.pointer, f"{made.name} is defined a second time, with another body")

    def _fields(self, record: AvroType, written: Any, namespace: str) -> None:
        if not isinstance(written, Sequence) or isinstance(written, str):
            self._flaw("MALFORMED", record.pointer, f"record {record.name} has no list of fields")
            return
        tasks: list[_Task] = []
        for index, entry in enumerate(written):
            pointer = (*record.pointer, "fields", index)
            if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
                self._flaw("MALFORMED", pointer, f"field {index + 1} of record {record.name} has no name")
                continue
            aliases = self._names(entry, "aliases", pointer, f"field {entry['name']}")
            made = _field(entry, aliases, pointer, record)
            record.fields.append(made)
            tasks.append((entry.get("type"), namespace, (*pointer, "type"), _Slot(made, "type")))
        self.tasks.extend(reversed(tasks))

    def _keep(self, made: AvroType) -> AvroType:
        self.types.append(made)
        return made

    def _flaw(self, kind: str, pointer: Pointer, message: str) -> None:
        self.flaws.append(Flaw(kind, pointer, self.document, message))


def _field(entry: Mapping[str, Any], aliases: tuple[str, ...], pointer: Pointer, placeholder: AvroType) -> AvroField:
    attributes = {key: item for key, item in entry.items() if key not in _OF_A_FIELD}
    return AvroField(entry["name"], placeholder, entry.get("default", ABSENT), aliases, attributes, pointer)


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except RecursionError:  # too deep to tell: the graver answer
        return False


def _qualified(name: str, namespace: str) -> str:
    if "." in name:
        return name.removeprefix(".")
    return f"{namespace}.{name}" if namespace else name


def _used(name: str, namespace: str) -> str:
    """The full name that a use means; a dot at its beginning is understood in a definition only."""
    return name if name.startswith(".") else _qualified(name, namespace)


def _beyond(value: Mapping[str, Any], kind: str) -> dict[str, Any]:
    structure = _STRUCTURE[kind]
    return {key: item for key, item in value.items() if key not in structure}


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def position_error(text: str, pointer: Pointer, problem: str) -> SchemaTextError:
    """An error at the line and column of `pointer` in `text`."""
    position = read_text(text).locate(pointer)
    return SchemaTextError(problem, line=position.line, column=position.column)
