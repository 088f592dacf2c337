"""The earlier versions of a schema beside the new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.evolution.model import Schema
from schemas.evolution.places import Place, places


@dataclass(frozen=True, slots=True)
class History:
    """Earlier versions, oldest first, and the one that is to follow."""

    earlier: Sequence[Schema]
    new: Schema


def fields_by_path(schema: Schema) -> Mapping[str, Place]:
    """Every field by its path without the name of the root."""
    return {
        place.path.partition(".")[2]: place
        for place in places(schema)
        if place.field is not None and place.field.type is place.type
    }
