"""Released versions of contracts, as readers pin them and writers write them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import fastavro

from schemas.errors import ContractError
from schemas.manifest import contract
from schemas.serdes.self_contained import Schema, self_contained


@dataclass(frozen=True)
class PinnedSchema:
    """A released version of a contract with the records it refers to.

    Args:
        topic: Name of the topic setting whose contract it is.
        record: Full name of the record.
        version: Released version.
        text: The released text, as it is registered.
        references: Releases the text refers to by name.
    """

    topic: str
    record: str
    version: int
    text: str = field(repr=False)
    references: tuple["PinnedSchema", ...] = ()

    @cached_property
    def schema(self) -> Schema:
        """The text as JSON with full names and every referenced type defined inside."""
        return self_contained(self.text, (reference.text for reference in self._all_references()))

    @cached_property
    def parsed(self) -> Any:
        """`schema` as fastavro parses it."""
        try:
            return fastavro.parse_schema(self.schema)
        except fastavro.schema.SchemaParseException as error:
            raise ContractError(f"{self.record} version {self.version} is no valid Avro schema: {error}") from error

    def _all_references(self) -> Iterator["PinnedSchema"]:
        for reference in self.references:
            yield from reference._all_references()  # noqa: SLF001 (the same class)
            yield reference


@cache
def pinned(topic: str, version: int | None = None) -> PinnedSchema:
    """The released `version` of the contract on `topic` (a topic setting's name), the newest without one.

    Raises:
        ContractError: no such contract or version, or a text that is no Avro schema.
    """
    release = contract(topic).release(version)
    return PinnedSchema(
        topic=topic,
        record=release.record,
        version=release.version,
        text=release.text,
        references=tuple(pinned(reference.contract, reference.version) for reference in release.references),
    )
