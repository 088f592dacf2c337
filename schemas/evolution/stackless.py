"""Runs mutually recursive generators on a list, so that the depth of a schema never meets the interpreter's limit."""

from collections.abc import Generator
from typing import Any, TypeVar

Result = TypeVar("Result")
Steps = Generator["Steps[Any]", Any, Result]
"""A function that yields the calls it would make and gets back what they return."""


def run(call: Steps[Result]) -> Result:
    """The result of `call`, in constant interpreter stack."""
    stack: list[Steps[Any]] = [call]
    value: Any = None
    while stack:
        try:
            callee = stack[-1].send(value)
        except StopIteration as finished:
            stack.pop()
            value = finished.value
        else:
            stack.append(callee)
            value = None
    result: Result = value
    return result
