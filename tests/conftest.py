"""Real servers, and platforms made of them, for every test that asks.

`kafka` and `apicurio` are the real broker and the real registry, one of each per process of the run: tests stop and
kill them, which the tests of another process must not notice. `platform` is both together, once as the sandbox, once
real, and once external where KAFKA_BROKER_URL and SCHEMA_REGISTRY_URL name a pair that runs already; it sets the
environment so that settings classes find it, with topic names of the test's own.
"""

import os

# Before anything reads them: where one of these is set, as on a build server, typer and structlog colour what they
# write to no terminal at all, and an option is no longer found in what a command prints.
os.environ.pop("GITHUB_ACTIONS", None)
os.environ.pop("FORCE_COLOR", None)
os.environ.pop("PY_COLORS", None)

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from uuid import uuid4

import pytest
import structlog
from hypothesis import settings

from sandbox.broker import EmbeddedBroker
from tests.servers.apicurio import COORDINATES, ApicurioServer
from tests.servers.errors import ServerError
from tests.servers.java import missing_tools
from tests.servers.kafka import POM, KafkaServer, create_topic
from tests.servers.maven import archive, classpath
from tests.servers.platform import Platform, taken_from_environment
from tests.servers.process import ServerProcess

EXTERNAL = taken_from_environment()
STARTED = pytest.StashKey[list[ServerProcess]]()
UNFETCHED = pytest.StashKey[str]()

Launched = Mapping[str, ServerProcess]
SERVERS: tuple[type[KafkaServer | ApicurioServer], ...] = (KafkaServer, ApicurioServer)

PLATFORMS = (
    pytest.param("sandbox", id="sandbox"),
    pytest.param("real", id="real", marks=pytest.mark.real),
    *([pytest.param("external", id="external")] if EXTERNAL else []),
)


# How long an example takes says how busy the machine is, since another process works beside this one.
settings.register_profile("suite", settings.default, deadline=None)
settings.load_profile("suite")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Makes the machine code of the kernels before several processes test.

    On a fresh checkout each would compile for a minute inside the time limits of its tests. And two that put different
    signatures of one kernel into numba's cache at the same moment may give both the same file.
    """
    if session.config.getoption("numprocesses", None) and not session.config.option.collectonly:
        subprocess.run([sys.executable, "-m", "tests.machine_code"], cwd=session.config.rootpath, check=False)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test that uses a real server, before `-m` selects."""
    for item in items:
        if {"kafka", "apicurio"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.real)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetches the jars of the real servers before the first test, so that no test's time limit runs meanwhile."""
    if session.config.option.collectonly or missing_tools():
        return
    if not any(item.get_closest_marker("real") for item in session.items):
        return
    try:
        classpath(POM)
        archive(COORDINATES)
    except ServerError as error:
        session.stash[UNFETCHED] = str(error)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test that needs Java where there is none; on a build server that is a failure."""
    if item.get_closest_marker("real") and UNFETCHED in item.session.stash:
        pytest.fail(f"{item.session.stash[UNFETCHED]} (-m 'not real' leaves these tests out)", pytrace=False)
    missing = missing_tools() if item.get_closest_marker("real") else None
    if missing and os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(missing, pytrace=False)
    elif missing:
        pytest.skip(missing)


@pytest.fixture(scope="session")
def launched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    """The real servers that this process asks for, all on their way up as soon as one is asked for."""
    asked = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    with ExitStack() as stack:
        servers = {server.name: server for server in (make(tmp_path_factory.mktemp(make.name)) for make in SERVERS)}
        for server in servers.values():
            stack.callback(server.kill)
            if server.name in asked:
                server.launch()
        yield servers


def answering(server: ServerProcess, session: pytest.Session) -> Iterator[ServerProcess]:
    """A server that answers; it is started again before each test that finds it stopped."""
    server.start()
    session.stash.setdefault(STARTED, []).append(server)
    yield server
    session.stash[STARTED].remove(server)
    server.kill()


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest, launched: Launched) -> Iterator[ServerProcess]:
    """The real broker of this process; a test that stops it may leave it so."""
    yield from answering(launched["kafka"], request.session)


@pytest.fixture(scope="session")
def apicurio(request: pytest.FixtureRequest, launched: Launched) -> Iterator[ServerProcess]:
    """The real registry of this process; a test that stops it may leave it so."""
    yield from answering(launched["apicurio"], request.session)


@pytest.fixture(autouse=True)
def _servers_run(request: pytest.FixtureRequest) -> None:
    """Starts again what an earlier test has stopped or killed."""
    for server in request.session.stash.get(STARTED, []):
        server.start()


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Forgets how a service under test has set up its log: the level would hide another test's events."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def topic_prefix() -> str:
    """Beginning of topic and group names that no other test uses."""
    return f"t{uuid4().hex[:10]}"


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest, topic_prefix: str, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """A broker and a registry; the environment points at them and at this test's own topics."""
    made: Platform = request.getfixturevalue(f"{request.param}_platform")
    for variable, value in made.environment.items():
        monkeypatch.setenv(variable, value)
    return made


@pytest.fixture
def sandbox_platform(topic_prefix: str) -> Iterator[Platform]:
    """The embedded broker and the in-process registry, fresh for each test."""
    from sandbox.registry.server import RegistryServer

    with EmbeddedBroker() as broker, RegistryServer() as registry:
        yield Platform(
            kind="sandbox",
            bootstrap_servers=broker.bootstrap_servers,
            registry_url=registry.url,
            prefix=topic_prefix,
            topic_creator=broker.create_topic,
            stop_registry=registry.stop,
            start_registry=registry.start,
        )


@pytest.fixture
def real_platform(kafka: KafkaServer, apicurio: ApicurioServer, topic_prefix: str) -> Platform:
    """Apache Kafka and Apicurio."""
    return Platform(
        kind="real",
        bootstrap_servers=kafka.bootstrap_servers,
        registry_url=apicurio.url,
        prefix=topic_prefix,
        topic_creator=kafka.create_topic,
        stop_registry=apicurio.stop,
        start_registry=apicurio.start,
    )


@pytest.fixture
def external_platform(topic_prefix: str) -> Platform:
    """The pair that KAFKA_BROKER_URL and SCHEMA_REGISTRY_URL name."""
    return Platform(
        kind="external",
        bootstrap_servers=EXTERNAL["KAFKA_BROKER_URL"],
        registry_url=EXTERNAL["SCHEMA_REGISTRY_URL"],
        prefix=topic_prefix,
        topic_creator=lambda name, partitions: create_topic(EXTERNAL["KAFKA_BROKER_URL"], name, partitions),
        stop_registry=lambda: pytest.skip("the external registry is not ours to stop"),
    )
