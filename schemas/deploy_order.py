"""In which order a change is deployed, told by the directions that fail. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.evolution.finding import Direction, Finding, Severity


class Order(StrEnum):
    """Who goes first."""

    EITHER = "either order"
    READERS_FIRST = "readers first"
    WRITERS_FIRST = "writers first"
    NONE = "no order is safe"


@dataclass(frozen=True, slots=True)
class DeployOrder:
    """The order in which a change is deployed.

    Args:
        sentence: The whole advice in one sentence.
        steps: One thing to do each, in order; empty where no order is safe.
        waived: Directions that fail, and that somebody waived: the order is as safe as the waiver's reason.
    """

    order: Order
    sentence: str
    steps: tuple[str, ...] = ()
    waived: tuple[Direction, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """Who writes and who reads, and what the change is called.

    Args:
        version: Number of the version deployed; None where there are only two files.
        writers: Service and the version it writes.
        readers: Service and the version it pins.
    """

    version: int | None = None
    writers: Mapping[str, int] | None = None
    readers: Mapping[str, int] | None = None

    @property
    def writing(self) -> str:
        """The services that write, as the subject of a sentence."""
        return _listed(self.writers, "the writers")

    @property
    def reading(self) -> str:
        """The services that read, as the subject of a sentence."""
        return _listed(self.readers, "the readers")

    @property
    def has_readers(self) -> bool:
        """Whether a reader is known, or none was asked for."""
        return self.readers is None or bool(self.readers)

    @property
    def what(self) -> str:
        """The version as it is deployed."""
        return "the new schema" if self.version is None else f"version {self.version}"


def deploy_order(findings: Sequence[Finding], deployment: Deployment) -> DeployOrder:
    """The order that a change asks for.

    Args:
        findings: Of `compare` or `compare_history` under a FULL level, so that both directions are judged.
    """
    failing = _directions(findings, Severity.ERROR, waived=False)
    waived = tuple(sorted(_directions(findings, Severity.ERROR, waived=True) - failing))
    match (Direction.BACKWARD in failing, Direction.FORWARD in failing):
        case (True, True):
            return _no_order(waived)
        case (False, True):
            return _readers_first(deployment, waived)
        case (True, False):
            return _writers_first(deployment, waived)
    if _only_old_readers_lose(findings):
        return _readers_first(deployment, waived, "; the other way round loses only what the warnings say")
    return DeployOrder(Order.EITHER, "either order", (f"deploy {deployment.what} in any order",), waived)


def _only_old_readers_lose(findings: Sequence[Finding]) -> bool:
    """Whether a warning is about old readers of new data alone: nothing breaks, and readers first loses nothing."""
    warned = [one for one in findings if one.severity is Severity.WARNING and one.waiver is None]
    both = {(one.rule, one.message) for one in warned if one.direction is Direction.BACKWARD}
    return any(one.direction is Direction.FORWARD and (one.rule, one.message) not in both for one in warned)


def _directions(findings: Sequence[Finding], severity: Severity, *, waived: bool) -> set[Direction]:
    return {
        finding.direction
        for finding in findings
        if finding.severity is severity and (finding.waiver is not None) is waived
    } - {Direction.NONE}


def _no_order(waived: tuple[Direction, ...]) -> DeployOrder:
    sentence = "no order is safe: use a new topic, or a new field beside the old one"
    return DeployOrder(Order.NONE, sentence, (), waived)


def _readers_first(deployment: Deployment, waived: tuple[Direction, ...], otherwise: str = "") -> DeployOrder:
    if deployment.has_readers:
        first = f"deploy {deployment.reading} with {deployment.what} and wait until no old one runs"
    else:
        first = f"move every consumer of the topic to {deployment.what}: the manifest names no reader"
    steps = (first, f"then let {deployment.writing} write {deployment.what}")
    sentence = (
        f"readers first: deploy {deployment.reading} with {deployment.what} first, then {deployment.writing}{otherwise}"
    )
    return DeployOrder(Order.READERS_FIRST, sentence, steps, waived)


def _writers_first(deployment: Deployment, waived: tuple[Direction, ...]) -> DeployOrder:
    steps = (
        f"deploy {deployment.writing} with {deployment.what}",
        "wait until the last old record has left the topic (its retention)",
        f"then deploy {deployment.reading} with {deployment.what}",
    )
    sentence = (
        f"writers first: deploy {deployment.writing} with {deployment.what}, and {deployment.reading} only after the "
        "last old record has left the topic"
    )
    return DeployOrder(Order.WRITERS_FIRST, sentence, steps, waived)


def _listed(services: Mapping[str, int] | None, otherwise: str) -> str:
    return " and ".join(sorted(services)) if services else otherwise
