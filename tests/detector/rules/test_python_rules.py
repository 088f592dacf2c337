"""Rules in Python beside rules in YAML."""

from pathlib import Path

import pytest

from detector.rules.errors import RuleSetError
from detector.rules.loading import SHIPPED, load_rule_set
from detector.stages.judging import Judging
from tests.detector.stages.histories import Payment, batch_of

FILE = """\
rule: large
version: 3
title: Large amount
why: as the tutorial
python: amount-threshold
parameters: {default: "900.00", SEK: "9000.00"}
"""


def test_a_rule_in_python_counts_in_the_score(tmp_path: Path) -> None:
    """Its findings bear the id and version of the file and the payment as evidence."""
    for file in SHIPPED.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "large.yaml").write_text(FILE)
    rules = load_rule_set(tmp_path)
    payments = [Payment("p0", "A", "B", 89_999_999, "EUR", 0), Payment("p1", "A", "B", 90_000_000, "EUR", 1)]
    judged = Judging(rules).process(batch_of(payments))
    assert judged.scores.tolist() == [2, 100]
    (finding,) = judged.findings(1)
    assert (finding.rule, finding.rule_version, finding.evidence) == ("large", 3, ("p1",))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("amount-threshold", "amount", "accepted: amount-threshold"), ('"900.00"', '"-1"', "do not fit")],
)
def test_a_rule_in_python_that_cannot_be_made_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    """A wrong name or parameter stops the start."""
    file = tmp_path / "large.yaml"
    file.write_text(FILE.replace(old, new))
    with pytest.raises(RuleSetError, match=told):
        load_rule_set(file)
