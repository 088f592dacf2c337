"""JSON that was a schema once: no check raises, none runs for ever."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.evolution import compare, compare_history, incompatibilities, lint
from schemas.evolution.validity import problems
from tests.schemas.evolution.changes import FURTHER, MEASURED

JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**70, 1.5, "", "null", "int", "Txn", "fraud.v1.Txn", "..", "a.", "é", [], {}, [[]], [1, 2]),
    *(["int", ["int"]], {"type": None}, {"type": []}, {"type": {"type": "int"}}, {"logicalType": {}}),
    {"type": "record", "name": 3, "fields": {}},
    {"type": "fixed", "name": "Q", "size": "x"},
    {"type": "enum", "name": "Z", "symbols": "abc"},
    {"type": "bytes", "logicalType": ["decimal"], "precision": "x"},
)
KEYS = (
    *("default", "aliases", "type", "fields", "symbols", "name", "namespace", "size"),
    *("logicalType", "precision", "scale", "doc", "items", "order"),
)


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list) and value:
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _containers(inner)


def _mangled(chance: random.Random, schema: Any) -> Any:
    result = copy.deepcopy(schema)
    for _ in range(chance.randint(1, 3)):
        container = chance.choice(list(_containers(result)) or [{}])
        places = list(container) if isinstance(container, dict) else list(range(len(container)))
        if not places:
            continue
        if isinstance(container, dict) and chance.random() < 0.3:
            container[chance.choice(KEYS)] = copy.deepcopy(chance.choice(JUNK))
        elif chance.random() < 0.3:
            del container[chance.choice(places)]
        else:
            container[chance.choice(places)] = copy.deepcopy(chance.choice(JUNK))
    return result


def _check(chance: random.Random) -> None:
    change = chance.choice((*MEASURED, *FURTHER))
    old, new = _mangled(chance, change.old), _mangled(chance, change.new)
    compare(old, json.dumps(new))
    compare_history([old, new], old)
    lint(new)
    incompatibilities(old, new)
    problems(new)


@pytest.mark.parametrize("seed", range(20))
def test_checks_mangled_schemas(seed: int) -> None:
    """Every check has an answer to any JSON."""
    chance = random.Random(seed)
    for _ in range(15):
        _check(chance)


@pytest.mark.campaign
def test_checks_many_mangled_schemas() -> None:
    """Every check has an answer to 5,000 pairs of mangled schemas."""
    chance = random.Random(4)
    for _ in range(5000):
        _check(chance)


def test_lint_default_of_an_empty_union() -> None:
    """A default of a union without branches is judged, and the judging ends."""
    schema = {"type": "record", "name": "R", "fields": [{"name": "x", "type": [], "default": 1}]}
    assert "DEFAULT_INVALID" in {finding.rule for finding in lint(schema)}
