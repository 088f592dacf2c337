"""What the loop asks of the work it carries."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from messaging.loop.hold import Hold
from messaging.loop.input_batch import InputBatch
from messaging.loop.outputs import Outputs
from messaging.loop.record import Record
from messaging.partition import Partition


class Processor(Protocol):
    """Turns batches into output records inside the loop's transactions.

    All calls come from the loop's thread. The order for one partition is

        assigned ─> process* ─> (committing ─> committed | aborted ─> process* again)* ─> revoked | lost

    so state that `process` changed since the last `committed` must be undone in `aborted`.
    """

    def assigned(self, committed: Mapping[Partition, int | None]) -> Mapping[Partition, int]:
        """Takes partitions over.

        Args:
            committed: Next offset to process per partition; None where nothing was ever committed.

        Returns:
            Offsets to read from, for partitions whose state is rebuilt from earlier records: those come in batches
            with `replay` set until the committed offset is reached. A partition that is left out starts there at once.
        """

    def process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        """Processes a batch; what it sends belongs to the open transaction, and is sent now or before it commits.

        Returns:
            At most one hold per partition, at the first record that cannot be decided now; nothing at or behind it
            may have been sent or have touched state.

        Raises:
            Exception: an error whose fate is retry aborts the transaction and does the batch again later; one whose
                fate is dead letter makes the loop look for the record that causes it; any other ends the process.
        """

    def refuse(self, record: Record, error: Exception, attempt: int, outputs: Outputs) -> None:
        """Sends the dead letter of a record that makes its transaction fail, for example by its size.

        Called instead of `process` for a record that failed alone in a transaction with an error whose fate is dead
        letter. `attempt` counts from 1; it is called again when the dead letter fails too, and then must be smaller.
        """

    def committing(self, offsets: Mapping[Partition, int], outputs: Outputs) -> None:
        """Sends what must be committed together with the next `offsets`: what is left of batches, or a snapshot."""

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """The transaction is committed; `offsets` are the next ones."""

    def aborted(self, offsets: Mapping[Partition, int]) -> None:
        """The transaction is gone; processing goes on again from `offsets`. Replayed batches stay valid."""

    def idle(self, *, rebuilding: bool) -> bool:
        """Called about once a second while no transaction is open: time to tell what is told now and then.

        Args:
            rebuilding: Records are replayed, so state is not that of the committed offsets.

        Returns:
            Whether `committing` has something to send for which no record need be waited for.
        """

    def revoked(self, partitions: Collection[Partition]) -> None:
        """Gives partitions up after everything processed was committed."""

    def lost(self, partitions: Collection[Partition]) -> None:
        """Gives partitions up that already belong to somebody else."""
