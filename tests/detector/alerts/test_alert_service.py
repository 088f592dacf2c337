"""The alert service on a broker and a registry, with a real HTTP receiver."""

from collections import Counter
from typing import Any

import httpx
import pytest

from tests.detector.alerts.fraud_topic import FraudTopic, flagged, read_letters, running
from tests.detector.alerts.receivers import Hook
from tests.servers.platform import Platform
from tests.servers.ports import free_ports
from tests.waiting import wait_for

RESTARTS = pytest.mark.parametrize("platform", [pytest.param("real", marks=pytest.mark.real)], indirect=True)
"""On the real broker only: the embedded one lets nobody into a group that its last member has left."""


def bodies(hook: Hook) -> list[dict[str, Any]]:
    return [body for _, body in hook.requests]


def test_alerts_tell_each_episode_once_while_it_is_quiet(topic: FraudTopic, hook: Hook) -> None:
    """Twenty hits of two episodes within the quiet time give two alerts; a hit after it is told again."""
    topic.write(*(flagged(number, f"e{number % 2}") for number in range(20)), flagged(90, "e0"))
    with running():
        wait_for(lambda: len(hook.requests) >= 3, 90, "three alerts")
    assert [body["episodes"] for body in bodies(hook)] == [["e0"], ["e1"], ["e0"]]
    assert len({body["id"] for body in bodies(hook)}) == 3


@RESTARTS
def test_alerts_survive_failures_and_a_restart_in_the_middle(topic: FraudTopic, hook: Hook) -> None:
    """No episode is lost when the receiver fails and the service stops meanwhile; repeats keep their id."""
    topic.write(*(flagged(number, f"e{number}") for number in range(6)))
    hook.answers = [(200, {}), (500, {}), (429, {"Retry-After": "0"}), (200, {}), (503, {"Retry-After": "30"})]
    with running():
        wait_for(lambda: len(hook.requests) >= 5, 90, "the receiver to ask for a pause")
    with running():
        wait_for(lambda: len({e for b in bodies(hook) for e in b["episodes"]}) >= 6, 90, "all episodes")
        wait_for(lambda: len(hook.requests) >= 9, 90, "the rest")
    episodes = [body["episodes"][0] for body in bodies(hook)]
    assert episodes == ["e0", "e1", "e1", "e1", "e2", "e2", "e3", "e4", "e5"]
    ids = {body["episodes"][0]: set[str]() for body in bodies(hook)}
    for body in bodies(hook):
        ids[body["episodes"][0]].add(body["id"])
    assert all(len(each) == 1 for each in ids.values())


@RESTARTS
def test_alerts_stay_quiet_over_a_restart(topic: FraudTopic, hook: Hook) -> None:
    """A restart does not make an episode loud again: what is quiet is folded from the topic."""
    topic.write(flagged(0, "e0"), flagged(1, "e1"))
    with running():
        wait_for(lambda: len(hook.requests) == 2, 90, "both episodes")
    topic.write(flagged(2, "e0"), flagged(3, "e1"), flagged(4, "e2"))
    with running():
        wait_for(lambda: len(hook.requests) >= 3, 90, "the third episode")
    assert [body["episodes"] for body in bodies(hook)] == [["e0"], ["e1"], ["e2"]]


def test_alert_that_nobody_takes_becomes_a_dead_letter(topic: FraudTopic, hook: Hook, platform: Platform) -> None:
    """A final refusal and an unreadable record end in the dead-letter topic with their bytes, and the next is told."""
    refused, told = flagged(0, "e0"), flagged(1, "e1")
    topic.write(refused, b"\x01broken", told)
    hook.answers = [(400, {})]
    with running():
        wait_for(lambda: len(hook.requests) == 2, 90, "the second alert")
        letters = read_letters(topic, platform, 2)
    assert [letter["reason"] for letter in letters] == ["DELIVERY", "FRAME"]
    assert letters[0]["value"] == topic.writer.encode(refused)
    assert letters[0]["stage"] == "alert:webhook"
    assert (letters[1]["value"], letters[1]["offset"]) == (b"\x01broken", 1)


def hits(first: int, count: int, episode: str) -> list[dict[str, Any]]:
    """Hits of one episode, from eight payers, and so in several partitions."""
    return [flagged(number, episode, source=f"S{number % 8}") for number in range(first, first + count)]


def ends(first: int, name: str) -> list[dict[str, Any]]:
    """An episode of its own for each payer: once told, all before it in its partition is decided."""
    return [flagged(first + payer, f"{name}-{payer}", source=f"S{payer}") for payer in range(8)]


@RESTARTS
@pytest.mark.parametrize("partitions", [4])
def test_episode_is_told_once_over_partitions_and_a_restart(topic: FraudTopic, hook: Hook) -> None:
    """The hits of an episode lie in the partitions of its payers; one alert tells it, and none does after a restart."""
    topic.write(*hits(0, 24, "e0"), *ends(24, "first"))
    with running():
        wait_for(lambda: len(hook.requests) >= 9, 90, "nine episodes")
    topic.write(*hits(32, 16, "e0"), *ends(48, "second"))
    with running():
        wait_for(lambda: sum(told.startswith("second") for told in hook.told) >= 8, 90, "the rest")
    assert Counter(hook.told) == dict.fromkeys(
        ["e0", *(f"{name}-{payer}" for name in ("first", "second") for payer in range(8))], 1
    )


@pytest.mark.parametrize("platform", ["sandbox"], indirect=True)
def test_service_is_ready_when_it_has_its_share(topic: FraudTopic, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """The health port says so, and the counters say what was told and what was quiet."""
    (port,) = free_ports(1)
    monkeypatch.setenv("ALERTS_HTTP_PORT", str(port))
    topic.write(flagged(0, "e0"), flagged(1, "e0"), flagged(2, "e1", level="REVIEW"))
    monkeypatch.setenv("ALERTS_MINIMUM_LEVEL", "BLOCK")

    def metrics() -> str:
        return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text

    with running():
        wait_for(lambda: hook.requests, 90, "the alert")
        assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=60).is_success
        assert httpx.get(f"http://127.0.0.1:{port}/livez", timeout=60).is_success
        wait_for(lambda: 'fraud_alerts_read_total{outcome="below_level"} 1.0' in metrics(), 90, "all to be read")
        assert 'fraud_alerts_read_total{outcome="told"} 1.0' in metrics()
        assert 'fraud_alerts_read_total{outcome="quiet"} 1.0' in metrics()
        assert 'fraud_alerts_delivered_total{sink="webhook"} 1.0' in metrics()
