"""Dead letters of the topic between the stages, whose records have no key."""

from typing import Any

import pytest

from detector.dead_letters import obstacle, replay_all
from messaging.dead_letters.letter import Letter, LetterId
from messaging.dead_letters.replay import Replayer
from messaging.settings import KafkaSettings
from tests.detector.running import NOW, Pipeline
from tests.servers.platform import Platform

PARTITIONS = 4


@pytest.fixture
def pipeline(platform: Platform) -> Pipeline:
    """Topics, the internal one among them."""
    made = Pipeline(platform)
    platform.create_topic(made.topics.screened, PARTITIONS)
    return made


def letter(topic: str, number: int, partition: int = 0, reason: str = "DECODE", **fields: Any) -> Letter:
    """The letter of a record without a key."""
    record = {"topic": topic, "partition": partition, "reason": reason, "key": None, "value": b"%d" % number}
    return Letter(LetterId(number % 2, number), {"headers": [], "timestamp": NOW, **record, **fields})


@pytest.mark.parametrize("platform", ["sandbox"], indirect=True)
def test_record_without_a_key_goes_back_to_its_partition(pipeline: Pipeline) -> None:
    """The partition says whose payment it is; only where it is gone, another one takes the record."""
    internal = pipeline.topics.screened
    letters = [letter(internal, number, number % PARTITIONS) for number in range(40)]
    gone = letter(internal, 40, PARTITIONS)
    replayer = Replayer(KafkaSettings(), pipeline.topics.dead_letter)
    replays = list(replay_all([*letters, gone], replayer, force=False, internal=internal))
    assert [each.obstacle for each in replays] == [None] * 41
    lie = {int(record.value() or b""): record.partition() for record in pipeline.records("screened")}
    assert lie.pop(40) in range(PARTITIONS)
    assert lie == {number: number % PARTITIONS for number in range(40)}


@pytest.mark.parametrize(
    ("topic", "reason", "force", "refused"),
    [
        ("internal", "PRODUCE", False, True),
        ("internal", "PRODUCE", True, False),
        ("internal", "DECODE", False, False),
        ("input", "PRODUCE", False, False),
    ],
)
def test_letter_that_counts_for_its_payee_is_not_put_back_unasked(
    topic: str, reason: str, force: bool, refused: bool
) -> None:
    """A screened payment that was judged and could not be written is in the state, and would enter it once more."""
    why = obstacle(letter(topic, 1, reason=reason), repaired=True, force=force, internal="internal")
    assert (why is not None) == refused
    assert not refused or "--force" in str(why)
