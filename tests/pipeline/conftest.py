"""A stateful detector's topics on the real broker."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.machine_code import make_machine_code
from tests.pipeline.chain_campaign import ChainCampaign
from tests.servers.platform import Platform


@pytest.fixture(scope="session")
def machine_code() -> None:
    """Compiles the kernels, or loads them: on a fresh checkout no detector of a test does it while others wait."""
    make_machine_code()


@pytest.fixture
def chain_platform(machine_code: None, real_platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """The real broker and registry for a stateful detector; the environment points at them."""
    for variable, value in real_platform.environment.items():
        monkeypatch.setenv(variable, value)
    return real_platform


@pytest.fixture
def chain(chain_platform: Platform, tmp_path: Path) -> Iterator[Callable[..., ChainCampaign]]:
    """Makes a campaign and ends its processes."""
    with ExitStack() as stack:
        yield lambda partitions, **settings: stack.enter_context(
            ChainCampaign(chain_platform, tmp_path, partitions, **settings)
        )
