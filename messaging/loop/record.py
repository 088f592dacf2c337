"""An input record, as the library hands it out."""

from typing import Protocol


class Record(Protocol):
    """The methods of `confluent_kafka.Message` that a message without an error answers without None."""

    def topic(self) -> str:
        """Topic it was read from."""

    def partition(self) -> int:
        """Partition it was read from."""

    def offset(self) -> int:
        """Offset in the partition."""

    def key(self) -> bytes | None:
        """Key, unchanged."""

    def value(self) -> bytes | None:
        """Value, unchanged; None for a tombstone."""

    def timestamp(self) -> tuple[int, int]:
        """Kind of timestamp, and milliseconds since 1970-01-01T00:00:00Z."""

    def headers(self) -> list[tuple[str, bytes | None]] | None:
        """Headers in order; None without any."""
