"""One table of expectations for every registry: the sandbox's answers like Confluent 8, Apicurio like itself."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.registry.asking import Asking
from tests.registry.identity_probes import IDENTITY_PROBES, TEXT_PROBES
from tests.registry.probe import Probe
from tests.registry.rule_probes import RULE_PROBES
from tests.registry.schema_probes import SCHEMA_PROBES
from tests.registry.subject_probes import SUBJECT_PROBES

PROBES = (*SUBJECT_PROBES, *SCHEMA_PROBES, *IDENTITY_PROBES, *TEXT_PROBES, *RULE_PROBES)
THREADS = 8


@pytest.mark.parametrize("probe", [pytest.param(probe, id=probe.title) for probe in PROBES])
def test_answer_of_a_registry_of_known_flavour(registry: Asking, probe: Probe) -> None:
    """A registry answers as its flavour was measured to answer."""
    if registry.flavour not in probe.expected:
        pytest.skip(f"not measured on {registry.flavour}")
    assert probe.ask(registry) == probe.expected[registry.flavour]


def test_titles_of_probes_are_unique() -> None:
    """Every line of the tables can be named."""
    titles = [probe.title for probe in PROBES]
    assert len(titles) == len(set(titles))


def test_one_schema_registered_by_many_threads(registry: Asking) -> None:
    """Eight threads that register one schema get one version and one id."""
    for _ in range(5):
        subject, schema = registry.subject(), registry.record()
        answers = _at_once(lambda _, s=subject, t=schema: registry.register(s, t))
        assert {answer.status for answer in answers} == {200}
        assert len({answer.body["id"] for answer in answers}) == 1
        assert registry.versions(subject) == [1]


def test_different_schemas_registered_by_many_threads(registry: Asking) -> None:
    """Eight threads that register eight schemas in one subject leave eight versions with eight ids."""
    subject = registry.subject()
    registry.level(subject, "NONE")
    schemas = [registry.record() for _ in range(THREADS)]
    answers = _at_once(lambda number: registry.register(subject, schemas[number]))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["id"] for answer in answers}) == THREADS
    assert registry.versions(subject) == list(range(1, THREADS + 1))


def _at_once(ask: Any) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(ask, range(THREADS)))
