"""Reasons of findings, as templates with words in braces."""

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

WORDS = ("value", "count", "threshold", "amount", "currency", "source", "target", "key", "window", "within")
"""Names a reason may hold in braces."""

_FORM = r"(?:[^{}]|\{\{|\}\}|\{(?:" + "|".join(WORDS) + r")\})*"
"""Text, doubled braces, and words as they are.

A width, a precision or a conversion is no part of it: values are texts by then, and a width has no bound.
"""
_PIECE = re.compile(r"\{[^{}]*\}?|\}")


def checked_reason(say: str) -> str:
    """The template itself.

    Raises:
        ValueError: braces hold something else than a word; the message quotes it.
    """
    good = re.match(_FORM, say)
    piece = _PIECE.match(say, good.end() if good else 0)
    if piece is not None:
        words = ", ".join(f"{{{word}}}" for word in WORDS)
        raise ValueError(
            f"{piece[0][:40]!r} is no word of a reason; accepted, with nothing else in the braces: {words}; "
            "{{ and }} stand for braces"
        )
    return say


Reason = Annotated[str, AfterValidator(checked_reason), WithJsonSchema({"type": "string", "pattern": f"^{_FORM}$"})]
"""A reason whose every word can be filled in."""
