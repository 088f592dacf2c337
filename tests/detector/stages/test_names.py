"""Names of payments that travel with a batch."""

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detector.stages.names import Names

IDS = st.lists(st.text("abc-12", min_size=8, max_size=8), max_size=40) | st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80), max_size=12
)
"""Ids of one length, as generated ones are; ids of all lengths and letters."""


@given(st.lists(st.dictionaries(st.integers(0, 254), IDS, max_size=4), min_size=1, max_size=6))
def test_names_are_read_as_they_were_written(rows: list[dict[int, list[str]]]) -> None:
    """Whatever the lengths and letters of ids, each measure cites the payments that it cited."""
    packed = [b"".join(_group(kind, ids) for kind, ids in row.items()) for row in rows]
    ends = np.cumsum([len(row) for row in packed], dtype=np.int64)
    names = Names(np.frombuffer(bytearray().join(packed), np.uint8), ends)
    read = names.on(np.arange(len(rows)))
    for number, row in enumerate(rows):
        cited = read.get(number, {})
        assert {kind: (list(by.ids), by.total) for kind, by in cited.items()} == {
            kind: (ids, len(ids) + 3) for kind, ids in row.items()
        }


def _group(kind: int, ids: list[str]) -> bytes:
    encoded = [text.encode() for text in ids]
    names = b"".join(struct.pack("<BBH", 0, 0, len(value)) + value for value in encoded)
    return struct.pack("<BIH", kind, len(ids) + 3, len(ids)) + names
