"""The pages of rules, written from the rule files, and the reference of their format, from its own model."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pydantic import BaseModel

from detector.rules.format.band import Band
from detector.rules.format.case import Case, Expected, Step
from detector.rules.format.measure import Measure
from detector.rules.format.rate import Population, Rate
from detector.rules.format.rule_file import Cite, RuleFile
from detector.rules.format.rule_set_file import Evidence, RuleSetFile
from detector.rules.format.scalars import duration_text
from detector.rules.format.where import Accounts, AmountMatch, AmountRange, Match, Where
from detector.rules.loading import EXAMPLES, SHIPPED, load_rule, load_rule_set, rule_files
from detector.rules.page import page_of

HEADER = """# Rules

Written by `make docs` from the rule files and from the model that reads them. A payment collects the points of the
rules it meets; two thresholds make of the sum a verdict, and the record on the fraud topic names each contribution.
How well the shipped set does, and how it was tuned: [evaluation.md](evaluation.md). How to write a rule of your own:
[writing-rules.md](writing-rules.md).
"""

SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("A rule file", RuleFile), ("where", Where), ("where.amount", AmountRange),
    ("where.source, where.target", Accounts), ("match", Match), ("match.amount", AmountMatch), ("measure", Measure),
    ("rate", Rate), ("rate.population", Population), ("bands", Band), ("cite", Cite), ("tests", Case),
    ("tests.given", Step), ("tests.expect", Expected), ("The file ruleset.yaml", RuleSetFile), ("evidence", Evidence),
)  # fmt: skip
"""Parts of the format, in the order of the reference."""

Page = tuple[str, Callable[[], str]]


def rule_pages() -> tuple[Page, ...]:
    """Name and text of every page of rules: the index, then one per rule file."""
    files = [file for folder in (SHIPPED, EXAMPLES) for file in rule_files(folder)]
    return ("rules.md", rules_page), *((f"rules/{file.stem}.md", partial(rule_page, file)) for file in files)


def rule_page(file: Path) -> str:
    """Page of one rule."""
    shipped = file.parent == SHIPPED
    place = "Part of the shipped set." if shipped else "An example, off by default: copy its file into your own folder."
    origin = f"Written by `make docs` from `detector/rules/{file.parent.name}/{file.name}`"
    return f"{page_of(load_rule(file))}\n---\n{place} {origin}; [all rules](../rules.md).\n"


def rules_page() -> str:
    """Text of `docs/rules.md`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEADER
    settings = load_rule_set(SHIPPED).settings
    yield f"## Shipped\n\nReview from {settings.review} points, block from {settings.block}.\n"
    yield from _table(SHIPPED)
    yield "\n## Examples\n\nThe classical rules, off by default: the shipped set scores better without them.\n"
    yield from _table(EXAMPLES)
    yield "\n## Format\n\n`fraud-detector rules schema` prints the JSON Schema for editors. No expressions: each"
    yield "rule has a known bound of state, and explains itself. What the vocabulary cannot say is a rule in Python.\n"
    for title, model in SECTIONS:
        yield from _reference(title, model)


def _table(folder: Path) -> Iterator[str]:
    yield from ("| rule | key | window | points | what is seen |", "|---|---|---|---|---|")
    for rule in map(load_rule, rule_files(folder)):
        points = " / ".join(str(band.score) for band in rule.bands[1:])
        window = duration_text(rule.window) if rule.window else "-"
        yield f"| [{rule.rule}](rules/{rule.rule}.md) | {rule.key} | {window} | {points} | {rule.title} |"


def _reference(title: str, model: type[BaseModel]) -> Iterator[str]:
    yield from (f"### {title}\n", "| field | accepted | default | meaning |", "|---|---|---|---|")
    schema = model.model_json_schema(by_alias=True)
    required = schema.get("required", ())
    for name, field in schema["properties"].items():
        default = "required" if name in required else _plain(field)
        yield f"| `{name}` | {_accepted(field)} | {default} | {field.get('description', '')} |"
    yield ""


def _plain(field: dict[str, object]) -> str:
    value = field.get("default")
    if isinstance(value, int) and "24h" in _list(field.get("examples")):
        value = duration_text(value)
    return f"`{value}`" if value not in (None, "", (), [], {}) and not isinstance(value, dict) else "-"


def _accepted(field: dict[str, object]) -> str:
    """The accepted values of a field of a JSON Schema, in a few words."""
    options = field.get("anyOf")
    if isinstance(options, list):
        return " or ".join(dict.fromkeys(text for option in options if (text := _accepted(option)) != "null"))
    values = _list(field["enum"]) if "enum" in field else _list(field["const"]) if "const" in field else []
    if values:
        return ", ".join(f"`{value}`" for value in values)
    if "examples" in field:
        return "such as " + ", ".join(f"`{example}`" for example in _list(field["examples"]))
    if "$ref" in field:
        return "see " + str(field["$ref"]).rsplit("/", 1)[-1]
    kind = field.get("type", "any")
    return ", ".join(_list(kind)) if isinstance(kind, list) else str(kind)


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
