"""The stateful detector on the real broker, whatever happens to it, beside `score` on the same payments."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.pipeline.chain_campaign import ChainCampaign, Verdicts, history, scored
from tests.servers.platform import Platform


@pytest.fixture
def campaign(
    real_platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., ChainCampaign]]:
    """Makes a campaign and ends its processes."""
    for variable, value in real_platform.environment.items():
        monkeypatch.setenv(variable, value)
    with ExitStack() as stack:
        yield lambda partitions, **settings: stack.enter_context(
            ChainCampaign(real_platform, tmp_path, partitions, **settings)
        )


def assert_same(found: Verdicts, expected: Verdicts) -> None:
    """Every payment came out once, with the same score and findings."""
    assert found.times == expected.times
    assert found.scores == expected.scores
    assert found.findings == expected.findings


@pytest.mark.real
def test_verdicts_are_those_of_score(campaign: Callable[..., ChainCampaign]) -> None:
    """On one partition the service says of every payment what `score` says: verdict, points, findings, evidence."""
    table, made = history(1, 8000), campaign(1)
    made.add_detector()
    made.wait_for_verdicts(made.send(table))
    expected = scored(table)
    assert len(expected.scores) > 50
    assert_same(made.verdicts(), expected)
