"""YAML files as trees that know their lines."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent, ScalarEvent
from ruamel.yaml.reader import ReaderError

from detector.rules.errors import RuleFileError

_UNREADABLE = (YAMLError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What the parser lets through of scalars that look like a number or a date, and are none."""

MOST_LEVELS = 10
"""Nothing in the format lies deeper; named only where a file is too deep to be read at all."""


def yaml_tree(file: Path) -> Any:
    """What a YAML file holds: mappings and lists with marks of their lines; nothing is an empty mapping.

    Raises:
        RuleFileError: the file cannot be read, or is no YAML.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleFileError(file, 0, f"cannot be read: {error}") from error
    tree = _parsed(file, text)
    return {} if tree is None else tree


def _parsed(file: Path, text: str) -> Any:
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise RuleFileError(file, line, f"no YAML: {error.problem or error}") from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RuleFileError(file, line, f"no YAML: U+{error.character:04X} is no character of a text") from error
    except RecursionError as error:
        line = _line_of_level(text, MOST_LEVELS)
        raise RuleFileError(file, line, f"nested too deeply; accepted: at most {MOST_LEVELS} levels") from error
    except _UNREADABLE as error:
        raise RuleFileError(file, _line_of_scalar(text), f"no YAML: {' '.join(str(error).split())}") from error


def _line_of_level(text: str, level: int) -> int:
    """Line in which the nesting goes beyond a level; 0 where it does not."""
    depth = 0
    for event in YAML(typ="rt").parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > level:
            return int(event.start_mark.line) + 1
    return 0


def _line_of_scalar(text: str) -> int:
    """Line of the first plain scalar that cannot be read by itself; 0 where it is none of these."""
    for event in YAML(typ="rt").parse(text):
        if isinstance(event, ScalarEvent) and not event.style:
            try:
                YAML(typ="rt").load(event.value)
            except _UNREADABLE:
                return int(event.start_mark.line) + 1
    return 0
