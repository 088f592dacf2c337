"""What one registered schema holds, and what makes two of them the same."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.registry.canonical import canonical, identity_of, text_of

VERSION_PROPERTY = "confluent:version"
"""Property that a registration with a version number stamps on the metadata."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name the schema uses, and where it is defined."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True, slots=True)
class Content:
    """A schema with its references and metadata.

    Args:
        node: Parsed JSON in canonical form.
        references: As they were sent; sorted and without repetition where the schema was normalized.
        metadata: `properties`, `tags`, `sensitive`, or None.
    """

    node: Any
    references: tuple[Reference, ...] = ()
    metadata: Mapping[str, Any] | None = field(default=None)

    @property
    def text(self) -> str:
        """The schema without spaces."""
        return text_of(self.node)

    @property
    def identity(self) -> str:
        """Equal for schemas that are the same, and so share an id."""
        references = [[reference.name, reference.subject, reference.version] for reference in self.references]
        return identity_of([self.node, references, self.metadata])

    @property
    def guid(self) -> str:
        """A name of the content that is the same in every registry."""
        return str(uuid.UUID(bytes=hashlib.md5(self.identity.encode(), usedforsecurity=False).digest()))

    @property
    def version_property(self) -> str | None:
        """The number that a registration with a version stamped on it."""
        stamped: str | None = properties_of(self.metadata).get(VERSION_PROPERTY)
        return stamped

    def without_version(self) -> "Content":
        """The same without the stamped number."""
        if self.version_property is None:
            return self
        properties = {key: value for key, value in properties_of(self.metadata).items() if key != VERSION_PROPERTY}
        rest = {key: value for key, value in (self.metadata or {}).items() if key != "properties"}
        metadata = {**({"properties": properties} if properties else {}), **rest}
        return replace(self, metadata=metadata or None)


def content(node: Any, references: Sequence[Reference], metadata: Mapping[str, Any] | None, normalize: bool) -> Content:
    """The content of a valid schema."""
    if normalize:
        references = sorted(set(references), key=lambda reference: (reference.name, reference.subject))
    return Content(canonical(node, normalize=normalize), tuple(references), metadata)


def properties_of(metadata: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The metadata's properties, empty without any."""
    return (metadata or {}).get("properties") or {}


def merged(base: Mapping[str, Any] | None, above: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Two metadata put together; `above` wins."""
    if base is None or above is None:
        return base if above is None else above
    result = {**base, **{key: value for key, value in above.items() if value is not None}}
    for part in ("properties", "tags"):
        if base.get(part) and above.get(part):
            result[part] = {**base[part], **above[part]}
    return result


def with_version(metadata: Mapping[str, Any] | None, version: int) -> Mapping[str, Any] | None:
    """The metadata with the version's number stamped on it."""
    return merged(metadata, {"properties": {VERSION_PROPERTY: str(version)}})


def reference_of(body: Mapping[str, Any]) -> Reference:
    """A reference as a request writes it."""
    return Reference(str(body["name"]), str(body["subject"]), int(body["version"]))


def body_of(schema: Content) -> dict[str, Any]:
    """The members of an answer that tell the content."""
    body: dict[str, Any] = {"guid": schema.guid, "schema": schema.text}
    if schema.references:
        body["references"] = [
            {"name": reference.name, "subject": reference.subject, "version": reference.version}
            for reference in schema.references
        ]
    if schema.metadata is not None:
        body["metadata"] = json.loads(json.dumps(schema.metadata))
    return body
