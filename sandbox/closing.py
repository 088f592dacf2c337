"""The end screen: rings found, what was flagged wrongly, the tutorial's rule beside it, the account of every id."""

from collections.abc import Iterator, Sequence
from textwrap import shorten
from typing import Any

from sandbox.account import Reconciliation
from sandbox.discoveries import Discoveries, Ring
from sandbox.figures import Figures
from sandbox.payments import TUTORIAL_AMOUNT
from sandbox.run import Outcome
from sandbox.tutorial_rule import TutorialRule

LISTED = 4
"""Rings of a pattern that are told one by one; files may have hundreds."""

TEN_THOUSAND = 10_000
SECONDS_AN_HOUR, SECONDS_A_DAY = 3600, 86_400


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON takes it."""
    figures = outcome.figures
    document = {"seconds": round(figures.seconds, 3), **outcome.account.as_dict(), "reasons": dict(figures.reasons)}
    if figures.latency is not None:
        document["latency_ms"] = {
            "p50": round(figures.latency[0] * 1000, 1),
            "p99": round(figures.latency[1] * 1000, 1),
        }
    if figures.discoveries is not None:
        document["truth"] = {
            "payments": figures.payments,
            **figures.discoveries.as_dict(),
            "wrong_per_10000": _per_ten_thousand(figures.discoveries.wrong, figures.payments),
            f"amount_at_least_{TUTORIAL_AMOUNT}": outcome.tutorial.as_dict(),
        }
    return document


def lines(outcome: Outcome, width: int = 100) -> Iterator[str]:
    """The outcome for people.

    Args:
        outcome: How the run went.
        width: Columns, for the reasons of examples.
    """
    found, payments = outcome.figures.discoveries, outcome.figures.payments
    if found is not None:
        yield ""
        yield from _rings(found)
        yield from _haste(outcome.figures)
        yield from _flags(found, payments, width)
        yield _beside(outcome.tutorial, len(found.rings), payments)
        yield ""
    yield from _account(outcome.account)


def _rings(found: Discoveries) -> Iterator[str]:
    if not found.rings:
        return
    yield f"rings injected: {len(found.rings)}, found: {found.found} (#7 at 3 of 9: ring 7, at the third of its nine)"
    width = max(len(pattern) for pattern in found.patterns)
    for pattern, rings in found.patterns.items():
        caught = [ring for ring in rings if ring.found_after is not None]
        yield f"  {pattern:<{width}}  {len(caught):>2} of {len(rings)}  {_told(rings)}".rstrip()


def _haste(figures: Figures) -> Iterator[str]:
    """Why a ring may be missed here that is found at the pace of life."""
    if figures.hurry and figures.latency is not None:
        days, hours = figures.hurry / SECONDS_A_DAY, figures.hurry * figures.latency[0] / SECONDS_AN_HOUR
        yield (
            f"  event time went at {days:.1f} days a second: rules learn of a payment {hours:.0f} hours late, "
            "too late for quick hops"
        )


def _told(rings: Sequence[Ring]) -> str:
    told = [_after(ring) for ring in rings[:LISTED]]
    return "  ".join((*told, *(("…",) if len(rings) > LISTED else ())))


def _after(ring: Ring) -> str:
    number = f"#{ring.ring.rsplit('-', 1)[-1]}"
    if ring.found_after is None:
        return f"{number} not ({ring.payments} sent)"
    return f"{number} at {ring.found_after} of {ring.payments}"


def _flags(found: Discoveries, payments: int, width: int) -> Iterator[str]:
    yield (
        f"flagged {found.right + found.wrong:,} of {payments:,} payments: {found.right:,} rightly, {found.wrong:,} "
        f"wrongly ({_per_ten_thousand(found.wrong, payments)} per 10,000)"
    )
    if found.learning:
        yield f"  before the clock started, while the rules learned, {found.learning:,} more, not counted"
    if found.examples:
        yield "  wrongly, for example:"
    for example in found.examples:
        text = f"    {example.amount}: {example.reasons[0] if example.reasons else example.level}"
        yield "    " + shorten(text, width - 4, placeholder=" …")


def _beside(tutorial: TutorialRule, rings: int, payments: int) -> str:
    total = tutorial.right + tutorial.wrong
    return (
        f"amount >= {TUTORIAL_AMOUNT} would have flagged {total:,}: {tutorial.right:,} rightly in "
        f"{tutorial.rings} of {rings} rings, {tutorial.wrong:,} wrongly "
        f"({_per_ten_thousand(tutorial.wrong, payments)} per 10,000)"
    )


def _per_ten_thousand(count: int, payments: int) -> float:
    return round(count * TEN_THOUSAND / payments, 1) if payments else 0.0


def _account(account: Reconciliation) -> Iterator[str]:
    yield (
        f"sent {account.sent} {'=' if account.balanced else '≠'} legit {account.legit} + fraud {account.fraud} + dead "
        f"letters {account.dead_letters} ({account.broken} broken on purpose)"
        f"{': every id found once' if account.balanced else ''}"
    )
    for kind in ("missing", "doubled", "misplaced", "strange"):
        names = getattr(account, kind)
        if names:
            yield f"{kind}: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}"
