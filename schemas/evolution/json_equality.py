"""Equality of JSON values where Python's is too wide: `1 == 1.0 == True`, and a scale of true is none."""

from collections.abc import Callable, Mapping
from typing import Any


def is_same_json(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON, the order of properties aside: 1, 1.0 and true are three values."""
    return _is_same(one, other, _same_literal)


def is_same_value(one: Any, other: Any) -> bool:
    """Whether two values mean the same to a reader: 1 and 1.0 are one number, true is none."""
    return _is_same(one, other, _same_number)


def _is_same(one: Any, other: Any, same_scalar: Callable[[Any, Any], bool]) -> bool:
    """Compares in constant interpreter stack, as the depth of a schema has no bound."""
    stack = [(one, other)]
    while stack:
        left, right = stack.pop()
        if isinstance(left, Mapping) and isinstance(right, Mapping):
            if left.keys() != right.keys():
                return False
            stack.extend((value, right[key]) for key, value in left.items())
        elif isinstance(left, list | tuple) and isinstance(right, list | tuple):
            if len(left) != len(right):
                return False
            stack.extend(zip(left, right, strict=True))
        elif not same_scalar(left, right):
            return False
    return True


def _same_literal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return repr(one) == repr(other)  # unlike ==, tells -0.0 from 0.0 and takes NaN for itself
    return type(one) is type(other) and bool(one == other)


def _same_number(one: Any, other: Any) -> bool:
    return _same_literal(one, other) or (isinstance(one, bool) == isinstance(other, bool) and bool(one == other))
