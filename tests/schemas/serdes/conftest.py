"""Registries that hold the contracts."""

import pytest

from schemas.settings import TopicSettings
from tests.schemas.serdes.registered import Serdes, register_contracts

NAMES = TopicSettings(**{name: f"serdes.{name}" for name in TopicSettings.model_fields})
"""Topics whose subjects no test of this folder changes."""


@pytest.fixture(scope="session")
def holding():
    """Addresses of the registries that hold the contracts already."""
    return set()


@pytest.fixture
def serdes(between, registry_url, holding):
    """On each registry, behind the server that counts."""
    if registry_url not in holding:
        register_contracts(registry_url, NAMES)
        holding.add(registry_url)
    made = Serdes(between.url, NAMES)
    yield made
    made.close()


@pytest.fixture(scope="session")
def sandbox_serdes(sandbox_registry):
    """On the in-process registry, for tests that draw many schemas."""
    topics = TopicSettings(**{name: f"session.{name}" for name in TopicSettings.model_fields})
    register_contracts(sandbox_registry.url, topics)
    made = Serdes(sandbox_registry.url, topics)
    yield made
    made.close()
