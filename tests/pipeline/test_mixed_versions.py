"""Two versions of the contract side by side: nobody has to deploy at the same moment."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient

from detector.contract_versions import ContractVersions, read_and_written
from generator.connection import connect
from generator.transactions import Transactions
from schemas.errors import ContractError
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.frame import schema_id_of
from schemas.serdes.pinned import pinned
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings
from tests.detector.running import NOW, Pipeline, running_detector
from tests.servers.platform import Platform

LEGIT, FRAUD = 12, 4
MIXES = [
    pytest.param((1,), 2, id="writer 1, detector 2"),
    pytest.param((2,), 1, id="writer 2, detector 1"),
    pytest.param((1, 2), 2, id="writers 1 and 2, detector 2"),
    pytest.param((1, 2), 1, id="writers 1 and 2, detector 1"),
]


@pytest.fixture
def pipeline(platform: Platform) -> Pipeline:
    """Topics and contracts, every release registered."""
    return Pipeline(platform)


@pytest.fixture
def reading(pipeline: Pipeline) -> Iterator[SchemaRegistryClient]:
    """A registry client for readers."""
    with schema_registry_client(RegistrySettings(timeout=60)) as client:
        yield client


def payments(version: int) -> Transactions:
    """Payments of the generator's shape, the last ones above the detector's threshold."""
    count = LEGIT + FRAUD
    amounts = np.array([100] * LEGIT + [1000] * FRAUD, np.int64) * 100_000
    return Transactions(
        ids=[f"v{version}-{number}" for number in range(count)],
        sources=[f"payer-{number % 5}" for number in range(count)],
        targets=["payee"] * count,
        amounts=amounts,
        currencies=["EUR"] * count,
        occurred_at=np.full(count, int(NOW.timestamp() * 1000), np.int64),
        channels=["INSTANT"] * count,
    )


def written(version: int, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Values as a generator of that version writes them."""
    monkeypatch.setenv("GENERATOR_TRANSACTION_VERSION", str(version))
    return connect().encode(payments(version))


@pytest.mark.parametrize(("writers", "detector"), MIXES)
def test_versions_run_side_by_side(
    pipeline: Pipeline,
    reading: SchemaRegistryClient,
    monkeypatch: pytest.MonkeyPatch,
    writers: tuple[int, ...],
    detector: int,
) -> None:
    """Legit bytes go on unchanged, and flagged payments are read by readers that pin version 1 and version 2."""
    values = {version: written(version, monkeypatch) for version in writers}
    assert len({schema_id_of(each[0]) for each in values.values()}) == len(writers)
    monkeypatch.setenv("DETECTOR_TRANSACTION_VERSION", str(detector))
    for each in values.values():
        pipeline.send(*each)
    with running_detector(pipeline.platform):
        pipeline.wait_for_records((LEGIT + FRAUD) * len(writers))
    sent = [value for each in values.values() for value in each[:LEGIT]]
    assert sorted(message.value() for message in pipeline.records("legit")) == sorted(sent)
    assert pipeline.records("dead-letter") == []
    flagged = [message.value() for message in pipeline.records("fraud")]
    assert len(flagged) == FRAUD * len(writers)
    schemas = WriterSchemas(reading)
    for reader in (1, 2):
        decoder = RecordDeserializer(schemas, pinned("fraud", reader))
        for value in flagged:
            _assert_tells(decoder.decode(value), reader, detector)


def _assert_tells(record: Mapping[str, Any], reader: int, detector: int) -> None:
    payment = record["transaction"]
    writer = 1 if payment["id"].startswith("v1-") else 2
    assert ("channel" in payment, "transaction_version" in record) == (reader == 2, reader == 2)
    if reader == 2:
        # what an older writer or an older detector cannot know is UNKNOWN, and nothing else
        assert payment["channel"] == ("INSTANT" if (writer, detector) == (2, 2) else "UNKNOWN")
        assert record["transaction_version"] == (writer if detector == 2 else None)
    assert payment["amount"] == 1000
    assert record["findings"][0]["rule"] == "amount-threshold"


def test_detector_writes_what_refers_to_the_version_it_reads() -> None:
    """With an older payment the older flagged payment is written: it cannot hold what was not read."""
    read, outputs = read_and_written(ContractVersions(transaction_version=1))
    assert (read.version, outputs["legit"].version, outputs["fraud"].version) == (1, 1, 1)
    read, outputs = read_and_written(ContractVersions())
    assert outputs["fraud"].references[0].version == read.version


def test_version_that_is_not_released_is_refused() -> None:
    """One line that says which there are."""
    with pytest.raises(ContractError, match="3"):
        read_and_written(ContractVersions(transaction_version=3))
