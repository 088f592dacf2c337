"""Name of a partition."""

from typing import NamedTuple


class Partition(NamedTuple):
    """One partition of a topic; the key of everything the loop keeps per partition."""

    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.number}"
