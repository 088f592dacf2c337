"""A record that cannot be decided now."""

from typing import NamedTuple

from messaging.partition import Partition


class Hold(NamedTuple):
    """Asks the loop to stop before `offset` of a partition and to come back to it later.

    What lies before `offset` in the batch has been processed, what lies behind has not.
    """

    partition: Partition
    offset: int
    error: Exception
    """Why; its fate is retry."""
