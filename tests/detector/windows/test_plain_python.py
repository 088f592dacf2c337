"""Kernels without compilation."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
from detector.rules.loading import EXAMPLES, SHIPPED, load_rule_set
from detector.stages.judging import Judging
from detector.state.snapshot import Snapshot, restore
from tests.detector.stages.histories import Payment, batch_of
import random
draw = random.Random(7)
for folder in (SHIPPED, EXAMPLES):
    rules = load_rule_set(folder)
    pairs = [(draw.choice("ABCDEFGH"), draw.choice("ABCDEFGH"), draw.randint(1, 10) * 10**7) for _ in range(120)]
    payments = [Payment(f"p{i}", *pair, "EUR", i * 10**7) for i, pair in enumerate(pairs)]
    judging = Judging(rules)
    judged = judging.process(batch_of(payments))
    restore(rules, Snapshot(judging.state).chunks())
    for row in range(120):
        print(judged.scores[row], [(f.rule, f.episode, f.measured, f.evidence) for f in judged.findings(row)])
"""


def _run(disable: str) -> str:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": disable, "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_plain_python_finds_what_machine_code_finds() -> None:
    """Where numba cannot compile, the same functions run as they stand, with the same findings to the last digit."""
    plain = _run("1")
    assert plain == _run("0")
    assert plain.count("new-payees") > 0
