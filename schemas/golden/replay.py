"""Every golden record read by every pinned reader, and compared value by value."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, TypeAlias

from schemas.errors import RecordError
from schemas.golden.expected import expected
from schemas.golden.golden_file import GoldenRecord, read_golden
from schemas.manifest import Contract
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.resolution import Resolution
from schemas.serdes.writer_schemas import WriterSchema

Decode: TypeAlias = Callable[[PinnedSchema, PinnedSchema, GoldenRecord], Mapping[str, Any]]
"""Reads a record's bytes: writer, reader, record."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One golden record read by one pinned version; `problem` is empty where the values are those expected."""

    record: str
    version: int
    reader: int
    name: str
    problem: str


def resolved(writer: PinnedSchema, reader: PinnedSchema, golden: GoldenRecord) -> Mapping[str, Any]:
    """Reads as `RecordDeserializer` does, without a registry."""
    return Resolution(WriterSchema(0, writer.record, writer.schema), reader).decode(golden.payload)


def replay(contracts: Sequence[Contract], folder: Traversable, decode: Decode = resolved) -> Iterator[Replayed]:
    """Every version's golden records, read with every version of the same record, older and newer.

    Raises:
        ContractError: a file of golden records is missing.
    """
    done: set[str] = set()
    for contract in contracts:
        if contract.record in done:
            continue
        done.add(contract.record)
        versions = [pinned_release(contracts, contract.topic, release.version) for release in contract.releases]
        for writer in versions:
            for golden in read_golden(folder, contract.record, writer.version):
                for reader in versions:
                    problem = _problem(writer, reader, golden, decode)
                    yield Replayed(contract.record, writer.version, reader.version, golden.name, problem)


def pinned_release(contracts: Sequence[Contract], topic: str, version: int) -> PinnedSchema:
    """A released version of any set of contracts, its references resolved."""
    release = next(contract for contract in contracts if contract.topic == topic).release(version)
    return PinnedSchema(
        topic=topic,
        record=release.record,
        version=version,
        text=release.text,
        references=tuple(pinned_release(contracts, one.contract, one.version) for one in release.references),
    )


def _problem(writer: PinnedSchema, reader: PinnedSchema, golden: GoldenRecord, decode: Decode) -> str:
    try:
        seen = decode(writer, reader, golden)
    except RecordError as error:
        return str(error)
    try:
        wanted = expected(golden.value, writer.schema, reader.schema)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return f"the golden record is none of the text: {error!r}"
    different = [name for name in {**wanted, **seen} if seen.get(name) != wanted.get(name) or name not in seen]
    if not different:
        return ""
    name = different[0]
    return f"{name} is read as {seen.get(name)!r}, written was {wanted.get(name)!r}"
