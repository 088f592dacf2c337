"""`fraud-generator` from the outside: what it sends, what it prints, how it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from generator.cli import main
from generator.payment_row import COLUMNS
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import end_client, schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings
from tests.servers.platform import Platform
from tests.waiting import wait_for

SECONDS = 30
PARTITIONS = 2
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line in this process: exit status, output, errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fraud-generator", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture
def contracts(sandbox_platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """The embedded platform with its topic there and the contracts registered; the environment points at it."""
    for variable, value in sandbox_platform.environment.items():
        monkeypatch.setenv(variable, value)
    sandbox_platform.create_topic(TopicSettings().transactions, PARTITIONS)
    with RegistryClient(RegistrySettings()) as client:
        register(client, load_manifest(), TopicSettings())
    return sandbox_platform


def records(platform: Platform) -> list[dict[str, object]]:
    """All records of the topic, decoded, ordered by id."""
    client = schema_registry_client(RegistrySettings())
    decoder = RecordDeserializer(WriterSchemas(client), pinned("transactions"))
    topic = TopicSettings().transactions
    consumer = Consumer({"bootstrap.servers": platform.bootstrap_servers, "group.id": "reader"})
    try:
        ends = [
            consumer.get_watermark_offsets(TopicPartition(topic, part), timeout=SECONDS) for part in range(PARTITIONS)
        ]
        consumer.assign([TopicPartition(topic, part, low) for part, (low, _) in enumerate(ends)])
        left = sum(high - low for low, high in ends)
        found = []
        while left:
            messages = consumer.consume(left, timeout=SECONDS)
            assert messages, f"{left} records did not come within {SECONDS} s"
            left -= len(messages)
            for message in messages:
                decoded = decoder.decode(message.value())
                assert message.key().decode() == decoded["source"]
                assert message.timestamp()[1] == round(decoded["occurred_at"].timestamp() * 1000)
                found.append(decoded)
        return sorted(found, key=lambda record: str(record["id"]))
    finally:
        consumer.close()
        end_client(client)


def count(platform: Platform) -> int:
    """Records on the topic."""
    return len(records(platform))


def csv_file(folder: Path, *rows: str) -> Path:
    """A CSV of these rows."""
    path = folder / "payments.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows, ""]), encoding="utf-8")
    return path


def test_run_with_a_seed_and_a_start_gives_the_same_records_twice(contracts: Platform, command: Command) -> None:
    """Two runs leave every record twice: ids, accounts, amounts, times."""
    arguments = ("run", "--count", 300, "--seed", 7, "--start", "2026-01-31T12:00:00Z", "--tps", 0, "--json")
    for _ in range(2):
        status, output, _ = command(*arguments)
        assert status == 0
        assert json.loads(output)["acknowledged"] == 300
    found = records(contracts)
    assert len(found) == 600
    assert found[::2] == found[1::2]


def test_run_prints_the_number_acknowledged(contracts: Platform, command: Command) -> None:
    """The line names number and topic; the topic holds as many."""
    status, output, _ = command("run", "--count", 50, "--population", "random", "--tps", 0)
    assert status == 0
    assert output.startswith(f"50 records acknowledged by {TopicSettings().transactions} in ")
    assert count(contracts) == 50


def test_run_of_life_writes_the_truth_beside_the_topic(contracts: Platform, command: Command, tmp_path: Path) -> None:
    """Every truth names a payment that was sent, and nothing on the topic tells it from others."""
    truth = tmp_path / "truth.jsonl"
    status, output, _ = command(
        *("run", "--population", "life", "--accounts", 500, "--seed", 3, "--tps", 0, "--count", 3000),
        *("--behind", 10, "--fraud-share", 0.05, "--truth", truth, "--json"),
    )
    assert status == 0
    told = [json.loads(line) for line in truth.read_text("utf-8").splitlines()]
    found = {record["id"]: record for record in records(contracts)}
    assert json.loads(output)["injected"] == len(told) > 20
    assert {one["id"] for one in told} <= set(found)
    assert all(set(record) == {*COLUMNS, "channel"} for record in found.values())


def test_run_that_gets_sigterm_has_everything_acknowledged(contracts: Platform) -> None:
    """SIGTERM during load: status 0, and the topic holds exactly what was counted."""
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "run", "--tps", "3000", "--json"],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(lambda: count(contracts) > 1000, SECONDS, "records on the topic")
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert json.loads(output)["acknowledged"] == count(contracts)


def test_replay_sends_every_payment_of_the_file(contracts: Platform, command: Command, tmp_path: Path) -> None:
    """Values and event times arrive as they stand in the file."""
    file = csv_file(tmp_path, "a,S,T,12.50,EUR,2026-01-31T12:00:00.5Z", "b,S,U,0.00001,JPY,2026-01-31T13:00:00+01:00")
    status, output, _ = command("replay", file, "--json")
    assert status == 0
    assert json.loads(output)["acknowledged"] == 2
    first, second = records(contracts)
    assert (first["id"], str(first["amount"]), first["currency"]) == ("a", "12.50000", "EUR")
    assert (second["id"], str(second["amount"]), second["currency"]) == ("b", "0.00001", "JPY")
    assert first["occurred_at"].isoformat() == "2026-01-31T12:00:00.500000+00:00"
    assert second["occurred_at"].isoformat() == "2026-01-31T12:00:00+00:00"


def test_replay_of_a_file_with_a_bad_row_sends_nothing(contracts: Platform, command: Command, tmp_path: Path) -> None:
    """Line and reason are told, the status is 1, and the topic stays empty."""
    file = csv_file(tmp_path, "a,S,T,12.50,EUR,2026-01-31T12:00:00Z", "b,S,U,lots,EUR,2026-01-31T12:00:00Z")
    status, output, errors = command("replay", file)
    assert (status, output) == (1, "")
    assert "line 3: amount 'lots'" in errors
    assert "nothing was sent" in errors
    assert count(contracts) == 0


def test_replay_with_skip_bad_goes_on(contracts: Platform, command: Command, tmp_path: Path) -> None:
    """The bad row is told and counted, the others are sent."""
    file = csv_file(tmp_path, "bad", "a,S,T,12.50,EUR,2026-01-31T12:00:00Z")
    status, output, errors = command("replay", file, "--skip-bad", "--json")
    assert status == 0
    assert "line 2: 1 fields where the first line names 6" in errors
    assert (json.loads(output)["acknowledged"], json.loads(output)["bad_rows"]) == (1, 1)


def test_replay_at_a_speed_keeps_distances(contracts: Platform, command: Command, tmp_path: Path) -> None:
    """Two payments a minute apart take half a second at 120 times event time."""
    file = csv_file(tmp_path, "a,S,T,1,EUR,2026-01-31T12:00:00Z", "b,S,T,1,EUR,2026-01-31T12:01:00Z")
    status, output, _ = command("replay", file, "--speed", "120", "--rebase", "--json")
    assert status == 0
    assert json.loads(output)["seconds"] >= 0.5
    first, second = records(contracts)
    assert (second["occurred_at"] - first["occurred_at"]).total_seconds() == 60


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--start", "yesterday"), "'yesterday' is no time"),
        (("run", "--start", "2026-01-01T00:00:00"), "has no time zone"),
        (("run", "--start", "1960-01-01T00:00:00Z"), "--start lies before 1970"),
        (("run", "--behind", "3"), "add --duration, or --count"),
        (("run", "--behind", "3", "--start", "2026-01-01T00:00:00Z", "--count", "1"), "give one"),
        (("run", "--population", "life", "--accounts", "50", "--count", "1"), "needs 100 accounts or more"),
        (("run", "--pattern", "robbery"), "No pattern is called 'robbery'; there are fan_in"),
        (("run", "--accounts", "1"), "GENERATOR_ACCOUNTS"),
        (("replay", "nowhere.csv"), "nowhere.csv cannot be read: No such file"),
        (("replay", "nowhere.csv", "--speed", "fast"), "--speed 'fast' is neither"),
        (("replay", "nowhere.csv", "--speed", "0"), "--speed 0 is not above 0"),
    ],
)
def test_command_with_a_wrong_option_is_one_clear_line(
    contracts: Platform, command: Command, arguments: tuple[str, ...], message: str
) -> None:
    """Status 2, one line with the next step, no traceback."""
    status, output, errors = command(*arguments)
    assert (status, output) == (2, "")
    assert message in errors
    assert errors.startswith("fraud-generator: ")
    assert errors.count("\n") == 1


def test_command_without_a_broker_is_one_clear_line(
    contracts: Platform, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that does not answer: status 2, its address, no traceback."""
    monkeypatch.setenv("KAFKA_BROKER_URL", "127.0.0.1:1")
    monkeypatch.setenv("KAFKA_WAIT", "0")
    status, _, errors = command("run", "--count", 1)
    assert status == 2
    assert "127.0.0.1:1" in errors
    assert "Traceback" not in errors


def test_command_with_a_contract_that_is_not_registered_names_the_command(
    contracts: Platform, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 2 and the command that registers it."""
    monkeypatch.setenv("TRANSACTIONS_TOPIC", "elsewhere")
    contracts.create_topic("elsewhere", 1)
    status, _, errors = command("run", "--count", 1)
    assert status == 2
    assert "fraud-schemas register" in errors


def test_command_with_a_wrong_setting_names_the_variable(
    contracts: Platform, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rate that is no number: status 2 and the variable's name."""
    monkeypatch.setenv("TRANSACTIONS_PER_SECOND", "many")
    status, _, errors = command("run", "--count", 1)
    assert status == 2
    assert "TRANSACTIONS_PER_SECOND" in errors
    assert errors.count("\n") == 1
