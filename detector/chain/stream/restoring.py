"""Partitions taken over: state from the newest snapshot that fits, and from where the logs are replayed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from detector.chain.contracts import ChainContracts
from detector.chain.errors import ReplayTooLongError
from detector.chain.partition_work import PartitionWork
from detector.chain.settings import StateSettings
from detector.chain.snapshot_record import SavedState
from detector.chain.stream.snapshot_log import SnapshotLog
from detector.rules.rule_set import RuleSet
from detector.state.errors import SnapshotError
from detector.state.partition_state import PartitionState
from detector.state.snapshot import restore
from messaging.errors import TopicMismatchError
from messaging.partition import Partition
from messaging.settings import KafkaSettings
from schemas.settings import TopicSettings

log = structlog.get_logger()


@dataclass(slots=True)
class TakenOver:
    """Partitions that were taken over.

    Args:
        works: By number.
        saved: The snapshot that lies in the topic, by number, whether it fits or not.
        starts: Offsets from which to replay.
        until: Offsets at which the replay ends, for those that need one.
    """

    works: dict[int, PartitionWork] = field(default_factory=dict)
    saved: dict[int, SavedState] = field(default_factory=dict)
    starts: dict[Partition, int] = field(default_factory=dict)
    until: dict[Partition, int] = field(default_factory=dict)


class Restoring:
    """Brings the state of partitions back.

    Delivery: the state is that of the committed offsets, as far as the log reaches back: the newest snapshot of this
    rule set and contract, and the records behind it. Without one that fits, all that the log holds is folded in, and
    the state is cold until that covers the longest window.

    Args:
        kafka: Where the broker is.
        topics: Real names.
        group: Consumer group.
        chain: Reads snapshots.
        rules: The rule set.
        settings: Bounds.
        partitions: Partitions of the topics when this process started; payees are looked for among so many.
    """

    def __init__(  # noqa: PLR0917 parts, each named in the one call
        self,
        kafka: KafkaSettings,
        topics: TopicSettings,
        group: str,
        chain: ChainContracts,
        rules: RuleSet,
        settings: StateSettings,
        *,
        partitions: int,
    ) -> None:
        self._kafka = kafka
        self._topics = topics
        self._group = group
        self._chain = chain
        self._rules = rules
        self._settings = settings
        self._partitions = partitions
        self.inputs = (topics.transactions, topics.screened) if rules.two_stages else (topics.transactions,)

    def take_over(
        self, committed: Mapping[Partition, int | None], given_up: Mapping[int, PartitionWork] | None = None
    ) -> TakenOver:
        """Loads the state of all partitions in `committed`.

        Args:
            committed: Next offset per partition.
            given_up: State of partitions that this process had a moment ago; good where nobody went on since.

        Raises:
            TopicMismatchError: the two topics were not shared out alike, or have other partitions than at the start.
            ReplayTooLongError: more would have to be replayed than the settings allow.
            MessagingError: the broker does not answer.
        """
        taken = TakenOver()
        if not committed:
            return taken
        with SnapshotLog(self._kafka, self._topics.snapshots, self._group, self._chain) as snapshots:
            self._check_alike(committed, snapshots)
            for number in sorted({partition.number for partition in committed}):
                begins = {topic: snapshots.begin_of(Partition(topic, number)) for topic in self.inputs}
                ends = self._ends(number, committed, begins)
                work = (given_up or {}).get(number)
                if work is not None and all(work.offsets[topic] == ends[topic] for topic in self.inputs):
                    taken.works[number] = work
                else:
                    self._take(number, begins, ends, snapshots, taken)
        return taken

    def _check_alike(self, committed: Mapping[Partition, int | None], snapshots: SnapshotLog) -> None:
        counts = {topic: snapshots.partitions(topic) for topic in (*self.inputs, self._topics.snapshots)}
        numbers = {frozenset(p.number for p in committed if p.topic == topic) for topic in self.inputs}
        if len(set(counts.values())) > 1 or len(numbers) > 1:
            raise TopicMismatchError(
                f"Partitions are not shared out alike: the topics have {counts}, this member got "
                f"{sorted(map(str, committed))}. Give the topics the same number of partitions, and let all members of "
                f"the group {self._group} run the same stages."
            )
        self._check_grown(counts)

    def _check_grown(self, counts: Mapping[str, int]) -> None:
        """All topics may have grown alike, and this process would send payees to where they lived before."""
        topic = self._topics.transactions
        if counts[topic] != self._partitions:
            raise TopicMismatchError(
                f"{', '.join(counts)} have {counts[topic]} partitions each, and had {self._partitions} when this "
                "detector started, so many accounts live in another partition now. Start all detectors of the group "
                f"{self._group} again; docs/state.md says what becomes of the state.",
                topic=topic,
            )

    def _ends(
        self, number: int, committed: Mapping[Partition, int | None], begins: Mapping[str, int]
    ) -> dict[str, int]:
        """Offsets up to which the state is to be folded: the committed ones, as far as the logs still hold them."""
        known = {topic: committed[Partition(topic, number)] for topic in self.inputs}
        return {topic: max(offset or 0, begins[topic]) for topic, offset in known.items()}

    def _take(
        self,
        number: int,
        begins: Mapping[str, int],
        ends: Mapping[str, int],
        snapshots: SnapshotLog,
        taken: TakenOver,
    ) -> None:
        saved = snapshots.newest(number)
        if saved is not None:
            taken.saved[number] = saved
        work = self._restored(number, saved, begins, ends) or self._from_log(number, begins)
        self._check_length(number, work, ends)
        for topic in self.inputs:
            partition = Partition(topic, number)
            if work.offsets[topic] < ends[topic]:
                taken.starts[partition], taken.until[partition] = work.offsets[topic], ends[topic]
        taken.works[number] = work

    def _restored(
        self, number: int, saved: SavedState | None, begins: Mapping[str, int], ends: Mapping[str, int]
    ) -> PartitionWork | None:
        if saved is None:
            return None
        head = saved.head
        offsets = {self._topics.transactions: head.transactions_offset, self._topics.screened: head.screened_offset}
        why = self._unfit(saved, offsets, begins, ends)
        if why is None:
            try:
                state = restore(self._rules, saved.chunks, self._settings.limits)
            except SnapshotError as error:
                why = str(error)
            else:
                log.info("snapshot_loaded", partition=number, bytes=saved.bytes, accounts=state.accounts)
                return PartitionWork(self._rules, number, state, {t: offsets[t] for t in self.inputs}, head.span)
        log.warning("snapshot_does_not_fit", partition=number, why=why)
        return None

    def _unfit(
        self, saved: SavedState, offsets: Mapping[str, int], begins: Mapping[str, int], ends: Mapping[str, int]
    ) -> str | None:
        """Why a snapshot cannot be used; None when it can."""
        if saved.head.rule_set != self._rules.hash:
            return f"it belongs to rule set {saved.head.rule_set[:12]}, the rules are {self._rules.hash[:12]}"
        if saved.head.contract != self._chain.fingerprint:
            return "the contract between the stages has changed"
        for topic in self.inputs:
            if offsets[topic] > ends[topic]:
                return f"{topic} is committed up to {ends[topic]}, the snapshot goes on to {offsets[topic]}"
            if offsets[topic] < begins[topic]:
                return f"{topic} begins at {begins[topic]}, the snapshot ends at {offsets[topic]}: records are gone"
        return None

    def _from_log(self, number: int, begins: Mapping[str, int]) -> PartitionWork:
        log.info("state_begins_with_the_log", partition=number, offsets=dict(begins))
        return PartitionWork(self._rules, number, PartitionState(self._rules, self._settings.limits), begins)

    def _check_length(self, number: int, work: PartitionWork, ends: Mapping[str, int]) -> None:
        length = sum(ends[topic] - work.offsets[topic] for topic in self.inputs)
        if length > self._settings.replay_limit:
            raise ReplayTooLongError(
                f"Partition {number} needs {length} records replayed, and DETECTOR_REPLAY_LIMIT allows "
                f"{self._settings.replay_limit}. Raise it for this start, and lower DETECTOR_SNAPSHOT_RECORDS or "
                "DETECTOR_SNAPSHOT_MINUTES so that snapshots are nearer."
            )
