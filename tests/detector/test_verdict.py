"""From findings to verdicts."""

from detector.finding import Finding
from detector.level import Level
from detector.verdict import judge


def finding(row: int, level: Level, score: int, rule: str = "rule") -> Finding:
    """A finding on a row."""
    return Finding(row=row, rule=rule, rule_version=1, level=level, score=score, reason="because")


def test_gravest_level_and_sum_of_points() -> None:
    """A payment has the gravest level of its findings, the sum of their points, and all of them in order."""
    first, second = finding(3, Level.REVIEW, 40, "a"), finding(3, Level.BLOCK, 70, "b")
    verdict = judge([first, second])[3]
    assert (verdict.level, verdict.score, list(verdict.findings)) == (Level.BLOCK, 110, [first, second])


def test_rows_rise_whatever_the_order_of_the_rules() -> None:
    """Verdicts come in the order of rows, and rows without findings have none."""
    assert list(judge([finding(5, Level.BLOCK, 1), finding(2, Level.BLOCK, 1)])) == [2, 5]
