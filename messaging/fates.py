"""One function that says what becomes of a record, or of the process, after an error."""

import fastavro
import fastavro.schema
import httpx
from confluent_kafka import KafkaError, KafkaException

from messaging.errors import MessagingError
from messaging.foreign import class_of, kafka_error
from schemas.errors import SchemasError
from schemas.fate import Fate

FOREIGN: tuple[tuple[type[BaseException], Fate], ...] = (
    (httpx.TransportError, Fate.RETRY),
    (httpx.HTTPError, Fate.STOP),
    (httpx.InvalidURL, Fate.STOP),
    (httpx.StreamError, Fate.STOP),
    (httpx.CookieConflict, Fate.STOP),
    (fastavro.schema.SchemaParseException, Fate.STOP),
    (fastavro.schema.UnknownType, Fate.STOP),
    (fastavro.read.SchemaResolutionError, Fate.DEAD_LETTER),
    (fastavro.validation.ValidationError, Fate.DEAD_LETTER),
    (BufferError, Fate.RETRY),
    (EOFError, Fate.DEAD_LETTER),
    (UnicodeDecodeError, Fate.DEAD_LETTER),
)
"""Exceptions of the libraries, the most specific first. They are mapped to our own where they arise; this table is the
net under those places."""


def fate_of(error: BaseException | KafkaError) -> Fate:
    """The fate of an error: its own where it is ours, the table's where it is a library's, otherwise stop.

    An error nobody thought of stops the process: what it did is not committed, and a restart begins where it began.
    """
    if isinstance(error, KafkaException | KafkaError):
        inner = kafka_error(error)
        return MessagingError.fate if inner is None else class_of(inner).fate
    if isinstance(error, SchemasError | MessagingError):
        return error.fate
    own = getattr(error, "fate", None)
    if isinstance(own, Fate):
        return own
    return next((fate for kind, fate in FOREIGN if isinstance(error, kind)), Fate.STOP)
