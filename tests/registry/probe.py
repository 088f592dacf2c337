"""One question to a registry and what each flavour answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.registry.asking import Asking
from tests.registry.flavours import ALL, Flavour


@dataclass(frozen=True)
class Probe:
    """A question and its known answers.

    Args:
        title: The question in words, in snake case.
        ask: Puts the question and boils the answer down.
        expected: Answer by flavour; a flavour left out was not measured.
    """

    title: str
    ask: Callable[[Asking], Any]
    expected: Mapping[Flavour, Any]


def everywhere(answer: Any) -> Mapping[Flavour, Any]:
    """The same answer from all."""
    return dict.fromkeys(ALL, answer)


def per_flavour(otherwise: Any, **answers: Any) -> Mapping[Flavour, Any]:
    """Answers by short name of the flavour, `otherwise` from the rest."""
    return {flavour: answers.get(flavour.name, otherwise) for flavour in ALL}
