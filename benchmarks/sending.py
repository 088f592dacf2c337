"""Payments put onto the input topic as the generator would."""

from collections.abc import Iterable

import polars as pl

from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.columns.encoder import ColumnEncoder
from schemas.serdes.pinned import pinned
from schemas.serdes.serializer import RecordSerializer
from schemas.settings import RegistrySettings, TopicSettings


def send(topics: TopicSettings, frames: Iterable[pl.DataFrame]) -> None:
    """Sends payments, columns as `detector.score.payments_in` gives them; all are acknowledged when it returns."""
    with schema_registry_client(RegistrySettings()) as client, AcknowledgedProducer(KafkaSettings()) as producer:
        serializer = RecordSerializer(client, pinned("transactions"), topics.subject_of("transactions"), topics)
        encoder = ColumnEncoder(serializer)
        for frame in frames:
            whole = frame.with_columns(pl.lit("UNKNOWN").alias("channel"))
            times, keys = whole["occurred_at"].to_physical().to_list(), whole["source"].to_list()
            for key, value, at in zip(keys, encoder.encode(whole), times, strict=True):
                producer.produce(topics.transactions, key.encode(), value, at)
