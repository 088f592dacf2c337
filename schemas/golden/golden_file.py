"""The file of golden records beside a released text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from schemas.errors import ContractError
from schemas.golden.readable import readable
from schemas.golden.samples import samples
from schemas.serdes.encoding import compile_writer
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.refusal import Refusal
from schemas.serdes.self_contained import Schema


@dataclass(frozen=True, slots=True)
class GoldenRecord:
    """One record: what it is called, what it holds in readable form, and its payload without frame."""

    name: str
    value: Mapping[str, Any]
    payload: bytes


def file_name(version: int) -> str:
    """Name of the file in the record's folder of releases."""
    return f"{version}.golden.json"


def golden_text(pinned: PinnedSchema) -> str:
    """The text of a released version's file of golden records.

    Raises:
        ContractError: the text is no Avro schema, or one without a record that ends.
    """
    try:
        records = list(_written(pinned.schema))
    except (Refusal, LookupError, RecursionError, TypeError, ValueError, OverflowError) as error:
        raise ContractError(
            f"No golden record can be made of {pinned.record} version {pinned.version} ({error!r}). "
            "`fraud-schemas lint` says what is wrong with the text; a record that always holds itself, and an enum "
            "without symbols, have no values at all."
        ) from error
    document = {"record": pinned.record, "version": pinned.version, "records": records}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _written(schema: Schema) -> Iterator[Mapping[str, Any]]:
    write = compile_writer(schema)
    for name, record in samples(schema).items():
        out = bytearray()
        write(record, out)
        yield {"name": name, "value": readable(record), "bytes": out.hex()}


def read_golden(folder: Traversable, record: str, version: int) -> tuple[GoldenRecord, ...]:
    """The golden records of a released version in the contracts' `folder`.

    Raises:
        ContractError: the file is missing or no such file.
    """
    file = folder / "released" / record.rpartition(".")[2] / file_name(version)
    try:
        entries = json.loads(file.read_text("utf-8"))["records"]
        return tuple(GoldenRecord(e["name"], e["value"], bytes.fromhex(e["bytes"])) for e in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContractError(
            f"{file} cannot be read: {error}; `fraud-schemas golden --write` makes one that is missing."
        ) from error
