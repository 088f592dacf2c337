"""Payments that do not lie in the partition of their payer."""

from detector.stages.columns import Keyed

LOOKED_AT = 16
"""Payments at the begin of each batch. Another partitioner misplaces most payments, so few of them tell."""


def misplaced_in(read: Keyed, number: int, partitions: int) -> int:
    """How many of the first payments, read in partition `number`, the murmur2 partitioner puts elsewhere."""
    sources = read.texts.sources.rows(0, min(LOOKED_AT, len(read.batch)))
    return int((sources.partitions(partitions) != number).sum())
