"""State without a snapshot that fits: derived from the log of the real broker, or the start is refused."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from confluent_kafka import OFFSET_END, Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from typer.testing import CliRunner

from detector.chain.contracts import ChainContracts
from detector.chain.errors import GroupAtWorkError, ReplayTooLongError
from detector.chain.stream.snapshot_log import SnapshotLog
from detector.cli import application
from detector.rules.loading import EXAMPLES, SHIPPED, load_rule_set
from detector.score import payments_in
from messaging.settings import KafkaSettings
from messaging.topic_reader import TopicReader
from schemas.settings import RegistrySettings
from tests.detector.running import RunningDetector, running_detector
from tests.pipeline.chain_campaign import ChainCampaign, history, scored
from tests.servers.platform import Platform
from tests.waiting import wait_for

pytestmark = pytest.mark.real

BLOCK = re.compile(r"^block: (\d+)", re.MULTILINE)
"""The threshold in `ruleset.yaml`."""

PATIENT = {
    "LOOP_SESSION_TIMEOUT": "60",
    "LOOP_TRANSACTION_TIMEOUT": "60",
    # by itself it follows the session, and a member learns by it that another one has come
    "KAFKA_CLIENT_HEARTBEAT_INTERVAL_MS": "1000",
}
"""A member that is missed because the machine stood still for a while would cost a rebuild that no test has asked for.
Nobody is killed here, so that nobody need be missed soon."""


@dataclass
class Events:
    """What detectors of this process have logged."""

    captured: pytest.CaptureFixture[str]
    text: str = field(default="", init=False)

    def have(self, event: str) -> bool:
        """Whether an event has been logged since `forget`."""
        self.text += self.captured.readouterr().err
        return f'"event": "{event}"' in self.text

    def forget(self) -> None:
        """Begins anew."""
        self.captured.readouterr()
        self.text = ""


@pytest.fixture
def events(capsys: pytest.CaptureFixture[str]) -> Events:
    """The log."""
    return Events(capsys)


@pytest.fixture
def stateful(real_platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Runs a detector with rules that remember, in a thread."""
    for variable, value in PATIENT.items():
        monkeypatch.setenv(variable, value)

    @contextmanager
    def run(rules: Path = SHIPPED, **options: object) -> Iterator[RunningDetector]:
        with running_detector(real_platform, rules=str(rules), **options) as detector:
            yield detector

    return run


def rebuild(group: str) -> str:
    """What `fraud-detector rebuild` says; its error is raised."""
    result = CliRunner().invoke(application(), ["rebuild", "--group", group])
    if result.exception is not None:
        raise result.exception
    return result.stdout


def metric(detector: RunningDetector, name: str) -> float | None:
    """A figure of the one partition, once it is there."""
    lines = detector.get("/metrics").text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), None)


def committed(platform: Platform, *topics: str) -> int:
    """Committed offsets of the group, over partition 0 of some topics."""
    consumer = Consumer({"bootstrap.servers": platform.bootstrap_servers, "group.id": platform.topic("detector")})
    found = consumer.committed([TopicPartition(topic, 0) for topic in topics], timeout=10)
    consumer.close()
    return sum(each.offset for each in found)


def expire(made: ChainCampaign, topics: Sequence[str]) -> None:
    """Deletes all records of partition 0 of some topics, as retention would."""
    admin = AdminClient({"bootstrap.servers": made.broker})
    everything = [TopicPartition(topic, 0, OFFSET_END) for topic in topics]
    for done in admin.delete_records(everything).values():
        done.result(60)


def saved_up_to(made: ChainCampaign, platform: Platform, *topics: str) -> bool:
    """Whether the newest snapshot reaches as far as the group has committed, and that is to the end."""
    group = made.environment["DETECTOR_GROUP"]
    with (
        ChainContracts.resolve(RegistrySettings(), made.topics) as contracts,
        SnapshotLog(KafkaSettings(), made.topics.snapshots, group, contracts) as snapshots,
        TopicReader(KafkaSettings(), topics[0], name="ends", absent="") as payments,
    ):
        saved = snapshots.newest(0)
        if saved is None or saved.head.transactions_offset < payments.ends(0)[1]:
            return False
        return saved.head.transactions_offset + saved.head.screened_offset == committed(platform, *topics)


def test_rebuild_derives_the_same_state_from_the_log(
    chain: Callable[..., ChainCampaign], stateful: Callable[..., object], events: Events
) -> None:
    """Refused while a detector runs; then the snapshots are gone, and verdicts go on as if nothing had happened."""
    table, made = history(5, 2400, accounts=300), chain(1)
    group = made.environment["DETECTOR_GROUP"]
    with stateful(snapshot_records=200):
        made.send_in_step(table.head(1200), 150, lambda _: None)
        wait_for(lambda: events.have("snapshot_written"), 20, "a snapshot")
        with pytest.raises(GroupAtWorkError, match=rf"1 detector of the group {group} at work\. Stop all of them"):
            rebuild(group)
    assert "1 snapshot of" in rebuild(group)
    assert "0 snapshots of" in rebuild(group)
    events.forget()
    with stateful():
        made.send(table.tail(-1200))
        made.wait_for_verdicts(table.height)
    assert events.have("state_begins_with_the_log")
    assert not events.have("snapshot_loaded")
    assert made.verdicts() == scored(table)


def test_state_outlives_the_log_where_payments_stop(
    chain: Callable[..., ChainCampaign], stateful: Callable[..., object], events: Events, real_platform: Platform
) -> None:
    """The tail before a silence is in a snapshot by its age alone, so the logs may expire before the next payment."""
    table, made = history(5, 2400, accounts=300), chain(1)
    topics = (made.topics.transactions, made.topics.screened)
    with stateful(snapshot_minutes=0.02):
        made.send(table.head(1200))
        made.wait_for_verdicts(1200)
        wait_for(lambda: saved_up_to(made, real_platform, *topics), 60, "a snapshot of all")
        expire(made, topics)
    events.forget()
    with stateful():
        made.send(table[1200:])
        made.wait_for_verdicts(table.height)
    assert events.have("snapshot_loaded")
    assert made.verdicts() == scored(table)


def test_snapshot_that_a_rebuild_left_alone_is_loaded(
    chain: Callable[..., ChainCampaign], stateful: Callable[..., object], events: Events
) -> None:
    """A rebuild takes the snapshots of its own group away and no others: control for the test of the rebuild."""
    table, made = history(6, 1200, accounts=300), chain(1)
    with stateful(snapshot_records=200):
        made.send_in_step(table, 150, lambda _: None)
        wait_for(lambda: events.have("snapshot_written"), 20, "a snapshot")
    assert "0 snapshots of" in rebuild(f"{made.environment['DETECTOR_GROUP']}-of-others")
    events.forget()
    with stateful():
        assert events.have("snapshot_loaded")
    assert not events.have("state_begins_with_the_log")


def test_replay_over_the_limit_is_refused_with_the_remedy(
    chain: Callable[..., ChainCampaign], stateful: Callable[..., object], real_platform: Platform
) -> None:
    """One record too many ends the start with what to change; as many as the limit allows are replayed."""
    table, made = history(7, 600, accounts=100), chain(1)
    with stateful():
        made.wait_for_verdicts(made.send(table))
    needed = committed(real_platform, made.topics.transactions, made.topics.screened)
    assert needed > table.height
    said = (
        rf"Partition 0 needs {needed} records replayed, and DETECTOR_REPLAY_LIMIT allows {needed - 1}\. "
        "Raise it for this start, and lower DETECTOR_SNAPSHOT_RECORDS or DETECTOR_SNAPSHOT_MINUTES"
    )
    with pytest.raises(ReplayTooLongError, match=said), stateful(replay_limit=needed - 1):
        pass
    for limit in (needed, needed + 1):
        with stateful(replay_limit=limit) as detector:
            assert detector.ready


def fan_out(folder: Path, upto: int) -> Path:
    """A rule that looks at the payer alone, over a week."""
    text = (EXAMPLES / "fan-out.yaml").read_text("utf-8")
    changed = text.replace("window: 8h", "window: 7d").replace("upto: 5}", f"upto: {upto}}}")
    assert changed.count("7d") == changed.count(f"upto: {upto}}}") == 1
    file = folder / f"fan-out-{upto}.yaml"
    file.write_text(changed, "utf-8")
    return file


def test_changed_rule_judges_by_the_payments_before_the_change(
    chain: Callable[..., ChainCampaign], stateful: Callable[..., object], events: Events, tmp_path: Path
) -> None:
    """No snapshot fits a changed rule: state comes from the log, and is cold until it spans the longest window."""
    before, after = fan_out(tmp_path, 4), fan_out(tmp_path, 6)
    table, made = history(8, 3000, accounts=150), chain(1)
    with stateful(before, snapshot_records=100):
        made.send_in_step(table.head(500), 100, lambda _: None)
        wait_for(lambda: events.have("snapshot_written"), 20, "a snapshot")
    events.forget()
    with stateful(after) as detector:
        assert events.have("snapshot_does_not_fit")
        assert "it belongs to rule set" in events.text
        assert events.have("state_begins_with_the_log")
        assert span(table.head(600)) < timedelta(days=7)
        made.send(table[500:600])
        made.wait_for_verdicts(600)
        wait_for(lambda: metric(detector, "fraud_state_cold") == 1, 10, "the state to be cold")
        made.send(table.tail(-600))
        made.wait_for_verdicts(table.height)
        wait_for(lambda: metric(detector, "fraud_state_cold") == 0, 10, "warmth")
    later = set(table["id"][500:])
    expected = scored(table, load_rule_set(after)).of(later)
    assert 50 < len(expected.scores) < len(later)
    assert expected != scored(table.tail(-500), load_rule_set(after)), "these rules would not need the state"
    assert made.verdicts().of(later) == expected


def span(table: pl.DataFrame) -> timedelta:
    """Event time that payments span."""
    times = payments_in(table)["occurred_at"].to_list()
    return max(times) - min(times)


def test_figures_of_the_state_are_told_when_payments_stop(
    chain: Callable[..., ChainCampaign], stateful: Callable[..., object]
) -> None:
    """However short after the last look a payment came, its accounts are counted soon, and a snapshot grows older."""
    table, made = history(8, 600, accounts=150), chain(1)
    with stateful(snapshot_records=300) as detector:
        for start in range(0, 600, 100):
            made.send(table[start : start + 100])
            made.wait_for_verdicts(start + 100)
        known = pl.concat([table["source"], table["target"]]).n_unique()
        wait_for(lambda: metric(detector, "fraud_state_accounts") == known, 10, "all accounts to be counted")
        ages: list[float] = []

        def older() -> bool:
            age = metric(detector, "fraud_snapshot_age_seconds")
            if age is not None:
                ages.append(age)
            return len(ages) > 1 and ages[-1] > ages[-2]

        wait_for(older, 20, "a snapshot to age")


def test_payments_screened_by_other_rules_are_counted(
    chain: Callable[..., ChainCampaign], stateful: Callable[..., object], tmp_path: Path
) -> None:
    """Tags of an older rule set are not read; each such payment is counted, and no payment gets a second verdict."""
    changed = tmp_path / "rules"
    changed.mkdir()
    for file in SHIPPED.glob("*.yaml"):
        text = BLOCK.sub(lambda found: f"block: {int(found[1]) + 1}", file.read_text("utf-8"))
        (changed / file.name).write_text(text, "utf-8")
    assert load_rule_set(changed).hash != load_rule_set().hash
    table, made = history(9, 800, accounts=150), chain(1)
    with stateful():
        made.wait_for_verdicts(made.send(table.head(500)))
    with stateful(changed) as detector:
        made.send(table.tail(-500))
        made.wait_for_verdicts(table.height)
        foreign = 'fraud_state_payments{kind="foreign"'
        wait_for(lambda: metric(detector, foreign) == 500, 10, "all payments before the change to be counted")
    assert made.verdicts().times == Counter(table["id"])


def test_payments_outside_the_partition_of_their_payer_are_told(
    chain: Callable[..., ChainCampaign], stateful: Callable[..., object], events: Events
) -> None:
    """Keys as of this project are silent; records keyed otherwise are counted and told, and get a verdict each."""
    table, made = history(9, 600, accounts=150), chain(2)
    misplaced = 'fraud_state_payments{kind="misplaced"'
    with stateful() as detector:
        made.send(table.head(300))
        made.wait_for_verdicts(300)
        wait_for(lambda: metric(detector, misplaced) is not None, 10, "the figure")
        assert metric(detector, misplaced) == 0
        assert not events.have("payments_misplaced")
        made.send(table.tail(-300), keyed_by="target")
        made.wait_for_verdicts(table.height)
        wait_for(lambda: metric(detector, misplaced), 10, "misplaced payments")
        assert events.have("payments_misplaced")
    assert made.verdicts().times == Counter(table["id"])


def test_state_stays_where_a_rebalance_brings_the_partition_back(
    chain: Callable[..., ChainCampaign], stateful: Callable[..., object], events: Events, real_platform: Platform
) -> None:
    """A member that comes and goes costs a replay of the partition it had, and of no other."""
    table, made = history(9, 1200, accounts=300), chain(2)
    topics = [made.environment["TRANSACTIONS_TOPIC"], made.environment["SCREENED_TOPIC"]]
    with stateful():
        made.send(table.head(600))
        made.wait_for_verdicts(600)
        events.forget()
        visitor = Consumer(
            {
                "bootstrap.servers": real_platform.bootstrap_servers,
                "group.id": real_platform.topic("detector"),
                "partition.assignment.strategy": "range",
                "enable.auto.commit": False,
            }
        )
        visitor.subscribe(topics)
        wait_for(lambda: (visitor.poll(0.1), visitor.assignment())[1], 30, "a partition of the visitor")
        (taken,) = {each.partition for each in visitor.assignment()}
        visitor.close()
        made.send(table.tail(-600))
        made.wait_for_verdicts(table.height)
        assert events.have("state_begins_with_the_log")
    rebuilt = re.findall(r'"partition": (\d+).*"state_begins_with_the_log"', events.text)
    assert rebuilt == [str(taken)]
