"""The exactly-once loop under faults, on the embedded broker."""

from collections.abc import Iterator

import pytest
from confluent_kafka import KafkaError

from messaging.errors import KafkaRefusedError, TransactionLostError
from messaging.loop import InputBatch
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings, LoopSettings
from sandbox.broker import ApiKey, EmbeddedBroker
from schemas.errors import EncodeError, RegistryUnreachableError
from tests.messaging.recorded import PATIENT, At, Recorder, RunningLoop
from tests.waiting import wait_for

COUNT = 400


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    """A broker with an input topic of two partitions."""
    with EmbeddedBroker() as embedded:
        for topic in ("in", "out", "dead"):
            embedded.create_topic(topic, 2)
        yield embedded


def fill(broker: EmbeddedBroker, count: int = COUNT) -> None:
    """Puts records into the input topic."""
    with AcknowledgedProducer(KafkaSettings(broker_url=broker.bootstrap_servers)) as producer:
        for number in range(count):
            producer.produce("in", b"account %d" % (number % 20), b"%d" % number, 1_790_000_000_000)


def assert_each_once_in_order(recorder: Recorder, count: int = COUNT) -> None:
    """The committed records are all there are, each once, in the order of the log."""
    assert len(recorder.done) == len(set(recorder.done)) == count
    for partition in (0, 1):
        offsets = [offset for _, number, offset in recorder.done if number == partition]
        assert offsets == list(range(len(offsets)))


REFUSED_OFFSETS = ["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID", "STALE_MEMBER_EPOCH"]


@pytest.mark.parametrize(
    ("request_kind", "code"),
    [
        *((ApiKey.TXN_OFFSET_COMMIT, code) for code in REFUSED_OFFSETS),
        (ApiKey.END_TXN, "TRANSACTION_ABORTABLE"),
        (ApiKey.ADD_PARTITIONS_TO_TXN, "TRANSACTION_ABORTABLE"),
    ],
)
def test_abortable_error_rewinds_and_rolls_back(broker: EmbeddedBroker, request_kind: ApiKey, code: str) -> None:
    """An error that requires an abort takes outputs, offsets and state back together, and the work is done again."""
    fill(broker)
    broker.fail_requests(request_kind, [getattr(KafkaError, code)])
    recorder = Recorder()
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        running.wait_until(lambda: len(recorder.done) >= COUNT, "all records committed")
    assert recorder.aborts == 1
    assert_each_once_in_order(recorder)


@pytest.mark.parametrize(
    ("request_kind", "code"),
    [
        (ApiKey.TXN_OFFSET_COMMIT, "NOT_COORDINATOR"),
        (ApiKey.END_TXN, "COORDINATOR_NOT_AVAILABLE"),
        (ApiKey.PRODUCE, "NOT_LEADER_FOR_PARTITION"),
        (ApiKey.ADD_OFFSETS_TO_TXN, "CONCURRENT_TRANSACTIONS"),
    ],
)
def test_passing_error_costs_no_abort(broker: EmbeddedBroker, request_kind: ApiKey, code: str) -> None:
    """What the library retries by itself is not taken for a failed transaction."""
    fill(broker)
    broker.fail_requests(request_kind, [getattr(KafkaError, code)] * 2)
    recorder = Recorder()
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        running.wait_until(lambda: len(recorder.done) >= COUNT, "all records committed")
    assert recorder.aborts == 0
    assert_each_once_in_order(recorder)


@pytest.mark.parametrize(
    ("request_kind", "code"),
    [
        (ApiKey.END_TXN, "INVALID_PRODUCER_EPOCH"),
        (ApiKey.END_TXN, "INVALID_TXN_STATE"),
        (ApiKey.TXN_OFFSET_COMMIT, "INVALID_PRODUCER_EPOCH"),
    ],
)
def test_fatal_error_ends_the_loop(broker: EmbeddedBroker, request_kind: ApiKey, code: str) -> None:
    """A fenced producer, or one in a state without a way back, ends the process instead of going on."""
    fill(broker)
    broker.fail_requests(request_kind, [getattr(KafkaError, code)])
    recorder = Recorder()
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        assert isinstance(running.ended(), TransactionLostError)
    assert recorder.done == []


def test_refused_authorization_ends_the_loop(broker: EmbeddedBroker) -> None:
    """Rights that are missing are not retried for ever: the loop ends with the reason."""
    fill(broker)
    broker.fail_requests(ApiKey.TXN_OFFSET_COMMIT, [KafkaError.GROUP_AUTHORIZATION_FAILED])
    recorder = Recorder()
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        error = running.ended()
    assert isinstance(error, KafkaRefusedError)
    assert error.code == "GROUP_AUTHORIZATION_FAILED"


def test_held_record_stops_its_partition_only(broker: EmbeddedBroker) -> None:
    """A record that cannot be decided stops what lies behind it, nothing before it and nothing elsewhere."""
    fill(broker)
    recorder, away = Recorder(), True

    def hold_at(at: At) -> Exception | None:
        return RegistryUnreachableError("away") if away and at == ("in", 0, 50) else None

    recorder.hold_at = hold_at
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        expected = lambda: {at for at in recorder.done if at[1] == 0} == {("in", 0, offset) for offset in range(50)}  # noqa: E731
        running.wait_until(lambda: expected() and len(recorder.done) > 200, "the rest of the records")
        polls = running.loop.turned_at
        running.wait_until(lambda: running.loop.turned_at > polls + 0.3, "polling goes on")
        assert expected()
        away = False
        running.wait_until(lambda: len(recorder.done) >= COUNT, "the held records")
    assert_each_once_in_order(recorder)
    assert recorder.aborts == 0


def test_held_partition_goes_on_from_an_aborted_record(broker: EmbeddedBroker) -> None:
    """Records before a held one belong to an aborted transaction: the partition goes on there, not at the held one."""
    fill(broker)
    recorder, away = Recorder(), True
    recorder.hold_at = lambda at: RegistryUnreachableError("away") if away and at == ("in", 0, 50) else None
    broker.fail_requests(ApiKey.TXN_OFFSET_COMMIT, [KafkaError.ILLEGAL_GENERATION] * 3)
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        running.wait_until(lambda: recorder.aborts >= 3, "aborts")
        away = False
        running.wait_until(lambda: len(recorder.done) >= COUNT, "all records committed")
    assert_each_once_in_order(recorder)


def test_error_with_fate_retry_holds_the_batch(broker: EmbeddedBroker) -> None:
    """A processor that raises an error of fate retry gets the same records again, until it does not."""
    fill(broker)
    recorder, times = Recorder(), []

    def trouble(batch: InputBatch) -> None:
        if len(times) < 3:
            times.append(len(batch))
            raise RegistryUnreachableError("away")

    recorder.trouble = trouble
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        running.wait_until(lambda: len(recorder.done) >= COUNT, "all records committed")
    assert recorder.aborts == 3
    assert_each_once_in_order(recorder)


def test_unforeseen_error_ends_the_loop_and_commits_nothing(broker: EmbeddedBroker) -> None:
    """An error nobody thought of aborts what is open and ends the process."""
    fill(broker)
    recorder = Recorder()

    def trouble(batch: InputBatch) -> None:
        raise ZeroDivisionError("a rule is broken")

    recorder.trouble = trouble
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        assert isinstance(running.ended(), ZeroDivisionError)
    assert (recorder.done, recorder.aborts) == ([], 1)


def test_error_with_fate_dead_letter_finds_its_record(broker: EmbeddedBroker) -> None:
    """A record whose processing always fails that way is found among the others and buried alone."""
    fill(broker)
    recorder = Recorder()

    def trouble(batch: InputBatch) -> None:
        if any(each.value() == b"123" for each in batch.messages):
            raise EncodeError("a value that does not fit")

    recorder.trouble = trouble
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        running.wait_until(lambda: len(recorder.done) >= COUNT, "all records committed")
    assert [attempt for _, attempt in recorder.refused] == [1]
    assert_each_once_in_order(recorder)


def test_stop_commits_what_is_open(broker: EmbeddedBroker) -> None:
    """A loop that is asked to stop commits what it has processed, although no commit was due for long."""
    fill(broker)
    recorder = Recorder()
    settings = LoopSettings(transactional_id="stop", commit_interval=5, batch_wait=0.05, **PATIENT)
    with RunningLoop(broker.bootstrap_servers, recorder, settings=settings) as running:
        running.wait_until(lambda: len(recorder.pending) + len(recorder.done) >= COUNT, "processing")
    assert_each_once_in_order(recorder)
    assert recorder.given_up


def test_lag_falls_to_nothing(broker: EmbeddedBroker) -> None:
    """The lag counts what is behind the own position, and is nothing when all is processed."""
    fill(broker)
    recorder = Recorder()
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        running.wait_until(lambda: len(recorder.done) >= COUNT, "all records committed")

        def lags() -> list[float]:
            (family,) = [each for each in running.metrics.registry.collect() if each.name == "fraud_lag_records"]
            return [sample.value for sample in family.samples]

        wait_for(lambda: lags() == [0.0, 0.0], 10, "no lag")


def test_broker_that_goes_away_for_a_while(broker: EmbeddedBroker) -> None:
    """Records that come after the broker was away are processed by the same loop, each once."""
    recorder = Recorder()
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        running.wait_until(lambda: running.loop.ready, "assignment")
        broker.take_down()
        broker.bring_up()
        fill(broker)
        running.wait_until(lambda: len(recorder.done) >= COUNT, "all records committed", 40)
    assert_each_once_in_order(recorder)
