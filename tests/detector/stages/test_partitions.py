"""Two partitions: accounts meet across them by tags and screened records alone."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings

from detector.finding import Finding
from detector.rules.format.rule_file import RuleFile
from detector.rules.loading import SHIPPED, load_rule_set
from detector.rules.rule_set import RuleSet
from detector.stages.columns import keyed
from detector.stages.judging import Judging
from detector.stages.payee_stage import PayeeStage
from detector.stages.payer_stage import PayerStage
from detector.stages.screened import Screened
from detector.state.partition_state import PartitionState
from detector.texts import Texts
from tests.detector.stages.histories import HOUR, Payment, batch_of, histories

TAGS = ("payers-share-a-payee", "freshly-funded-payers", "payers-of-one-funder")


def _plain(rule: RuleFile) -> RuleFile:
    """The same rule on the plain count, as each partition learns the rate of its population by itself."""
    content = rule.model_dump(mode="json", by_alias=True, exclude_none=True)
    del content["rate"], content["measure"]["least"]
    return RuleFile.model_validate({**content, "bands": [{"upto": 2}, {"score": 5}]})


SET = load_rule_set(SHIPPED)
RULES = RuleSet(tuple(_plain(rule) if rule.rule in TAGS else rule for rule in SET.rules), SET.settings)
PARTITIONS = 3


class Partitioned:
    """A log of three partitions, each payment handed on before the next one comes."""

    def __init__(self) -> None:
        states = [PartitionState(RULES) for _ in range(PARTITIONS)]
        self.payers = [PayerStage(RULES, state) for state in states]
        self.payees = [PayeeStage(RULES, state) for state in states]

    def judge(self, payment: Payment) -> tuple[int, Sequence[Finding]]:
        """Score and findings of one payment."""
        batch = batch_of([payment])
        source = int(Texts.of(batch.frame["source"]).partitions(PARTITIONS)[0])
        target = int(Texts.of(batch.frame["target"]).partitions(PARTITIONS)[0])
        screened = self.payers[source].process(keyed(batch).local(np.array([source == target])))
        passed = Screened.of_records(batch, screened.tag_bytes(), screened.names, screened.findings)
        judged = self.payees[target].process(passed)
        return int(judged.scores[0]), judged.findings(0)


STRUCTURAL = (*TAGS, "payment-over-new-link", "quick-chain", "slow-chain", "payer-with-many-new-payers")
"""Rules that do not ask the population's rate, which each partition learns by itself."""


def _structural(findings: Sequence[Finding]) -> dict[str, object]:
    return {f.rule: (f.score, f.measured, f.reason, f.evidence_total) for f in findings if f.rule in STRUCTURAL}


@settings(deadline=None, max_examples=40)
@given(payments=histories())
def test_structural_findings_are_those_of_one_partition(payments: list[Payment]) -> None:
    """Both roles of an account meet although its payments and those to it lie in different partitions."""
    # what is late depends on what a partition has seen, so only payments in time order are the same everywhere
    single = sorted((p for number, p in enumerate(payments) if p.id == f"p{number}"), key=lambda p: p.time)
    names = [p._replace(source=f"acc-{p.source}", target=f"acc-{p.target}") for p in single]
    whole = Judging(RULES).process(batch_of(names)) if names else None
    log = Partitioned()
    for row, payment in enumerate(names):
        _, findings = log.judge(payment)
        assert whole is not None
        found = _structural(findings)
        expected = _structural(whole.findings(row))
        # points of others decide which payments are named, and they differ with the population's rate
        assert {rule: told[:3] for rule, told in found.items()} == {rule: told[:3] for rule, told in expected.items()}


def test_a_chain_across_partitions_names_its_payments() -> None:
    """Evidence of a chain travels with the record, as the payments lie in the logs of other partitions."""
    log = Partitioned()
    findings: Sequence[Finding] = ()
    for hop in range(6):
        _, findings = log.judge(Payment(f"hop{hop}", f"account{hop}", f"account{hop + 1}", 10**8, "EUR", hop * HOUR))
    chain = next(found for found in findings if found.rule == "quick-chain")
    assert chain.measured == {"hops": "6"}
    assert chain.evidence[-1] == "hop5"
    assert {"hop3", "hop4"} <= set(chain.evidence)


def test_partitions_are_those_of_kafka() -> None:
    """murmur2 as Kafka's default partitioner computes it, checked against values of its own test suite."""
    import polars as pl

    # org.apache.kafka.common.utils.UtilsTest, testMurmur2, made positive
    known = {"21": -973932308, "foobar": -790332482, "a-little-bit-long-string": -985981536,
             "a-little-bit-longer-string": -1486304829, "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
             "abc": 479470107}  # fmt: skip
    partitions = Texts.of(pl.Series(list(known))).partitions(1_000_003)
    assert partitions.tolist() == [(value & 0x7FFFFFFF) % 1_000_003 for value in known.values()]


def test_tags_of_another_rule_set_are_not_read() -> None:
    """While two versions run side by side, a payment with foreign tags is judged on the payee's history alone."""
    state = PartitionState(RULES)
    batch = batch_of([Payment("p", "A", "B", 10**8, "EUR", 0)])
    foreign = np.array([5 << 40 | 1, 7 << 32], dtype="<i8").tobytes()
    judged = PayeeStage(RULES, state).process(Screened.of_records(batch, [foreign]))
    assert state.counters["foreign"] == 1
    assert judged.scores.tolist() == [0]
    empty = PayeeStage(RULES, state).process(Screened.of_records(batch, [b""]))
    assert empty.scores.tolist() == [0]
