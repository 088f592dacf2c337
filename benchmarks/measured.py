"""What one run of one variant took."""

import resource
import time
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
    """Medians per variant, and ratios to the reference variant."""
    names = list(dict.fromkeys(run.variant for run in runs))
    rates = {name: median(run.rate for run in runs if run.variant == name) for name in names}
    costs = {name: median(run.cpu_us for run in runs if run.variant == name) for name in names}
    lines = [
        f"| variant | records/s | of {reference} | CPU µs/record | times {reference} |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {rates[name] / 1000:,.0f} k | {rates[name] / rates[reference]:.2f} "
        f"| {costs[name]:.2f} | {costs[name] / costs[reference]:.2f} |"
        for name in names
    ]
    return "\n".join(lines)
