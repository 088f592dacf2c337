"""The second stage: rules on the payee, and the verdict."""

import numpy as np

from detector.rules.rule_set import RuleSet
from detector.stages.found import found_in
from detector.stages.judged import Judged
from detector.stages.names import Names
from detector.stages.payer_stage import keep_ids
from detector.stages.screened import Screened
from detector.state.partition_state import PartitionState
from detector.windows.incoming import receive_rows
from detector.windows.layout import (
    C_LOCAL,
    F_END,
    F_FLAGS,
    F_HOPS,
    F_POINTS,
    FLAG_LOCAL,
    I64,
    N_HOPS,
    SEQUENCE,
    U8,
    Found,
)
from detector.windows.names import NAME_HEAD, take_chains
from detector.windows.payee import judge_rows


class PayeeStage:
    """Judges screened payments keyed by target, in the order of the internal topic.

    A payment from another partition is also written into what the payer stage remembers of its payee; for a payment
    from this partition the payer stage did so itself, in input order.

    Delivery: all state lies in `state`; what is rolled back there was never judged.

    Args:
        rules: The rule set.
        state: State of the partition the payments come from.
    """

    def __init__(self, rules: RuleSet, state: PartitionState) -> None:
        self._rules = rules
        self._stage = rules.payee
        self._state = state

    def process(self, screened: Screened) -> Judged:
        """Folds a batch into the state and judges it."""
        self._receive(screened)
        memory, batch = self._state.payee, screened.batch
        base = memory.counter(SEQUENCE)
        columns = screened.keyed.admitted(self._stage.filters.admitted(batch))
        empty = found_in(self._stage, len(batch), _with_room(screened.tags))
        empty.rows[:, F_END] = screened.ends
        with np.errstate(over="ignore"):
            found = memory.run(judge_rows, columns, empty)
        keep_ids(memory, screened.keyed, found, base)
        names = Names.found(self._stage, found, memory.payment_ids)
        return Judged(self._rules, screened, found.rows[:, F_POINTS].copy(), found, names)

    def _receive(self, screened: Screened) -> None:
        """Writes payments from other partitions into the incoming memory of their payees."""
        flags = screened.flags()
        if (flags & FLAG_LOCAL).all() or not self._state.payer_reads_incoming:
            return
        payer, batch = self._state.payer, screened.batch
        admitted = self._state.rules.payer.filters.admitted(batch)
        columns = screened.keyed.admitted(admitted)
        columns[:, C_LOCAL] = flags & FLAG_LOCAL
        found = found_in(self._state.rules.payer, len(batch))
        found.rows[:, F_FLAGS] = flags
        self._take_chains(screened, found)
        payer.run(receive_rows, columns, found)

    def _take_chains(self, screened: Screened, found: Found) -> None:
        """Gives the payments of chains handles of this partition."""
        plan, rows = self._rules.payer.plan, screened.new_links
        rows = rows[found.rows[rows, F_FLAGS] & FLAG_LOCAL == 0]
        if not plan[N_HOPS] or not rows.size:
            return
        lengths = screened.tags[screened.starts[rows] + 1]
        for hop in range(int(plan[N_HOPS])):
            found.rows[rows, F_HOPS + hop] = (lengths >> (8 * hop)) & 255
        ids, names = screened.keyed.ids, screened.names
        texts = np.empty(ids.data.shape[0] + names.data.shape[0], np.uint8)
        ends = np.empty(rows.shape[0] + names.data.shape[0] // NAME_HEAD, np.int64)
        base = self._state.payer.counter(SEQUENCE)
        found.rows[rows, F_POINTS] = screened.points()[rows]
        count = take_chains(plan, rows, (names.data, names.ends), (ids.data, ids.ends), found, base, (texts, ends))
        self._keep_texts(base, texts[: int(ends[count - 1])], ends[:count])

    def _keep_texts(self, base: int, texts: U8, ends: I64) -> None:
        payer, count = self._state.payer, ends.shape[0]
        payer.words[SEQUENCE] = base + count
        payer.remember_ids(np.arange(base, base + count), texts, ends)


def _with_room(tags: I64) -> I64:
    """The kernels ask for room behind the tags, also where they only read."""
    return np.concatenate([tags, np.zeros(512, np.int64)])
