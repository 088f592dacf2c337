"""How probable it is that one field is another one renamed, by doc, name and place."""

from difflib import SequenceMatcher
from typing import Final, TypeAlias

from schemas.evolution.logical_types import effective_logical_type, precision_of, scale_of
from schemas.evolution.model import AvroField, AvroType

_SIMILAR: Final = 0.6
_NUMBERS: Final = frozenset({"int", "long", "float", "double"})

_Part: TypeAlias = tuple[str, str, str, int, int]
TypeClass: TypeAlias = tuple[_Part, ...]


class RenameLikeness:
    """The likeness of fields of two records, for pairs of one `type_class`."""

    def __init__(self, old: AvroType, new: AvroType) -> None:
        self._same_length = len(old.fields) == len(new.fields)
        self._places = {id(field): index for record in (old, new) for index, field in enumerate(record.fields)}
        self._matcher: SequenceMatcher[str] = SequenceMatcher()
        self._indexed = ""

    def of(self, gone: AvroField, came: AvroField) -> float:
        """From 1 (the same place) to 2 (the same doc); 0 if nothing tells that `came` is `gone` renamed."""
        if gone.doc and gone.doc == came.doc:
            return 2.0
        similarity = self._similarity(gone.name.lower(), came.name.lower())
        return 1.0 + similarity if similarity else self._same_place(gone, came)

    def place_of(self, field: AvroField) -> int:
        """Index of the field in its record."""
        return self._places[id(field)]

    def _similarity(self, one: str, other: str) -> float:
        """Similarity of two names, 0 where it is small."""
        if _abbreviates(one, other) or _abbreviates(other, one):
            return 1.0
        matcher = self._matcher_to(other)
        matcher.set_seq1(one)
        # Two upper bounds first: most names of a record have little in common.
        for ratio in (matcher.real_quick_ratio, matcher.quick_ratio):
            if ratio() < _SIMILAR:
                return 0.0
        exact = matcher.ratio()
        return exact if exact >= _SIMILAR else 0.0

    def _matcher_to(self, other: str) -> SequenceMatcher[str]:
        """The matcher with its index of `other`, which is dear and kept for as long as the same name comes."""
        if self._indexed != other:
            self._indexed = other
            self._matcher.set_seq2(other)
        return self._matcher

    def _same_place(self, gone: AvroField, came: AvroField) -> float:
        """1 for the same place in the record: a rename keeps it, an addition goes to the end.

        Two docs speak against it, and so does another type, nullability or default: a mere rename touches none.
        """
        if not self._same_length or self.place_of(gone) != self.place_of(came) or (gone.doc and came.doc):
            return 0.0
        if gone.type.is_nullable != came.type.is_nullable or gone.default != came.default:
            return 0.0
        return 1.0 if _signature(gone.type) == _signature(came.type) else 0.0


def type_class(avro_type: AvroType) -> TypeClass:
    """What a renamed field keeps: the type, nullability aside; all plain numbers are one, as a rename may widen."""
    signature = _signature(avro_type)
    return () if all(kind in _NUMBERS and not logical for kind, _, logical, *_ in signature) else signature


def _abbreviates(short: str, long: str) -> bool:
    """Whether `short` is `long` with letters left out, the first kept: amt, amount."""
    if not 2 <= len(short) < len(long) or short[0] != long[0]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _signature(avro_type: AvroType) -> TypeClass:
    types = [branch for branch in avro_type.branches if branch.kind != "null"] or [avro_type]
    return tuple(sorted(_part(part) for part in types))


def _part(avro_type: AvroType) -> _Part:
    effective = effective_logical_type(avro_type)
    logical = effective.name if effective else ""
    below = avro_type.element.title if avro_type.element else ""
    return (avro_type.kind, avro_type.name or below, logical, precision_of(avro_type), scale_of(avro_type))
