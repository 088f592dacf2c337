"""Rule files read from disk, with the line of every fault."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from detector.rules.errors import RuleFileError
from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.rule_set import RuleSet

RULE_SET_FILE = "ruleset.yaml"
SHIPPED = Path(__file__).parent / "shipped"
"""Folder of the default set."""
EXAMPLES = Path(__file__).parent / "examples"
"""Folder of classical rules, off by default."""

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
    files = sorted(file for file in folder.glob("*.yaml") if file.name != RULE_SET_FILE)
    if not files:
        raise RuleFileError(folder, 0, "no rules in this folder; expected *.yaml files")
    settings_file = folder / RULE_SET_FILE
    settings = _load(settings_file, RuleSetFile) if settings_file.exists() else RuleSetFile()
    return RuleSet(tuple(load_rule(file) for file in files), settings)


def load_rule(file: Path) -> RuleFile:
    """The rule in a file.

    Raises:
        RuleFileError: the file is no rule.
    """
    return _load(file, RuleFile)


def _load(file: Path, model: type[Model]) -> Model:
    tree = _parse(file)
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        first = min(error.errors(), key=lambda detail: _line(tree, detail["loc"]))
        raise RuleFileError(file, _line(tree, first["loc"]), _told(first, model)) from error


def _parse(file: Path) -> Any:
    try:
        return YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise RuleFileError(file, line, f"no YAML: {error.problem or error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RuleFileError(file, 0, f"cannot be read: {error}") from error


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
    where = ".".join(str(step) for step in detail["loc"]) or "file"
    if detail["type"] == "extra_forbidden":
        return f"{where} is no field; accepted: {', '.join(_fields(model, detail['loc'][:-1]))}"
    if detail["type"] == "literal_error":
        return f"{where} is {detail['input']!r}; accepted values: {detail['ctx']['expected']}"
    if detail["type"] == "missing":
        return f"{where} is missing"
    message = detail["msg"].removeprefix("Value error, ")
    return f"{where}: {message}"


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
    properties: dict[str, Any] = inner.get("properties", {})
    return properties.get(step, inner)
