"""All state of one partition."""

from detector.rules.rule_set import RuleSet
from detector.state.limits import Limits
from detector.state.memory import Memory
from detector.windows.layout import ACCOUNTS, DUPLICATES, EVICTED, FOREIGN, INCOMING, LATE


class PartitionState:
    """Both roles of the accounts of partition i: the fold of its part of the input topic and of the internal topic.

    The payer memory is what rules on the payer read: own payments, and what came in. The payee memory is what rules on
    the payee read. They never read each other, so the order between the two topics does not matter, with one
    exception: what came in from another partition is known to the payer stage from the moment it arrives.

    Delivery: `checkpoint` at the start of a transaction, then `commit` or `rollback`; nothing is written to disk.

    Args:
        rules: The rule set.
        limits: Bounds of each stage's memory.
    """

    def __init__(self, rules: RuleSet, limits: Limits | None = None) -> None:
        self.rules = rules
        self.limits = limits or Limits()
        self.payer = Memory(rules.payer, self.limits)
        self.payee = Memory(rules.payee, self.limits)

    @property
    def payer_reads_incoming(self) -> bool:
        """Whether any rule on the payer asks what came in."""
        stage = self.rules.payer
        measures = any(rule.measure is not None and rule.measure.kind == "gap" for rule in stage.rules)
        rings = any(ring.role == INCOMING for ring in stage.rings.all)
        return rings or measures or bool(stage.hops) or self.links_matter

    @property
    def links_matter(self) -> bool:
        """Whether any rule asks if a link is new."""
        return any(rule.where.link == "new" or (rule.measure and rule.measure.link) for rule in self.rules.rules)

    def checkpoint(self) -> None:
        """Begins a transaction."""
        self.payer.checkpoint()
        self.payee.checkpoint()

    def commit(self) -> None:
        """Lets the transaction's changes stand."""
        self.payer.commit()
        self.payee.commit()

    def rollback(self) -> None:
        """Undoes the transaction's changes."""
        self.payer.rollback()
        self.payee.rollback()

    @property
    def counters(self) -> dict[str, int]:
        """Late, duplicate and evicted since the state began, and payments tagged by another rule set."""
        return {
            "late": self.payer.counter(LATE) + self.payee.counter(LATE),
            "duplicates": self.payer.counter(DUPLICATES),
            "evicted": self.payer.counter(EVICTED) + self.payee.counter(EVICTED),
            "foreign": self.payee.counter(FOREIGN),
        }

    @property
    def accounts(self) -> int:
        """Accounts known to the payer stage."""
        return self.payer.counter(ACCOUNTS)

    @property
    def bytes(self) -> int:
        """Memory in use."""
        return self.payer.bytes + self.payee.bytes
