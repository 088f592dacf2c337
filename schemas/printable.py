"""Text from outside as a terminal, a build server's log and every reader of JSON and XML can take it. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, line and paragraph separators, what turns the direction of writing, halves of surrogate pairs,
and what XML does not know."""


def printable(text: str) -> str:
    r"""The text on one line, with escapes as JSON has them: `\n`, `\u001b`.

    A doc of a schema may hold any character. Printed raw, a line break makes a line of its own, which GitHub may take
    for a command; an escape sequence repaints the terminal; half a surrogate pair cannot be encoded at all.
    """
    return _UNPRINTABLE.sub(lambda match: json.dumps(match[0])[1:-1], text)


def printable_values(value: Any) -> Any:
    """A JSON document with every text in it made printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: printable_values(inner) for key, inner in value.items()}
    return [printable_values(inner) for inner in value] if isinstance(value, list | tuple) else value
