"""The first stage: rules on the payer."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detector.batch import TransactionBatch
from detector.finding import Finding
from detector.rules.plan.stage_plan import StagePlan
from detector.rules.rule_set import RuleSet
from detector.stages.cited import Cited
from detector.stages.columns import Keyed, keyed
from detector.stages.finding_writer import FindingWriter, Hit
from detector.stages.found import chains_of, found_in, values_of
from detector.stages.python_findings import with_python_findings
from detector.stages.screened import ChainLink, Screened
from detector.state.memory import Memory
from detector.state.partition_state import PartitionState
from detector.windows.layout import (
    CHAIN_CAP,
    F_END,
    F_FLAGS,
    F_HOPS,
    F_KEPT,
    FLAG_LOCAL,
    FLAG_NEW,
    I64,
    MOST_HOPS,
    N_TAGS,
    S_VALUES,
    SEQUENCE,
    V_BAND,
    V_EPISODE,
    V_FLOAT,
    V_TOTAL,
    V_VALUE,
    VALUE_WORDS,
    Found,
)
from detector.windows.payer import screen_rows
from detector.windows.texts import gather


class PayerStage:
    """Screens payments keyed by source, in the order of the input topic.

    Delivery: all state lies in `state`; what is rolled back there was never screened.

    Args:
        rules: The rule set.
        state: State of the partition the payments come from.
    """

    def __init__(self, rules: RuleSet, state: PartitionState) -> None:
        self._rules = rules
        self._stage = rules.payer
        self._memory = state.payer
        self._writer = FindingWriter(rules.payer)

    def process(self, batch: TransactionBatch, local: NDArray[np.bool_] | None = None) -> Screened:
        """Folds a batch into the state and finds what the payers do.

        Args:
            batch: Payments in log order.
            local: Whether each payee lives in this partition; absent: all do, as there is one partition.
        """
        read = keyed(batch, local)
        base = self._memory.counter(SEQUENCE)
        columns = read.admitted(self._stage.filters.admitted(batch))
        with np.errstate(over="ignore"):
            found = self._memory.run(screen_rows, columns, found_in(self._stage, len(batch)))
        keep_ids(self._memory, read, found, base)
        tags = found.tags[: int(found.counts[N_TAGS])].copy()
        screened = Screened(read, tags, found.rows[:, F_END].copy(), self._findings(read, found), self._chains(found))
        return with_python_findings(self._rules, screened)

    def _findings(self, read: Keyed, found: Found) -> Mapping[int, tuple[Finding, ...]]:
        cited = Cited(found, self._memory.payment_ids.get)
        hits: dict[int, list[Finding]] = {}
        totals = values_of(self._stage, found, V_TOTAL)
        rows, measures = np.nonzero(totals > 1)
        for row, measure in zip(rows.tolist(), measures.tolist(), strict=True):
            evidence = cited.of(row, measure)
            total = int(totals[row, measure])
            finding = self._writer.write(read.batch, row, hit_at(self._stage, found, row, measure), evidence)
            finding.evidence_total = max(total, finding.evidence_total)
            hits.setdefault(row, []).append(finding)
        return {row: tuple(findings) for row, findings in hits.items()}

    def _chains(self, found: Found) -> Mapping[int, tuple[ChainLink, ...]]:
        """Earlier payments of the chains that leave for other partitions."""
        flags, hops = found.rows[:, F_FLAGS], found.rows[:, F_HOPS : F_HOPS + MOST_HOPS]
        rows = np.flatnonzero((flags & (FLAG_LOCAL | FLAG_NEW) == FLAG_NEW) & (hops > 1).any(axis=1))
        return {row: tuple(self._links(found, row)) for row in rows.tolist()}

    def _links(self, found: Found, row: int) -> Sequence[ChainLink]:
        links = []
        for chain, words in enumerate(chains_of(self._stage, found)[row]):
            length = int(found.rows[row, F_HOPS + chain])
            for word in words[: min(CHAIN_CAP, length) - 1].tolist():
                text = self._memory.payment_ids.get(word >> 8)
                if text is not None:
                    links.append(ChainLink(chain, text, word & 255))
        return links


def hit_at(stage: StagePlan, found: Found, row: int, measure: int) -> Hit:
    """What a stage measured on a row."""
    at = int(stage.plan[S_VALUES]) + measure * VALUE_WORDS
    words = found.rows[row, at : at + VALUE_WORDS]
    real = float(words[V_FLOAT : V_FLOAT + 1].view(np.float64)[0])
    return Hit(measure, int(words[V_BAND]), int(words[V_VALUE]), real, int(words[V_EPISODE]))


def keep_ids(memory: Memory, read: Keyed, found: Found, base: int) -> None:
    """Keeps the ids of the payments that went into a bag."""
    kept: I64 = np.flatnonzero(found.rows[:, F_KEPT])
    sizes = np.diff(read.ids.ends, prepend=0)[kept]
    data, ends = np.zeros(int(sizes.sum()), dtype=np.uint8), np.zeros(kept.shape[0], dtype=np.int64)
    gather(read.ids.data, read.ids.ends, kept, data, ends)
    memory.remember_ids(kept + base, data, ends)
