"""Which field that went is probably the field that came, under another name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from schemas.evolution.former_names import FormerNames
from schemas.evolution.logical_types import effective_logical_type, precision_of, scale_of
from schemas.evolution.model import AvroField, AvroType

_SIMILAR: Final = 0.6
_NUMBERS: Final = frozenset({"int", "long", "float", "double"})


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
    found: dict[int, Counterpart] = {}
    former = {id(other): past.declared(new, other) for other in came} if gone else {}
    candidates = [
        (3.5 if one.name in former[id(other)] - {*other.aliases} else _likeness(old, new, one, other), one, other)
        for one in gone
        for other in came
    ]
    for likeness, one, other in sorted(candidates, key=lambda candidate: -candidate[0]):
        if likeness > 0 and id(one) not in found and id(other) not in found:
            by_alias = one.name in other.aliases
            found[id(one)] = Counterpart(other, by_alias)
            found[id(other)] = Counterpart(one, by_alias)
    return found


def _likeness(old: AvroType, new: AvroType, gone: AvroField, came: AvroField) -> float:
    """How probable it is that `came` is `gone` renamed; 0 if it is not."""
    if gone.name in came.aliases:
        return 4.0
    if _words(gone.name) == _words(came.name):
        return 3.0  # whatever the types: nobody means two things by userId and user_id
    same_type = _signature(gone.type) == _signature(came.type)
    if not same_type and not _both_plain_numbers(gone.type, came.type):
        return 0.0
    if gone.doc and gone.doc == came.doc:
        return 2.0
    similarity = _similarity(gone.name.lower(), came.name.lower())
    if similarity >= _SIMILAR:
        return 1.0 + similarity
    return _same_place(old, new, gone, came) if same_type else 0.0


def _same_place(old: AvroType, new: AvroType, gone: AvroField, came: AvroField) -> float:
    """1 for the same place in the record: a rename keeps it, an addition goes to the end.

    Two docs speak against it, and so does another nullability or default: a mere rename touches neither.
    """
    if len(old.fields) != len(new.fields) or (gone.doc and came.doc):
        return 0.0
    if gone.type.is_nullable != came.type.is_nullable or gone.default != came.default:
        return 0.0
    return 1.0 if _index(old, gone) == _index(new, came) else 0.0


def _similarity(one: str, other: str) -> float:
    if _abbreviates(one, other) or _abbreviates(other, one):
        return 1.0
    return SequenceMatcher(None, one, other).ratio()


def _abbreviates(short: str, long: str) -> bool:
    """Whether `short` is `long` with letters left out, the first kept: amt, amount."""
    if not 2 <= len(short) < len(long) or short[0] != long[0]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _words(name: str) -> str:
    return name.replace("_", "").lower()


def _index(record: AvroType, field: AvroField) -> int:
    return next(index for index, candidate in enumerate(record.fields) if candidate is field)


def _both_plain_numbers(one: AvroType, other: AvroType) -> bool:
    """Whether both are numbers without a logical type: a rename may widen on its way."""
    return all(
        kind in _NUMBERS and not logical for avro_type in (one, other) for kind, _, logical, *_ in _signature(avro_type)
    )


def _signature(avro_type: AvroType) -> tuple[tuple[str, str, str, int, int], ...]:
    """What a renamed field keeps: the type, nullability aside."""
    types = [branch for branch in avro_type.branches if branch.kind != "null"] or [avro_type]
    return tuple(sorted(_part(part) for part in types))


def _part(avro_type: AvroType) -> tuple[str, str, str, int, int]:
    effective = effective_logical_type(avro_type)
    logical = effective.name if effective else ""
    below = avro_type.element.title if avro_type.element else ""
    return (avro_type.kind, avro_type.name or below, logical, precision_of(avro_type), scale_of(avro_type))
