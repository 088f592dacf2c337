"""A rule's page, made of its file alone."""

from collections.abc import Iterator, Sequence

from detector.rules.format.case import Case
from detector.rules.format.rule_file import RuleFile


def page_of(rule: RuleFile) -> str:
    """What a rule is, in Markdown: why, parameters with their source, bands, false positives, tests."""
    return "\n".join(_lines(rule)) + "\n"


def _lines(rule: RuleFile) -> Iterator[str]:
    yield from (f"# {rule.rule}", "", f"**{rule.title}** (version {rule.version})", "", rule.why, "")
    yield from ("## Parameters", "", "| parameter | value |", "|---|---|")
    yield from (f"| {name} | {value} |" for name, value in _parameters(rule))
    yield from ("", "## Bands", "", "| from | level | points | says |", "|---|---|---|---|")
    lowers = [band.upto for band in rule.bands[:-1]]
    for lower, band in zip(lowers, rule.bands[1:], strict=True):
        yield f"| {lower} | {band.level} | {band.score} | {band.say} |"
    yield from _list("Sources", rule.sources)
    yield from _list("False positives", rule.false_positives)
    yield from _list("Tests", [_told(case) for case in rule.tests])


def _parameters(rule: RuleFile) -> Iterator[tuple[str, str]]:
    for name, value in rule.canonical().items():
        if name in ("key", "window", "where", "match", "measure", "rate", "cite", "grace", "suppress"):
            yield from _flat(name, value)


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner, content in value.items():
            yield from _flat(f"{name}.{inner}", content)
    else:
        yield name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _list(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield from ("", f"## {title}", "")
        yield from (f"- {item}" for item in items)


def _told(case: Case) -> str:
    if not case.expect:
        return f"{case.name}: silent"
    expected = (
        "; ".join(f"{name} {value}" for name, value in e.model_dump(exclude_none=True).items()) for e in case.expect
    )
    return f"{case.name}: {', then '.join(expected)}"
