"""The account of a run: what was sent, where it was found, and whether the two agree, id by id."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any

OUTPUTS = ("legit", "fraud", "dead-letter")
SHOWN = 10
"""Ids that a reconciliation names of each kind; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was sent beside what was found.

    Args:
        sent: Payments and broken records that were sent and acknowledged.
        broken: How many of them were broken on purpose.
        missing: Sent and not found, or not as often.
        doubled: Found more often than sent.
        misplaced: A payment among the dead letters, or a broken record among the payments.
        strange: Found and never sent by this run.
    """

    sent: int
    broken: int
    legit: int
    fraud: int
    dead_letters: int
    missing: Sequence[str] = ()
    doubled: Sequence[str] = ()
    misplaced: Sequence[str] = ()
    strange: Sequence[str] = ()

    @property
    def balanced(self) -> bool:
        """Whether every record sent is found once, where it belongs, and nothing else."""
        found = self.legit + self.fraud + self.dead_letters
        return self.sent == found and not (self.missing or self.doubled or self.misplaced or self.strange)

    def as_dict(self) -> dict[str, Any]:
        """The fields, of long lists the first `SHOWN` entries, with their lengths."""
        fields = asdict(self)
        for name in ("missing", "doubled", "misplaced", "strange"):
            fields[f"{name}_total"] = len(fields[name])
            fields[name] = list(fields[name][:SHOWN])
        return {**fields, "balanced": self.balanced}


class Account:
    """Where each record was found.

    A payment is known by its id. A broken record, whose id cannot be read, is known by its key, which no other has.

    Delivery: memory only; grows by one entry per record; threads may note and ask at once.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._where: dict[str, str] = {}
        self._times: Counter[str] = Counter()
        self._counts = dict.fromkeys(OUTPUTS, 0)

    @property
    def counts(self) -> Mapping[str, int]:
        """Records found, by output."""
        with self._lock:
            return dict(self._counts)

    @property
    def found(self) -> int:
        """Records found in all."""
        with self._lock:
            return sum(self._counts.values())

    def note(self, output: str, names: Iterable[str]) -> None:
        """Notes records found in an output."""
        with self._lock:
            for name in names:
                self._counts[output] += 1
                self._times[name] += 1
                self._where[name] = output

    def reconcile(self, payments: Iterable[str], broken: Iterable[str]) -> Reconciliation:
        """Compares with what was sent: ids of payments, and keys of broken records."""
        good, bad = Counter(payments), Counter(broken)
        sent = good + bad
        with self._lock:
            where, times, counts = dict(self._where), self._times.copy(), dict(self._counts)
        return Reconciliation(
            sent=sent.total(),
            broken=bad.total(),
            legit=counts["legit"],
            fraud=counts["fraud"],
            dead_letters=counts["dead-letter"],
            missing=sorted(sent - times),
            doubled=sorted(name for name in times - sent if name in sent),
            misplaced=[name for name, output in where.items() if name in (good if output == "dead-letter" else bad)],
            strange=sorted(times.keys() - sent.keys()),
        )
