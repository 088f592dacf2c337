"""The second stage: rules on the payee, and the verdict."""

from collections.abc import Sequence

import numpy as np

from detector.rules.rule_set import RuleSet
from detector.stages.cited import Cited
from detector.stages.finding_writer import Hit
from detector.stages.found import chains_of, found_in, values_of
from detector.stages.judged import Judged
from detector.stages.payer_stage import hit_at, keep_ids
from detector.stages.screened import ChainLink, Screened
from detector.state.partition_state import PartitionState
from detector.windows.arena import put
from detector.windows.incoming import receive_rows
from detector.windows.layout import (
    C_LOCAL,
    CHAIN_CAP,
    F_END,
    F_FLAGS,
    F_HOPS,
    F_POINTS,
    FLAG_LOCAL,
    I64,
    SEQUENCE,
    V_BAND,
    Found,
)
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
        return Judged(
            self._rules,
            screened,
            found.rows[:, F_POINTS].copy(),
            self._hits(found),
            Cited(found, memory.payment_ids.get),
        )

    def _hits(self, found: Found) -> dict[int, list[Hit]]:
        hits: dict[int, list[Hit]] = {}
        rows, measures = np.nonzero(values_of(self._stage, found, V_BAND))
        for row, measure in zip(rows.tolist(), measures.tolist(), strict=True):
            hits.setdefault(row, []).append(hit_at(self._stage, found, row, measure))
        return hits

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
        chains = chains_of(self._state.rules.payer, found)
        hops = chains.shape[1]
        if not hops:
            return
        foreign = screened.new_links[found.rows[screened.new_links, F_FLAGS] & FLAG_LOCAL == 0]
        if not foreign.size:
            return
        base = self._state.payer.counter(SEQUENCE)
        links = [screened.chains.get(row, ()) for row in foreign.tolist()]
        handles = base - 1 + np.cumsum([len(each) + 1 for each in links], dtype=np.int64)
        lengths = screened.tags[screened.starts[foreign] + 1]
        words = handles << 8 | np.minimum(screened.points()[foreign], 255)
        for chain in range(hops):
            chains[foreign, chain, 0] = words
            found.rows[foreign, F_HOPS + chain] = (lengths >> (8 * chain)) & 255
        texts: list[str] = []
        for at, (row, before) in enumerate(zip(foreign.tolist(), links, strict=True)):
            if before:
                _put_links(chains[row], before, base + len(texts), int(words[at]))
                texts.extend(link.id for link in before)
            texts.append(screened.batch.ids[row])
        self._keep_texts(base, texts)

    def _keep_texts(self, base: int, texts: list[str]) -> None:
        payer = self._state.payer
        encoded = [text.encode() for text in texts]
        data = np.array(np.frombuffer(b"".join(encoded), dtype=np.uint8))
        ends = np.cumsum([len(text) for text in encoded], dtype=np.int64)
        payer.journal_room(1)
        put(payer.side.arena, SEQUENCE, base + len(texts))
        payer.remember_ids(np.arange(base, base + len(texts)), data, ends)


def _put_links(chains: I64, links: Sequence[ChainLink], handle: int, own: int) -> None:
    """Writes the chains of one payment: links get handles from `handle` on, the payment itself is the last word."""
    for chain in range(chains.shape[0]):
        before = [(handle + at) << 8 | link.points for at, link in enumerate(links) if link.chain == chain]
        words = [*before, own][-CHAIN_CAP:]
        chains[chain, : len(words)] = words


def _with_room(tags: I64) -> I64:
    """The kernels ask for room behind the tags, also where they only read."""
    return np.concatenate([tags, np.zeros(512, np.int64)])
