"""What records carry beside their values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress

from messaging.loop.record import Record, headers_of, keys_of, timestamps_of

Headers = list[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Keys, timestamps and headers of some records, in columns.

    Args:
        keys: Of each record.
        timestamps: Of each record, milliseconds since 1970-01-01T00:00:00Z.
        headers: Of each record; empty where none of them has any.
    """

    keys: Sequence[bytes | None]
    timestamps: Sequence[int]
    headers: Sequence[Headers | None] = ()

    @classmethod
    def of(cls, records: Sequence[Record], keys: Sequence[bytes | None] | None = None) -> "Envelopes":
        """Those of records that were read, with their keys or the ones given."""
        return cls(keys_of(records) if keys is None else keys, timestamps_of(records), headers_of(records))

    def keyed(self, keys: Sequence[bytes | None]) -> "Envelopes":
        """The same with other keys."""
        return replace(self, keys=keys)

    def at(self, rows: Sequence[int]) -> "Envelopes":
        """Those at some positions."""
        headers = [self.headers[row] for row in rows] if self.headers else ()
        return Envelopes([self.keys[row] for row in rows], [self.timestamps[row] for row in rows], headers)

    def where(self, chosen: Sequence[bool]) -> "Envelopes":
        """Those that were chosen."""
        headers = list(compress(self.headers, chosen))
        return Envelopes(list(compress(self.keys, chosen)), list(compress(self.timestamps, chosen)), headers)
