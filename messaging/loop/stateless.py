"""Hooks of a processor that keeps nothing between batches."""

from collections.abc import Collection, Mapping

from messaging.loop.outputs import Outputs
from messaging.partition import Partition


class StatelessHooks:
    """The hooks of `Processor` that have nothing to do without state."""

    def assigned(self, committed: Mapping[Partition, int | None]) -> Mapping[Partition, int]:  # noqa: ARG002 protocol
        """Reads from the committed offsets."""
        return {}

    def committing(self, offsets: Mapping[Partition, int], outputs: Outputs) -> None:
        """Has nothing to send."""

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """Has nothing to keep."""

    def aborted(self, offsets: Mapping[Partition, int]) -> None:
        """Has nothing to undo."""

    def idle(self, *, rebuilding: bool) -> bool:
        """Has nothing to tell or to send."""
        del rebuilding
        return False

    def revoked(self, partitions: Collection[Partition]) -> None:
        """Has nothing to give up."""

    def lost(self, partitions: Collection[Partition]) -> None:
        """Has nothing to give up."""
