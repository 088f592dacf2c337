"""Which release a schema of the registry is."""

from collections.abc import Iterable

from schemas.manifest import Contract, load_manifest
from schemas.serdes.pinned import pinned
from schemas.serdes.self_contained import Schema


def released_version(record: str, schema: Schema, contracts: Iterable[Contract] | None = None) -> int | None:
    """The released version whose text means exactly `schema`, docs included; None where no release does.

    Args:
        record: Full name of the record.
        schema: Self-contained, as `WriterSchema.schema`.
        contracts: The packaged manifest's without it.
    """
    for contract in load_manifest() if contracts is None else contracts:
        if contract.record == record:
            for release in contract.releases:
                if pinned(contract.topic, release.version).schema == schema:
                    return release.version
    return None
