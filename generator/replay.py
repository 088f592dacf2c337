"""A file of payments sent again: surveyed, checked against the topic, then streamed."""

import time
from dataclasses import dataclass
from pathlib import Path

from generator.connection import Connection, connect
from generator.event_plan import Limits
from generator.pacing import EventTimePace, FlatOut, Pace
from generator.payment_file import PaymentFile
from generator.progress import progress_bar
from generator.report import note, print_bad_rows, print_summary
from generator.retention import TimeLimits, time_limits
from generator.sending import send
from generator.stopping import stop_on_signals
from generator.survey import Survey, survey


@dataclass(frozen=True, slots=True)
class Replay:
    """What to replay and how: `factor` times event time, or as fast as possible with None."""

    path: Path
    factor: float | None = None
    rebase: bool = False
    skip_bad: bool = False


def run_replay(replay: Replay, *, as_json: bool) -> None:
    """Replays a file and prints how it went.

    Raises:
        BadRowsError: rows are no payments and may not be skipped; nothing was sent.
        EventTimeError: the topic would delete or refuse payments; nothing was sent.
        FileError, MessagingError, SchemasError: as their names say.
    """
    file = PaymentFile(replay.path)
    found = _checked(file, skip_bad=replay.skip_bad)
    connection = connect(note)
    now_ms = time.time_ns() // 1_000_000
    shift_ms = found.rebased_by(now_ms, replay.factor) if replay.rebase else 0
    found = found.shifted(shift_ms)
    limits = _limits_kept(found, connection, now_ms, replay.factor)
    extra = {"bad_rows": found.bad_total, "shifted_ms": shift_ms}
    with stop_on_signals() as stop:
        send(
            connection,
            file.payments(shift_ms=shift_ms, skip_bad=replay.skip_bad),
            _pace(found, replay.factor),
            Limits(),
            total=found.payments,
            ahead_ms=limits.ahead_ms,
            stop=stop,
            on_summary=lambda summary: print_summary(summary, connection.topic, as_json=as_json, extra=extra),
        )


def _checked(file: PaymentFile, *, skip_bad: bool) -> Survey:
    with progress_bar("checking", None) as move:
        found = survey(file, move)
    print_bad_rows(str(file.path), found.bad, found.bad_total)
    if not skip_bad:
        found.refuse_bad(str(file.path))
    elif found.bad_total:
        note(f"{file.path}: {found.bad_total} bad rows skipped")
    return found


def _limits_kept(found: Survey, connection: Connection, now_ms: int, factor: float | None) -> TimeLimits:
    limits = time_limits(connection.kafka, connection.topic)
    if limits is None:
        note(f"The broker does not tell the retention of {connection.topic}; event times are not checked.")
        limits = TimeLimits()
    sending_ms = 0 if factor is None else round((found.newest_ms - found.oldest_ms) / factor)
    limits.check(connection.topic, found.oldest_ms, max(found.oldest_ms, found.newest_ms - sending_ms), now_ms)
    return limits


def _pace(found: Survey, factor: float | None) -> Pace:
    return FlatOut() if factor is None else EventTimePace(found.first_ms, factor)
