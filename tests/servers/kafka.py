"""Apache Kafka from its jars: one broker that is its own controller, on loopback."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from tests.servers.errors import StartError
from tests.servers.java import java
from tests.servers.maven import classpath
from tests.servers.ports import free_ports
from tests.servers.process import ServerProcess

POM = Path(__file__).with_name("kafka.pom.xml")
CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"
"""Any base64 UUID does; one for all, since every broker has its own data."""
JVM = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Quick to start and small; a measurement of speed passes its own."""

PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "INSIDE",
    "listener.security.protocol.map": "INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "3",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "3",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    # members that are killed are missed within a second or two, not after six
    "group.min.session.timeout.ms": "1000",
    # transactions that nobody ends are aborted soon after their timeout, not up to ten seconds later
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
    # a broker that was killed may register again once its old session is over; the default is nine seconds
    "broker.session.timeout.ms": "4000",
    "broker.heartbeat.interval.ms": "1000",
    # a test that lets retention reach its dated records fails at once, not when the check of five minutes hits it
    "log.initial.task.delay.ms": "1000",
    "log.retention.check.interval.ms": "1000",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": "16777216",
}


class KafkaServer(ServerProcess):
    """A real broker.

    Delivery: topics, records and committed offsets survive `stop` and `kill` in the folder; the address stays.

    Args:
        folder: Folder of its own for data, configuration and log.
        properties: Broker properties beside or instead of `PROPERTIES`.
        jvm: Options of the virtual machine.
    """

    name = "kafka"

    def __init__(self, folder: Path, *, properties: Mapping[str, str] | None = None, jvm: Sequence[str] = JVM) -> None:
        super().__init__(folder)
        self._jvm = tuple(jvm)
        self._port, self._controller_port = free_ports(2)
        self._properties = {**PROPERTIES, **self._addresses(), **(properties or {})}
        self._configuration = folder / "server.properties"

    @property
    def bootstrap_servers(self) -> str:
        """Address for `bootstrap.servers`."""
        return f"127.0.0.1:{self._port}"

    def create_topic(self, name: str, partitions: int = 4, configuration: Mapping[str, str] | None = None) -> None:
        """Create a topic and return when it is there.

        Raises:
            KafkaException: it exists already, or the broker refuses.
        """
        create_topic(self.bootstrap_servers, name, partitions, configuration)

    def launch(self) -> None:
        """Begin to start, with a fresh log directory the first time, and do not wait.

        Raises:
            StartError: its storage cannot be formatted.
            FetchError: its jars cannot be had.
            MissingToolError: there is no JDK or no Maven.
        """
        if not self._configuration.exists():
            self._format()
        super().launch()

    def _format(self) -> None:
        self._configuration.write_text("".join(f"{key}={value}\n" for key, value in self._properties.items()))
        command = [*self._java(), "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self._configuration)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder)
        if done.returncode:
            self._configuration.unlink()
            raise StartError(f"Kafka's storage cannot be formatted: {(done.stderr or done.stdout).strip()}")

    def _addresses(self) -> dict[str, str]:
        inside, controller = f"127.0.0.1:{self._port}", f"127.0.0.1:{self._controller_port}"
        return {
            "listeners": f"INSIDE://{inside},CONTROLLER://{controller}",
            "advertised.listeners": f"INSIDE://{inside}",
            "controller.quorum.voters": f"1@{controller}",
            "log.dirs": str(self.folder / "data"),
        }

    def _java(self) -> list[str]:
        logging = ["-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=info"]
        return [java(), *self._jvm, *logging, "-cp", classpath(POM)]

    def _command(self) -> list[str]:
        return [*self._java(), "kafka.Kafka", str(self._configuration)]

    def _environment(self) -> dict[str, str]:
        return dict(os.environ)

    def _answers(self) -> bool:
        admin = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0})
        try:
            return bool(admin.list_topics(timeout=1).brokers)
        except KafkaException:
            return False


def create_topic(
    bootstrap_servers: str, name: str, partitions: int, configuration: Mapping[str, str] | None = None
) -> None:
    """Create a topic on any real broker and return when it is there.

    Args:
        bootstrap_servers: Address of the broker.
        name: The topic.
        partitions: How many it has.
        configuration: Topic configuration; records are kept for ever unless it says otherwise, since tests date them.

    Raises:
        KafkaException: it exists already, or the broker refuses.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 2})
    kept = {"retention.ms": "-1", **(configuration or {})}
    topic = NewTopic(name, num_partitions=partitions, replication_factor=-1, config=kept)
    admin.create_topics([topic], operation_timeout=60)[name].result(90)
