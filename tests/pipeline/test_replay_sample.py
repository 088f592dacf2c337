"""The labelled sample replayed, and sorted as an independent look at the file says."""

import csv
import gzip
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from messaging.settings import KafkaSettings, TopicCreationSettings
from messaging.topics import ensure_topics
from tests.detector.running import Pipeline, running_detector
from tests.servers.platform import Platform

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "generator/samples/aml_transactions.csv.gz"
PARTITIONS = 8
"""Enough that no partition of the embedded broker reaches the 5 MB beyond which it drops records."""


def _create_keeping_for_ever(name: str, _partitions: int) -> None:
    """The sample spans 98 days: a topic with the usual retention would lose most of it."""
    ensure_topics(KafkaSettings(), TopicCreationSettings(retention_hours=-1, partitions=PARTITIONS), [name])


def _with_room(platform: Platform) -> Platform:
    if platform.kind == "sandbox":
        create = platform.topic_creator
        return replace(platform, topic_creator=lambda name, _partitions: create(name, PARTITIONS))
    return replace(platform, topic_creator=_create_keeping_for_ever)


def _expected() -> tuple[Counter[str], Counter[str]]:
    """Ids below and from 900 on, read with the standard library only."""
    legit: Counter[str] = Counter()
    fraud: Counter[str] = Counter()
    with gzip.open(SAMPLE, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            (fraud if Decimal(row["amount"]) >= 900 else legit)[row["id"]] += 1
    return legit, fraud


def test_sample_is_sorted_as_computed_independently(platform: Platform) -> None:
    """Legit and fraud hold exactly the ids that a plain look at the file puts there, each once."""
    pipeline = Pipeline(_with_room(platform))
    legit, fraud = _expected()
    with running_detector(platform):
        command = [sys.executable, "-m", "generator", "replay", str(SAMPLE), "--rebase", "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["acknowledged"] == legit.total() + fraud.total()
        pipeline.wait_for_records(legit.total() + fraud.total(), seconds=90)
    assert Counter(record["id"] for record in pipeline.decoded("legit")) == legit
    assert Counter(record["transaction"]["id"] for record in pipeline.decoded("fraud")) == fraud
    assert pipeline.records("dead-letter") == []
