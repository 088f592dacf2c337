"""`fraud-schemas rules`."""

import json
from importlib.resources import files
from typing import Annotated, Any

import typer

from schemas.checking.change import CheckedChange, check_history
from schemas.checking.objection import objections
from schemas.checking.project_rules import EVERY_RULE, ProjectRule
from schemas.checking.schema_file import SchemaFile
from schemas.commands.options import AsJson
from schemas.deploy_order import Deployment
from schemas.errors import ContractError
from schemas.evolution.comparison import compare
from schemas.evolution.rule import Rule
from schemas.reports.text import objection_lines

GROUP = typer.Typer(help="Print the rules.", invoke_without_command=True)


@GROUP.callback()
def rules(
    context: typer.Context,
    as_json: AsJson = False,
) -> None:
    """Print every rule; `rules explain ID` tells more of one.

    Example: fraud-schemas rules explain DECIMAL_SCALE_CHANGED
    """
    if context.invoked_subcommand is not None:
        return
    if as_json:
        typer.echo(json.dumps([_document(rule) for rule in EVERY_RULE], indent=2, ensure_ascii=False))
        return
    from schemas.commands.rows import print_rows

    print_rows(("rule", "severity", "what it checks"), ((rule.id, rule.severity, _short(rule)) for rule in EVERY_RULE))


@GROUP.command("explain")
def explain(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the rule, in any case.")],
    as_json: AsJson = False,
) -> None:
    """Explain one rule: what it checks, an example with what comes of it, and what to do instead.

    Example: fraud-schemas rules explain ENUM_SYMBOL_ADDED
    """
    rule = _rule(rule_id)
    change = example_of(rule.id)
    if as_json:
        from schemas.reports.json_document import change_document, json_text

        document = {**_document(rule), "example": change_document(change) if change else None}
        typer.echo(json_text(document))
        return
    typer.echo(f"{rule.id} ({rule.severity})\n\n{rule.purpose}\nInstead: {rule.instead}")
    for line in _example_lines(rule.id, change):
        typer.echo(line)


def example_of(rule_id: str) -> CheckedChange | None:
    """The packaged example of a rule, checked; None for the rules that are not about a schema's change."""
    for entry in json.loads((files("schemas") / "commands" / "rule_examples.json").read_text("utf-8")):
        if entry["rule"] == rule_id:
            return _checked(entry)
    return None


def _checked(entry: dict[str, Any]) -> CheckedChange:
    *texts, newest = (_text(schema) for schema in entry["schemas"])
    references = (SchemaFile("reference.avsc", _text(entry["reference"])),) if "reference" in entry else ()
    names = ["old.avsc"] if len(texts) == 1 else [f"{number}.avsc" for number in range(1, len(texts) + 1)]
    earlier = [SchemaFile(name, text, name) for name, text in zip(names, texts, strict=True)]
    now = SchemaFile("new.avsc", newest, "new.avsc", references)
    change = check_history("new.avsc", earlier, now, level="FULL_TRANSITIVE", deployment=Deployment())
    if entry.get("key"):
        return change.with_findings(compare(earlier[-1].load(), now.load(), key=True))
    return change


def _example_lines(rule_id: str, change: CheckedChange | None) -> list[str]:
    if change is None:
        return []
    told = [one for one in objections(change.findings) if one.gravest.rule == rule_id]
    lines = ["", "Example:"]
    for version in (*change.earlier, change.now):
        lines += ["", f"  {version.name}", *(f"    {line}" for line in version.text.splitlines())]
    for objection in told[:1]:
        lines += ["", *(f"  {line}" for line in objection_lines(change, objection) if "instead: " not in line)]
    if change.order is not None:
        lines += ["", f"  deploy: {change.order.sentence}"]
    return lines


def _text(schema: dict[str, Any]) -> str:
    """One line for each field."""
    if not isinstance(schema.get("fields"), list):
        return json.dumps(schema, ensure_ascii=False)
    head = {key: value for key, value in schema.items() if key != "fields"}
    fields = ",\n".join(f"  {json.dumps(field, ensure_ascii=False)}" for field in schema["fields"])
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "fields": [\n{fields}\n]}}'


def _rule(rule_id: str) -> Rule | ProjectRule:
    wanted = rule_id.upper().replace("-", "_")
    for rule in EVERY_RULE:
        if rule.id == wanted:
            return rule
    near = sorted({known.id for known in EVERY_RULE if wanted.split("_")[0] in known.id})[:5]
    hint = f"; near: {', '.join(near)}" if near else ""
    raise ContractError(f"There is no rule {rule_id}{hint}; `fraud-schemas rules` lists all.")


def _document(rule: Rule | ProjectRule) -> dict[str, str]:
    return {"id": rule.id, "severity": rule.severity.value, "purpose": rule.purpose, "instead": rule.instead}


def _short(rule: Rule | ProjectRule) -> str:
    return rule.purpose.removeprefix("Checks that ").rstrip(".")
