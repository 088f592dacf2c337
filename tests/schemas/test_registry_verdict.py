"""The registry's verdict beside the standard verdict, on every rule case."""

import itertools
import json
from pathlib import Path

import pytest

from schemas.checking.registered_history import standard_verdict
from schemas.checking.schema_file import SchemaFile
from schemas.errors import RegistryRefusedError
from schemas.evolution import lint
from schemas.registry.registered import SchemaText

CASES = Path(__file__).parent / "evolution" / "cases"
PAIRS = sorted(path.parent for path in CASES.glob("*/*/old.avsc"))
LEVELS = ("BACKWARD", "FORWARD")
NUMBERS = itertools.count(1)

DISAGREEMENTS: dict[tuple[str, str], str] = {}
"""(registry, case): why its verdict is another one than Avro's rules give."""


def name_of(folder: Path) -> str:
    """Rule and case."""
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", PAIRS, ids=name_of)
def test_registry_and_standard_verdict_agree(folder, direct, registry_url, request):
    """What the registry accepts and refuses is what Avro's resolution rules say, but for the listed cases."""
    if list(folder.glob("*.reference*.avsc")):
        pytest.skip("a registry wants the references registered; the round trips do that")
    old, new = ((folder / f"{name}.avsc").read_text() for name in ("old", "new"))
    registry = request.node.callspec.params["registry_url"]
    for level in LEVELS:
        subject = f"verdict-{next(NUMBERS)}-value"
        direct.set_level(subject, level)
        try:
            direct.register(subject, SchemaText(old))
            verdict = direct.check(subject, SchemaText(new))
        except RegistryRefusedError:
            verdict = None
        ours = standard_verdict([SchemaFile("old", old)], SchemaFile("new", new), level)
        if verdict is None or any("Invalid schema" in reason for reason in verdict.reasons):
            invalid = [f for text in (old, new) for f in lint(json.loads(text)) if f.rule in INVALID]
            assert invalid, f"{level}: refused as invalid, and nothing is said of it here"
            continue
        key = (registry, name_of(folder))
        assert (verdict.compatible != ours) is (key in DISAGREEMENTS), (level, verdict, ours)


INVALID = {"SCHEMA_INVALID", "SCHEMA_PARSERS_DISAGREE", "NAME_DEFINED_TWICE", "DEFAULT_INVALID", "ALIAS_INVALID"}
