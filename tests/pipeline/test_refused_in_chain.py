"""Payments that an output topic does not take, among others that share their record in the internal topic."""

from collections import Counter
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from tests.detector.running import NOW, Pipeline, payment, running_detector
from tests.servers.platform import Platform

LIMIT = 1500
"""Bytes of a batch that the legit topic takes; a payment has a tenth of it."""


def limit_topic(broker: str, topic: str) -> None:
    """Makes a topic refuse larger batches."""
    entry = ConfigEntry("max.message.bytes", str(LIMIT), incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    client = AdminClient({"bootstrap.servers": broker})
    for future in client.incremental_alter_configs([resource]).values():
        future.result(10)


def send_at_once(pipeline: Pipeline, payments: list[dict[str, Any]]) -> None:
    """Writes payments of one payer in one batch, so that they are screened together."""
    with AcknowledgedProducer(KafkaSettings()) as producer:
        for each in payments:
            value = pipeline.serializer.encode(each)
            producer.produce(pipeline.topics.transactions, b"payer", value, int(NOW.timestamp() * 1000))


@pytest.mark.real
@pytest.mark.parametrize("large", [0, 3])
def test_refused_payment_takes_no_other_along(
    chain_platform: Platform, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    """Of payments that share a record the too large ones get dead letters, and all others come out, once."""
    monkeypatch.setenv("TOPIC_PARTITIONS", "2")
    pipeline = Pipeline(chain_platform)
    limit_topic(chain_platform.bootstrap_servers, pipeline.topics.legit)
    payments = [{**payment(100 + number), "source": "payer", "target": "payee"} for number in range(60)]
    for each in payments[10 : 10 + large]:
        each["target"] = "p" * LIMIT
    send_at_once(pipeline, payments)
    with running_detector(chain_platform, rules="shipped"):
        pipeline.wait_for_records(len(payments), seconds=60)
    assert len(pipeline.records("screened")) < len(payments) // 4
    letters = pipeline.decoded("dead-letter")
    assert [letter["reason"] for letter in letters] == ["PRODUCE"] * len(letters)
    assert {letter["topic"] for letter in letters} <= {pipeline.topics.screened}
    buried = {each["id"] for each in payments if any(each["id"].encode() in letter["value"] for letter in letters)}
    assert {each["id"] for each in payments[10 : 10 + large]} <= buried
    assert len(buried) == len(letters) <= 2 * large
    found = Counter(record["id"] for record in pipeline.decoded("legit"))
    found += Counter(record["transaction"]["id"] for record in pipeline.decoded("fraud"))
    assert found == Counter(each["id"] for each in payments if each["id"] not in buried)
