"""The broker goes away under a working detector and comes back."""

from collections.abc import Callable

import pytest

from tests.pipeline.chain_campaign import ChainCampaign, history, scored
from tests.pipeline.test_chain import assert_same
from tests.servers.kafka import KafkaServer

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_detector_goes_on_after_the_broker_was_away(
    chain: Callable[..., ChainCampaign], kafka: KafkaServer, end: str
) -> None:
    """Payments of before and after a restart of the only broker get the verdicts of `score`, from the same process."""
    table, made = history(6, 1600, accounts=300), chain(1, LOOP_COMMIT_INTERVAL="0.1")
    detector = made.add_detector()
    half = table.height // 2
    made.wait_for_verdicts(made.send(table[:half]))
    getattr(kafka, end)()
    kafka.start()
    made.send(table[half:])
    made.wait_for_verdicts(table.height, 120)
    assert_same(made.verdicts(), scored(table))
    assert detector.terminate(60) == 0
