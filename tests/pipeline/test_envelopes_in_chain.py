"""What a payment carries beside its value, through both stages."""

import pytest
from confluent_kafka import Producer

from tests.detector.running import NOW, Pipeline, payment, running_detector
from tests.servers.platform import Platform

COUNT = 200
MS = int(NOW.timestamp() * 1000)


def headers_of(number: int) -> list[tuple[str, bytes]]:
    """Every fifth payment has headers."""
    return [("trace", b"%d" % number)] if number % 5 == 0 else []


@pytest.mark.real
def test_payment_keeps_its_envelope_through_both_stages(
    chain_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone or among others in its record, a payment comes out with its time, its headers and its source as key."""
    monkeypatch.setenv("TOPIC_PARTITIONS", "2")
    pipeline = Pipeline(chain_platform)
    producer = Producer({"bootstrap.servers": chain_platform.bootstrap_servers, "partitioner": "murmur2_random"})
    for number in range(COUNT):
        value, key = pipeline.serializer.encode(payment(number)), f"payer-{number % 7}".encode()
        producer.produce(pipeline.topics.transactions, value, key, timestamp=MS - number, headers=headers_of(number))
    producer.flush(20)
    with running_detector(chain_platform, rules="shipped"):
        pipeline.wait_for_records(COUNT)
    found = {}
    for topic, place in (("legit", lambda record: record), ("fraud", lambda record: record["transaction"])):
        for message, record in zip(pipeline.records(topic), pipeline.decoded(topic), strict=True):
            made = place(record)
            assert message.key() == made["source"].encode()
            found[int(made["id"].rpartition("-")[2])] = message.timestamp()[1], message.headers() or []
    assert found == {number: (MS - number, headers_of(number)) for number in range(COUNT)}
    assert len(pipeline.records("screened")) < COUNT // 2
