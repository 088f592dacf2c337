"""What the bodies of a registry's answers hold; each function raises KeyError or TypeError for any other body."""

from collections.abc import Mapping
from typing import Any

from schemas.registry.registered import RegisteredVersion, SchemaReference, SchemaText, Verdict


def names(body: Any) -> tuple[str, ...]:
    """Names of subjects, sorted."""
    return tuple(sorted(_text(entry) for entry in _list(body)))


def numbers(body: Any) -> tuple[int, ...]:
    """Numbers of versions, rising."""
    return tuple(sorted(_whole(entry) for entry in _list(body)))


def schema_id(body: Any) -> int:
    """The id that a registration gave."""
    return _whole(_object(body)["id"])


def mode(body: Any) -> str:
    """A mode."""
    return _text(_object(body)["mode"])


def level(body: Any) -> str:
    """A compatibility level; registries differ in what they call it."""
    held = _object(body)
    return _text(held.get("compatibilityLevel") or held["compatibility"])


def verdict(body: Any) -> Verdict:
    """The answer to a compatibility check."""
    held = _object(body)
    if not isinstance(held["is_compatible"], bool):
        raise TypeError("is_compatible is neither true nor false")
    return Verdict(held["is_compatible"], tuple(map(str, _list(held.get("messages") or []))))


def schema_text(body: Any) -> SchemaText:
    """A schema without a subject."""
    held = _object(body)
    return SchemaText(_text(held["schema"]), _references(held), _properties(held))


def registered_version(body: Any) -> RegisteredVersion:
    """One version of a subject."""
    held, schema = _object(body), schema_text(body)
    return RegisteredVersion(
        subject=_text(held["subject"]),
        version=_whole(held["version"]),
        schema_id=None if held.get("id") is None else _whole(held["id"]),
        text=schema.text,
        references=schema.references,
        metadata=schema.metadata,
        deleted=bool(held.get("deleted", False)),
    )


def _references(held: Mapping[str, Any]) -> tuple[SchemaReference, ...]:
    return tuple(sorted(_reference(_object(entry)) for entry in _list(held.get("references") or [])))


def _reference(held: Mapping[str, Any]) -> SchemaReference:
    return SchemaReference(_text(held["name"]), _text(held["subject"]), _whole(held["version"]))


def _properties(held: Mapping[str, Any]) -> Mapping[str, str]:
    return dict(_object(_object(held.get("metadata") or {}).get("properties") or {}))


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} where an object was expected")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} where a list was expected")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where text was expected")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{type(value).__name__} where a whole number was expected")
    return value
