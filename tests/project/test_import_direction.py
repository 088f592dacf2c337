"""Who may import whom, read from the sources: an arrow that turns around fails here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.tree import PACKAGES, imported, module_name, python_files

LAYERS = {
    "schemas": {"schemas"},
    "messaging": {"schemas", "messaging"},
    "generator": {"schemas", "messaging", "generator"},
    "detector": {"schemas", "detector"},
    "sandbox": set(PACKAGES),
}
"""What each package may import of the project."""

EDGES: dict[str, set[str]] = {
    "detector.app": {"messaging"},
    "detector.service": {"messaging"},
    "detector.serving": {"messaging"},
    "detector.chain.stream": {"messaging"},
    "detector.verdict_outputs": {"messaging"},
    # from payments back to records
    "detector.origins": {"messaging"},
    # asks the registry at start which ids the contracts have
    "detector.contracts": set(),
    "detector.cli": {"messaging"},
    "detector.commands": {"messaging"},
    # looking into topics is a command's work, not the detector's
    "detector.showing": {"messaging"},
    "detector.dead_letters": {"messaging"},
    "detector.dead_letter_report": {"messaging"},
    # telling people of findings is a service of its own, with a consumer of its own
    "detector.alerts.app": {"messaging"},
    "detector.alerts.letters": {"messaging"},
    "detector.alerts.metrics": {"messaging"},
    "detector.alerts.past": {"messaging"},
    "detector.alerts.start": {"messaging"},
    "detector.alerts.teller": {"messaging"},
}
"""Modules, and packages with all below them, that may import more than the rest of their package."""

PURE = (
    "schemas.evolution",
    "schemas.registration.plan",
    "schemas.registration.planning",
    "detector.batch",
    "detector.finding",
    "detector.rules",
    "detector.rule_set",
    "detector.state",
    "detector.windows",
    "detector.verdict",
    "generator.population",
    "generator.transactions",
)
"""Modules, and packages with all below them, that get time and randomness as arguments and reach nothing outside."""

OUTSIDE = {
    "confluent_kafka", "httpx", "requests", "urllib", "socket", "starlette", "uvicorn", "prometheus_client",
    "typer", "click", "rich", "structlog", "logging", "subprocess", "threading", "time",
}  # fmt: skip
"""What a pure module imports neither itself nor through another module of the project."""

MODULES = {module_name(path): path for path in python_files(*PACKAGES)}


def allowed(module: str) -> set[str]:
    """Packages of the project that a module may import."""
    package = module.partition(".")[0]
    return LAYERS[package].union(*(more for edge, more in EDGES.items() if below(module, edge)))


def below(module: str, root: str) -> bool:
    """Whether a module is `root` or inside it."""
    return module == root or module.startswith(f"{root}.")


def project_modules(path: Path) -> Iterator[str]:
    """Modules of the project that importing this file runs, the packages around them included."""
    for _, name in imported(path):
        parts = name.split(".")
        yield from (prefix for size in range(1, len(parts) + 1) if (prefix := ".".join(parts[:size])) in MODULES)


def ways_outside(module: str) -> Iterator[str]:
    """Chains of imports from a module to something of the outside."""
    waiting, seen = [(module,)], {module}
    while waiting:
        chain = waiting.pop()
        path = MODULES[chain[-1]]
        for line, name in imported(path):
            if name.partition(".")[0] in OUTSIDE:
                yield f"{' -> '.join(chain)} -> {name} ({path}:{line})"
        for further in project_modules(path):
            if further not in seen:
                seen.add(further)
                waiting.append((*chain, further))


@pytest.mark.parametrize("package", PACKAGES)
def test_package_imports_only_what_lies_below_it(package: str) -> None:
    """schemas <- messaging <- generator and the detector's edge <- sandbox, and no arrow the other way."""
    wrong = [
        f"{path}:{line} imports {name}"
        for module, path in MODULES.items()
        if below(module, package)
        for line, name in imported(path)
        if (target := name.partition(".")[0]) in PACKAGES and target not in allowed(module)
    ]
    assert not wrong, "\n".join(wrong)


def test_detector_knows_kafka_only_at_its_edge() -> None:
    """Rules, windows and verdicts run without a broker."""
    wrong = [
        f"{path}:{line} imports {name}"
        for module, path in MODULES.items()
        if below(module, "detector") and not any(below(module, edge) for edge in EDGES)
        for line, name in imported(path)
        if name.partition(".")[0] == "confluent_kafka"
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("root", PURE)
def test_pure_module_reaches_nothing_outside(root: str) -> None:
    """What is pure imports no Kafka, no HTTP, no command line and no clock, not even through a neighbour."""
    modules = [module for module in MODULES if below(module, root)]
    assert modules, f"{root} is gone; take it from the list"
    ways = [way for module in modules for way in ways_outside(module)]
    assert not ways, "\n".join(sorted(ways, key=len)[:20])


@pytest.mark.parametrize("edge", EDGES)
def test_edge_module_exists(edge: str) -> None:
    """An exception that nobody needs any more is taken back."""
    assert any(below(module, edge) for module in MODULES), f"{edge} is gone; take it from the list"
