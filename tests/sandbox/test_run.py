"""`fraud-sandbox run` from the outside."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer

from sandbox.limits import LIMITS
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
SECONDS = 180
HEADER = "id,source,target,amount,currency,occurred_at\n"


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA_", "SCHEMA_REGISTRY_"))}
    return {**kept, "PYTHONUNBUFFERED": "1", "SANDBOX_HISTORY": "2000", **more}


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=_environment(environment), capture_output=True, text=True, timeout=SECONDS, check=False
    )


def test_run_reconciles_and_sees_every_kind_of_dead_letter() -> None:
    """A short run ends by itself, balanced, with broken records under every reason they can have."""
    done = _run(
        *("run", "--duration", "4", "--tps", "500", "--seed", "3", "--population", "repeating", "--json"),
        SANDBOX_BROKEN_EVERY="0.02",
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["balanced"] is True
    assert summary["sent"] == summary["legit"] + summary["fraud"] + summary["dead_letters"]
    # fewer where the process did not get on for a part of the four seconds
    assert 0 < summary["sent"] - summary["broken"] <= 2000
    assert summary["dead_letters"] == summary["broken"] >= 9
    assert summary["reasons"].keys() == {"FRAME", "UNKNOWN_SCHEMA", "DECODE", "INVALID"}


def test_run_without_a_terminal_prints_lines() -> None:
    """Addresses, a line now and then, and the account at the end; nothing on standard error."""
    done = _run("run", "--duration", "1", "--tps", "200")
    assert (done.returncode, done.stderr) == (0, "")
    addresses = r"^KAFKA_BROKER_URL=127\.0\.0\.1:\d+ SCHEMA_REGISTRY_URL=http://127\.0\.0\.1:\d+ "
    assert re.search(addresses, done.stdout, re.MULTILINE)
    assert re.search(r"^fraud +streaming.transactions.fraud-value +version 1 +id \d+$", done.stdout, re.MULTILINE)
    assert re.search(r"^ +\d+\.\d s: sent \d+ .* lag \d+, latency p50", done.stdout, re.MULTILINE)
    assert re.search(
        r"^sent (\d+) = legit \d+ \+ fraud \d+ \+ dead letters \d+ .*every id found once$", done.stdout, re.MULTILINE
    )


@pytest.fixture
def payments(tmp_path: Path) -> tuple[Path, int]:
    """A file of 3000 payments, some of 900 and more, and how many those are."""
    path = tmp_path / "payments.csv.gz"
    amounts = [Decimal(number % 1200) + Decimal("0.01") for number in range(3000)]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(HEADER)
        for number, amount in enumerate(amounts):
            file.write(f"p-{number},payer-{number % 50},payee,{amount},EUR,2023-01-01T00:00:00Z\n")
    return path, sum(amount >= 900 for amount in amounts)


def test_run_of_a_file(payments: tuple[Path, int]) -> None:
    """A file is replayed to its end, and what must be fraud is."""
    path, suspicious = payments
    done = _run("run", "--input", str(path), "--rules", "threshold", "--json", SANDBOX_BROKEN_EVERY="0")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["sent"], summary["fraud"], summary["legit"]) == (3000, suspicious, 3000 - suspicious)


def test_run_tells_which_rings_were_found() -> None:
    """By default rings are injected behind a history and judged by the shipped rules; the truth is told at the end."""
    done = _run("run", "--duration", "4", "--seed", "1", "--json", SANDBOX_RINGS="8", SANDBOX_HISTORY="10000")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    truth = summary["truth"]
    assert summary["sent"] == summary["broken"] + truth["payments"] + 5 * 2048
    assert truth["injected"] == len(truth["rings"]) > 0
    assert truth["found"] == sum(ring["found_after"] is not None for ring in truth["rings"])
    flagged = truth["flagged_rightly"] + truth["flagged_wrongly"] + truth["flagged_while_learning"]
    assert flagged == summary["fraud"]


def test_run_of_a_file_with_labels(tmp_path: Path) -> None:
    """Labels of a file are the truth, and never go on the topic: what the threshold flags is right or wrong by them."""
    path = tmp_path / "labelled.csv"
    rows = [
        f"p-{number},payer-{number},payee,{1000 if number % 2 else 10},EUR,2023-01-01T00:00:00Z,"
        f"{int(number < 4)},fan_in,r-1"
        for number in range(10)
    ]
    path.write_text("\n".join([HEADER.strip() + ",label,scenario,ring", *rows]), encoding="utf-8")
    done = _run("run", "--input", str(path), "--rules", "threshold", "--json")
    assert done.returncode == 0, done.stderr
    truth = json.loads(done.stdout)["truth"]
    assert (truth["flagged_rightly"], truth["flagged_wrongly"]) == (2, 3)
    assert truth["rings"] == [{"ring": "r-1", "pattern": "fan_in", "payments": 4, "found_after": 2, "named": 2}]


def test_run_with_rules_that_are_not_there() -> None:
    """One line, status 2, before anything starts."""
    done = _run("run", "--rules", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("fraud-sandbox: ")
    assert done.stderr.count("\n") == 1


def test_run_of_a_file_that_is_not_there() -> None:
    """One line, status 2, before anything starts."""
    done = _run("run", "--input", "nowhere.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "fraud-sandbox: nowhere.csv cannot be read: No such file or directory.\n"


def test_run_ignores_credentials_of_another_broker() -> None:
    """Variables for a broker with TLS and a registry with a password do not reach the embedded ones."""
    done = _run(
        "run",
        "--duration",
        "0.5",
        KAFKA_CLIENT_SECURITY_PROTOCOL="ssl",
        KAFKA_BROKER_URL="broker.invalid:9092",
        SCHEMA_REGISTRY_URL="http://registry.invalid",
        SCHEMA_REGISTRY_BASIC_AUTH="user:password",
    )
    assert done.returncode == 0, done.stderr


def test_run_that_is_interrupted() -> None:
    """Ctrl-C ends the sending; what was sent is still found and reconciled."""
    command = [sys.executable, "-m", "sandbox", "run", "--duration", "60", "--tps", "300"]
    with subprocess.Popen(
        command, cwd=ROOT, env=_environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        wait_for(lambda: lines.append(process.stdout.readline()) or "legit" in lines[-1], SECONDS, "a line of figures")
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=SECONDS)
        assert (process.returncode, errors) == (0, "")
    assert "every id found once" in rest


def test_client_of_a_second_terminal() -> None:
    """While it runs, any client reads the topics at the printed address."""
    command = [sys.executable, "-m", "sandbox", "run", "--duration", "60", "--tps", "300"]
    with subprocess.Popen(
        command, cwd=ROOT, env=_environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        printed = (line for line in process.stdout if line.startswith("KAFKA_BROKER_URL="))
        address = next(printed).split()[0].partition("=")[2]
        consumer = Consumer(
            {"bootstrap.servers": address, "group.id": "second-terminal", "auto.offset.reset": "earliest"}
        )
        consumer.subscribe(["streaming.transactions.legit"])
        message: Any = wait_for(lambda: consumer.poll(0.2), SECONDS, "a legit payment")
        consumer.close()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS)
        assert process.returncode == 0
    assert message.error() is None
    assert message.value()[:1] == b"\x00"


def test_limits_printed() -> None:
    """Every limit is printed, for people and for programs."""
    text, document = _run("limits"), _run("limits", "--json")
    assert all(f"{limit.part}: {limit.id}" in text.stdout for limit in LIMITS)
    assert [(entry["part"], entry["id"]) for entry in json.loads(document.stdout)] == [
        (limit.part, limit.id) for limit in LIMITS
    ]
