"""All rules, in the order in which they are printed."""

from typing import Final

from schemas.evolution.rule import Rule
from schemas.evolution.rules import (
    decimals,
    defaults,
    enums,
    fields,
    history,
    logical_types,
    meaning,
    names,
    numbers,
    schemas,
    types,
    unions,
)

RULES: Final[tuple[Rule, ...]] = (
    *decimals.RULES,
    *logical_types.RULES,
    *numbers.RULES,
    *unions.RULES,
    *enums.RULES,
    *fields.RULES,
    *types.RULES,
    *defaults.RULES,
    *names.RULES,
    *meaning.RULES,
    *history.RULES,
    *schemas.RULES,
)


def rule(rule_id: str) -> Rule:
    """The rule of that id.

    Raises:
        KeyError: there is none.
    """
    for candidate in RULES:
        if candidate.id == rule_id:
            return candidate
    raise KeyError(rule_id)
