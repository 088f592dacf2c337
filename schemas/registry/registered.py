"""What goes to the registry and what comes back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class SchemaReference:
    """A record of another subject that a schema names: full name, subject, version in that subject."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True, slots=True)
class SchemaText:
    """A schema as it is sent: the very text (some registries compare characters), references, metadata."""

    text: str
    references: tuple[SchemaReference, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """The request body."""
        body: dict[str, Any] = {"schema": self.text, "schemaType": "AVRO"}
        if self.references:
            body["references"] = [
                {"name": reference.name, "subject": reference.subject, "version": reference.version}
                for reference in self.references
            ]
        if self.metadata:
            body["metadata"] = {"properties": dict(self.metadata)}
        return body


@dataclass(frozen=True, slots=True)
class RegisteredVersion:
    """One version of a subject, as the registry holds it; `schema_id` is None where the answer leaves it out."""

    subject: str
    version: int
    schema_id: int | None
    text: str
    references: tuple[SchemaReference, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False

    @property
    def schema(self) -> Any:
        """The text as parsed JSON; the text itself where it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return self.text


@dataclass(frozen=True, slots=True)
class Verdict:
    """The registry's answer to a compatibility check; reasons one a line, as far as it gives any."""

    compatible: bool
    reasons: tuple[str, ...] = ()
