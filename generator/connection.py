"""The way to the topic: broker, registry, encoder and producer, made and checked before the first record."""

from collections.abc import Callable
from dataclasses import dataclass

from generator.encoding import column_encode
from generator.service import Encode
from generator.settings import GeneratorSettings
from messaging.logs import LogSettings, configure_logs
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings, TopicCreationSettings
from messaging.topics import ensure_topics
from schemas.environment import from_environment
from schemas.manifest import contract
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.pinned import PinnedSchema, pinned
from schemas.serdes.serializer import RecordSerializer
from schemas.settings import RegistrySettings, TopicSettings

SERVICE = "generator"


@dataclass(frozen=True, slots=True)
class Connection:
    """What a run needs of the outside."""

    kafka: KafkaSettings
    topic: str
    encode: Encode

    def producer(self) -> AcknowledgedProducer:
        """A producer to the broker."""
        return AcknowledgedProducer(self.kafka)


def connect(on_progress: Callable[[str], None] = lambda _: None) -> Connection:
    """Waits for the broker, creates the topic where it is missing, and looks the writer's schema up.

    Raises:
        MessagingError: broker absent, topic missing, authorization refused.
        SchemasError: settings wrong, registry absent, contract not registered.

    Delivery: may be repeated; writes nothing but a topic that is missing.
    """
    configure_logs(from_environment(LogSettings))
    kafka, topics = from_environment(KafkaSettings), from_environment(TopicSettings)
    ensure_topics(kafka, from_environment(TopicCreationSettings), [topics.transactions], on_progress=on_progress)
    with schema_registry_client(from_environment(RegistrySettings)) as client:
        serializer = RecordSerializer(client, written_payment(), topics.subject_of("transactions"))
        serializer.prepare()  # the only look-up: the registry may go away afterwards
    return Connection(kafka, topics.transactions, column_encode(serializer))


def written_payment() -> PinnedSchema:
    """The release of `fraud.Transaction` that is written: the settings', else the manifest's.

    Raises:
        ContractError: that version is not released.
    """
    asked = from_environment(GeneratorSettings).transaction_version
    return pinned("transactions", asked or contract("transactions").writers[SERVICE])
