"""The detector of the sandbox: the real one, with the rules of the shipped set, of a folder, or the threshold alone."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from detector.app import run_detector
from detector.chain.contracts import ChainContracts
from detector.chain.settings import StateSettings
from detector.chain.stream.run import run_chain
from detector.contracts import Contracts
from detector.rules.rule_set import RuleSet
from detector.service import SHIPPED_SET, THRESHOLD, stateful_rules, threshold_rules
from detector.serving import RunSettings
from detector.settings import DetectorSettings
from detector.stages.warming import compile_kernels
from messaging.settings import LoopSettings
from sandbox.addresses import Addresses
from sandbox.settings import SandboxSettings
from sandbox.worker import Worker
from schemas.environment import from_environment
from schemas.settings import TopicSettings

GROUP = "sandbox-detector"

PROMPT = {"commit_interval": 0.05, "batch_wait": 0.02, "session_timeout": 300.0, "transaction_timeout": 300.0}
"""Settings of the loop, unless the environment has others. Event time goes at a day or more a second, and a payment is
judged by what came before as far as that has gone through both stages: a delay of 0.4 s would be half a day.

Session and transaction outlast a machine that is suspended for some minutes: the broker wakes as late as the detector
and would take it for dead, and a record that waited to be sent would be too old. It keeps no offsets of transactions
and hides nothing that was aborted: what the detector then does once more, readers find twice."""

PATIENCE = 1.5
"""Seconds after which compiling is worth a line: from numba's cache it takes less."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the detector judges by.

    Args:
        name: For people.
        rules: Rules with memory; None: the amount threshold alone.
    """

    name: str
    rules: RuleSet | None

    @classmethod
    def named(cls, name: str | None) -> "Rules":
        """The rules of an option, else of the environment, else the shipped set.

        Args:
            name: Folder of rules, `shipped` or `threshold`.

        Raises:
            RuleFileError, RuleSetError: no rules are there, or they are none.
        """
        settings = from_environment(StateSettings)
        chosen = name or (settings.rules if "rules" in settings.model_fields_set else SHIPPED_SET)
        if chosen == THRESHOLD:
            return cls("amount threshold", None)
        rules = stateful_rules(chosen)
        return cls(f"{'shipped set' if chosen == SHIPPED_SET else chosen}, {len(rules.rules)} rules", rules)

    def compile(self, on_wait: Callable[[float], None]) -> None:
        """Makes the rules ready to judge.

        Args:
            on_wait: Called about twice a second with the seconds so far, once it takes longer than a moment.
        """
        rules = self.rules
        if rules is None:
            return
        worker = Worker("compiler", lambda: compile_kernels(rules))
        worker.start()
        waited = PATIENCE
        if not worker.join(PATIENCE):
            on_wait(waited)
            while not worker.join(0.5):
                waited += 0.5
                on_wait(waited)
        if worker.error is not None:
            raise worker.error


def detect(
    addresses: Addresses,
    topics: TopicSettings,
    rules: Rules,
    settings: SandboxSettings,
    *,
    stop: Event,
    on_listening: Callable[[int], None],
) -> None:
    """Runs the detector until `stop` is set.

    Raises:
        DetectorError, MessagingError, SchemasError: what ends it.
    """
    detector = from_environment(DetectorSettings).model_copy(
        update={"group": GROUP, "http_host": "127.0.0.1", "http_port": settings.http_port}
    )
    run = RunSettings(detector, addresses.kafka, prompt(from_environment(LoopSettings)), topics)
    with Contracts.resolve(addresses.registry, topics) as contracts:
        if rules.rules is None:
            run_detector(run, contracts, threshold_rules(detector), stop=stop, on_listening=on_listening)
            return
        with ChainContracts.resolve(addresses.registry, topics) as chain:
            state = from_environment(StateSettings)
            run_chain(
                run,
                state,
                contracts,
                chain,
                rules.rules,
                partitions=settings.partitions,
                stop=stop,
                on_listening=on_listening,
            )


def prompt(loop: LoopSettings) -> LoopSettings:
    """Settings of the loop as in `PROMPT` where the environment does not have others."""
    return loop.model_copy(update={name: value for name, value in PROMPT.items() if name not in loop.model_fields_set})
