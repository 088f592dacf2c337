"""`fraud-detector rules`: list, show, schema, test."""

from pathlib import Path
from typing import Annotated

import typer

rules = typer.Typer(help="Look at rules, and run the tests that stand in their files.", no_args_is_help=True)

FOLDER = typer.Option("--rules", help="Folder of rules, or one rule file; absent: the shipped set.", envvar="RULES")
AS_JSON = typer.Option("--json", help="Print for machines.")


@rules.command("list")
def list_rules(folder: Annotated[Path | None, FOLDER] = None, as_json: Annotated[bool, AS_JSON] = False) -> None:
    """List the rules of a set with their points.

    Example: fraud-detector rules list --rules my-rules
    """
    from detector.rules.listing import listed_as_json, listed_as_text
    from detector.rules.loading import SHIPPED, load_rule_set

    rule_set = load_rule_set(folder or SHIPPED)
    typer.echo(listed_as_json(rule_set) if as_json else listed_as_text(rule_set))


@rules.command()
def show(
    rule: Annotated[str, typer.Argument(help="Id of the rule, as `list` prints it.")],
    folder: Annotated[Path | None, FOLDER] = None,
) -> None:
    """Print what a rule is, why it is there, and where its numbers come from.

    Example: fraud-detector rules show new-payers-in-a-day
    """
    from detector.rules.loading import find_rule
    from detector.rules.page import page_of

    typer.echo(page_of(find_rule(rule, folder)))


@rules.command()
def schema(rule_set: Annotated[bool, typer.Option("--rule-set", help="The schema of ruleset.yaml.")] = False) -> None:
    """Print the JSON Schema of rule files, for editors.

    Example: fraud-detector rules schema > rule.schema.json
    """
    import json

    from detector.rules.json_schema import rule_schema, rule_set_schema

    typer.echo(json.dumps(rule_set_schema() if rule_set else rule_schema(), indent=2))


@rules.command("test")
def run_tests(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of rules, or one rule file; absent: all shipped.")
    ] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Run the tests that stand in rule files; exit 1 when one fails.

    Example: fraud-detector rules test my-rules/fan-in.yaml
    """
    from detector.rules.testing import run_all, told_as_json, told_as_text

    outcomes = run_all(folder)
    typer.echo(told_as_json(outcomes) if as_json else told_as_text(outcomes))
    if not all(outcome.passed for outcome in outcomes):
        raise typer.Exit(1)
