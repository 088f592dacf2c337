"""Exactly once on the real broker, whatever happens to the detectors."""

import logging
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from tests.pipeline.account import Account, Lengths, read_committed, take_account
from tests.pipeline.detectors import ROOT, DetectorProcess
from tests.servers.platform import Platform
from tests.waiting import wait_for

log = logging.getLogger(__name__)

PARTITIONS = 6
POISON_EVERY = 100


class Campaign:
    """Detectors on a stream of payments, with things that happen to them as it goes on.

    Args:
        platform: Broker and registry.
        folder: For logs.
        records: Payments to send.
        faults: Arguments of `faulty_detector.py`; without any, the detector as it is.
    """

    def __init__(self, platform: Platform, folder: Path, records: int, faults: Sequence[str] = ()) -> None:
        self.environment = {**platform.environment, "DETECTOR_GROUP": platform.topic("detector")}
        self._folder = folder
        self._records = records
        self._faults = faults
        self._stack = ExitStack()
        self.detectors: list[DetectorProcess] = []
        self._outputs = [self.environment[name] for name in ("LEGIT_TOPIC", "FRAUD_TOPIC", "DEAD_LETTER_TOPIC")]
        for topic in (self.environment["TRANSACTIONS_TOPIC"], *self._outputs):
            platform.topic_creator(topic, PARTITIONS)
        self._lengths = Lengths(platform.bootstrap_servers, self._outputs)
        self._run("schemas", "register")
        self._poison()

    def __enter__(self) -> "Campaign":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add_detector(self, **environment: str) -> DetectorProcess:
        """Starts one more."""
        log = self._folder / f"detector-{len(self.detectors)}.log"
        detector = DetectorProcess({**self.environment, **environment}, log, self._faults)
        self.detectors.append(self._stack.enter_context(detector))
        return detector

    def send(self, per_second: int) -> subprocess.Popen[bytes]:
        """Starts the generator, which sends all payments at this speed."""
        command = [sys.executable, "-m", "generator", "run", "--tps", str(per_second), "--count", str(self._records)]
        with (self._folder / "generator.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self._variables(), stdout=log, stderr=log)
        self._stack.callback(process.kill)
        return process

    def meanwhile(self, moments: Sequence[float], event: Callable[[int], None]) -> None:
        """Lets `event` happen when each share of the outputs is there."""
        for number, moment in enumerate(moments):
            wanted = moment * self._records
            wait_for(lambda wanted=wanted: self._written() >= wanted, 90, f"{wanted:.0f} output records")
            event(number)

    def finished(self, seconds: float = 90.0) -> Account:
        """The account, as soon as every input record has an output, or the time is over."""
        total = self._records + self._records // POISON_EVERY
        with suppress(AssertionError):  # the account says what is missing
            wait_for(lambda: self._committed() >= total, seconds, f"{total} committed output records")
        return take_account(self.environment)

    def _written(self) -> int:
        return self._lengths.of(*self._outputs)

    def _committed(self) -> int:
        if self._written() < self._records:
            return 0
        broker = self.environment["KAFKA_BROKER_URL"]
        return sum(1 for topic in self._outputs for _ in read_committed(broker, topic))

    def _poison(self) -> None:
        now = time.time_ns() // 1_000_000  # older ones than the topic keeps would be deleted under our hands
        with AcknowledgedProducer(KafkaSettings(broker_url=self.environment["KAFKA_BROKER_URL"])) as producer:
            for number in range(self._records // POISON_EVERY):
                name = f"poison-{number}".encode()
                producer.produce(self.environment["TRANSACTIONS_TOPIC"], name, name, now)

    def _run(self, package: str, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", package, *arguments],
            cwd=ROOT,
            env=self._variables(),
            check=True,
            capture_output=True,
        )

    def _variables(self) -> Mapping[str, str]:
        return {**os.environ, **self.environment}


@pytest.fixture
def campaign(real_platform: Platform, tmp_path: Path) -> Iterator[Callable[..., Campaign]]:
    """Makes a campaign and ends its processes."""
    with ExitStack() as stack:
        yield lambda records, faults=(): stack.enter_context(Campaign(real_platform, tmp_path, records, faults))


def moments(seed: int, count: int) -> list[float]:
    """Seeded shares of the work, between a twentieth and nine tenths."""
    return sorted(random.Random(seed).uniform(0.05, 0.9) for _ in range(count))


def killed_campaign(campaign: Campaign, seed: int, kills: int, per_second: int) -> Account:
    """Three detectors; one is killed at each moment, and comes back at once or after the next kill."""
    chance = random.Random(seed)
    for _ in range(3):
        campaign.add_detector()
    generator = campaign.send(per_second)

    def kill(number: int) -> None:
        for detector in campaign.detectors:
            if not detector.running:
                detector.start()
        victim = chance.choice(campaign.detectors)
        victim.kill()
        if chance.random() < 0.7 or number == kills - 1:
            victim.start()

    campaign.meanwhile(moments(seed, kills), kill)
    # kills follow the outputs; what is then still to be sent takes its time
    assert generator.wait(60 + campaign._records / per_second) == 0
    return campaign.finished()


def assert_exactly_once(account: Account) -> None:
    """Every input record came out once, and on the topic where it belongs."""
    assert (account.missing, account.surplus) == (0, 0)
    assert sum(account.out.values()) == sum(account.expected.values())
    assert all(name.startswith("poison") for name in account.dead)
    assert account.legit
    assert account.fraud


@pytest.mark.real
def test_every_record_once_over_kills(campaign: Callable[..., Campaign]) -> None:
    """60,000 payments and 600 poisoned records come out once each, over six kill -9 with restarts and rebalances."""
    made = campaign(60_000)
    assert_exactly_once(killed_campaign(made, seed=7, kills=6, per_second=4000))


@pytest.mark.real
@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(5))
def test_every_record_once_over_many_kills(campaign: Callable[..., Campaign], seed: int) -> None:
    """The same over 200,000 payments and twenty kills, for several seeds."""
    made = campaign(200_000)
    assert_exactly_once(killed_campaign(made, seed=seed, kills=20, per_second=2500))


@pytest.mark.real
def test_every_record_once_over_graceful_stops(campaign: Callable[..., Campaign]) -> None:
    """SIGTERM during load ends a detector with status 0; nothing is lost and nothing comes twice."""
    made = campaign(20_000)
    for _ in range(2):
        made.add_detector()
    generator = made.send(2500)
    statuses: list[int] = []

    def stop(number: int) -> None:
        detector = made.detectors[number % 2]
        detector.wait_for_event("partitions_moved")
        statuses.append(detector.terminate())
        detector.start()

    made.meanwhile(moments(3, 3), stop)
    assert generator.wait(60) == 0
    account = made.finished()
    assert statuses == [0, 0, 0]
    assert_exactly_once(account)


def rebalanced_campaign(campaign: Campaign) -> Account:
    """Two detectors at work, and a third that joins and leaves six times."""
    for _ in range(2):
        campaign.add_detector()
    generator = campaign.send(1500)

    def join_or_leave(number: int) -> None:
        if number % 2 == 0:
            campaign.add_detector()
        else:
            campaign.detectors[-1].wait_for_event("partitions_moved")
            campaign.detectors[-1].terminate()

    campaign.meanwhile([0.05 + 0.8 * step / 12 for step in range(12)], join_or_leave)
    assert generator.wait(60) == 0
    return campaign.finished(seconds=30)


@pytest.mark.real
@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_every_record_once_over_refused_commits_and_rebalances(campaign: Callable[..., Campaign]) -> None:
    """Every fifth commit is refused while members join and leave, and every record comes out once."""
    assert_exactly_once(rebalanced_campaign(campaign(60_000, ["--abort-every", "5"])))


@pytest.mark.real
@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_records_come_twice_without_the_commit_in_revoke(campaign: Callable[..., Campaign]) -> None:
    """Control: with the commit in on_revoke taken out, rebalances alone make duplicates, and the account shows them."""
    account = rebalanced_campaign(campaign(60_000, ["--without", "commit-in-revoke"]))
    log.info("%d records of %d too many", account.surplus, sum(account.expected.values()))
    assert account.surplus > 0


@pytest.mark.real
@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_records_are_missing_without_the_seek_after_an_abort(campaign: Callable[..., Campaign]) -> None:
    """Control: with the seek after an abort taken out, records of refused commits are missing, as the account shows."""
    account = rebalanced_campaign(campaign(60_000, ["--abort-every", "5", "--without", "seek-after-abort"]))
    log.info("%d records of %d missing", account.missing, sum(account.expected.values()))
    assert account.missing > 0
