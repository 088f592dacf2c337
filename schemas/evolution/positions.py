"""Where a part of a schema stands in its text: line and column for a JSON pointer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas.evolution.errors import SchemaTextError
from schemas.evolution.model import Pointer

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_SCALAR: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')

_DEEPEST: Final = 5000
"""Levels of nesting that are read: each keeps a pointer as long as it is deep, so that memory grows with the square."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text: line and column from 1, and the half-open range of characters the value spans."""

    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PositionedText:
    """A parsed JSON text that knows where each of its values stands."""

    value: Any
    positions: Mapping[Pointer, Position]

    def locate(self, pointer: Pointer) -> Position:
        """The position of the value at `pointer`, or of the nearest value that encloses it."""
        while pointer and pointer not in self.positions:
            pointer = pointer[:-1]
        return self.positions[pointer]


def read_text(text: str) -> PositionedText:
    """Parses `text`, on a list rather than on the interpreter's stack, and keeps all positions.

    Raises:
        SchemaTextError: the text is not JSON; it carries line and column.
    """
    return _Reader(text).read()


def locate(text: str, pointer: Pointer) -> Position:
    """The position of the value at `pointer` in `text`, or of the nearest value that encloses it.

    Raises:
        SchemaTextError: the text is not JSON.
    """
    return read_text(text).locate(pointer)


class _Reader:
    """One pass over a text. `open` holds the arrays and objects not yet closed, outermost first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts: dict[Pointer, int] = {}
        self.ends: dict[Pointer, int] = {}
        self.open: list[tuple[Any, Pointer]] = []
        self.root: Any = None

    def read(self) -> PositionedText:
        self._value(())
        while self.open:
            container, pointer = self.open[-1]
            if isinstance(container, dict):
                self._member(container, pointer)
            else:
                self._item(container, pointer)
        self._skip()
        if self.at < len(self.text):
            raise self._error("nothing more was expected after the schema")
        return PositionedText(self.root, self._positions())

    def _positions(self) -> dict[Pointer, Position]:
        line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        positions = {}
        line = 0
        for pointer, start in sorted(self.starts.items(), key=lambda item: item[1]):
            while line + 1 < len(line_starts) and line_starts[line + 1] <= start:
                line += 1
            positions[pointer] = Position(line + 1, start - line_starts[line] + 1, start, self.ends[pointer])
        return positions

    def _value(self, pointer: Pointer) -> None:
        self._skip()
        self.starts[pointer] = self.at
        opening = self.text[self.at : self.at + 1]
        if opening in ("{", "["):
            if len(self.open) >= _DEEPEST:
                raise self._error(f"no more than {_DEEPEST} levels of nesting were expected")
            container: Any = {} if opening == "{" else []
            self._place(pointer, container)
            self.open.append((container, pointer))
            self.at += 1
            return
        self._place(pointer, self._string() if opening == '"' else self._scalar())
        self.ends[pointer] = self.at

    def _place(self, pointer: Pointer, value: Any) -> None:
        if not self.open:
            self.root = value
        elif isinstance(self.open[-1][0], dict):
            self.open[-1][0][pointer[-1]] = value
        else:
            self.open[-1][0].append(value)

    def _member(self, container: dict[str, Any], pointer: Pointer) -> None:
        if self._closed("}", first=not container, pointer=pointer):
            return
        self._skip()
        if self.text[self.at : self.at + 1] != '"':
            raise self._error("a property name in double quotes was expected")
        name = self._string()
        self._expect(":")
        self._value((*pointer, name))

    def _item(self, container: list[Any], pointer: Pointer) -> None:
        if not self._closed("]", first=not container, pointer=pointer):
            self._value((*pointer, len(container)))

    def _closed(self, closing: str, *, first: bool, pointer: Pointer) -> bool:
        self._skip()
        if self.text[self.at : self.at + 1] == closing:
            self.at += 1
            self.ends[pointer] = self.at
            self.open.pop()
            return True
        if not first:
            self._expect(",", f"a comma or {closing} was expected")
        return False

    def _expect(self, character: str, problem: str = "") -> None:
        self._skip()
        if self.text[self.at : self.at + 1] != character:
            raise self._error(problem or f"{character} was expected")
        self.at += 1

    def _string(self) -> str:
        match = _STRING.match(self.text, self.at)
        if match is None:
            raise self._error("a string was expected to end with a double quote, on the same line")
        self.at = match.end()
        text: str = json.loads(match[0])
        return text

    def _scalar(self) -> Any:
        match = _SCALAR.match(self.text, self.at)
        if match is None:
            found = "the end of the text" if self.at >= len(self.text) else repr(self.text[self.at : self.at + 12])
            raise self._error(f"a JSON value was expected, not {found}")
        try:
            value = json.loads(match[0])
        except ValueError as error:  # Python reads no whole number of more than 4,300 digits
            raise self._error(f"a number was expected that can be read, not one of {len(match[0])} digits") from error
        self.at = match.end()
        return value

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _error(self, problem: str) -> SchemaTextError:
        before = self.text[: self.at]
        return SchemaTextError(problem, line=before.count("\n") + 1, column=self.at - (before.rfind("\n") + 1) + 1)
