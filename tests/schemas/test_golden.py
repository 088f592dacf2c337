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
from tests.schemas.contract_folder import AMOUNT, record, write_contracts
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
    for value in samples(contract.schema).values():
        assert from_readable(contract.schema, json.loads(json.dumps(readable(value)))) == value


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


MANIFEST = """\
contracts:
  - topic: transactions
    record: fraud.Payment
    compatibility: FULL_TRANSITIVE
    writers: {generator: 1}
    readers: {detector: 1}
"""


@pytest.fixture
def folder(tmp_path, run):
    """Contracts of the test's own: one release with its golden records."""
    write_contracts(tmp_path, MANIFEST, {"Payment": [record("Payment", AMOUNT)]})
    assert run("golden", "--write", "--contracts", tmp_path)[0] == 0
    return tmp_path


def released(folder, *fields):
    """Put another text in place of the released one."""
    (folder / "released/Payment/1.avsc").write_text(record("Payment", *fields))


BROKEN = {
    "unknown name": {"name": "amount", "type": "fraud.Nothing"},
    "scale beyond precision": {
        "name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 4},
    },
    "enum without symbols": {"name": "amount", "type": {"type": "enum", "name": "E"}},
    "fixed without size": {"name": "amount", "type": {"type": "fixed", "name": "F"}},
    "default of another type": {"name": "amount", "type": "long", "default": "0"},
    "no type": {"name": "amount"},
}  # fmt: skip


@pytest.mark.parametrize("field", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("options", [[], ["--write"]], ids=["read", "write"])
def test_golden_of_a_text_that_a_parser_refuses_is_one_line(run, folder, field, options):
    """Nothing is read or written with such a text: file, line and column, exit 2."""
    released(folder, field)
    if options:
        (folder / "released/Payment/1.golden.json").unlink()
    code, out, err = run("golden", *options, "--contracts", folder)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "released/Payment/1.avsc:" in err


ENDLESS = {
    "record that always holds itself": {"name": "next", "type": "Payment"},
    "enum without symbols": {"name": "kind", "type": {"type": "enum", "name": "E", "symbols": []}},
    "union without branches": {"name": "kind", "type": []},
}


@pytest.mark.parametrize("field", ENDLESS.values(), ids=ENDLESS.keys())
def test_golden_of_a_text_without_values_is_one_line(run, folder, field):
    """A text that parsers take and that no record fits is told with its file, exit 2."""
    released(folder, field)
    (folder / "released/Payment/1.golden.json").unlink()
    code, out, err = run("golden", "--write", "--contracts", folder)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "released/Payment/1.avsc: " in err


@pytest.mark.parametrize(
    "value", [{}, {"amount": "zz"}, {"amount": {}}, None], ids=["field missing", "no hex", "another type", "no record"]
)
def test_golden_record_that_is_none_of_the_text_is_told_as_a_difference(run, folder, value):
    """Who edits a golden record by hand is told which one, exit 1."""
    released(folder, AMOUNT | {"type": "bytes"})
    path = folder / "released/Payment/1.golden.json"
    document = json.loads(path.read_text())
    document["records"] = [{"name": "usual", "value": value, "bytes": "020a"}]
    path.write_text(json.dumps(document))
    code, out, err = run("golden", "--contracts", folder)
    assert (code, err) == (1, "")
    assert "usual" in out


def test_golden_records_hold_errors_as_records(run, folder):
    """Avro's type `error` is a record."""
    released(folder, {"name": "failure", "type": {"type": "error", "name": "Failure", "fields": [AMOUNT]}})
    (folder / "released/Payment/1.golden.json").unlink()
    assert run("golden", "--write", "--contracts", folder)[0] == 0
