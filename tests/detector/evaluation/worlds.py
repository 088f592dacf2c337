"""Labelled payments made by hand, small enough to count on one's fingers."""

import polars as pl

from detector.evaluation.labelled import Labelled, labelled

DAY = 86_400_000
START = 1_700_000_000_000

Payment = tuple[str, str, str, float, bool, str]


def world(*payments: Payment) -> Labelled:
    """Payments of (source, target, amount, day, fraud, ring), ids `p0`, `p1` … in the order given."""
    return labelled(table(*payments))


def table(*payments: Payment) -> pl.DataFrame:
    """The same as a table with labels; the scenario is the ring's id without digits."""
    times = [START + int(day * DAY) for _, _, _, day, _, _ in payments]
    rings = [ring for *_, ring in payments]
    return pl.DataFrame(
        {
            "id": [f"p{number}" for number in range(len(payments))],
            "source": [payment[0] for payment in payments],
            "target": [payment[1] for payment in payments],
            "amount": [payment[2] for payment in payments],
            "currency": ["EUR"] * len(payments),
            "occurred_at": pl.Series(times).cast(pl.Datetime("ms", "UTC")),
            "label": [str(int(payment[4])) for payment in payments],
            "scenario": [ring.rstrip("0123456789") for ring in rings],
            "ring": rings,
        }
    )


def fan_in(target: str, senders: int, day: float, ring: str = "", amount: str = "1000.00") -> list[Payment]:
    """Payments of different senders to one target, a minute apart; fraud where a ring is named."""
    return [(f"{target}-{i}", target, amount, day + i / 1440, bool(ring), ring) for i in range(senders)]
