"""Golden records: what was written once is read by every version, value by value."""

import json

import pytest

from sandbox.registry import RegistryServer
from schemas.golden.expected import expected
from schemas.golden.golden_file import golden_text, read_golden
from schemas.golden.readable import from_readable, readable
from schemas.golden.replay import replay, resolved
from schemas.golden.samples import samples
from schemas.manifest import contracts_folder, load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.frame import prefix
from schemas.serdes.pinned import pinned
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings
from tests.schemas.schema_pairs import run

__all__ = ["run"]

RELEASES = [
    pytest.param(contract.topic, release.version, id=f"{contract.topic} {release.version}")
    for contract in load_manifest()
    for release in contract.releases
]


@pytest.fixture(scope="module")
def ids_and_schemas():
    """The schema id of every release, and a reader of a registry that holds them all."""
    with RegistryServer() as server:
        settings, topics = RegistrySettings(url=server.url), TopicSettings()
        with RegistryClient(settings) as client:
            outcomes = register(client, load_manifest(), topics)
        ids = {(entry.record, entry.release): entry.schema_id for entry in outcomes}
        with schema_registry_client(settings) as reading:
            yield ids, WriterSchemas(reading)


def test_every_version_is_read_by_every_pinned_reader_through_the_deserializer(ids_and_schemas):
    """Bytes in a frame, the registry asked for the writer's schema, every value compared."""
    ids, writers = ids_and_schemas

    def decode(writer, reader, golden):
        value = prefix(ids[writer.record, writer.version]) + golden.payload
        return RecordDeserializer(writers, reader).decode(value)

    replayed = list(replay(load_manifest(), contracts_folder(), decode))
    assert len(replayed) >= 9
    assert [entry for entry in replayed if entry.problem] == []


@pytest.mark.parametrize(("topic", "version"), RELEASES)
def test_golden_records_are_what_the_text_gives(topic, version):
    """Nobody edits a golden file without its bytes: value and bytes belong together."""
    contract = pinned(topic, version)
    for golden in read_golden(contracts_folder(), contract.record, version):
        assert resolved(contract, contract, golden) == from_readable(contract.schema, golden.value)


@pytest.mark.parametrize(("topic", "version"), RELEASES)
def test_golden_text_is_repeatable(topic, version):
    """The same release gives the same golden records on every machine."""
    contract = pinned(topic, version)
    file = contracts_folder() / "released" / contract.record.rpartition(".")[2] / f"{version}.golden.json"
    assert file.read_text("utf-8") == golden_text(contract)


@pytest.mark.parametrize(("topic", "version"), RELEASES)
def test_readable_form_loses_nothing(topic, version):
    """What a person reads is the value."""
    contract = pinned(topic, version)
    for record in samples(contract.schema).values():
        assert from_readable(contract.schema, json.loads(json.dumps(readable(record)))) == record


WRITER = {
    "type": "record", "name": "A", "fields": [
        {"name": "id", "type": "string"},
        {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["X", "Y", "Z"], "default": "X"}},
    ],
}  # fmt: skip
READER = {
    "type": "record", "name": "A", "fields": [
        {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["U", "X"], "default": "U"}},
        {"name": "key", "type": "string", "aliases": ["id"]},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "raw", "type": "bytes", "default": "\u00ff"},
    ],
}  # fmt: skip


def test_expected_value_follows_aliases_defaults_and_unknown_symbols():
    """The yardstick is told without a decoder."""
    seen = expected({"id": "7", "kind": "Z"}, WRITER, READER)
    assert seen == {"kind": "U", "key": "7", "note": None, "raw": b"\xff"}


def test_replay_tells_a_value_that_is_read_otherwise():
    """A deserializer that changes a value is found out."""

    def lossy(writer, reader, golden):
        record = dict(resolved(writer, reader, golden))
        return {name: "" if name == "source" else value for name, value in record.items()}

    problems = [entry.problem for entry in replay(load_manifest(), contracts_folder(), lossy)]
    assert any(problem.startswith("source is read as ''") for problem in problems)


def test_golden_prints_a_row_for_each_reader(run):
    """All as written, exit 0."""
    code, out, _ = run("golden", "--json")
    assert code == 0
    assert {entry["problem"] for entry in json.loads(out)["replayed"]} == {""}
