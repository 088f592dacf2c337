"""Topics that get more partitions under a stateful detector, on the real broker."""

from collections import Counter
from collections.abc import Callable

import polars as pl
import pytest
from confluent_kafka.admin import AdminClient, NewPartitions

from detector.rules.loading import SHIPPED
from messaging.errors import TopicMismatchError
from tests.detector.running import running_detector
from tests.pipeline.account import read_committed
from tests.pipeline.chain_campaign import ChainCampaign, history
from tests.servers.platform import Platform
from tests.waiting import wait_for

pytestmark = pytest.mark.real

ALL = ("transactions", "screened", "snapshots", "legit", "fraud", "dead-letter")
GROWN = r"have 4 partitions each, and had 2 when this detector started.* Start all detectors"


def grow(made: ChainCampaign, platform: Platform, partitions: int) -> None:
    """Gives all topics so many partitions."""
    admin = AdminClient({"bootstrap.servers": platform.bootstrap_servers})
    wanted = [NewPartitions(made.topics.name_of(topic), partitions) for topic in ALL]
    for future in admin.create_partitions(wanted).values():
        future.result(20)


def run_while_topics_grow(made: ChainCampaign, platform: Platform, table: pl.DataFrame) -> None:
    """Runs a detector over payments, and on until it ends because the topics have grown; its error is raised."""
    with running_detector(platform, rules=str(SHIPPED)) as detector:
        made.wait_for_verdicts(made.send(table))
        grow(made, platform, 4)
        wait_for(lambda: detector.error, 40, "the end of the detector")


def test_detector_ends_when_all_topics_grow_alike(
    chain: Callable[..., ChainCampaign], real_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would send payees to where they lived before; one that starts afterwards sends them to where they live now."""
    monkeypatch.setenv("KAFKA_CLIENT_TOPIC_METADATA_REFRESH_INTERVAL_MS", "1000")
    table, made = history(6, 800, accounts=200), chain(2)
    with pytest.raises(TopicMismatchError, match=GROWN):
        run_while_topics_grow(made, real_platform, table.head(400))
    with running_detector(real_platform, rules=str(SHIPPED)):
        made.send(table.tail(-400))
        made.wait_until(lambda: made.outputs() >= table.height, "all verdicts")
    assert made.verdicts().times == Counter(table["id"])
    screened = read_committed(real_platform.bootstrap_servers, made.topics.screened)
    assert {record.partition() for record in screened} == {0, 1, 2, 3}
