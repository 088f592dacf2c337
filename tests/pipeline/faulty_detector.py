"""A detector with faults put in or safeguards taken out, to show that the tests would see it.

python faulty_detector.py [--abort-every N] [--without commit-in-revoke|seek-after-abort]
"""

import argparse
import itertools
from typing import Any

from detector.cli import application
from messaging.errors import TransactionAbortedError
from messaging.loop.transaction import Transaction
from messaging.loop.work import Work


def _abort_every(count: int) -> None:
    """Refuses every `count`th commit, as a broker does that has seen a newer generation of the group."""
    commit, numbers = Transaction.commit, itertools.count(1)

    def refusing(self: Transaction, *arguments: Any) -> None:
        if next(numbers) % count == 0:
            raise TransactionAbortedError("refused by the test", code="ILLEGAL_GENERATION")
        commit(self, *arguments)

    Transaction.commit = refusing  # type: ignore[method-assign]


def _without_commit_in_revoke() -> None:
    commit = Work.commit

    def skipping(self: Work, *, drained: bool) -> None:
        if drained:
            commit(self, drained=drained)

    Work.commit = skipping  # type: ignore[method-assign]


def _without_seek_after_abort() -> None:
    def forgetting(self: Work) -> None:
        self._rewinding.clear()

    Work.rewind = forgetting  # type: ignore[method-assign]


def main() -> None:
    """Runs it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--abort-every", type=int)
    parser.add_argument("--without", choices=["commit-in-revoke", "seek-after-abort"])
    asked = parser.parse_args()
    if asked.abort_every:
        _abort_every(asked.abort_every)
    if asked.without == "commit-in-revoke":
        _without_commit_in_revoke()
    if asked.without == "seek-after-abort":
        _without_seek_after_abort()
    application()(["run"])


if __name__ == "__main__":
    main()
