"""Rule files read from disk, with the line of every fault."""

import re
import reprlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from detector.rules.errors import RuleFileError, RuleSetError
from detector.rules.format.faults import AT
from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.rule_set import RuleSet
from detector.rules.yaml_tree import yaml_tree

RULE_SET_FILE = "ruleset.yaml"
SHIPPED = Path(__file__).parent / "shipped"
"""Folder of the default set."""
EXAMPLES = Path(__file__).parent / "examples"
"""Folder of classical rules, off by default."""

_TOLD = {
    "extra_forbidden": "{where} is no field; accepted: {fields}",
    "literal_error": "{where} is {given}; accepted values: {expected}",
    "missing": "{where} is missing",
    "model_type": "{where} is no mapping of fields; accepted: {fields}",
    "too_long": "{where} holds {actual_length} items; accepted: at most {max_length}",
    "too_short": "{where} holds {actual_length} items; accepted: at least {min_length}",
}
"""Faults whose words are not pydantic's, by their type."""

Model = TypeVar("Model", bound=BaseModel)


def load_rule_set(folder: Path = SHIPPED) -> RuleSet:
    """The rules of a folder (`*.yaml`) under its `ruleset.yaml`; a single rule file makes a set of one.

    Raises:
        RuleFileError: a file is no rule; the message names file, line and the accepted values.
        RuleSetError: two rules share an id, or the rules do not fit into one set.
    """
    if folder.is_file():
        return RuleSet((load_rule(folder),))
    if not folder.is_dir():
        raise RuleFileError(folder, 0, "no such folder of rules; name one that holds *.yaml files")
    files = rule_files(folder)
    if not files:
        raise RuleFileError(folder, 0, "no rules in this folder; expected *.yaml files")
    settings_file = folder / RULE_SET_FILE
    settings = _load(settings_file, RuleSetFile) if settings_file.exists() else RuleSetFile()
    return RuleSet(tuple(load_rule(file) for file in files), settings)


def rule_files(folder: Path) -> list[Path]:
    """The rule files of a folder, by name; a file is a folder of one.

    Raises:
        RuleFileError: a file looks like one to be read and is not, by the way its name ends.
    """
    if folder.is_file():
        return [folder]
    for file in sorted(folder.glob("*.[yY]*")):
        if file.suffix != ".yaml" and file.suffix.lower() in (".yaml", ".yml"):
            raise RuleFileError(file, 0, f"not read by this name; rename it to {file.stem}.yaml")
    return sorted(file for file in folder.glob("*.yaml") if file.name != RULE_SET_FILE)


def find_rule(rule: str, folder: Path | None = None) -> RuleFile:
    """The rule of an id, from a folder, else from the shipped set or the examples.

    Raises:
        RuleSetError: there is none; the message lists those that there are.
    """
    known = {
        found.rule: found
        for place in ([folder] if folder else [EXAMPLES, SHIPPED])
        for found in map(load_rule, rule_files(place))
    }
    if rule not in known:
        raise RuleSetError(f"no rule {rule}; there are: {', '.join(sorted(known)) or 'none'}")
    return known[rule]


def load_rule(file: Path) -> RuleFile:
    """The rule in a file.

    Raises:
        RuleFileError: the file is no rule.
    """
    return _load(file, RuleFile)


def _load(file: Path, model: type[Model]) -> Model:
    tree = yaml_tree(file)
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        faults = [(_line(tree, _way(detail) or _named(tree, detail["msg"])), detail) for detail in error.errors()]
        line, first = min(faults, key=lambda fault: fault[0])
        raise RuleFileError(file, line, _told(first, model)) from error


def _way(detail: ErrorDetails) -> tuple[int | str, ...]:
    """Keys and positions that lead to a fault."""
    return (*detail["loc"], *detail.get("ctx", {}).get(AT, ()))


def _named(tree: Any, message: str) -> tuple[str, ...]:
    """The first field of the file that a message about the whole file names."""
    words = re.findall(r"[a-z_]+", message)
    return next(((word,) for word in words if isinstance(tree, dict) and word in tree), ())


def _line(tree: Any, path: Sequence[int | str]) -> int:
    """Line of the deepest node on `path` that the file holds."""
    line, node = 1, tree
    for step in path:
        try:
            marks, node = node.lc, node[step]
            line = (marks.key(step) if isinstance(step, str) else marks.item(step))[0] + 1
        except (AttributeError, KeyError, IndexError, TypeError):
            continue  # a step of pydantic's own, such as the member of a union
    return int(line)


def _told(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """One fault in words, with the accepted values."""
    given = detail["input"]
    words = {
        "where": ".".join(map(str, _way(detail))) or "file",
        # of a number, a list or a mapping the kind says enough, and its digits may be endless
        "given": reprlib.repr(given) if isinstance(given, str) else type(given).__name__,
        "message": detail["msg"].removeprefix("Value error, "),
        **detail.get("ctx", {}),
    }
    if detail["type"] in ("extra_forbidden", "model_type"):
        parent = detail["loc"][:-1] if detail["type"] == "extra_forbidden" else detail["loc"]
        words["fields"] = ", ".join(_fields(model, parent))
    return _TOLD.get(detail["type"], "{where}: {message}").format_map(words)


def _fields(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """Names of the fields at a place of the format."""
    schema = model.model_json_schema(by_alias=True)
    node: dict[str, Any] = schema
    for step in path:
        node = _inner(schema, node, step)
    return sorted(_resolved(schema, node).get("properties", {}))


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for option in (node, *node.get("anyOf", ()), *node.get("allOf", ())):
        if "$ref" in option:
            found: dict[str, Any] = schema["$defs"][option["$ref"].rsplit("/", 1)[-1]]
            return found
    return node


def _inner(schema: dict[str, Any], node: dict[str, Any], step: int | str) -> dict[str, Any]:
    inner = _resolved(schema, node)
    if isinstance(step, int):
        items: dict[str, Any] = inner.get("items", inner)
        return items
    found: dict[str, Any] = inner.get("properties", {}).get(step, inner)
    return found
