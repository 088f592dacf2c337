"""Which findings belong to one episode."""

from collections.abc import Sequence
from typing import Any

import pytest

from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.rule_set import RuleSet
from detector.stages.judging import Judging
from tests.detector.stages.histories import HOUR, START, Payment, batch_of


def rules(key: str, **more: Any) -> RuleSet:
    """One rule that tells of two payments and more in a day."""
    fields = {
        "rule": "often",
        "version": 1,
        "title": "Often",
        "why": "for the test",
        "key": key,
        "window": "1d",
        "measure": {"count": "payments"},
        "bands": [{"upto": 2}, {"score": 1}],
        **more,
    }
    return RuleSet((RuleFile.model_validate(fields),), RuleSetFile())


def episodes(rule_set: RuleSet, links: Sequence[str], hours: Sequence[float] = ()) -> list[str]:
    """The episode of each payment's finding, empty without one; a payment an hour unless `hours` says when."""
    payments = [
        Payment(f"p{at}", link[0], link[1], 1_000_000, "EUR", START + round((hours[at] if hours else at) * HOUR))
        for at, link in enumerate(links)
    ]
    judged = Judging(rule_set).process(batch_of(payments))
    return [next((found.episode for found in judged.findings(row)), "") for row in range(len(payments))]


@pytest.mark.parametrize("key", ["source", "target", "pair"])
def test_later_hits_belong_to_the_open_episode_until_the_window_is_clear(key: str) -> None:
    """Hits less than a window apart are one episode; after a window without one, another begins."""
    first, *rest = episodes(rules(key), ["AB"] * 6, [0, 1, 24, 25, 50, 51])[1:]
    assert first
    assert rest == [first, first, "", rest[-1]]
    assert rest[-1] not in {"", first}


def test_pairs_of_one_account_have_episodes_of_their_own() -> None:
    """A pair that is told keeps its episode while another pair of the same payer is told beside it."""
    told = episodes(rules("pair"), ["AB", "AB", "AC", "AC", "AB", "AC", "AB"])
    of_b, of_c = told[1], told[3]
    assert told == ["", of_b, "", of_c, of_b, of_c, of_b]
    assert of_b != of_c


def test_pairs_beyond_what_an_account_remembers_are_told_apart() -> None:
    """Of dozens of pairs that are told at once none takes over the episode of another."""
    links = [f"A{chr(ord('a') + pair)}" for pair in range(26) for _ in range(2)]
    told = [episode for episode in episodes(rules("pair"), links, [0.01 * at for at in range(len(links))]) if episode]
    assert len(told) == len(set(told)) == 26


@pytest.mark.parametrize(("behind", "counted"), [(5.9, True), (6.1, False)])
def test_payee_rule_waits_also_where_the_payer_is_late(behind: float, counted: bool) -> None:
    """What the payer sends out of order counts for the payee as long as the payee's rule waits."""
    told = episodes(rules("target", grace="6h"), ["AB", "AB"], [behind, 0])
    assert bool(told[1]) == counted
