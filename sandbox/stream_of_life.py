"""The payments that the sandbox sends by default: a society's life with rings in it, behind a history to learn from."""

from collections.abc import Iterator
from dataclasses import dataclass

from generator.blocks import BLOCK
from generator.event_plan import EventPlan
from generator.event_times import DailyRhythm
from generator.settings import GeneratorSettings
from generator.step import DAY, SECOND
from generator.stream import stream
from generator.transactions import Transactions

ACCOUNTS = 500
PER_ACCOUNT_AND_DAY = 1.4
"""Few accounts that pay often: most of who deals with whom then shows in a history of seconds. Tried with the shipped
rules: of 10,000 payments of normal life they flag a few; without history, hundreds."""

FASTEST = 50_000
"""Payments a second that a run without a rate will not reach; event time must not pass the clock."""

FIRST_RING, LAST_RING = 0.02, 0.85
"""Rings begin within this part of the run; one that began later would not be whole at its end."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many payments there are to be.

    Args:
        history: Payments of normal life to learn from; whole blocks are sent.
        live: Payments behind them; those of an endless run need not be known exactly.
        rings: Rings injected into the payments behind the history.
    """

    history: int
    live: int
    rings: int

    @property
    def history_blocks(self) -> int:
        """Blocks of history."""
        return -(-self.history // BLOCK)

    @property
    def learned(self) -> int:
        """Payments of history that are sent."""
        return self.history_blocks * BLOCK

    @property
    def starts(self) -> list[int]:
        """Numbers of the payments at which rings begin, at even distances."""
        width = (LAST_RING - FIRST_RING) * self.live / max(1, self.rings)
        return [self.learned + int(FIRST_RING * self.live + width * ring) for ring in range(self.rings)]


def extent(history: int, rings: int, rate: float, seconds: float) -> Extent:
    """The extent of a run of `seconds` at `rate` payments a second; 0 or less: as fast as it goes."""
    return Extent(history, int((rate if rate > 0 else FASTEST) * seconds), rings)


def stream_of_life(settings: GeneratorSettings, extent: Extent, now_ms: int) -> Iterator[Transactions]:
    """Endless blocks; event time goes in days a second and comes near the present at the end.

    Args:
        settings: Seed, currency and length of rings; accounts where the environment sets them.
        extent: How many payments of which kind.
        now_ms: The clock at the start, in milliseconds since 1970.
    """
    accounts = accounts_of(settings)
    chosen = {"population": "life", "accounts": accounts}
    daily = accounts * PER_ACCOUNT_AND_DAY
    begin_ms = max(0, int(now_ms // DAY - (extent.learned + extent.live) / daily) * DAY)
    plan = EventPlan(DailyRhythm(begin_ms, daily), daily)
    return stream(settings.model_copy(update=chosen), plan, starts=extent.starts)


def hurry(settings: GeneratorSettings, rate: float) -> float:
    """How many times faster than the clock event time goes at `rate` payments a second; 0 without a rate."""
    return max(0.0, rate) * DAY / SECOND / (accounts_of(settings) * PER_ACCOUNT_AND_DAY)


def accounts_of(settings: GeneratorSettings) -> int:
    """Accounts that were asked for, else few."""
    return settings.accounts if "accounts" in settings.model_fields_set else ACCOUNTS
