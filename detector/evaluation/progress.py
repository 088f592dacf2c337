"""Judging with a bar on a terminal."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from detector.evaluation.labelled import Labelled
from detector.evaluation.verdicts import Verdicts, verdicts_of
from detector.rules.rule_set import RuleSet


def judged_with_progress(labelled: Labelled, rules: RuleSet) -> Verdicts:
    """Verdicts on labelled payments; a bar goes to stderr while it runs, if that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("judging", total=len(labelled))
        return verdicts_of(labelled, rules, lambda done: bar.update(task, completed=done))
