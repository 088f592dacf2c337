"""The real servers keep their promises to the tests that lean on them."""

import json
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.servers import java as installed
from tests.servers.apicurio import ApicurioServer
from tests.servers.errors import StartError
from tests.servers.kafka import KafkaServer
from tests.servers.maven import classpath
from tests.servers.platform import KEPT_AS, Platform, taken_from_environment
from tests.waiting import wait_for


def topics_of(bootstrap_servers: str) -> set[str]:
    """Names of the topics that a broker knows."""
    return set(AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 0}).list_topics(timeout=60).topics)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_kafka_after_an_end_keeps_topics_and_address(kafka: KafkaServer, topic_prefix: str, end: str) -> None:
    """A broker that was stopped or killed comes back at its address with its topics."""
    kafka.create_topic(f"{topic_prefix}.kept")
    address = kafka.bootstrap_servers
    getattr(kafka, end)()
    assert not kafka.running
    kafka.start()
    assert kafka.bootstrap_servers == address
    assert f"{topic_prefix}.kept" in topics_of(address)


def test_topic_of_the_tests_keeps_what_they_date_as_they_like(kafka: KafkaServer, topic_prefix: str) -> None:
    """A record of 1970 outlives the checks of retention that delete it from a topic of an hour beside."""
    names = f"{topic_prefix}.kept", f"{topic_prefix}.hour"
    kafka.create_topic(names[0], 1)
    kafka.create_topic(names[1], 1, {"retention.ms": "3600000"})
    producer = Producer({"bootstrap.servers": kafka.bootstrap_servers})
    for name in names:
        producer.produce(name, b"dated", timestamp=1)
    assert producer.flush(60) == 0
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap_servers, "group.id": f"{topic_prefix}.none"})

    def ends(name: str) -> tuple[int, int] | None:
        try:
            return consumer.get_watermark_offsets(TopicPartition(name, 0), timeout=60)
        except KafkaException:  # a broker that stood still leads nothing for a moment
            return None

    def begins(name: str) -> int:
        return int(wait_for(lambda: ends(name), 60, f"the ends of {name}")[0])

    wait_for(lambda: begins(names[1]) == 1, 60, "the check of retention")
    assert begins(names[0]) == 0
    consumer.close()


def test_apicurio_after_stop_keeps_subjects_and_address(apicurio: ApicurioServer, topic_prefix: str) -> None:
    """A registry that was stopped comes back at its address with its subjects."""
    versions = f"{apicurio.url}/subjects/{topic_prefix}-value/versions"
    registered = httpx.post(versions, json={"schema": json.dumps("string")}, trust_env=False, timeout=60)
    assert registered.status_code == 200
    apicurio.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(versions, trust_env=False, timeout=60)
    apicurio.start()
    assert httpx.get(versions, trust_env=False, timeout=60).json() == [1]


def test_kafka_with_a_wrong_property_shows_the_end_of_its_log(kafka: KafkaServer, tmp_path: Path) -> None:
    """A broker that cannot start says so with the reason it logged."""
    with pytest.raises(StartError, match=r"socket\.send\.buffer\.bytes"):
        KafkaServer(tmp_path, properties={"socket.send.buffer.bytes": "much"}).start()


def test_server_when_the_tests_die_dies_too(kafka: KafkaServer, tmp_path: Path) -> None:
    """No server outlives a test run that was killed."""
    program = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from tests.servers.kafka import KafkaServer\n"
        "server = KafkaServer(Path(sys.argv[2])); server.start()\n"
        "print(server._process.pid, flush=True); sys.stdin.read()\n"
    )
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", program, root, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        server = int(run.stdout.readline())
        run.kill()
    wait_for(lambda: not alive(server), 60, f"process {server} to end")


def alive(process: int) -> bool:
    """Whether a process runs; one that ended and that nobody has asked for does not count."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_platform_environment_names_topics_of_the_test_alone(platform: Platform) -> None:
    """Every topic variable carries the test's own prefix, and the topic can be made."""
    topic = platform.environment["TRANSACTIONS_TOPIC"]
    assert topic.startswith(platform.prefix)
    platform.create_topic(topic, 3)
    wait_for(lambda: topic in topics_of(platform.bootstrap_servers), 60, f"topic {topic}")


def test_platform_registry_comes_back_with_what_it_held(platform: Platform) -> None:
    """Stopping and starting the registry keeps address and subjects."""
    versions = f"{platform.registry_url}/subjects/{platform.topic('kept')}-value/versions"
    assert httpx.post(versions, json={"schema": json.dumps("string")}, trust_env=False, timeout=60).is_success
    platform.stop_registry()
    with pytest.raises(httpx.TransportError):
        httpx.get(versions, trust_env=False, timeout=60)
    platform.start_registry()
    assert httpx.get(versions, trust_env=False, timeout=60).json() == [1]


@pytest.mark.real
def test_classpath_when_asked_again_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jars are fetched once; later runs need no Maven."""
    pom = Path(__file__).with_name("kafka.pom.xml")
    fetched = classpath(pom)
    monkeypatch.setenv("PATH", "")
    assert classpath(pom) == fetched


def test_missing_tools_without_java_names_the_jdk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The line that skips real tests says that a JDK is missing, and which one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert "JDK 17 or newer; no `java`" in str(installed.missing_tools.__wrapped__())


@pytest.mark.parametrize(
    ("version", "missing"),
    [("21.0.8", "Maven"), ("17.0.15", "Maven"), ("11.0.2", "is 11"), ("1.8.0_292", "is 8"), ("?", "does not tell")],
)
def test_missing_tools_with_some_java_names_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, missing: str
) -> None:
    """A JDK that is too old is told from a Maven that is not there."""
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing in str(installed.missing_tools.__wrapped__())


@pytest.fixture
def no_external_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that names none, and that is as it was after the test."""
    for name in ("KAFKA_BROKER_URL", "SCHEMA_REGISTRY_URL"):
        for variable in (name, f"{KEPT_AS}{name}"):
            monkeypatch.setenv(variable, "")


@pytest.mark.parametrize("name", ["KAFKA_BROKER_URL", "SCHEMA_REGISTRY_URL"])
def test_external_platform_with_half_an_address_is_an_error(
    no_external_platform: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An external broker without its registry is not passed over in silence."""
    monkeypatch.setenv(name, "localhost:1")
    with pytest.raises(ValueError, match=f"Only {name} is set"):
        taken_from_environment()


def test_external_platform_is_known_to_the_next_process_too(
    no_external_platform: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one process of a run took out of the environment, the processes it starts find, and no settings class."""
    monkeypatch.setenv("KAFKA_BROKER_URL", "localhost:1")
    monkeypatch.setenv("SCHEMA_REGISTRY_URL", "http://localhost:2")
    taken = taken_from_environment()
    assert taken == {"KAFKA_BROKER_URL": "localhost:1", "SCHEMA_REGISTRY_URL": "http://localhost:2"}
    assert not set(taken) & set(os.environ)
    assert taken_from_environment() == taken


def test_wait_for_past_the_deadline_says_what_was_waited_for() -> None:
    """A wait that fails names what did not happen and what was seen last."""
    with pytest.raises(AssertionError, match=r"0 s for the moon; the condition last gave 0"):
        wait_for(lambda: 0, 0, "the moon")


def test_wait_for_does_not_count_the_time_a_process_was_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a turn takes by the clock, a wait of two seconds has three looks at the least."""
    turns = count()
    monkeypatch.setattr("tests.waiting.monotonic", lambda: 12.0 * next(turns))
    looks = count()
    assert wait_for(lambda: next(looks) == 2, 2, "the third look")
    looks = count()
    with pytest.raises(AssertionError, match=r"2 s for the fourth look"):
        wait_for(lambda: next(looks) == 3, 2, "the fourth look")
