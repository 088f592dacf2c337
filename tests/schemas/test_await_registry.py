"""Waiting for a registry."""

import pytest

from schemas.errors import RegistryRefusedError, RegistryUnreachableError
from schemas.registration.await_registry import await_registry
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture
def registry_url(sandbox_registry):
    """Only the in-process registry."""
    return sandbox_registry.url


def test_waiting_ends_when_the_registry_answers(client, between):
    """A registry that is starting is asked until it answers, with progress."""
    clock, told = Clock(), []
    between.misbehave("GET", "/config", times=3, instead=lambda _: (503, None))
    await_registry(client, 60, lambda waited, why: told.append((waited, why)), clock=clock, sleep=clock.sleep)
    assert [waited for waited, _ in told] == [0, 0.5, 1.0]
    assert "503" in told[0][1]


def test_registry_without_primary_is_waited_for(client, between):
    """Karapace answers reads before it takes writes; its health says so."""
    clock = Clock()
    between.misbehave("GET", "/_health", times=2, instead=lambda _: (200, {"schema_registry_ready": False}))
    await_registry(client, 60, clock=clock, sleep=clock.sleep)
    assert clock.now == 101.0


def test_waiting_is_bounded():
    """An absent registry ends the wait with the time waited and the address."""
    clock = Clock()
    with (
        RegistryClient(RegistrySettings(url="http://127.0.0.1:9")) as client,
        pytest.raises(RegistryUnreachableError, match=r"http://127\.0\.0\.1:9 .*waited 3 s"),
    ):
        await_registry(client, 3, clock=clock, sleep=clock.sleep)
    assert clock.now <= 103.0


def test_refusal_is_not_waited_for(client, between):
    """Wrong credentials do not become right by waiting."""
    clock = Clock()
    between.misbehave("GET", "/config", instead=lambda _: (401, {"message": "no"}))
    with pytest.raises(RegistryRefusedError):
        await_registry(client, 60, clock=clock, sleep=clock.sleep)
    assert clock.now == 100.0
