"""What one run of one variant took."""

import resource
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: records, wall-clock seconds and CPU seconds of the client process, all its threads."""

    variant: str
    records: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Records per second."""
        return self.records / self.seconds

    @property
    def cpu_us(self) -> float:
        """Microseconds of CPU per record."""
        return self.cpu_seconds / self.records * 1e6

    def as_dict(self) -> dict[str, float | int | str]:
        """JSON-ready values."""
        return asdict(self)


class Stopwatch:
    """Wall clock and this process's CPU clock, started together."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu()

    def stop(self, variant: str, records: int) -> Measured:
        """What has passed since the start."""
        return Measured(variant, records, time.perf_counter() - self._wall, _cpu() - self._cpu)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def table(runs: list[Measured], reference: str) -> str:
    """Medians per variant, and medians of the ratios to the reference variant's run in the same round."""
    by_name: dict[str, list[Measured]] = {}
    for run in runs:
        by_name.setdefault(run.variant, []).append(run)
    beside = by_name[reference]
    lines = [
        f"| variant | records/s | of {reference} | CPU µs/record | times {reference} |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, each in by_name.items():
        speed = ratio(each, beside)
        cost = median(run.cpu_us / other.cpu_us for run, other in zip(each, beside, strict=True))
        rate, cpu = median(run.rate for run in each), median(run.cpu_us for run in each)
        lines.append(f"| {name} | {rate / 1000:,.0f} k | {speed:.2f} | {cpu:.2f} | {cost:.2f} |")
    return "\n".join(lines)


def ratio(runs: Sequence[Measured], beside: Sequence[Measured]) -> float:
    """Median over the rounds of how fast a run was beside another of its round: neighbours in time share the noise."""
    return median(run.rate / other.rate for run, other in zip(runs, beside, strict=True))
