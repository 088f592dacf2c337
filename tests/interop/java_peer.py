"""Avro Java in a process of its own, asked line by line."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.servers.java import java
from tests.servers.maven import classpath

FOLDER = Path(__file__).parent / "java"
POM = FOLDER / "avro.pom.xml"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class JavaPeer:
    """One JVM that reads and writes records with Avro Java.

    Args:
        classes: Folder for the compiled program.
    """

    def __init__(self, classes: Path) -> None:
        self._classes = classes

    def __enter__(self):
        jars = classpath(POM)
        compiler = Path(java()).with_name("javac")
        subprocess.run(
            [compiler, "-cp", jars, "-d", self._classes, FOLDER / "AvroPeer.java"], check=True, capture_output=True
        )
        self._process = subprocess.Popen(
            [java(), "-Xmx128m", "-XX:+UseSerialGC", "-cp", f"{jars}:{self._classes}", "AvroPeer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def ask(self, verb, name, rest):
        """The answer to one request.

        Raises:
            ValueError: Avro Java raised.
        """
        self._process.stdin.write(f"{verb} {name} {rest}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().rstrip("\n")
        if answer.startswith("!") or not answer:
            raise ValueError(answer)
        return answer

    def learn(self, name, schema):
        """Gives the peer a schema."""
        self.ask("schema", name, json.dumps(schema))

    def read(self, name, payload):
        """A payload as Avro Java reads it, in the form of `shown`."""
        return json.loads(self.ask("read", name, payload.hex()))

    def resolve(self, writer, reader, payload):
        """A payload of one schema as Avro Java reads it as another, in the form of `shown`."""
        return json.loads(self.ask("resolve", writer, f"{reader} {payload.hex()}"))

    def write(self, name, record):
        """The payload that Avro Java writes for a record."""
        return bytes.fromhex(self.ask("write", name, json.dumps(shown(record))))


def shown(value):
    """A value as JSON: a decimal as text with its fraction digits, a timestamp in milliseconds, bytes as hex."""
    if isinstance(value, dict):
        return {name: shown(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return f"{value:.5f}"
    return (value - EPOCH) // timedelta(milliseconds=1) if isinstance(value, datetime) else value
