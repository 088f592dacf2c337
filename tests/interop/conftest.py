"""Serdes of ours on a registry that others share."""

import pytest

from sandbox.registry import RegistryServer
from schemas.settings import TopicSettings
from tests.interop.java_peer import JavaPeer
from tests.schemas.serdes.registered import Serdes, register_contracts


@pytest.fixture(scope="session")
def registry_server():
    """The in-process registry of this folder's tests."""
    with RegistryServer() as server:
        yield server


@pytest.fixture(scope="session")
def serdes(registry_server):
    """Clients of a registry that holds the contracts."""
    topics = TopicSettings(**{name: f"interop.{name}" for name in TopicSettings.model_fields})
    register_contracts(registry_server.url, topics)
    made = Serdes(registry_server.url, topics)
    yield made
    made.close()


@pytest.fixture(scope="session")
def java_peer(tmp_path_factory):
    """Avro Java, in one JVM for all tests."""
    with JavaPeer(tmp_path_factory.mktemp("classes")) as peer:
        yield peer
