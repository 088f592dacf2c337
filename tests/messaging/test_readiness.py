"""When the loop says it is ready, as members and brokers come and go."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from messaging.settings import LoopSettings
from sandbox.broker import EmbeddedBroker
from tests.messaging.recorded import Recorder, RunningLoop
from tests.servers.kafka import KafkaServer
from tests.waiting import wait_for

INPUTS = [pytest.param(["in"], id="cooperative"), pytest.param(["in", "passed"], id="range")]
"""One input topic is shared out piece by piece, two are taken from all members and shared out anew."""


def settings(member: str, protocol: str = "classic") -> LoopSettings:
    """Quick ones; the name is one member's own."""
    return LoopSettings.model_validate(
        {"transactional_id": member, "commit_interval": 0.05, "session_timeout": 2, "group_protocol": protocol}
    )


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    """A broker with two input topics of one partition."""
    with EmbeddedBroker() as embedded:
        for topic in ("in", "passed", "out", "dead"):
            embedded.create_topic(topic, 1)
        yield embedded


@pytest.mark.parametrize("topics", INPUTS)
def test_loop_is_not_ready_while_its_broker_is_away(broker: EmbeddedBroker, topics: list[str]) -> None:
    """A broker that is away for longer than a session takes the partitions and readiness; both come back with it."""
    running = RunningLoop(broker.bootstrap_servers, Recorder(), topics, settings=settings("only"))
    with running:
        running.wait_until(lambda: running.loop.ready, "assignment")
        broker.take_down()
        running.wait_until(lambda: not running.loop.work.positions.owned, "the partitions to be lost")
        assert not running.loop.ready
        broker.bring_up()
        running.wait_until(lambda: running.loop.ready, "a new assignment", 40)
        assert len(running.loop.work.positions.owned) == len(topics)


@pytest.mark.real
@pytest.mark.parametrize(("protocol", "given"), [("classic", [[2], [1, 1], [0, 1, 1]]), ("consumer", [[2], [1, 1]])])
@pytest.mark.parametrize("topics", INPUTS)
def test_members_are_ready_whatever_the_group_gives_them(
    kafka: KafkaServer, topic_prefix: str, topics: list[str], protocol: str, given: list[list[int]]
) -> None:
    """Members that come take partitions from others, or get none: all of them are ready."""
    names = [f"{topic_prefix}.{topic}" for topic in topics]
    for name in names:
        kafka.create_topic(name, 2)
    with ExitStack() as stack:
        members: list[RunningLoop] = []
        for number, wanted in enumerate(given):
            own = settings(f"{topic_prefix}-{number}", protocol)
            member = RunningLoop(kafka.bootstrap_servers, Recorder(), names, group=topic_prefix, settings=own)
            members.append(stack.enter_context(member))
            wait_for(lambda wanted=wanted: shares(members) == wanted and all_ready(members), 40, f"{wanted}, all ready")


def all_ready(members: Sequence[RunningLoop]) -> bool:
    """Whether every member says it is ready."""
    return all(member.loop.ready for member in members)


def shares(members: Sequence[RunningLoop]) -> list[int]:
    """How many partitions of each topic the members own, the poorest first."""
    return sorted(len({partition.number for partition in each.loop.work.positions.owned}) for each in members)
