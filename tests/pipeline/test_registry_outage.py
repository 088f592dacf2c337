"""The registry goes away while payments flow, and comes back."""

import json

import pytest
from confluent_kafka import Producer

from schemas.registry.client import RegistryClient
from schemas.registry.registered import SchemaText
from schemas.serdes.frame import PREFIX_LENGTH, prefix
from schemas.serdes.pinned import pinned
from schemas.settings import RegistrySettings
from tests.detector.running import NOW, Pipeline, payment, running_detector
from tests.servers.platform import Platform
from tests.waiting import wait_for

KNOWN_PARTITION, WAITING_PARTITION = 0, 1
NOTE = b"\x0chello!"
"""The added field's value: its length, then its text."""


@pytest.fixture
def pipeline(platform: Platform) -> Pipeline:
    """Topics and contracts, on a registry that may be stopped."""
    if platform.kind == "external":
        pytest.skip("the external registry is not ours to stop")
    return Pipeline(platform)


def _send(pipeline: Pipeline, partition: int, values: list[bytes]) -> None:
    producer = Producer({"bootstrap.servers": pipeline.platform.bootstrap_servers, "log_level": 2})
    for value in values:
        producer.produce(
            pipeline.topics.transactions, value, b"payer", partition, timestamp=int(NOW.timestamp() * 1000)
        )
    assert producer.flush(30) == 0


def _payments(pipeline: Pipeline, first: int, count: int) -> list[bytes]:
    return [pipeline.serializer.encode(payment(number)) for number in range(first, first + count)]


def _younger_id(pipeline: Pipeline) -> int:
    """Registers the contract with one more field and gives its id, which the detector has never met."""
    schema = json.loads(pinned("transactions").text)
    schema["fields"].append({"name": "note", "type": "string", "default": "", "doc": "A note."})
    with RegistryClient(RegistrySettings()) as client:
        return client.register(pipeline.topics.subject_of("transactions"), SchemaText(json.dumps(schema)))


def _legit(pipeline: Pipeline) -> set[str]:
    return {record["id"] for record in pipeline.decoded("legit")}


def _ids(first: int, count: int) -> set[str]:
    return {f"payment-{number}" for number in range(first, first + count)}


def test_registry_that_goes_away_and_comes_back(pipeline: Pipeline) -> None:
    """Known ids flow on, an unknown one makes its partition wait, nothing is buried, and all flows on the return."""
    platform = pipeline.platform
    younger = _younger_id(pipeline)
    waiting = [prefix(younger) + value[PREFIX_LENGTH:] + NOTE for value in _payments(pipeline, 1000, 20)]
    known = _payments(pipeline, 2000, 30)
    behind = _payments(pipeline, 3000, 10)
    # Both partitions carry known ids first, so that the detector has asked for them.
    _send(pipeline, KNOWN_PARTITION, _payments(pipeline, 0, 20))
    _send(pipeline, WAITING_PARTITION, _payments(pipeline, 20, 20))
    with running_detector(platform) as detector:
        pipeline.wait_for_records(40, "legit")
        platform.stop_registry()
        _send(pipeline, WAITING_PARTITION, [*waiting, *behind])
        wait_for(lambda: "fraud_partitions_held 1.0" in detector.get("/metrics").text, 40, "the partition that waits")
        _send(pipeline, KNOWN_PARTITION, known)
        pipeline.wait_for_records(70, "legit")
        held = [message.offset() for message in pipeline.records("legit")]
        assert len(held) == 70
        assert pipeline.records("dead-letter") == []
        assert detector.get("/livez").status_code == 200
        platform.start_registry()
        pipeline.wait_for_records(100, "legit")
    assert _legit(pipeline) == _ids(0, 40) | _ids(1000, 20) | _ids(2000, 30) | _ids(3000, 10)
    assert len(pipeline.records("legit")) == 100
    assert pipeline.records("dead-letter") == []
    assert pipeline.records("fraud") == []
