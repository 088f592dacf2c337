"""Registries that hold the contracts."""

import pytest

from schemas.settings import TopicSettings
from tests.schemas.serdes.registered import Serdes


@pytest.fixture
def serdes(between, topics):
    """On each registry, behind the server that counts."""
    made = Serdes(between.url, topics)
    yield made
    made.close()


@pytest.fixture(scope="session")
def sandbox_serdes(sandbox_registry):
    """On the in-process registry, for tests that draw many schemas."""
    names = {name: f"session.{name}" for name in TopicSettings.model_fields}
    made = Serdes(sandbox_registry.url, TopicSettings(**names))
    yield made
    made.close()
