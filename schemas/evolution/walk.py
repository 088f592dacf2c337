"""Walks a reader and a writer side by side, the way a decoder would, and yields where they differ."""

from collections.abc import Iterator

from schemas.evolution.json_equality import is_same_json
from schemas.evolution.model import PRIMITIVES, AvroField, AvroType
from schemas.evolution.places import Place
from schemas.evolution.reading import FieldReading, Reading, TypeReading, UnionReading, View
from schemas.evolution.renames import counterparts
from schemas.evolution.resolution import Resolver, same_name, writer_fields


class Walk:
    """One pass in one direction.

    Once the pass is over, `aligned` maps the identity of each of the reader's fields and types to what it is read
    from, and `unchanged` holds the identities of the reader's fields that are of primitive types and differ in nothing.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.resolver = Resolver()
        self.aligned: dict[int, AvroField | AvroType] = {}
        self.unchanged: set[int] = set()
        self._seen: set[tuple[int, int]] = set()
        self._stack: list[tuple[Place, Place]] = []

    def readings(self, reader: Place, writer: Place) -> Iterator[Reading]:
        """Everything below two places that differs, in the order of the reader's text."""
        self._stack = [(reader, writer)]
        yield from self._bare(reader, writer)
        while self._stack:
            one, other = self._stack.pop()
            mark = len(self._stack)
            yield from self._pair(one, other)
            self._stack[mark:] = reversed(self._stack[mark:])

    def _pair(self, reader: Place, writer: Place) -> Iterator[Reading]:
        key = (id(reader.type), id(writer.type))
        if key in self._seen:
            return
        self._seen.add(key)
        self.aligned.setdefault(id(reader.type), writer.type)
        if "union" in (reader.type.kind, writer.type.kind):
            yield from self._union(reader, writer)
            return
        if not _alike(reader.type, writer.type):
            yield TypeReading(self.view, reader, writer)
        if reader.type.kind != writer.type.kind:
            return
        if reader.type.kind == "record":
            yield from self._record(reader, writer)
        elif reader.type.element is not None:
            element, written = reader.element(), writer.element()
            yield from self._bare(element, written)
            self._stack.append((element, written))

    def _bare(self, reader: Place, writer: Place) -> Iterator[Reading]:
        """Items, values and the root, which are read like fields without a name."""
        types = zip((reader.type, *reader.type.branches), (writer.type, *writer.type.branches), strict=False)
        if reader.type.kind != writer.type.kind or not all(
            is_same_json(one.attributes, other.attributes) for one, other in types
        ):
            yield FieldReading(self.view, reader, writer)

    def _record(self, reader: Place, writer: Place) -> Iterator[Reading]:
        claimed: set[int] = set()
        alone: list[Place] = []
        for field in reader.type.fields:
            matches = writer_fields(field, writer.type)
            claimed.update(id(match) for match in matches)
            if len(matches) == 1 and _same_field(field, matches[0]):
                self._align_unchanged(field, matches[0])
            elif matches:
                yield from self._fields(reader.of_field(field), writer.of_field(matches[0]), matches)
            else:
                alone.append(reader.of_field(field))
        unread = [writer.of_field(field) for field in writer.type.fields if id(field) not in claimed]
        yield from self._alone(reader, writer, alone, unread)

    def _fields(self, reader: Place, writer: Place, matches: list[AvroField]) -> Iterator[Reading]:
        one, other = reader.field, writer.field
        if one is None or other is None:
            return
        self.aligned.setdefault(id(one), other)
        yield FieldReading(self.view, reader, writer, matches)
        self._stack.append((reader, writer))

    def _align_unchanged(self, reader: AvroField, writer: AvroField) -> None:
        self.unchanged.add(id(reader))
        self.aligned[id(reader)] = writer
        self.aligned.setdefault(id(reader.type), writer.type)

    def _alone(self, reader: Place, writer: Place, alone: list[Place], unread: list[Place]) -> Iterator[Reading]:
        if not alone and not unread:
            return
        old, new = (writer.type, reader.type) if self.view.is_backward else (reader.type, writer.type)
        gone, came = (unread, alone) if self.view.is_backward else (alone, unread)
        fields = [p.field for p in gone if p.field], [p.field for p in came if p.field]
        renamed = counterparts(old, new, *fields, self.view.past)
        places = {id(place.field): place for place in (*alone, *unread)}
        for place in (*alone, *unread):
            match = renamed.get(id(place.field))
            counterpart = places[id(match.field)] if match else None
            is_reader = place in alone
            yield FieldReading(
                self.view,
                place if is_reader else None,
                None if is_reader else place,
                (),
                counterpart,
                match is not None and match.by_alias,
            )

    def _union(self, reader: Place, writer: Place) -> Iterator[Reading]:
        unread: list[Place] = []
        differing: list[tuple[AvroType, AvroType, AvroType]] = []
        for branch in _branches(writer):
            taken = self._branches_taken(reader.type, branch.type)
            near = taken or self._near(reader.type, writer.type, branch.type)
            if not near:
                unread.append(branch)
                continue
            self._stack.append((_branch(reader, near[0]), branch))
            if len(near) > 1 and self._in_order(writer.type, branch.type) != near[1].kind:
                self._stack.append((_branch(reader, near[1]), branch))
                differing.append((branch.type, near[0], near[1]))
        yield UnionReading(self.view, reader, writer, unread, differing)

    def _branches_taken(self, reader: AvroType, writer: AvroType) -> list[AvroType]:
        """The branch that Avro Java reads `writer` with, then the one that readers in order do, if it is another."""
        fitting = [branch for branch in _types(reader) if self.resolver.reads(branch, writer)]
        if not fitting:
            return []
        exact = [branch for branch in fitting if branch.kind == writer.kind]
        named = [branch for branch in exact if branch.name == writer.name]
        taken = (named or exact or fitting)[0]
        first = fitting[0]
        if first is taken or first.kind == taken.kind:
            return [taken]
        return [taken, first]

    def _in_order(self, union: AvroType, writer: AvroType) -> str:
        """Kind of the first branch that reads `writer`."""
        return next((branch.kind for branch in _types(union) if self.resolver.reads(branch, writer)), "")

    def _near(self, reader: AvroType, writer: AvroType, branch: AvroType) -> list[AvroType]:
        """The branch meant for `branch` although it cannot read it, so that the reason is told, not only the fact."""
        alike = [candidate for candidate in _types(reader) if candidate.kind == branch.kind]
        if not branch.name:
            return alike[:1]
        for candidate in sorted(alike, key=lambda candidate: candidate.name != branch.name):
            if same_name(candidate, branch):
                return [candidate]
        taken = {other.short_name for other in _types(writer)}
        free = [candidate for candidate in alike if candidate.short_name not in taken]
        return free[:1]


def _types(avro_type: AvroType) -> list[AvroType]:
    return avro_type.branches if avro_type.kind == "union" else [avro_type]


def _branches(place: Place) -> list[Place]:
    return [place.branch(branch) for branch in place.type.branches] if place.type.kind == "union" else [place]


def _branch(place: Place, branch: AvroType) -> Place:
    return place.branch(branch) if place.type.kind == "union" else place


def _alike(one: AvroType, other: AvroType) -> bool:
    """Whether two types are the same, what lies below them aside."""
    if one.kind != other.kind or not is_same_json(one.attributes, other.attributes):
        return False
    if one.kind in PRIMITIVES:
        return True
    return is_same_json(one.enum_default, other.enum_default) and (one.name, one.symbols, one.size, one.aliases) == (
        other.name,
        other.symbols,
        other.size,
        other.aliases,
    )


def _same_primitives(one: AvroType, other: AvroType) -> bool:
    """Whether two types are the same primitive, or arrays, maps or unions of the same primitives."""
    if one.kind in PRIMITIVES:
        return _alike(one, other)
    if one.element is not None and other.element is not None:
        return _alike(one, other) and one.element.kind in PRIMITIVES and _alike(one.element, other.element)
    if one.kind != "union" or other.kind != "union" or len(one.branches) != len(other.branches):
        return False
    pairs = zip(one.branches, other.branches, strict=True)
    return all(branch.kind in PRIMITIVES and _alike(branch, match) for branch, match in pairs)


def _same_field(one: AvroField, other: AvroField) -> bool:
    if one.name != other.name or one.aliases != other.aliases or not is_same_json(one.attributes, other.attributes):
        return False
    if not _same_primitives(one.type, other.type):
        return False
    return repr(one.default) == repr(other.default)
