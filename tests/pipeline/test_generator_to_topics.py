"""Registration, generator and detector, from end to end."""

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

from schemas.manifest import load_manifest
from schemas.registration.outcome import Happened
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings, TopicSettings
from tests.detector.running import Pipeline, running_detector
from tests.servers.platform import Platform

ROOT = Path(__file__).parents[2]
PAYMENTS = 3000


def test_registration_twice(platform: Platform) -> None:
    """The first run registers every contract under its level, the second changes nothing."""
    topics = TopicSettings()
    with RegistryClient(RegistrySettings()) as client:
        first = register(client, load_manifest(), topics)
        second = register(client, load_manifest(), topics)
        levels = {outcome.subject: client.level(outcome.subject) for outcome in second}
    assert {outcome.happened for outcome in first} == {Happened.REGISTERED}
    assert {outcome.happened for outcome in second} == {Happened.UNCHANGED}
    keys = [(outcome.subject, outcome.version, outcome.schema_id) for outcome in first]
    assert keys == [(outcome.subject, outcome.version, outcome.schema_id) for outcome in second]
    assert levels == {outcome.subject: outcome.level for outcome in first}


def _generate(*options: str) -> dict[str, float]:
    command = [sys.executable, "-m", "generator", "run", "--count", str(PAYMENTS), "--tps", "0", *options, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    summary: dict[str, float] = json.loads(done.stdout)
    return summary


def test_generated_payments_are_sorted(platform: Platform) -> None:
    """Every generated payment comes out once: below 900 as legit with its own bytes, from 900 on as fraud."""
    pipeline = Pipeline(platform)
    with running_detector(platform):
        summary = _generate("--population", "random", "--seed", "7")
        assert summary["acknowledged"] == PAYMENTS
        pipeline.wait_for_records(PAYMENTS)
    sent = {record["id"]: record for record in pipeline.decoded("transactions")}
    suspicious = {name for name, record in sent.items() if record["amount"] >= Decimal(900)}
    legit, fraud = pipeline.decoded("legit"), pipeline.decoded("fraud")
    assert len(sent) == PAYMENTS
    assert Counter(record["id"] for record in legit) == Counter(sent.keys() - suspicious)
    assert Counter(record["transaction"]["id"] for record in fraud) == Counter(suspicious)
    assert all(record["transaction"] == sent[record["transaction"]["id"]] for record in fraud)
    assert pipeline.records("dead-letter") == []
    values = {message.value() for message in pipeline.records("transactions")}
    assert {message.value() for message in pipeline.records("legit")} <= values
