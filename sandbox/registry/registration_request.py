"""What a client sends to register, look up or check a schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.registry.content import Reference, reference_of
from sandbox.registry.refusal import invalid_schema


@dataclass(frozen=True, slots=True)
class RegistrationRequest:
    """A schema in a request.

    Args:
        text: The schema; empty stands for the text of the latest version.
        version: Number the new version must get, -1 for any, 0 for none asked.
        schema_id: Id the schema must get (mode IMPORT), or -1.
    """

    text: str
    references: tuple[Reference, ...] = ()
    metadata: Mapping[str, Any] | None = None
    version: int = 0
    schema_id: int = -1


def registration_request(body: Mapping[str, Any]) -> RegistrationRequest:
    """The request in a body.

    Raises:
        Refusal: 42201, another schema type than AVRO, or members of the wrong type.
    """
    kind = body.get("schemaType") or "AVRO"
    if kind != "AVRO":
        raise invalid_schema(f"Invalid schema type {kind}")
    try:
        return RegistrationRequest(
            text=str(body.get("schema") or ""),
            references=tuple(reference_of(reference) for reference in body.get("references") or ()),
            metadata=body.get("metadata"),
            version=int(body.get("version") or 0),
            schema_id=int(body["id"]) if body.get("id") is not None else -1,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise invalid_schema(f"the request cannot be read: {error!r}") from error
