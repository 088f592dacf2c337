"""The pipeline in one process: broker, registry, contracts, detector, reader of the outputs."""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event
from types import TracebackType
from typing import Self

from sandbox.account import Account
from sandbox.addresses import Addresses
from sandbox.broker import EmbeddedBroker
from sandbox.detecting import Rules, detect
from sandbox.discoveries import Discovering
from sandbox.errors import SandboxError
from sandbox.latencies import Latencies
from sandbox.registry import RegistryServer
from sandbox.settings import SandboxSettings
from sandbox.watcher import Listeners, Watcher
from sandbox.worker import Worker
from schemas.environment import from_environment
from schemas.manifest import load_manifest
from schemas.registration.outcome import Outcome, exit_code
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.settings import TopicSettings

START_SECONDS = 30.0
STOP_SECONDS = 15.0


@dataclass(slots=True)
class _Parts:
    """What has been started."""

    addresses: Addresses
    outcomes: Sequence[Outcome]
    watcher: Watcher
    workers: list[Worker] = field(default_factory=list)
    http_port: int | None = None


class EmbeddedPipeline:
    """Everything but the payments, running while the context is open.

    Delivery: the detector's loop is the real one; what the embedded broker makes of it says `sandbox.limits`. At the
    end all of it is gone.

    Args:
        settings: How it is cut.
        rules: What the detector judges by.

    Raises:
        SandboxError, MessagingError, SchemasError: a part does not come up.
    """

    def __init__(self, settings: SandboxSettings, rules: Rules) -> None:
        self._settings, self._rules = settings, rules
        self._stack = ExitStack()
        self._stop_detector, self._stop_watcher = Event(), Event()
        self.topics = from_environment(TopicSettings)
        self.account = Account()
        self.latencies = Latencies()
        self.discovering = Discovering()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._parts = self._start(stack)
            self._await_detector()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def addresses(self) -> Addresses:
        """Where broker and registry listen."""
        return self._parts.addresses

    @property
    def registered(self) -> Sequence[Outcome]:
        """What was registered: topic, subject, version, id."""
        return self._parts.outcomes

    @property
    def watcher(self) -> Watcher:
        """The reader of the outputs."""
        return self._parts.watcher

    @property
    def metrics_url(self) -> str:
        """Where the detector tells its metrics."""
        return f"http://127.0.0.1:{self._parts.http_port}/metrics"

    @property
    def topic_names(self) -> Mapping[str, str]:
        """Real names of the topics by the manifest's."""
        return {contract.topic: self.topics.name_of(contract.topic) for contract in load_manifest()}

    def check(self) -> None:
        """Raises the error of a part that has ended; a part that ended without one is an error too."""
        for worker in self._parts.workers:
            if worker.error is not None:
                raise worker.error
            if not worker.running:
                raise SandboxError("The detector or the reader of the outputs has ended before the run.")

    def stop_detector(self) -> None:
        """Stops the detector after what is open is committed; the reader goes on."""
        self._stop_detector.set()
        detector = self._parts.workers[0]
        if not detector.join(STOP_SECONDS):
            raise SandboxError(f"The detector does not stop within {STOP_SECONDS:.0f} s.")
        if detector.error is not None:
            raise detector.error

    def _await_detector(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._parts.http_port is None:
            self.check()
            if time.monotonic() > deadline:
                raise SandboxError(f"The detector does not come up within {START_SECONDS:.0f} s.")
            time.sleep(0.01)

    def _start(self, stack: ExitStack) -> _Parts:
        broker = stack.enter_context(EmbeddedBroker())
        registry = stack.enter_context(RegistryServer(port=self._settings.registry_port))
        for name in self.topic_names.values():
            broker.create_topic(name, self._settings.partitions)
        addresses = Addresses(broker.bootstrap_servers, registry.url)
        outcomes = _registered(addresses, self.topics)
        listeners = Listeners(self.account, self.latencies, self.discovering.found)
        watcher = Watcher(addresses.kafka, addresses.registry, self.topics, self._settings.partitions, listeners)
        parts = _Parts(addresses, outcomes, watcher)
        for name, work in (("detector", lambda: self._detect(parts)), ("watcher", lambda: self._watch(watcher))):
            parts.workers.append(Worker(name, work))
            stack.callback(parts.workers[-1].join, STOP_SECONDS)
        stack.callback(self._stop_watcher.set)
        stack.callback(self._stop_detector.set)
        for worker in parts.workers:
            worker.start()
        return parts

    def _watch(self, watcher: Watcher) -> None:
        watcher.run(self._stop_watcher)

    def _detect(self, parts: _Parts) -> None:
        detect(
            parts.addresses,
            self.topics,
            self._rules,
            self._settings,
            stop=self._stop_detector,
            on_listening=lambda port: setattr(parts, "http_port", port),
        )


def _registered(addresses: Addresses, topics: TopicSettings) -> Sequence[Outcome]:
    with RegistryClient(addresses.registry) as client:
        outcomes = register(client, load_manifest(), topics)
    if exit_code(outcomes):
        notes = "; ".join(note for outcome in outcomes for note in outcome.notes)
        raise SandboxError(f"The contracts cannot be registered: {notes}. Try `fraud-schemas check`.")
    return outcomes
