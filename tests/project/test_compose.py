"""The compose files and the Dockerfile, read as data: no engine is needed to see that they fit the packages."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from docs.commands import PROGRAMS, application, commands
from docs.settings import CLASSES, variables
from messaging.settings import CLIENT_PREFIX
from schemas.settings import TopicSettings
from tests.project.tree import PACKAGES, ROOT
from tests.servers.kafka import POM, PROPERTIES

PIPELINE = ("schemas", "generator", "detector", "alerts")
SERVERS = ("kafka", "schema-registry")
KNOWN = {variable.name for settings in CLASSES for variable in variables(settings)}
FIXED_IMAGE = re.compile(r"^[\w./-]+:\d+\.\d+\.\d+[\w.-]*$")


def loaded(name: str) -> dict[str, Any]:
    """A compose file with its anchors merged in."""
    content: dict[str, Any] = YAML(typ="safe", pure=True).load((ROOT / name).read_text("utf-8"))
    return content


PIPELINE_FILE, SERVERS_FILE = loaded("docker-compose.yml"), loaded("docker-compose.kafka.yml")
SERVICES: dict[str, Any] = PIPELINE_FILE["services"] | SERVERS_FILE["services"]


def dockerfile() -> str:
    """Text of the Dockerfile, continued lines joined."""
    return (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")


def environment(service: str) -> dict[str, str]:
    """Variables of a service as written, `${NAME:-default}` resolved to its default."""
    given = SERVICES[service].get("environment", {})
    return {name: resolved(value) for name, value in given.items() if value is not None}


def resolved(value: object) -> str:
    """A value as it is where the calling shell sets nothing."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


def test_whole_pipeline_stands_in_the_files() -> None:
    """One `docker compose up` starts broker, registry, registration, generator and detector."""
    assert PIPELINE_FILE["include"] == ["docker-compose.kafka.yml"]
    assert set(SERVICES) == {*PIPELINE, *SERVERS}


@pytest.mark.parametrize("service", PIPELINE)
def test_every_topic_has_the_same_name_in_every_service(service: str) -> None:
    """A topic that is renamed for one call of docker compose is renamed for the registration and all services."""
    renamed = {variable.name for variable in variables(TopicSettings)}
    given = SERVICES[service]["environment"]
    assert {name: given.get(name) for name in renamed} == {
        name: f"${{{name}:-{resolved(given[name])}}}" for name in renamed
    }


@pytest.mark.parametrize("service", PIPELINE)
def test_environment_of_a_service_is_read_by_the_packages(service: str) -> None:
    """A variable that no settings class reads is a mistake in the file, or in the class."""
    unknown = {
        name for name in SERVICES[service]["environment"] if name not in KNOWN and not name.startswith(CLIENT_PREFIX)
    }
    assert not unknown


@pytest.mark.parametrize("service", PIPELINE)
def test_environment_of_a_service_is_accepted_by_the_settings(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The values in the file pass the checks of every settings class, and say what the file says."""
    given = environment(service)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    read = {
        variable.name: getattr(instance, variable.field)
        for settings in CLASSES
        for instance in (settings(),)
        for variable in variables(settings)
        if variable.name in given
    }
    assert read.keys() == given.keys()
    differing = {
        name for name, value in read.items() if str(value).rstrip("/") not in (given[name], f"{given[name]}.0")
    }
    assert not differing


@pytest.mark.parametrize("service", PIPELINE)
def test_command_of_a_service_exists(service: str) -> None:
    """Each service runs a command that the package has."""
    import typer

    program, *words = SERVICES[service]["command"]
    assert program in PROGRAMS
    names = [name for name, _ in commands(program, typer.main.get_command(application(program)()))]
    assert f"{program} {words[0]}" in names


@pytest.mark.parametrize("service", PIPELINE)
def test_service_reaches_the_servers_by_their_inner_addresses(service: str) -> None:
    """Containers talk to the listener that is advertised under the broker's name in the network."""
    advertised = environment("kafka")["KAFKA_ADVERTISED_LISTENERS"]
    assert f"INNER://{environment(service)['KAFKA_BROKER_URL']}" in advertised.split(",")
    registry = environment("schema-registry")
    inner = f"http://{registry['SCHEMA_REGISTRY_HOST_NAME']}:{registry['SCHEMA_REGISTRY_LISTENERS'].rpartition(':')[2]}"
    assert environment(service)["SCHEMA_REGISTRY_URL"] == inner


def test_host_addresses_are_the_defaults_of_the_settings() -> None:
    """A program beside Docker finds broker and registry without a setting."""
    defaults = {variable.name: variable.info.default for settings in CLASSES for variable in variables(settings)}
    assert f"HOST://{defaults['KAFKA_BROKER_URL']}" in environment("kafka")["KAFKA_ADVERTISED_LISTENERS"].split(",")
    published = resolved(SERVICES["schema-registry"]["ports"][0])
    assert published == f"127.0.0.1:{defaults['SCHEMA_REGISTRY_URL'].port}:8081"


def test_broker_can_hold_transactions_alone() -> None:
    """A single broker gets the replication that its own topics can have."""
    given = environment("kafka")
    for name in ("OFFSETS_TOPIC_REPLICATION_FACTOR", "TRANSACTION_STATE_LOG_REPLICATION_FACTOR"):
        assert given[f"KAFKA_{name}"] == "1"
    assert given["KAFKA_TRANSACTION_STATE_LOG_MIN_ISR"] == "1"
    assert given["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == PROPERTIES["auto.create.topics.enable"] == "false"


def test_broker_is_the_one_that_the_tests_run() -> None:
    """Compose and the tests use the same version of Kafka."""
    tested = re.search(r"kafka_2\.13</artifactId>\s*<version>([^<]+)", POM.read_text("utf-8"))
    assert tested is not None
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{tested.group(1)}"


def test_broker_keeps_its_data_on_the_volume() -> None:
    """Records outlive the container."""
    volume, path = SERVICES["kafka"]["volumes"][0].split(":")
    assert volume in SERVERS_FILE["volumes"]
    assert environment("kafka")["KAFKA_LOG_DIRS"] == path == "/var/lib/kafka/data"


@pytest.mark.parametrize("service", SERVERS)
def test_image_of_a_server_is_pinned(service: str) -> None:
    """No image floats with a tag."""
    assert FIXED_IMAGE.match(SERVICES[service]["image"])


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_open_to_this_host_only(service: str) -> None:
    """Nothing here asks for a password, so nothing listens to the network."""
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[service].get("ports", []))


@pytest.mark.parametrize("service", [*SERVERS, "generator", "detector", "alerts"])
def test_health_of_a_service_is_checked(service: str) -> None:
    """Who waits for a service waits for a check, not for a process; the broker's image has no curl."""
    check = " ".join(SERVICES[service]["healthcheck"]["test"])
    assert ("curl" in check) == (service == "schema-registry")


@pytest.mark.parametrize("service", ["generator", "detector", "alerts"])
def test_service_waits_for_registration_and_stops_in_order(service: str) -> None:
    """Services start after the contracts are registered, get time to stop, and come back after a failure."""
    definition = SERVICES[service]
    assert definition["depends_on"]["schemas"] == {"condition": "service_completed_successfully"}
    assert definition["stop_grace_period"] == "30s"
    assert definition["restart"] == "unless-stopped"


def test_registration_runs_once_after_the_registry() -> None:
    """The contracts are registered by a service that ends."""
    assert SERVICES["schemas"]["depends_on"]["schema-registry"] == {"condition": "service_healthy"}
    assert SERVICES["schemas"]["restart"] == "no"


HTTP_PORTS = [
    ("generator", "GENERATOR_HTTP_PORT"),
    ("detector", "DETECTOR_HTTP_PORT"),
    ("alerts", "ALERTS_HTTP_PORT"),
]


@pytest.mark.parametrize(("service", "variable"), HTTP_PORTS)
def test_service_can_be_scaled(service: str, variable: str) -> None:
    """No container name and no fixed host port stands in the way of a second one."""
    definition = SERVICES[service]
    assert "container_name" not in definition
    assert all(port.split(":")[-2] == "" for port in definition["ports"])
    assert environment(service)[variable] == definition["ports"][0].rpartition(":")[2]
    assert f":{environment(service)[variable]}/readyz" in definition["healthcheck"]["test"][-1]


def test_alerts_are_told_only_when_asked_for() -> None:
    """Nobody gets a mail because of a plain `docker compose up`."""
    assert SERVICES["alerts"]["profiles"] == ["alerts"]
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["alerts"]


@pytest.mark.parametrize("service", PIPELINE)
def test_service_runs_without_rights(service: str) -> None:
    """Services write nowhere but to /tmp and their volumes, and cannot gain rights."""
    definition = SERVICES[service]
    assert definition["read_only"] is True
    assert definition["cap_drop"] == ["ALL"]
    assert definition["security_opt"] == ["no-new-privileges:true"]


def stages() -> Iterator[str]:
    """Stages of the Dockerfile, each with its FROM line."""
    yield from re.split(r"^(?=FROM )", dockerfile(), flags=re.MULTILINE)[1:]


def test_dockerfile_pins_its_base_and_its_packages() -> None:
    """Base images carry a full version; packages are installed by hash or without dependencies."""
    bases = re.findall(r"^FROM (\S+)", dockerfile(), re.MULTILINE)
    assert bases
    assert all(FIXED_IMAGE.match(base) for base in bases)
    for line in re.findall(r"pip install [^&\n]*", dockerfile()):
        assert any(word in line for word in ("--require-hashes", "--no-deps", "--constraint requirements.txt")), line


def test_dockerfile_leaves_tools_behind_and_the_root_user() -> None:
    """The last stage installs nothing, and runs as a user of its own."""
    *_, last = stages()
    assert "pip" not in last
    assert "apt" not in last
    users = re.findall(r"^USER (\S+)", last, re.MULTILINE)
    assert users[-1:] == ["fraud"]


def test_rules_compiled_at_the_build_are_found_by_the_detector() -> None:
    """The machine code is linked to where numba looks, a folder that stays writable on a read-only file system."""
    *_, build, last = stages()
    made = re.search(r"NUMBA_CACHE_DIR=(\S+) .* cp -r \1 (\S+)", build)
    assert made is not None
    folder, name = made.group(2), made.group(2).rpartition("/")[2]
    assert f"NUMBA_CACHE_DIR=/tmp/{name}\n" in last
    assert f"cp -rsn {folder} /tmp/ " in last
    assert SERVICES["detector"]["tmpfs"] == ["/tmp"]


def test_dockerfile_copies_every_package_and_the_context_lets_it() -> None:
    """Nothing that the wheel is built from is missing in the image's build, and nothing else is sent."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert tuple(wheel["packages"]) == PACKAGES
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in sent
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile(), re.MULTILINE))
    words = {word.rstrip("/") for line in copied for word in line.split()}
    assert words >= {*PACKAGES, "pyproject.toml"}
    assert words == {line.removeprefix("!") for line in sent if line.startswith("!")}
