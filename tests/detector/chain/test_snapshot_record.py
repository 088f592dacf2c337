"""Snapshots as records: complete or not there at all."""

from dataclasses import replace

import pytest

from detector.chain.snapshot_record import SnapshotHead, newest_complete

HEAD = SnapshotHead(3, 100, 90, "rules", "contract", (1_000, 2_000), 5_000)


def test_snapshot_comes_back_as_it_was() -> None:
    """Head and chunks are those that were written, whatever the order in which they are read."""
    records = [*HEAD.records([b"a", b"b", b"c"])]
    saved = newest_complete(reversed(records))
    assert saved is not None
    assert (saved.head, list(saved.chunks)) == (HEAD, [b"a", b"b", b"c"])


def test_newest_snapshot_wins() -> None:
    """Of two complete snapshots the later one counts."""
    later = replace(HEAD, created_at=6_000, transactions_offset=200)
    saved = newest_complete([*later.records([b"new"]), *HEAD.records([b"old"])])
    assert saved is not None
    assert saved.head == later


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_snapshot_with_a_chunk_missing_does_not_count(missing: int) -> None:
    """The one before it does, where it is whole."""
    later = [*replace(HEAD, created_at=6_000).records([b"a", b"b", b"c"])]
    del later[missing]
    assert newest_complete(later) is None
    saved = newest_complete([*HEAD.records([b"old"]), *later])
    assert saved is not None
    assert saved.head == HEAD


def test_nothing_is_no_snapshot() -> None:
    """An empty topic has none."""
    assert newest_complete([]) is None
