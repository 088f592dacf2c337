"""Registries for the tests of the contract."""

import itertools

import pytest

from sandbox.registry import RegistryServer
from schemas.registration.retrying import Retrying
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings, TopicSettings
from tests.schemas.intermediary import Intermediary

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def sandbox_registry():
    """The in-process registry of this folder's tests; each test has topic names of its own."""
    with RegistryServer() as server:
        yield server


@pytest.fixture(params=["sandbox", pytest.param("apicurio", marks=pytest.mark.real)])
def registry_url(request):
    """Address of a registry: the in-process one, then a real one."""
    if request.param == "apicurio":
        return request.getfixturevalue("apicurio").url
    return request.getfixturevalue("sandbox_registry").url


@pytest.fixture(scope="session")
def intermediaries():
    """One server before each registry, started when it is first asked for."""
    started: dict[str, Intermediary] = {}
    yield started
    for server in started.values():
        server.stop()


@pytest.fixture
def between(registry_url, intermediaries):
    """A server before the registry that counts and misbehaves."""
    if registry_url not in intermediaries:
        intermediaries[registry_url] = Intermediary(registry_url)
        intermediaries[registry_url].start()
    intermediaries[registry_url].reset()
    return intermediaries[registry_url]


@pytest.fixture
def client(between):
    """A client that goes through the server between."""
    with RegistryClient(RegistrySettings(url=between.url)) as opened:
        yield opened


@pytest.fixture
def direct(registry_url):
    """A client of somebody else, past the server between."""
    with RegistryClient(RegistrySettings(url=registry_url)) as opened:
        yield opened


@pytest.fixture
def topics():
    """Topic names nobody used before, since a real registry serves many tests."""
    run = next(NUMBERS)
    return TopicSettings(**{name: f"r{run}.{name}" for name in TopicSettings.model_fields})


@pytest.fixture
def retrying():
    """Repeats without waiting."""
    return Retrying(sleep=lambda _seconds: None)
