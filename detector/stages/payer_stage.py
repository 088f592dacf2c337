"""The first stage: rules on the payer."""

import numpy as np

from detector.rules.rule_set import RuleSet
from detector.stages.columns import Keyed
from detector.stages.found import found_in
from detector.stages.names import Names
from detector.stages.python_findings import with_python_findings
from detector.stages.screened import Screened
from detector.state.memory import Memory
from detector.state.partition_state import PartitionState
from detector.windows.layout import F_END, F_KEPT, I64, N_TAGS, SEQUENCE, Found
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

    def process(self, read: Keyed) -> Screened:
        """Folds a batch, in log order, into the state and finds what the payers do."""
        batch = read.batch
        base = self._memory.counter(SEQUENCE)
        columns = read.admitted(self._stage.filters.admitted(batch))
        with np.errstate(over="ignore"):
            found = self._memory.run(screen_rows, columns, found_in(self._stage, len(batch)))
        keep_ids(self._memory, read, found, base)
        tags = found.tags[: int(found.counts[N_TAGS])].copy()
        names = Names.found(self._stage, found, self._memory.payment_ids)
        return with_python_findings(self._rules, Screened(read, tags, found.rows[:, F_END].copy(), names))


def keep_ids(memory: Memory, read: Keyed, found: Found, base: int) -> None:
    """Keeps the ids of the payments that went into a bag."""
    kept: I64 = np.flatnonzero(found.rows[:, F_KEPT])
    sizes = np.diff(read.ids.ends, prepend=0)[kept]
    data, ends = np.zeros(int(sizes.sum()), dtype=np.uint8), np.zeros(kept.shape[0], dtype=np.int64)
    gather(read.ids.data, read.ids.ends, kept, data, ends)
    memory.remember_ids(kept + base, data, ends)
