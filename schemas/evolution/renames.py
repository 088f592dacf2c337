"""Which field that went is probably the field that came, under another name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from schemas.evolution.former_names import FormerNames
from schemas.evolution.model import AvroField, AvroType
from schemas.evolution.rename_likeness import RenameLikeness, type_class

_EVERY_PAIR: Final = 250_000
"""Fields that went times fields that came, of one type. Above that, names are not compared pair by pair."""

Pair: TypeAlias = tuple[AvroField, AvroField]
Candidate: TypeAlias = tuple[float, AvroField, AvroField]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The other half of a probable rename, and whether the newer field declares the older one's name as an alias."""

    field: AvroField
    by_alias: bool


def counterparts(
    old: AvroType, new: AvroType, gone: Sequence[AvroField], came: Sequence[AvroField], past: FormerNames
) -> Mapping[int, Counterpart]:
    """Identity of a field that went or came to its counterpart. Each field has at most one.

    Args:
        past: Former names that versions between the two declared.
    """
    settled = _Settled(gone, came)
    if gone and came:
        settled.take((4.0, *pair) for pair in _by_name(gone, came, lambda field: field.aliases))
        settled.take((3.0, *pair) for pair in _by_name(gone, came, lambda field: past.declared(new, field)))
        settled.take((2.0, *pair) for pair in _by_words(gone, came))
        settled.take(_by_likeness(RenameLikeness(old, new), *settled.open()))
    return settled.found


class _Settled:
    """The counterparts so far. What is taken stays, so that the most probable are to be taken first."""

    def __init__(self, gone: Sequence[AvroField], came: Sequence[AvroField]) -> None:
        self.found: dict[int, Counterpart] = {}
        self._sides = (gone, came)
        self._order = {id(field): index for side in self._sides for index, field in enumerate(side)}

    def take(self, candidates: Iterable[Candidate]) -> None:
        """Take the candidates whose two fields have no counterpart yet; of equals, the first in the records."""
        for _, one, other in sorted(candidates, key=self._rank):
            if id(one) not in self.found and id(other) not in self.found:
                by_alias = one.name in other.aliases
                self.found[id(one)] = Counterpart(other, by_alias)
                self.found[id(other)] = Counterpart(one, by_alias)

    def open(self) -> tuple[list[AvroField], list[AvroField]]:
        """The fields that went, and those that came, without a counterpart."""
        gone, came = ([field for field in side if id(field) not in self.found] for side in self._sides)
        return gone, came

    def _rank(self, candidate: Candidate) -> tuple[float, int, int]:
        likeness, one, other = candidate
        return -likeness, self._order[id(one)], self._order[id(other)]


def _by_name(
    gone: Sequence[AvroField], came: Sequence[AvroField], former: Callable[[AvroField], Iterable[str]]
) -> Iterator[Pair]:
    """Fields that came beside those that bear one of their former names."""
    named = _grouped(gone, lambda field: field.name)
    for other in came:
        for name in former(other):
            yield from ((one, other) for one in named.get(name, ()))


def _by_words(gone: Sequence[AvroField], came: Sequence[AvroField]) -> Iterator[Pair]:
    """Names that differ in case and underscores, whatever the types: nobody means two things by userId and user_id."""
    named = _grouped(gone, lambda field: _words(field.name))
    for other in came:
        yield from ((one, other) for one in named.get(_words(other.name), ()))


def _words(name: str) -> str:
    return name.replace("_", "").lower()


def _by_likeness(likeness: RenameLikeness, gone: Sequence[AvroField], came: Sequence[AvroField]) -> Iterator[Candidate]:
    of_type = _grouped(gone, lambda field: type_class(field.type))
    for key, others in _grouped(came, lambda field: type_class(field.type)).items():
        ones = of_type.get(key, [])
        few = len(ones) * len(others) <= _EVERY_PAIR
        for one, other in _every_pair(ones, others) if few else _near_pairs(likeness, ones, others):
            probable = likeness.of(one, other)
            if probable > 0:
                yield probable, one, other


def _every_pair(gone: Sequence[AvroField], came: Sequence[AvroField]) -> Iterator[Pair]:
    return ((one, other) for other in came for one in gone)


def _near_pairs(likeness: RenameLikeness, gone: Sequence[AvroField], came: Sequence[AvroField]) -> Iterator[Pair]:
    """The pairs that a doc or a place makes: of very many fields, each is looked at a few times."""
    documented = _grouped(gone, lambda field: field.doc)
    placed = _grouped(gone, likeness.place_of)
    for doc, others in _grouped(came, lambda field: field.doc).items():
        yield from zip(documented.get(doc, ()), others, strict=False)
        for other in others:
            yield from ((one, other) for one in placed.get(likeness.place_of(other), ()))


def _grouped(fields: Iterable[AvroField], key: Callable[[AvroField], Key]) -> dict[Key, list[AvroField]]:
    groups: dict[Key, list[AvroField]] = {}
    for field in fields:
        groups.setdefault(key(field), []).append(field)
    return groups
