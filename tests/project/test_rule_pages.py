"""Pages of rules."""

import re
from pathlib import Path

from detector.rules.loading import load_rule
from detector.rules.testing import run_tests
from docs.rules import rule_pages

DOCS = Path("docs")


def test_no_page_of_a_rule_that_is_gone_stays() -> None:
    """`make docs` writes pages and removes none."""
    pages = {f"rules/{page.name}" for page in (DOCS / "rules").glob("*.md")}
    assert pages == {name for name, _ in rule_pages()} - {"rules.md"}


def test_every_page_tells_what_a_rule_is_made_of() -> None:
    """Why, parameters, where they come from, false positives and tests."""
    pages = {name: page() for name, page in rule_pages() if name.startswith("rules/")}
    assert pages
    for name, text in pages.items():
        for heading in ("## Parameters", "## Sources", "## False positives", "## Tests"):
            assert heading in text, (name, heading)


def test_the_example_of_the_guide_is_a_rule_that_passes_its_tests(tmp_path: Path) -> None:
    """What the guide shows can be copied."""
    guide = (DOCS / "writing-rules.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    file = tmp_path / "many-senders-one-amount.yaml"
    file.write_text(example, "utf-8")
    outcomes = list(run_tests(load_rule(file)))
    assert len(outcomes) == 2
    assert all(outcome.passed for outcome in outcomes)
