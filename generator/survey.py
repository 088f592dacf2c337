"""What a file of payments holds, known before the first one is sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from generator.errors import BadRowsError, FileError, RowError
from generator.payment_file import PaymentFile

SHOWN = 20
"""Bad rows told one by one; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file holds.

    `first_ms` is the event time of the first payment, `oldest_ms` and `newest_ms` the extremes; `bad` holds the first
    `SHOWN` rows that are no payments, `bad_total` counts all.
    """

    payments: int
    first_ms: int
    oldest_ms: int
    newest_ms: int
    bad: tuple[RowError, ...]
    bad_total: int

    def refuse_bad(self, name: str) -> None:
        """Lets no file with bad rows pass.

        Raises:
            BadRowsError: there are some.
        """
        if self.bad_total:
            raise BadRowsError(
                f"{name}: {_rows(self.bad_total)} no payment; nothing was sent. Mend the file, or go on without such "
                "rows with --skip-bad.",
                rows=self.bad,
                total=self.bad_total,
            )

    def rebased_by(self, now_ms: int, factor: float | None) -> int:
        """Milliseconds by which `--rebase` shifts every event time.

        The last payment then occurs at the moment it is sent, so none is ever ahead of the clock; at a `factor` below
        1 the first one does.
        """
        span = self.newest_ms - self.oldest_ms
        sending = 0.0 if factor is None else span / factor
        return now_ms - self.oldest_ms - max(0, span - round(sending))

    def shifted(self, milliseconds: int) -> "Survey":
        """The survey of the same file with all event times shifted."""
        return replace(
            self,
            first_ms=self.first_ms + milliseconds,
            oldest_ms=self.oldest_ms + milliseconds,
            newest_ms=self.newest_ms + milliseconds,
        )


def survey(file: PaymentFile, on_progress: Callable[[int], None] = lambda _: None) -> Survey:
    """Reads the whole file once.

    Args:
        file: The file.
        on_progress: Called with the rows read so far.

    Raises:
        FileError: the file cannot be read, or holds no payment.
    """
    payments = bad_total = 0
    first, oldest, newest = None, 2**63 - 1, -1
    bad: list[RowError] = []
    for chunk in file.chunks():
        bad_total += len(chunk.bad)
        bad.extend(chunk.bad[: SHOWN - len(bad)])
        if len(chunk.payments):
            times = chunk.payments.occurred_at
            first = int(times[0]) if first is None else first
            oldest, newest = min(oldest, int(times.min())), max(newest, int(times.max()))
            payments += len(chunk.payments)
        on_progress(payments + bad_total)
    if first is None and not bad_total:
        raise FileError(f"{file.path} holds no payment.", path=str(file.path))
    return Survey(payments, first or 0, oldest if payments else 0, max(newest, 0), tuple(bad), bad_total)


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count} rows are"
