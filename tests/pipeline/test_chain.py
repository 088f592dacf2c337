"""The stateful detector on the real broker, whatever happens to it, beside `score` on the same payments."""

from collections.abc import Callable

import pytest

from tests.pipeline.chain_campaign import ChainCampaign, Verdicts, history, scored, story


def assert_same(found: Verdicts, expected: Verdicts) -> None:
    """Every payment came out once, with the same score and findings."""
    assert found.times == expected.times
    assert found.scores == expected.scores
    assert found.findings == expected.findings


@pytest.mark.real
def test_verdicts_are_those_of_score(chain: Callable[..., ChainCampaign]) -> None:
    """On one partition the service says of every payment what `score` says: verdict, points, findings, evidence."""
    table, made = history(1, 8000), chain(1)
    made.add_detector()
    made.wait_for_verdicts(made.send(table))
    expected = scored(table)
    assert len(expected.scores) > 50
    assert_same(made.verdicts(), expected)


@pytest.mark.real
@pytest.mark.timeout(300)
def test_verdicts_are_those_of_score_over_kills_and_aborts(chain: Callable[..., ChainCampaign]) -> None:
    """Six kill -9 and an abort of every fourth commit change no verdict, no finding and no evidence."""
    table, made = history(2, 20_000), chain(1, DETECTOR_SNAPSHOT_RECORDS="1000")
    detector = made.add_detector("--abort-every", "4")
    loaded: list[bool] = []

    def kill(number: int) -> None:
        done = (number + 1) * -(-table.height // 7)
        if number % 2:  # now in the middle of a part, now with a snapshot behind it
            made.wait_until(lambda: "snapshot_written" in detector.log_text or made.outputs() >= done, "a snapshot")
        loaded.append("snapshot_loaded" in detector.log_text)
        detector.kill()
        detector.start()

    made.wait_for_verdicts(made.send_and_meanwhile(table, 7, kill), 120)
    assert_same(made.verdicts(), scored(table))
    assert any(loaded) or "snapshot_loaded" in detector.log_text


@pytest.mark.real
@pytest.mark.timeout(300)
def test_verdicts_are_those_of_score_over_rebalances(chain: Callable[..., ChainCampaign]) -> None:
    """The partition moves from member to member as they leave, with its state, and no verdict changes."""
    table, made = history(3, 8000), chain(1, DETECTOR_SNAPSHOT_RECORDS="1000")
    for _ in range(2):
        made.add_detector()

    def move(number: int) -> None:
        leaving = made.detectors[number % 2]
        assert leaving.terminate() == 0
        leaving.start()

    count = made.send_and_meanwhile(table, 4, move)
    made.wait_for_verdicts(count, 120)
    assert_same(made.verdicts(), scored(table))


@pytest.mark.real
@pytest.mark.timeout(300)
def test_rings_are_found_on_twelve_partitions(chain: Callable[..., ChainCampaign]) -> None:
    """Three detectors, one of them killed: every payment has one verdict, and every injected ring is found."""
    table, made = story(4, 12_000, rings=20), chain(12, DETECTOR_SNAPSHOT_RECORDS="200", LOOP_COMMIT_INTERVAL="0.1")
    for _ in range(3):
        made.add_detector()

    def kill_once(number: int) -> None:
        if number == 20:
            made.detectors[0].kill()
            made.detectors[0].start()

    made.wait_for_verdicts(made.send_in_step(table, 200, kill_once), 120)
    found = made.verdicts()
    assert set(found.times.values()) == {1}
    assert set(found.times) == set(table["id"])
    rings = table.filter(table["label"] == 1)
    hit = rings.filter(rings["id"].is_in(list(found.scores)))
    assert set(hit["ring"]) == set(rings["ring"])
    assert rings["ring"].n_unique() == 20
