"""What keeps a detector from starting is said in one line."""

import sys
from collections.abc import Iterator

import pytest
from confluent_kafka import KafkaError

from detector.cli import main
from sandbox.broker import ApiKey, EmbeddedBroker
from sandbox.registry.server import RegistryServer
from schemas.manifest import load_manifest
from schemas.settings import TopicSettings
from tests.detector.running import Pipeline
from tests.servers.platform import Platform
from tests.servers.ports import free_ports


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedBroker]:
    """A broker that the environment names."""
    monkeypatch.setenv("DETECTOR_HTTP_PORT", "-1")
    with EmbeddedBroker() as embedded:
        monkeypatch.setenv("KAFKA_BROKER_URL", embedded.bootstrap_servers)
        topics = TopicSettings()
        for contract in load_manifest():
            embedded.create_topic(topics.name_of(contract.topic), 1)
        yield embedded


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line `fraud-detector` ends with; its status is not zero and there is no traceback."""
    monkeypatch.setattr(sys, "argv", ["fraud-detector", *(arguments or ("run",))])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    errors = capsys.readouterr().err
    assert "Traceback" not in errors
    (line,) = [line for line in errors.splitlines() if not line.startswith("{")]
    assert line.startswith("fraud-detector: ")
    return line


Said = tuple[pytest.MonkeyPatch, pytest.CaptureFixture[str]]


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """What `said` needs."""
    return monkeypatch, capsys


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LOOP_COMMIT_INTERVAL", "soon"),
        ("DETECTOR_AMOUNT_THRESHOLD", "-5"),
        ("DETECTOR_HTTP_PORT", "99999"),
        ("TOPIC_PARTITIONS", "0"),
        ("SCHEMA_REGISTRY_TIMEOUT", "0"),
    ],
)
def test_wrong_setting_is_named(broker: EmbeddedBroker, ending: Said, variable: str, value: str) -> None:
    """A setting that makes no sense is named by its variable."""
    ending[0].setenv(variable, value)
    assert variable in said(*ending)


def test_unknown_client_property_is_named(broker: EmbeddedBroker, ending: Said) -> None:
    """A client property that the library does not know is said with its name and where to look."""
    ending[0].setenv("KAFKA_CLIENT_SECURITY_PROTOKOL", "ssl")
    line = said(*ending)
    assert "security.protokol" in line
    assert "KAFKA_CLIENT_" in line


def test_absent_broker(ending: Said) -> None:
    """Without a broker the command ends when the wait is over, and asks whether it runs."""
    (port,) = free_ports(1)
    ending[0].setenv("KAFKA_BROKER_URL", f"127.0.0.1:{port}")
    ending[0].setenv("KAFKA_WAIT", "1")
    line = said(*ending)
    assert f"127.0.0.1:{port}" in line
    assert "Is the broker running" in line


def test_absent_registry(broker: EmbeddedBroker, ending: Said) -> None:
    """Without a registry the command ends when the wait is over, with the registry's address."""
    (port,) = free_ports(1)
    ending[0].setenv("SCHEMA_REGISTRY_URL", f"http://127.0.0.1:{port}")
    ending[0].setenv("DETECTOR_REGISTRY_WAIT", "1")
    assert f"127.0.0.1:{port}" in said(*ending)


def test_contract_that_is_not_registered(broker: EmbeddedBroker, ending: Said) -> None:
    """A schema that nobody registered is said with the command that mends it."""
    with RegistryServer() as registry:
        ending[0].setenv("SCHEMA_REGISTRY_URL", registry.url)
        assert "fraud-schemas register" in said(*ending)


def test_missing_topic_with_creation_off(broker: EmbeddedBroker, ending: Said) -> None:
    """A topic that is missing while creation is off is named, with the setting."""
    ending[0].setenv("TOPIC_CREATION", "false")
    ending[0].setenv("FRAUD_TOPIC", "not-there")
    line = said(*ending)
    assert "not-there" in line
    assert "TOPIC_CREATION=true" in line


def test_two_topics_of_one_name(broker: EmbeddedBroker, ending: Said) -> None:
    """A detector that would read its own output does not start."""
    ending[0].setenv("LEGIT_TOPIC", "queueing.transactions")
    assert "LEGIT_TOPIC" in said(*ending)


@pytest.mark.parametrize("platform", ["sandbox"], indirect=True)
def test_refused_authorization(platform: Platform, ending: Said) -> None:
    """A right that is missing ends the command with the code and what to check."""
    Pipeline(platform)
    ending[0].setenv("DETECTOR_HTTP_PORT", "-1")
    with EmbeddedBroker() as broker:
        topics = TopicSettings()
        for contract in load_manifest():
            broker.create_topic(topics.name_of(contract.topic), 1)
        ending[0].setenv("KAFKA_BROKER_URL", broker.bootstrap_servers)
        broker.fail_requests(ApiKey.INIT_PRODUCER_ID, [KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED] * 5)
        line = said(*ending)
    assert "TRANSACTIONAL_ID_AUTHORIZATION_FAILED" in line
    assert "Check the credentials" in line


def test_dead_letters_without_a_broker(ending: Said) -> None:
    """The other commands end the same way."""
    (port,) = free_ports(1)
    ending[0].setenv("KAFKA_BROKER_URL", f"127.0.0.1:{port}")
    ending[0].setenv("KAFKA_WAIT", "1")
    assert f"127.0.0.1:{port}" in said(*ending, "dead-letters", "list")
