"""A run sends what is due, waits for every acknowledgement, and ends cleanly however it ends."""

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from confluent_kafka import Consumer, KafkaError, Message

from generator import service
from generator.errors import BadRowsError, EventTimeError, InterruptedRunError, RowError
from generator.event_plan import event_plan
from generator.pacing import FlatOut, SteadyPace
from generator.sending import pace_of
from generator.service import MOST_ON_THEIR_WAY, Clocks, Generation, Summary
from generator.settings import GeneratorSettings
from generator.stopping import Stop
from generator.stream import stream
from generator.transactions import Transactions
from generator.truth import Truth
from messaging.errors import DeliveryError
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from sandbox.broker import ApiKey, EmbeddedBroker

TOPIC = "payments"
SECONDS = 20
NANOSECONDS = 1_000_000_000
BEGIN_MS = 1_700_000_000_000


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    """A broker with the topic."""
    with EmbeddedBroker() as embedded:
        embedded.create_topic(TOPIC, 4)
        yield embedded


def producer_of(broker: EmbeddedBroker) -> AcknowledgedProducer:
    """A producer to the broker."""
    return AcknowledgedProducer(KafkaSettings(broker_url=broker.bootstrap_servers))


def ids(block: Transactions) -> list[bytes]:
    """Values that are the ids alone."""
    return [one.encode() for one in block.ids]


def payments(count_per_block: int | None = None) -> Iterator[Transactions]:
    """A seeded stream."""
    made = stream(GeneratorSettings(accounts=50, seed=11), event_plan(1000, BEGIN_MS))
    return made if count_per_block is None else (block.head(count_per_block) for block in made)


def read(broker: EmbeddedBroker, count: int) -> list[Message]:
    """`count` records of the topic, or those that came before the deadline."""
    consumer = Consumer(
        {"bootstrap.servers": broker.bootstrap_servers, "group.id": "reader", "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([TOPIC])
    messages: list[Message] = []
    deadline = time.monotonic() + SECONDS
    while len(messages) < count and time.monotonic() < deadline:
        messages += consumer.consume(count - len(messages), timeout=0.5)
    consumer.close()
    return messages


class SteppingClock:
    """A clock that goes on by `step` seconds whenever it is looked at."""

    def __init__(self, step: float) -> None:
        self.now_ns = 0
        self._step_ns = round(step * NANOSECONDS)

    def __call__(self) -> int:
        self.now_ns += self._step_ns
        return self.now_ns


def test_run_with_a_count_delivers_exactly_that_many(broker: EmbeddedBroker) -> None:
    """The topic holds the first records of the stream, key and timestamp as promised, all acknowledged."""
    summary = Generation(producer_of(broker), TOPIC, ids, FlatOut()).run(payments(), count=3000)
    assert (summary.handed_over, summary.acknowledged, summary.failed) == (3000, 3000, 0)
    made = payments()
    expected = {
        (source.encode(), value, at)
        for block in (next(made), next(made).head(3000 - 2048))
        for source, value, at in zip(block.sources, ids(block), block.occurred_at.tolist(), strict=True)
    }
    assert {(m.key(), m.value(), m.timestamp()[1]) for m in read(broker, 3000)} == expected


def test_run_keeps_the_partition_of_an_account(broker: EmbeddedBroker) -> None:
    """All payments of one source account are on one partition, in their order."""
    Generation(producer_of(broker), TOPIC, ids, FlatOut()).run(payments(), count=500)
    places: dict[bytes, set[int]] = {}
    for message in read(broker, 500):
        places.setdefault(message.key(), set()).add(message.partition())
    assert len(places) > 20
    assert all(len(partitions) == 1 for partitions in places.values())


def test_run_with_a_duration_sends_rate_times_duration(broker: EmbeddedBroker) -> None:
    """Ten seconds of the clock at 777.7 a second are 7777 records."""
    clock = SteppingClock(0.007)
    generation = Generation(
        producer_of(broker), TOPIC, ids, SteadyPace(777.7), clocks=Clocks(clock, time.time_ns), stop=NeverWaiting()
    )
    summary = generation.run(payments(), seconds=10)
    assert summary.acknowledged == 7777


class NeverWaiting(threading.Event):
    """A stop that lets no time pass: the clock of the test goes by itself."""

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        return self.is_set()


def test_run_that_is_stopped_has_everything_acknowledged(broker: EmbeddedBroker) -> None:
    """After a stop nothing is on its way any more, and the topic holds what was counted."""
    stop = threading.Event()

    def stop_after_some(summary: Summary) -> None:
        if summary.handed_over > 500:
            stop.set()

    generation = Generation(
        producer_of(broker),
        TOPIC,
        ids,
        SteadyPace(5000),
        stop=stop,
        on_progress=stop_after_some,
    )
    summary = generation.run(payments(), seconds=SECONDS)
    assert 500 < summary.acknowledged == summary.handed_over < 5000 * SECONDS
    assert len(read(broker, summary.acknowledged)) == summary.acknowledged


def test_run_with_a_failed_delivery_raises_and_says_how_many(broker: EmbeddedBroker) -> None:
    """A record the broker refuses for good ends the run with an error; the summary counts it."""
    broker.fail_requests(ApiKey.PRODUCE, [KafkaError.TOPIC_AUTHORIZATION_FAILED] * 4)
    generation = Generation(producer_of(broker), TOPIC, ids, FlatOut())
    with pytest.raises(DeliveryError, match="not delivered"):
        generation.run(payments(), count=100)
    summary = generation.summary()
    assert summary.failed > 0
    assert summary.acknowledged == summary.handed_over - summary.failed


@pytest.mark.parametrize("attempt", range(5))
def test_run_with_a_failed_delivery_waits_for_the_others(
    broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch, attempt: int
) -> None:
    """However short the turns of waiting are, each record is delivered or has failed when the run ends."""
    del attempt
    monkeypatch.setattr(service, "FLUSH_TURN_SECONDS", 0.0003)
    broker.fail_requests(ApiKey.PRODUCE, [KafkaError.TOPIC_AUTHORIZATION_FAILED] * 4)
    generation = Generation(producer_of(broker), TOPIC, ids, FlatOut())
    with pytest.raises(DeliveryError, match="not delivered"):
        generation.run(payments(), count=100)
    summary = generation.summary()
    assert summary.acknowledged == summary.handed_over - summary.failed


@pytest.mark.parametrize("rate", [5000.0, 0.0])
def test_run_on_a_broker_that_is_gone_ends_when_given_up(broker: EmbeddedBroker, rate: float) -> None:
    """Waiting for what never comes is broken off, a full queue included; nothing counts as delivered."""
    stop = Stop()

    def lose_broker(summary: Summary) -> None:
        broker.take_down()
        if rate or summary.handed_over > MOST_ON_THEIR_WAY:
            stop.set()
            stop.give_up.set()

    broker.take_down()
    generation = Generation(
        producer_of(broker), TOPIC, ids, pace_of(rate), stop=stop, give_up=stop.give_up, on_progress=lose_broker
    )
    with pytest.raises(InterruptedRunError, match=r"Stopped before .* were acknowledged"):
        generation.run(payments(), seconds=SECONDS)
    assert generation.summary().acknowledged == 0


def test_run_over_blocks_that_break_off_delivers_what_came_before(broker: EmbeddedBroker) -> None:
    """An error of the source reaches the caller after all records before it are acknowledged."""

    def broken() -> Iterator[Transactions]:
        yield next(payments())
        raise BadRowsError("line 2050", rows=[RowError(2050, "bad")], total=1)

    generation = Generation(producer_of(broker), TOPIC, ids, FlatOut())
    with pytest.raises(BadRowsError):
        generation.run(broken())
    assert generation.summary().acknowledged == 2048


def test_run_more_than_an_hour_ahead_of_the_clock_is_refused(broker: EmbeddedBroker) -> None:
    """The broker would refuse such a record: the run says so before it is handed over."""
    begin_ns = BEGIN_MS * 1_000_000
    for wall_ns, allowed in ((begin_ns - 3599 * NANOSECONDS, True), (begin_ns - 3601 * NANOSECONDS, False)):
        clocks = Clocks(time.monotonic_ns, lambda now=wall_ns: now)
        generation = Generation(producer_of(broker), TOPIC, ids, FlatOut(), clocks=clocks)
        if allowed:
            assert generation.run(payments(), count=1).acknowledged == 1
        else:
            with pytest.raises(EventTimeError, match="60 minutes ahead"):
                generation.run(payments(), count=1)


def test_run_tells_truths_of_exactly_what_it_hands_over(broker: EmbeddedBroker) -> None:
    """Truths beyond the count are not told; those within are, once each."""
    block = next(payments())
    truths = {row: Truth(block.ids[row], "fan_in", "r1") for row in (0, 7, 99, 100, 2000)}
    marked = Transactions(
        block.ids, block.sources, block.targets, block.amounts, block.currencies, block.occurred_at, truths
    )
    told: list[Truth] = []
    generation = Generation(producer_of(broker), TOPIC, ids, FlatOut(), on_truths=told.extend)
    summary = generation.run([marked], count=100)
    assert told == [truths[0], truths[7], truths[99]]
    assert summary.injected == 3


@pytest.mark.parametrize("count", [0, 1, 2047, 2048, 2049])
def test_run_with_a_count_at_a_block_border_takes_no_more(broker: EmbeddedBroker, count: int) -> None:
    """Around the border of a block the count is kept."""
    assert Generation(producer_of(broker), TOPIC, ids, FlatOut()).run(payments(), count=count).acknowledged == count


def test_head_of_a_block_cuts_every_column() -> None:
    """All columns have the new length."""
    block = next(payments()).head(5)
    columns = (block.ids, block.sources, block.targets, block.amounts, block.currencies, block.occurred_at)
    assert {len(column) for column in columns} == {5}
    assert np.array_equal(block.occurred_at, BEGIN_MS + np.arange(1, 6))
