"""What the embedded broker and the in-process registry do not do; every entry is held true by a test."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that the real one does and the stand-in does not.

    Args:
        part: The stand-in.
        id: Name of the limit.
        real: What the real one does.
        sandbox: What happens here.
        consequence: What that means for whoever relies on the sandbox.
    """

    part: Literal["broker", "registry"]
    id: str
    real: str
    sandbox: str
    consequence: str


LIMITS: tuple[Limit, ...] = (
    Limit(
        "broker",
        "transaction_offsets",
        "keeps the offsets of a committed transaction",
        "forgets them; offsets of plain commits are kept",
        "a detector that restarts or is given partitions again begins at the first record",
    ),
    Limit(
        "broker",
        "aborted_records",
        "hides aborted records from read_committed readers",
        "shows them",
        "exactly-once is proven on a real broker only",
    ),
    Limit(
        "broker",
        "open_records",
        "hides records of an open transaction from read_committed readers",
        "shows them at once",
        "a reader may see a record before its transaction is committed",
    ),
    Limit(
        "broker",
        "fencing",
        "fences the older of two producers with one transactional id",
        "lets both write",
        "two detectors with one id both go on",
    ),
    Limit(
        "broker",
        "topic_creation",
        "creates topics on request",
        "answers no CreateTopics; EmbeddedBroker.create_topic does it",
        "`fraud-detector` and `fraud-generator` need topics that are there",
    ),
    Limit(
        "broker",
        "missing_topic",
        "answers that a topic is not there (with auto.create.topics.enable=false)",
        "makes it, with four partitions",
        "a misspelt topic name goes unnoticed",
    ),
    Limit(
        "broker",
        "topic_settings",
        "tells a topic's settings",
        "answers no DescribeConfigs",
        "a replay cannot check the retention before it sends",
    ),
    Limit(
        "broker",
        "fetch_waiting",
        "answers a waiting fetch as soon as a record comes",
        "answers it when fetch.wait.max.ms (500) is over",
        "records come half a second late unless a consumer sets fetch.wait.max.ms lower",
    ),
    Limit(
        "broker",
        "partition_size",
        "keeps records for the retention time",
        "keeps 5 MB per partition and drops the oldest beyond, read or not",
        "readers must keep up: `fraud-sandbox run` reads while it writes",
    ),
    Limit(
        "broker",
        "future_timestamps",
        "refuses a timestamp more than an hour ahead of its clock",
        "takes every timestamp",
        "event times that a real broker refuses pass here",
    ),
    Limit(
        "broker",
        "record_size",
        "refuses a batch larger than message.max.bytes (1 MB)",
        "takes what the client sends",
        "a record that is too large for a real broker passes here",
    ),
    Limit(
        "registry",
        "other_schema_types",
        "takes JSON Schema and Protobuf as well",
        "takes Avro only (422/42201)",
        "subjects of other teams cannot be tried here",
    ),
    Limit(
        "registry",
        "contexts",
        "keeps ids and subjects of `:.context:subject` apart",
        "takes the context as part of the subject's name",
        "links between registries cannot be tried here",
    ),
    Limit(
        "registry",
        "alias",
        "answers for a subject by the alias in its settings",
        "keeps the alias and does not follow it",
        "look-ups under an alias end in 404/40401",
    ),
    Limit(
        "registry",
        "associations",
        "associates topics with subjects",
        "has none and takes none",
        "Confluent's ASSOCIATED strategy always falls back to the topic's name",
    ),
    Limit(
        "registry",
        "inlined_references",
        "knows a schema whose references were written out as the same",
        "takes it for another schema",
        "a look-up with the references written out ends in 404/40403",
    ),
    Limit(
        "registry",
        "authentication",
        "can ask for a user, a token or a certificate",
        "lets everybody in, and takes no TLS",
        "only loopback addresses are listened on",
    ),
    Limit(
        "registry",
        "storage",
        "keeps everything in a Kafka topic",
        "keeps everything in memory, over stop and start, not over the end of the process",
        "every run begins with an empty registry",
    ),
)
"""In the order in which they are printed."""
