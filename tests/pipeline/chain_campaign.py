"""A stateful detector on a history of payments, and what `score` says of the same history."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import polars as pl

from detector.rules.loading import SHIPPED, load_rule_set
from detector.rules.rule_set import RuleSet
from detector.score import payments_in, score
from generator.history import History
from generator.patterns.story import story_named
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.columns.encoder import ColumnEncoder
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings
from tests.pipeline.account import Lengths, read_committed
from tests.pipeline.detectors import DetectorProcess
from tests.servers.kafka import create_topic
from tests.servers.platform import Platform
from tests.waiting import wait_for

RULES = load_rule_set(SHIPPED)
PATIENT = {"LOOP_TRANSACTION_TIMEOUT": "30", "LOOP_SESSION_TIMEOUT": "2"}
"""Seconds; on a busy machine a broker that aborts sooner would end the detector. That it misses a member too soon costs
an abort, and a killed one is missed within two seconds."""

BEGIN = 1_767_225_600_000


@dataclass
class Verdicts:
    """What became of each payment, and how often it came out."""

    scores: dict[str, int] = field(default_factory=dict)
    findings: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)

    def of(self, payments: Collection[str]) -> "Verdicts":
        """Those of some payments alone."""
        return Verdicts(
            {name: score for name, score in self.scores.items() if name in payments},
            {name: findings for name, findings in self.findings.items() if name in payments},
            Counter({name: count for name, count in self.times.items() if name in payments}),
        )


def history(seed: int, payments: int, accounts: int = 1000) -> pl.DataFrame:
    """Normal life with rings of all patterns, labelled."""
    days = 30.0
    made = History(seed, BEGIN, days=days, per_day=payments / days, accounts=accounts, fraud_share=0.05)
    return pl.concat(made.frames())


def story(seed: int, payments: int, rings: int) -> pl.DataFrame:
    """Normal life with the tutorial's story in it."""
    days = 30.0
    made = History(
        seed, BEGIN, days=days, per_day=payments / days, accounts=2000, calm_days=5,
        story=story_named("exact"), story_rings=rings,
    )  # fmt: skip
    return pl.concat(made.frames())


def scored(table: pl.DataFrame, rules: RuleSet = RULES) -> Verdicts:
    """The verdicts of an uninterrupted run of the pure core."""
    verdicts = Verdicts()
    for judged in score(payments_in(table), rules):
        verdicts.times.update(judged.batch.ids)
        for row in judged.frauds.tolist():
            verdicts.scores[judged.batch.ids[row]] = int(judged.scores[row])
            verdicts.findings[judged.batch.ids[row]] = [
                (found.rule, found.score, found.episode, tuple(found.evidence)) for found in judged.findings(row)
            ]
    return verdicts


class ChainCampaign:
    """Topics with their contracts, and stateful detectors.

    Args:
        platform: Broker and registry.
        folder: For logs.
        partitions: Of every topic.
        settings: Variables for the detectors.
    """

    def __init__(self, platform: Platform, folder: Path, partitions: int, **settings: str) -> None:
        self.environment = {
            **platform.environment,
            "DETECTOR_GROUP": platform.topic("detector"),
            "DETECTOR_RULES": str(SHIPPED),
            **settings,
        }
        self.topics = TopicSettings()
        self.broker, self._folder, self._stack = platform.bootstrap_servers, folder, ExitStack()
        self.detectors: list[DetectorProcess] = []
        for topic in ("transactions", "legit", "fraud", "dead-letter", "screened"):
            platform.topic_creator(self.topics.name_of(topic), partitions)
        create_topic(self.broker, self.topics.snapshots, partitions, {"cleanup.policy": "compact"})
        names = [self.topics.name_of(topic) for topic in ("transactions", "legit", "fraud", "screened")]
        self._lengths = Lengths(self.broker, names)
        with RegistryClient(RegistrySettings()) as client:
            register(client, load_manifest(), self.topics)
        self._encode = self._stack.enter_context(_encoder(self.topics))
        self._producer = self._stack.enter_context(AcknowledgedProducer(KafkaSettings()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add_detector(self, *faults: str) -> DetectorProcess:
        """Starts one more, with arguments of `faulty_detector.py` where there are any."""
        number = len(self.detectors)
        # an id of its own over its restarts: it ends at once what it left open when it was killed
        own = {"LOOP_TRANSACTIONAL_ID": f"{self.environment['DETECTOR_GROUP']}-{number}", **PATIENT}
        detector = DetectorProcess({**self.environment, **own}, self._folder / f"chain-{number}.log", faults)
        self.detectors.append(self._stack.enter_context(detector))
        return detector

    def send(self, table: pl.DataFrame, keyed_by: str = "source") -> int:
        """Writes payments to the input topic, keyed by a column; their number."""
        frame = payments_in(table).with_columns(pl.lit("UNKNOWN").alias("channel"))
        now = time.time_ns() // 1_000_000  # as payments that are just made
        keys = frame[keyed_by].to_list()
        for start in range(0, frame.height, 5000):
            values = self._encode(frame.slice(start, 5000))
            for key, value in zip(keys[start : start + 5000], values, strict=True):
                self._producer.produce(self.topics.transactions, key.encode(), value, now)
        self._producer.flush()
        return frame.height

    def written(self, *topics: str) -> int:
        """Offsets in use of some topics."""
        return self._lengths.of(*(self.topics.name_of(topic) for topic in topics))

    def outputs(self) -> int:
        """Payments whose verdict is committed."""
        topics = (self.topics.legit, self.topics.fraud)
        return sum(1 for topic in topics for _ in read_committed(self.broker, topic))

    def wait_until(self, condition: Callable[[], object], what: str, seconds: float = 60.0) -> None:
        """Waits; where it waits in vain, the detectors' logs say why."""
        logs = "".join(detector.log_end[-1500:] for detector in self.detectors)
        wait_for(condition, seconds, f"{what}; {logs}")

    def send_and_meanwhile(self, table: pl.DataFrame, parts: int, event: Callable[[int], None]) -> int:
        """Writes payments in parts; lets `event` happen as soon as a part, the last aside, is at work."""
        size = -(-table.height // parts)
        for number in range(parts):
            before = self.written("legit", "fraud")
            self.send(table.slice(number * size, size))
            if number < parts - 1:
                wait_for(lambda before=before: self.written("legit", "fraud") > before + 50, 60, "a part at work")
                event(number)
        return table.height

    def send_in_step(self, table: pl.DataFrame, size: int, event: Callable[[int], None]) -> int:
        """Writes payments a few at a time, the next when all before have verdicts: as in life, time goes on for all."""
        for number, start in enumerate(range(0, table.height, size)):
            self.send(table.slice(start, size))
            wanted = min(start + size, table.height)
            self.wait_until(lambda wanted=wanted: self.written("legit", "fraud") >= wanted, f"{wanted} verdicts")
            event(number)
        return table.height

    def wait_for_verdicts(self, count: int, seconds: float = 60.0) -> None:
        """Waits until so many payments have come out."""
        self.wait_until(
            lambda: self.written("legit", "fraud") >= count and self.outputs() >= count, f"{count} verdicts", seconds
        )

    def verdicts(self) -> Verdicts:
        """What lies in the output topics."""
        found = Verdicts()
        with schema_registry_client(RegistrySettings(timeout=60)) as client:
            writers = WriterSchemas(client)
            payment = RecordDeserializer(writers, pinned("transactions"))
            flagged = RecordDeserializer(writers, pinned("fraud"))
            for message in read_committed(self.broker, self.topics.legit):
                record = payment.decode(message.value())
                assert message.key() == record["source"].encode()
                found.times[record["id"]] += 1
            for message in read_committed(self.broker, self.topics.fraud):
                _note(flagged.decode(message.value()), found)
        return found


@contextmanager
def _encoder(topics: TopicSettings) -> Iterator[Callable[[pl.DataFrame], Sequence[bytes]]]:
    with schema_registry_client(RegistrySettings()) as client:
        yield ColumnEncoder(
            RecordSerializer(client, pinned("transactions"), topics.subject_of("transactions"), topics)
        ).encode


def _note(record: Mapping[str, Any], found: Verdicts) -> None:
    payment = record["transaction"]["id"]
    found.times[payment] += 1
    found.scores[payment] = record["score"]
    found.findings[payment] = [
        (each["rule"], each["score"], each["episode"], tuple(each["evidence"])) for each in record["findings"]
    ]
