"""What was flagged beside the truth, and how the end screen tells it."""

from collections.abc import Sequence

import pytest

from generator.truth import Truth
from sandbox.account import Account
from sandbox.closing import as_dict, lines
from sandbox.discoveries import EXAMPLES, Discoveries, Discovering
from sandbox.figures import Figures
from sandbox.flagged import Flagged
from sandbox.run import Outcome
from sandbox.tutorial_rule import TutorialRule


def _flagged(name: str, *evidence: str) -> Flagged:
    return Flagged(name, "payer", "payee", "12.00 EUR", "REVIEW", (f"reason of {name}",), evidence)


def _discovering() -> Discovering:
    """A ring of five found at its third payment, a ring of two not found, two payments flagged wrongly."""
    discovering = Discovering()
    discovering.found(_flagged("early"))
    discovering.begin()
    discovering.sent(Truth(f"in-{number}", "fan_in", "fan_in-1") for number in range(1, 6))
    discovering.sent([Truth("s-1", "spike", "spike-2"), Truth("s-2", "spike", "spike-2")])
    for payment in (_flagged("in-3", "in-1", "in-2"), _flagged("in-4", "in-3"), _flagged("x"), _flagged("y")):
        discovering.found(payment)
    return discovering


def test_ring_is_found_at_its_first_flagged_payment() -> None:
    """Of a ring: how many payments passed up to the first alert, and how many alerts name."""
    found, missed = _discovering().now().rings
    assert (found.pattern, found.payments, found.found_after, found.named) == ("fan_in", 5, 3, 4)
    assert (missed.pattern, missed.payments, missed.found_after, missed.named) == ("spike", 2, None, 0)


def test_payment_flagged_wrongly_is_counted_and_shown() -> None:
    """What is flagged and no fraud is wrong; what was flagged while the rules learned counts for neither."""
    now = _discovering().now()
    assert (now.right, now.wrong, now.learning, now.found) == (2, 2, 1, 1)
    assert [example.id for example in now.examples] == ["x", "y"]


def test_fraud_without_a_ring_is_flagged_rightly() -> None:
    """A file may label payments that belong to no ring: no ring is made up for them."""
    discovering = Discovering()
    discovering.sent([Truth("a", "", "")])
    discovering.found(_flagged("a"))
    now = discovering.now()
    assert (len(now.rings), now.right, now.wrong) == (0, 1, 0)


def test_few_examples_of_many_wrong_ones() -> None:
    """Of many payments flagged wrongly a few are shown, from the whole run."""
    discovering = Discovering()
    for number in range(1000):
        discovering.found(_flagged(f"p-{number}"))
    examples = [int(example.id[2:]) for example in discovering.now().examples]
    assert len(examples) == EXAMPLES
    assert max(examples) - min(examples) > 500


def test_tutorial_rule_is_held_against_the_same_truth() -> None:
    """Large payments of rings are right, others wrong; a ring counts once."""
    fraud = {name: Truth(name, "fan_in", "fan_in-1") for name in ("a", "b")} | {"c": Truth("c", "", "")}
    assert TutorialRule.of(["a", "b", "c", "x"], fraud) == TutorialRule(right=3, wrong=1, rings=1)


def _outcome(discoveries: Discoveries | None) -> Outcome:
    account = Account()
    account.note("legit", ["x"])
    figures = Figures(
        *(20.0, 1, account.counts, 0, 0.0, 0.0, (0.1, 0.2), {}, ()),
        payments=2000,
        hurry=36 * 3600.0,
        discoveries=discoveries,
    )
    return Outcome(figures, account.reconcile(["x"], []), TutorialRule(right=1, wrong=40, rings=1))


def _end_screen() -> Sequence[str]:
    return list(lines(_outcome(_discovering().now())))


@pytest.mark.parametrize(
    "text",
    [
        "rings injected: 2, found: 1",
        "1 of 1  #1 at 3 of 5",
        "0 of 1  #2 not (2 sent)",
        "event time went at 1.5 days a second: rules learn of a payment 4 hours late",
        "flagged 4 of 2,000 payments: 2 rightly, 2 wrongly (10.0 per 10,000)",
        "while the rules learned, 1 more",
        "12.00 EUR: reason of x",
        "amount >= 900 would have flagged 41: 1 rightly in 1 of 2 rings, 40 wrongly (200.0 per 10,000)",
        "sent 1 = legit 1 + fraud 0 + dead letters 0",
    ],
)
def test_end_screen_tells(text: str) -> None:
    """Rings found and missed, after how many payments, what was flagged wrongly, the tutorial's rule, the account."""
    assert any(text in line for line in _end_screen()), "\n".join(_end_screen())


def test_end_screen_without_truth_tells_the_account_only() -> None:
    """Where nobody knows what is fraud, nothing is said about it."""
    assert len(list(lines(_outcome(None)))) == 1
    assert "truth" not in as_dict(_outcome(None))


def test_document_holds_what_the_end_screen_tells() -> None:
    """The JSON has every ring, and the sums."""
    truth = as_dict(_outcome(_discovering().now()))["truth"]
    assert (truth["injected"], truth["found"], truth["flagged_wrongly"], truth["wrong_per_10000"]) == (2, 1, 2, 10.0)
    assert truth["rings"][0] == {"ring": "fan_in-1", "pattern": "fan_in", "payments": 5, "found_after": 3, "named": 4}
    assert truth["amount_at_least_900"] == {"rings_found": 1, "flagged_rightly": 1, "flagged_wrongly": 40}
