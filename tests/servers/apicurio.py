"""Apicurio Registry with its Confluent-compatible API, on loopback."""

import os
from pathlib import Path

import httpx

from tests.servers.java import java
from tests.servers.maven import archive
from tests.servers.ports import free_ports
from tests.servers.process import ServerProcess

VERSION = "3.0.9"
"""The last line that runs on Java 17, and one that keeps changes of `doc`, aliases and enum defaults."""
COORDINATES = f"io.apicurio:apicurio-registry-app:{VERSION}:tar.gz:all"
JVM = ("-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class ApicurioServer(ServerProcess):
    """A real schema registry.

    Delivery: subjects, versions, ids and levels survive `stop` and `start` in an H2 file in the folder; the address
    stays. `kill` keeps what was answered.
    """

    name = "apicurio"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._port, self._management_port = free_ports(2)

    @property
    def url(self) -> str:
        """Base address of the Confluent-compatible API."""
        return f"http://127.0.0.1:{self._port}/apis/ccompat/v7"

    def _command(self) -> list[str]:
        runner = archive(COORDINATES) / f"apicurio-registry-app-{VERSION}-runner.jar"
        return [java(), *JVM, "-jar", str(runner)]

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "QUARKUS_HTTP_HOST": "127.0.0.1",
            "QUARKUS_HTTP_PORT": str(self._port),
            "QUARKUS_MANAGEMENT_HOST": "127.0.0.1",
            "QUARKUS_MANAGEMENT_PORT": str(self._management_port),
            "APICURIO_DATASOURCE_URL": f"jdbc:h2:file:{self.folder / 'registry'}",
        }

    def _answers(self) -> bool:
        try:
            # asked often: to load certificates for TLS, which is not spoken here, takes longer than the request
            return httpx.get(f"{self.url}/subjects", timeout=2, trust_env=False, verify=False).is_success
        except httpx.HTTPError:
            return False
