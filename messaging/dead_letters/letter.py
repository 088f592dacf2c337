"""A dead letter where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

REPLAY_COUNT = "fraud.replay.count"
"""Header of a replayed record: how often its like has been replayed, decimal text."""

REPLAY_ORIGIN = "fraud.replay.origin"
"""Header of a replayed record: `<dead-letter topic>:<partition>:<offset>` of the letter."""

REPLAYED = "fraud.replayed"
"""Header of a marker, a null value in the dead-letter topic: `<partition>:<offset>` of the letter that was replayed."""


class LetterId(NamedTuple):
    """Partition and offset in the dead-letter topic; written `3:1042`."""

    partition: int
    offset: int

    @classmethod
    def parse(cls, text: str) -> "LetterId":
        """The id in `text`.

        Raises:
            ValueError: it is not `<partition>:<offset>`.
        """
        partition, _, offset = text.partition(":")
        if not (partition.isdecimal() and offset.isdecimal()):
            raise ValueError(f"{text!r} is no dead letter; write <partition>:<offset>, for example 3:1042.")
        return cls(int(partition), int(offset))

    def __str__(self) -> str:
        return f"{self.partition}:{self.offset}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter and what is known of its replay.

    Args:
        id: Where it lies.
        record: The `fraud.DeadLetter`; values, key and headers as bytes.
        replayed: It has been put back on its topic.
    """

    id: LetterId
    record: Mapping[str, Any]
    replayed: bool = False

    @property
    def replay_count(self) -> int:
        """How often the record was replayed before it died here."""
        for header in self.record["headers"]:
            if header["key"] == REPLAY_COUNT and (header["value"] or b"").isdigit():
                return int(header["value"])
        return 0
