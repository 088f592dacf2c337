"""What differs between two schemas, field by field, whatever the rules say of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from schemas.evolution.model import AvroType, Schema
from schemas.evolution.places import Place, places

Parts: TypeAlias = tuple[str, ...]
"""A place in words: its type, its default, its doc …"""


class Change(StrEnum):
    """What happened to a place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that is not as it was; `before` and `after` are descriptions, empty where there is none."""

    change: Change
    path: str
    before: str = ""
    after: str = ""


def differences(old: Schema | None, new: Schema) -> tuple[Difference, ...]:
    """Every added, removed and changed place, in the order of the new schema, removed ones last."""
    return tuple(_differences(_described(old), _described(new))) if old else ()


def _differences(before: dict[str, Parts], after: dict[str, Parts]) -> Iterator[Difference]:
    for path, description in after.items():
        if path not in before:
            yield Difference(Change.ADDED, path, after=", ".join(description))
        elif (was := before[path]) != description:
            yield Difference(Change.CHANGED, path, _beside(was, description), _beside(description, was))
    for path, description in before.items():
        if path not in after:
            yield Difference(Change.REMOVED, path, before=", ".join(description))


def _beside(parts: Parts, others: Parts) -> str:
    return ", ".join(part for part in parts if part not in others) or "nothing"


def _described(schema: Schema) -> dict[str, Parts]:
    found: dict[str, Parts] = {}
    for place in places(schema, references=False):
        if place.field is not None and place.field.type is not place.type:
            continue  # a branch of the field's union, told with the field
        found.setdefault(place.path.partition(".")[2] or place.type.title, _description(place))
    return found


def _description(place: Place) -> Parts:
    parts = [type_name(place.type)]
    field = place.field
    if field is not None and field.has_default:
        parts.append(f"default {_short(field.default)}")
    if field is not None and field.aliases:
        parts.append(f"aliases {', '.join(field.aliases)}")
    attributes = field.attributes if field is not None else place.type.attributes
    parts += [f"{key} {_short(value)}" for key, value in attributes.items() if key in {"doc", "order"} or field is None]
    return tuple(parts)


def type_name(kind: AvroType) -> str:
    """A type in a few words, for example `decimal(18, 5)` or `enum Channel {UNKNOWN, CARD}`."""
    if kind.kind == "union":
        return " | ".join(type_name(branch) for branch in kind.branches)
    if kind.kind == "enum":
        default = f", default {kind.default_symbol}" if kind.default_symbol else ""
        return f"enum {kind.short_name} {{{', '.join(kind.symbols)}{default}}}"
    if kind.kind in {"array", "map"} and kind.element is not None and kind.element is not kind:
        return f"{kind.kind} of {kind.element.title}"
    logical = kind.attributes.get("logicalType")
    if logical == "decimal":
        return f"decimal({kind.attributes.get('precision')}, {kind.attributes.get('scale', 0)}) as {kind.title}"
    return f"{logical} as {kind.title}" if logical else kind.title


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, str) else repr(value)
    text = "null" if value is None else text
    return text if len(text) <= 60 else f"{text[:57]}…"
