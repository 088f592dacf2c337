"""Where the payments of a run come from."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.event_plan import event_plan
from generator.payment_file import PaymentFile
from generator.settings import GeneratorSettings
from generator.stream import stream
from generator.survey import survey
from generator.transactions import Transactions
from sandbox.labels import labelled, truths_of
from sandbox.payments import Source
from sandbox.settings import SandboxSettings
from sandbox.stream_of_life import extent, hurry, stream_of_life


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What is sent, and for how long.

    Args:
        path: CSV of payments; generated ones without it.
        duration: Seconds; None: to the end of the file.
        rate: Payments a second; 0 or less: as fast as the readers follow.
        truth: CSV of labels; without it they may stand in `path`.
    """

    path: Path | None
    duration: float | None
    rate: float
    truth: Path | None = None


def source_of(settings: SandboxSettings, generator: GeneratorSettings, options: RunOptions) -> Source:
    """The payments of a run.

    Raises:
        GeneratorError: the file is no file of payments, or the settings do not fit.
        LabelsError: the labels cannot be read.
    """
    if options.path is not None:
        return _replayed(options.path, options.truth)
    generator = generator.model_copy(update={"transactions_per_second": options.rate})
    if generator.population != "life":
        return Source(_generated(generator))
    planned = extent(settings.history, settings.rings, options.rate, options.duration or settings.duration)
    blocks = stream_of_life(generator, planned, time.time_ns() // 1_000_000)
    return Source(blocks, planned.history_blocks, planned.learned, labelled=True, hurry=hurry(generator, options.rate))


def _generated(generator: GeneratorSettings) -> Iterator[Transactions]:
    """Endless blocks whose event times go with the clock, from the moment the first one is asked for."""
    yield from stream(generator, event_plan(generator.transactions_per_second, None, time.time_ns))


def _replayed(path: Path, truth: Path | None) -> Source:
    file = PaymentFile(path)
    survey(file, lambda _: None).refuse_bad(str(path))
    truths = truths_of(path, truth)
    if truths is None:
        return Source(file.payments())
    return Source(labelled(file.payments(), truths), labelled=True)
