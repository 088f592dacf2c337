"""The id of a released schema in a subject: looked up, never registered."""

from typing import Any, cast

from confluent_kafka.schema_registry import RegisteredSchema, Schema, SchemaReference, SchemaRegistryClient

from schemas.errors import ContractError
from schemas.serdes.foreign import FOREIGN, is_not_held, registry_error
from schemas.serdes.pinned import PinnedSchema
from schemas.settings import TopicSettings


def look_up(
    client: SchemaRegistryClient, pinned: PinnedSchema, subject: str, topics: TopicSettings
) -> RegisteredSchema:
    """What the registry holds for the released text in `subject`.

    Args:
        client: The writing side's client.
        pinned: The release; what it refers to is looked up first.
        subject: Subject that shall hold it.
        topics: Real names of the topics, for the subjects of references.

    Raises:
        ContractError: the subject does not hold the text.
        RegistryUnreachableError: no answer.
        RegistryRefusedError: an answer that asking again does not change.
    """
    references = [
        SchemaReference(reference.record, topics.subject_of(reference.topic), cast("Any", held.version))
        for reference in pinned.references
        for held in (look_up(client, reference, topics.subject_of(reference.topic), topics),)
    ]
    held = registered(client, subject, Schema(pinned.text, "AVRO", references))
    if held is None:
        raise ContractError(
            f"Subject {subject} does not hold {pinned.record} version {pinned.version}: run `fraud-schemas register`."
        )
    return held


def registered(client: SchemaRegistryClient, subject: str, schema: Schema) -> RegisteredSchema | None:
    """What `subject` holds for exactly this schema; None where it does not hold it.

    Raises:
        RegistryUnreachableError: no answer.
        RegistryRefusedError: an answer that asking again does not change.
    """
    try:
        found: RegisteredSchema = client.lookup_schema(subject, schema, normalize_schemas=False)
    except FOREIGN as error:
        if is_not_held(error):
            return None
        raise registry_error(error, subject=subject) from error
    return found
