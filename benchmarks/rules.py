"""Rules: speed of `score`, memory of a million accounts with a hundred days behind them, and their snapshot."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from benchmarks.chain import payments as copies
from benchmarks.measured import Measured, Stopwatch, table
from detector.batch import AMOUNT_SCALE, TransactionBatch
from detector.rules.loading import SHIPPED, load_rule_set
from detector.rules.rule_set import RuleSet
from detector.score import payments_in, score, score_file
from detector.stages.judging import Judging
from detector.state.limits import Limits
from detector.state.partition_state import PartitionState
from detector.state.snapshot import Buffers, Snapshot, restore
from generator.samples import labelled_sample, sample_path

ACCOUNTS, PAYMENTS, DAYS = 1_000_000, 5_000_000, 100
BLOCK = 250_000
NEW_SHARE, USUAL = 0.1, 6
"""One payment in ten goes to anybody, the others to one of six usual payees."""
DAY = 86_400_000
MIB = 1024 * 1024
RUNS = 3
LONGER = 600_000
FILE_RUN = "score, file to file"


def run() -> Iterator[str]:
    """Yields the lines of the report."""
    rules = load_rule_set(SHIPPED)
    yield from _speed(rules)
    yield from _state(rules)


def _speed(rules: RuleSet) -> Iterator[str]:
    with sample_path() as file, TemporaryDirectory() as folder:
        begin = time.perf_counter()
        rows = _file_run(file, rules, Path(folder)).records
        yield f"First run of `score` in a process, loading or compiling kernels: {time.perf_counter() - begin:.1f} s."
        payments = payments_in(labelled_sample())
        longer = Path(folder) / "longer.csv"
        copies(LONGER).write_csv(longer)
        runs = []
        for _ in range(RUNS):
            runs.append(_file_run(file, rules, Path(folder)))
            runs.append(_file_run(longer, rules, Path(folder), "the same, a longer file"))
            runs.append(_judge_run(payments, rules))
    yield (
        f"`score` on the labelled sample ({rows} payments), the whole shipped set, two stages, one process, warm; the "
        f"longer file has {LONGER:,} payments, the sample copy beside copy, each among accounts of its own:"
    )
    yield table(runs, FILE_RUN)


def _file_run(file: Path, rules: RuleSet, folder: Path, name: str = FILE_RUN) -> Measured:
    watch = Stopwatch()
    summary = score_file(file, rules, folder / "verdicts.jsonl")
    return watch.stop(name, int(summary.split()[0]))


def _judge_run(payments: pl.DataFrame, rules: RuleSet) -> Measured:
    watch = Stopwatch()
    for judged in score(payments, rules):
        judged.frauds  # noqa: B018 - the verdict, without a line of text
    return watch.stop("verdicts only", payments.height)


def _state(rules: RuleSet) -> Iterator[str]:
    judging, watch = Judging(rules, Limits(accounts=ACCOUNTS)), Stopwatch()
    for block in blocks():
        judging.process(TransactionBatch(block))
    state, history = judging.state, watch.stop("history", PAYMENTS)
    yield (
        f"History: {PAYMENTS:,} payments of {ACCOUNTS:,} accounts over {DAYS} days in one partition, "
        f"{history.rate / 1000:,.0f} k/s; {state.accounts:,} accounts known, {state.counters['evicted']:,} evicted."
    )
    yield (
        f"Memory: {state.bytes / MIB:,.0f} MiB in use, {state.bytes / state.accounts:,.0f} bytes per account with "
        "both roles, links and ids."
    )
    yield from _snapshot(rules, state)


def _snapshot(rules: RuleSet, state: PartitionState) -> Iterator[str]:
    buffers = Buffers()
    Snapshot(state, buffers)  # the first one pays for fresh pages
    copying = Stopwatch()
    snapshot = Snapshot(state, buffers)
    copied, packing = copying.stop("copy", 1), Stopwatch()
    chunks = snapshot.chunks()
    packed, restoring = packing.stop("pack", 1), Stopwatch()
    restored = restore(rules, chunks, state.limits)
    done = restoring.stop("restore", 1)
    size = sum(map(len, chunks))
    yield (
        f"Snapshot: {size / MIB:,.0f} MiB in {len(chunks)} chunks; copied on the hot path in {_told(copied)}, packed "
        f"beside it in {_told(packed)}, restored in {_told(done)} ({restored.accounts:,} accounts)."
    )


def _told(run: Measured) -> str:
    return f"{run.seconds:.2f} s ({run.cpu_seconds:.2f} s of CPU)"


def blocks(count: int = PAYMENTS) -> Iterator[pl.DataFrame]:
    """A history of `count` payments among `ACCOUNTS` accounts over `DAYS` days, block by block."""
    draw = np.random.default_rng(1)
    for start in range(0, count, BLOCK):
        sources = draw.integers(ACCOUNTS, size=BLOCK)
        usual = (sources * 2_654_435_761 + draw.integers(USUAL, size=BLOCK) * 40_503) % ACCOUNTS
        targets = np.where(draw.random(BLOCK) < NEW_SHARE, draw.integers(ACCOUNTS, size=BLOCK), usual)
        times = 1_700_000_000_000 + (np.arange(start, start + BLOCK) * (DAYS * DAY // count))
        numbers = pl.select(id=pl.int_range(start, start + BLOCK))["id"]
        yield pl.DataFrame({"id": numbers, "source": sources, "target": targets, "time": times}).select(
            id=pl.format("p{}", "id"),
            source=pl.format("account-{}", "source"),
            target=pl.format("account-{}", "target"),
            amount=pl.lit(50).cast(pl.Decimal(38, AMOUNT_SCALE)),
            currency=pl.lit("EUR"),
            occurred_at=pl.col("time").cast(pl.Datetime("ms", "UTC")),
        )
