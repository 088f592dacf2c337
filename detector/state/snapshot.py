"""Snapshots: the state of a partition as bytes, and back.

    magic | length of the head | head, JSON: rule set, and name and length of each table | tables

A table is an Arrow IPC file with one column, compressed. Tables hold what counts only: no spare room, no free slots,
and the ids of those payments that a bag can still name.
"""

import io
import json
import struct
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import polars as pl

from detector.rules.rule_set import RuleSet
from detector.state.errors import OpenTransactionError, SnapshotError
from detector.state.lasting import empty_table
from detector.state.limits import Limits
from detector.state.memory import Memory
from detector.state.named_ids import named_ids
from detector.state.partition_state import PartitionState
from detector.state.payment_ids import PaymentIds
from detector.windows.arena import JOURNAL_ON
from detector.windows.layout import BUMP, I64, Arena, Side
from detector.windows.tables import refill

MAGIC = b"FRAUDST2"
UNPACKERS = 2
"""Threads that unpack: decompression and hashing leave the interpreter free."""

CHUNK = 512 * 1024
"""Bytes of a chunk: below the usual limit of a Kafka message."""

Table = np.ndarray[Any, Any]


class Buffers:
    """Memory for the copies, used again by the next snapshot: fresh pages cost ten times what copying does.

    One snapshot at a time uses it, until its `chunks` have been taken.
    """

    def __init__(self) -> None:
        self._words: dict[str, I64] = {}

    def copy(self, name: str, words: I64) -> I64:
        """A copy of `words` in memory that stays."""
        held = self._words.get(name)
        if held is None or held.shape[0] < words.shape[0]:
            held = self._words[name] = np.empty(words.shape[0] + words.shape[0] // 4, dtype=np.int64)
        held[: words.shape[0]] = words
        return held[: words.shape[0]]


class Snapshot:
    """A copy of the state at one moment, to be turned into bytes elsewhere, for instance in a thread.

    Delivery: taking the copy is the only work on the hot path, a copy of the words in use; `chunks` may run while the
    state goes on.

    Args:
        state: The state, outside of a transaction.
        buffers: Memory that the snapshot before this one used; absent: fresh memory.

    Raises:
        OpenTransactionError: changes of an open transaction might still be undone.
    """

    def __init__(self, state: PartitionState, buffers: Buffers | None = None) -> None:
        if state.payer.journal[JOURNAL_ON] or state.payee.journal[JOURNAL_ON]:
            raise OpenTransactionError("A snapshot was asked for within a transaction; commit or roll back first.")
        self._rule_set = state.rules.hash
        held = buffers or Buffers()
        memories = (("payer", state.payer), ("payee", state.payee))
        self._copies = {name: _Copy(name, memory, held) for name, memory in memories}

    def chunks(self, size: int = CHUNK) -> list[bytes]:
        """The snapshot in pieces of at most `size` bytes."""
        packed = {
            f"{name}.{part}": _packed(table)
            for name, copy in self._copies.items()
            for part, table in copy.tables().items()
        }
        lengths = {name: len(part) for name, part in packed.items()}
        head = json.dumps({"rule_set": self._rule_set, "tables": lengths}).encode()
        whole = b"".join((MAGIC, struct.pack("<I", len(head)), head, *packed.values()))
        return [whole[start : start + size] for start in range(0, len(whole), size)]


def restore(rules: RuleSet, chunks: Iterable[bytes], limits: Limits | None = None) -> PartitionState:
    """The state a snapshot holds.

    Raises:
        SnapshotError: the chunks are no complete snapshot, or one of another rule set.
    """
    whole = b"".join(chunks)
    head, tables = _opened(whole)
    if head["rule_set"] != rules.hash:
        raise SnapshotError(f"The snapshot belongs to rule set {head['rule_set'][:12]}, not to {rules.hash[:12]}.")
    state = PartitionState(rules, limits)
    memories = {"payer": state.payer, "payee": state.payee}
    with ThreadPoolExecutor(UNPACKERS) as threads:
        list(threads.map(lambda name: _fill(memories[name], _of(name, tables)), memories))
    return state


def _of(name: str, tables: dict[str, Table]) -> dict[str, Table]:
    return {part.split(".", 1)[1]: table for part, table in tables.items() if part.startswith(f"{name}.")}


def _opened(whole: bytes) -> tuple[dict[str, Any], dict[str, Table]]:
    start = len(MAGIC) + 4
    if whole[: len(MAGIC)] != MAGIC or len(whole) < start:
        raise SnapshotError(f"{len(whole)} bytes do not begin like a snapshot; rebuild the state from the log.")
    end = start + struct.unpack("<I", whole[len(MAGIC) : start])[0]
    try:
        head = json.loads(whole[start:end])
        parts: dict[str, memoryview] = {}
        for name, length in head["tables"].items():
            parts[name] = memoryview(whole)[end : end + length]
            end += length
        with ThreadPoolExecutor(UNPACKERS) as threads:
            tables = dict(zip(parts, threads.map(_unpacked, parts.values()), strict=True))
    except (ValueError, KeyError, pl.exceptions.PolarsError) as error:
        raise SnapshotError(f"The snapshot is broken: {error}; rebuild the state from the log.") from error
    if end != len(whole):
        raise SnapshotError(
            f"The snapshot has {len(whole)} bytes and should have {end}; a chunk is missing or too many."
        )
    return head, tables


class _Copy:
    """One stage's memory at one moment: plain copies, which is all that the hot path waits for."""

    def __init__(self, name: str, memory: Memory, buffers: Buffers) -> None:
        self._plan = memory.stage.plan
        self._words = buffers.copy(name, memory.words[: int(memory.words[BUMP])])
        self._keys, self._rows = memory.keys.copy(), memory.rows.copy()
        self._links = (memory.links.young.copy(), memory.links.old)  # an old generation no longer changes
        self._ids = (memory.ids.young.copy(), memory.ids.old)
        self._texts = memory.payment_ids.copy()

    def tables(self) -> dict[str, Table]:
        """What is written down."""
        nothing = np.zeros(2, dtype=np.int64)
        side = Side(Arena(self._words, nothing), self._keys, self._rows, nothing, nothing, nothing, nothing)
        self._texts.keep(named_ids(side, self._plan, self._texts))
        ids, there = self._texts.named(), self._keys != 0
        return {
            "words": self._words,
            "keys": self._keys[there],
            "rows": self._rows[there],
            "links": _keys(self._links[0]),
            "old_links": _keys(self._links[1]),
            "ids": _keys(self._ids[0]),
            "old_ids": _keys(self._ids[1]),
            "handles": ids.handles,
            "texts": ids.data[: int(ids.ends[-1]) if ids.ends.shape[0] else 0],
            "text_ends": ids.ends,
        }


def _keys(table: I64) -> I64:
    keys: I64 = table[table != 0]
    return keys


def _fill(memory: Memory, tables: dict[str, Table]) -> None:
    memory.hold(tables["words"])
    # kernels are compiled for writable arrays; polars hands out read-only ones
    tables = {name: np.array(table) for name, table in tables.items() if name != "words"}
    size = _size_for(tables["keys"])
    memory.keys, memory.rows = empty_table(size), empty_table(size)
    refill(tables["keys"], tables["rows"], memory.keys, memory.rows)
    for name, generations in (("links", memory.links), ("ids", memory.ids)):
        generations.young, generations.old = _filled(tables[name]), _filled(tables[f"old_{name}"])
    memory.payment_ids = PaymentIds()
    memory.payment_ids.append(tables["handles"], tables["texts"], tables["text_ends"])


def _filled(keys: I64) -> I64:
    """A hash table of keys without values."""
    table, nothing = empty_table(_size_for(keys)), keys[:0]
    refill(keys, nothing, table, nothing)
    return table


def _size_for(keys: I64) -> int:
    """Words of a hash table that the keys fill to less than half."""
    return 1 << max(10, int(keys.shape[0] * 2).bit_length())


def _packed(table: Table) -> bytes:
    buffer = io.BytesIO()
    pl.Series("table", table).to_frame().write_ipc(buffer, compression="zstd")
    return buffer.getvalue()


def _unpacked(data: memoryview) -> Table:
    return pl.read_ipc(io.BytesIO(data))["table"].to_numpy()
