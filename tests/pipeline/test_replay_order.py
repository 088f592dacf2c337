"""State that depends on the order of both topics, over a restart."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from detector.batch import TransactionBatch
from detector.score import payments_in
from detector.stages.columns import keyed
from tests.pipeline.chain_campaign import ChainCampaign

pytestmark = pytest.mark.real

CHAINS, HOPS = 4, 4
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Row = tuple[str, str, str, datetime]
"""Id, source, target, time."""


def table(rows: Collection[Row]) -> pl.DataFrame:
    """Payments of one amount."""
    names = ["id", "source", "target", "occurred_at"]
    frame = pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    return frame.with_columns(pl.lit("900.00").alias("amount"), pl.lit("EUR").alias("currency"))


def accounts() -> tuple[list[str], list[str]]:
    """Names of accounts of each of two partitions."""
    names = [f"account-{number:04d}" for number in range(60)]
    rows = table([(name, name, name, BEGIN) for name in names])
    homes = keyed(TransactionBatch(payments_in(rows))).targets.partitions(2).tolist()
    return tuple([name for name, home in zip(names, homes, strict=True) if home == number] for number in range(2))  # type: ignore[return-value]  # two


def chains() -> list[list[Row]]:
    """Hops of each chain, whose first account lives in the one partition and all others in the other."""
    begins, others = accounts()
    made = []
    for chain in range(CHAINS):
        path = [begins[chain], *others[chain * HOPS : (chain + 1) * HOPS]]
        times = [BEGIN + timedelta(minutes=chain + 20 * hop) for hop in range(HOPS)]
        made.append([(f"{chain}-{hop}", path[hop], path[hop + 1], times[hop]) for hop in range(HOPS)])
    return made


@pytest.mark.parametrize("restart", [False, True])
def test_chain_of_payments_over_both_topics_is_found(restart: bool, chain: Callable[..., ChainCampaign]) -> None:
    """What came in over the internal topic is known to the payments that followed it, after a replay as without."""
    hops, made = chains(), chain(2)
    early = sorted((hop for each in hops for hop in each[:-1]), key=lambda hop: hop[-1])
    detector = made.add_detector()
    made.send_in_step(table(early), 1, lambda _: None)
    if restart:
        assert detector.terminate(30) == 0
        detector.start()
    made.send(table([each[-1] for each in hops]))
    made.wait_for_verdicts(CHAINS * HOPS)
    found = made.verdicts().findings
    assert sorted(found) == [each[-1][0] for each in hops]
    assert all({"quick-chain", "slow-chain"} <= {finding[0] for finding in findings} for findings in found.values())
