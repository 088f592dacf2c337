"""The stateless detector as the loop's processor: decode, judge, send."""

from collections.abc import Callable, Sequence
from threading import Event

from detector.contracts import Contracts
from detector.origins import dead_records, envelopes_of
from detector.reading.payment_reader import PaymentReader
from detector.received import Failures, Received, payments_of
from detector.rule_set import RuleSet
from detector.serving import RunSettings, run_loop
from detector.verdict import judge
from detector.verdict_outputs import VerdictOutputs, decidable
from messaging.errors import RecordRefusedError
from messaging.loop import Hold, InputBatch, Outputs, StatelessHooks
from messaging.loop.record import Record
from messaging.metrics import loop_metrics


class TransactionSorting(StatelessHooks):
    """Sorts payments into legit, fraud and dead letters, by rules that remember nothing.

    Delivery: every input record gives exactly one output record, in the transaction that commits its offset.

    Args:
        reader: Of the version of `fraud.Transaction` that this service pins.
        rules: What is suspicious.
        verdicts: Where verdicts go.
    """

    def __init__(self, reader: PaymentReader, rules: RuleSet, verdicts: VerdictOutputs) -> None:
        self._reader = reader
        self._rules = rules
        self._verdicts = verdicts

    def process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        """Sends one record to one output for each record of the batch, up to the first that must wait."""
        batch, received, holds = decidable(batch, self._read)
        if batch:
            verdicts = judge(self._rules.evaluate(received.decoded.batch))
            self._verdicts.send(received, envelopes_of(received, batch.messages), verdicts, outputs)
            for record, error in dead_records(received, batch.messages):
                self._verdicts.bury(record, error, "decode", outputs)
        return holds

    def _read(self, values: Sequence[bytes | None]) -> tuple[Received, Failures]:
        received = payments_of(self._reader, values)
        return received, [*received.waiting, *self._verdicts.undecided(received)]

    def refuse(self, record: Record, error: Exception, attempt: int, outputs: Outputs) -> None:
        """Buries a record that makes its transaction fail: whole first, then without its value."""
        stage = "produce" if isinstance(error, RecordRefusedError) else "process"
        self._verdicts.bury(record, error, stage, outputs, whole=attempt == 1)


def run_detector(
    settings: RunSettings,
    contracts: Contracts,
    rules: RuleSet,
    *,
    stop: Event,
    on_listening: Callable[[int], None] = lambda _: None,
) -> None:
    """Runs one detector until `stop` is set; topics exist and contracts are resolved when it is called.

    Args:
        settings: Kafka, loop, topics, group.
        contracts: Payments in, verdicts out.
        rules: The rule set.
        stop: Ends the loop after the batch it is in; what is open is committed.
        on_listening: Told the port of the health server, where there is one.

    Raises:
        MessagingError: an error that ends the process.

    Delivery: see `messaging.loop.ExactlyOnceLoop`.
    """
    metrics = loop_metrics()
    verdicts = VerdictOutputs(contracts, settings.topics, rules.hash, metrics.registry)
    processor = TransactionSorting(contracts.reader, rules, verdicts)
    run_loop(settings, (settings.topics.transactions,), processor, metrics, stop=stop, on_listening=on_listening)
