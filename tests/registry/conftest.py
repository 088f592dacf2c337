"""Registries that the conformance suite asks: the sandbox's, Apicurio, and one that runs already."""

import os
from collections.abc import Iterator

import pytest

from sandbox.registry import RegistryServer
from tests.conftest import EXTERNAL
from tests.registry.asking import Asking
from tests.registry.flavours import flavour_of

EXTERNAL_URL = (EXTERNAL.get("SCHEMA_REGISTRY_URL") or os.environ.get("SCHEMA_REGISTRY_URL", "")).rstrip("/")
"""Read before any test changes the environment; a broker is not needed here."""

REGISTRIES = (
    pytest.param("sandbox", id="sandbox"),
    pytest.param("real", id="real", marks=pytest.mark.real),
    *([pytest.param("external", id="external")] if EXTERNAL_URL else []),
)


@pytest.fixture(scope="session")
def sandbox_registry_url() -> Iterator[str]:
    """A registry of the sandbox for all tests of the suite."""
    with RegistryServer() as server:
        yield server.url


@pytest.fixture(scope="session", params=REGISTRIES)
def registry(request: pytest.FixtureRequest) -> Iterator[Asking]:
    """A registry to ask, with its flavour."""
    url = {
        "sandbox": lambda: request.getfixturevalue("sandbox_registry_url"),
        "real": lambda: request.getfixturevalue("apicurio").url,
        "external": lambda: EXTERNAL_URL,
    }[request.param]()
    asking = Asking(url, flavour_of(url))
    yield asking
    asking.close()
