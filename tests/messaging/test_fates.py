"""Every foreign error has a fate that somebody chose."""

import fastavro
import httpx
import pytest
from confluent_kafka import KafkaError, KafkaException

from messaging import errors
from messaging.errors import (
    KafkaRefusedError,
    KafkaUnreachableError,
    MessagingError,
    RecordRefusedError,
    TransactionAbortedError,
    TransactionLostError,
)
from messaging.fates import FOREIGN, fate_of
from messaging.foreign import CLASS_OF_CODE, class_of, translated
from schemas.errors import DecodeError, RegistryUnreachableError
from schemas.fate import Fate

CODES = sorted(
    name
    for name in dir(KafkaError)
    if isinstance(getattr(KafkaError, name), int) and name.lstrip("_")[:1].isupper() and name.upper() == name
)


def test_every_code_of_the_client_is_in_the_table() -> None:
    """Each code that librdkafka knows has a class that somebody chose; a newer library's codes show in this test."""
    assert sorted(CLASS_OF_CODE) == CODES


@pytest.mark.parametrize(
    "library",
    [httpx, fastavro.schema, fastavro.validation, fastavro.read],
    ids=lambda library: library.__name__,
)
def test_every_exception_of_a_library_is_in_the_table(library: object) -> None:
    """Each public exception of httpx and fastavro is in the table, itself or by its base."""
    public = [
        getattr(library, name)
        for name in dir(library)
        if isinstance(getattr(library, name), type) and issubclass(getattr(library, name), Exception)
    ]
    assert public
    unmapped = [kind for kind in public if not any(issubclass(kind, known) for known, _ in FOREIGN)]
    assert unmapped == []


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (RegistryUnreachableError("away"), Fate.RETRY),
        (DecodeError("broken"), Fate.DEAD_LETTER),
        (TransactionAbortedError("again"), Fate.RETRY),
        (TransactionLostError("fenced"), Fate.STOP),
        (httpx.ConnectTimeout("late"), Fate.RETRY),
        (httpx.TooManyRedirects("round"), Fate.STOP),
        (KafkaException(KafkaError(KafkaError._TRANSPORT)), Fate.RETRY),
        (KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)), Fate.STOP),
        (KafkaException(KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)), Fate.DEAD_LETTER),
        (KafkaException("only text"), Fate.STOP),
        (ZeroDivisionError(), Fate.STOP),
    ],
    ids=repr,
)
def test_fate_follows_the_tables(error: Exception, fate: Fate) -> None:
    """Our errors carry their fate, foreign ones have the table's, and an error nobody thought of stops the process."""
    assert fate_of(error) is fate


@pytest.mark.parametrize(
    ("code", "flags", "kind"),
    [
        ("ILLEGAL_GENERATION", {"txn_requires_abort": True}, TransactionAbortedError),
        ("UNKNOWN_MEMBER_ID", {"txn_requires_abort": True}, TransactionAbortedError),
        ("TRANSACTION_ABORTABLE", {"txn_requires_abort": True}, TransactionAbortedError),
        ("REQUEST_TIMED_OUT", {"txn_requires_abort": True}, TransactionAbortedError),
        ("MSG_SIZE_TOO_LARGE", {"txn_requires_abort": True}, RecordRefusedError),
        ("TOPIC_AUTHORIZATION_FAILED", {"txn_requires_abort": True}, KafkaRefusedError),
        ("_FENCED", {"fatal": True}, TransactionLostError),
        ("UNKNOWN_MEMBER_ID", {"fatal": True}, TransactionLostError),
        ("CLUSTER_AUTHORIZATION_FAILED", {"fatal": True}, KafkaRefusedError),
        ("_ALL_BROKERS_DOWN", {}, KafkaUnreachableError),
    ],
)
def test_flags_go_before_the_code(code: str, flags: dict[str, bool], kind: type[MessagingError]) -> None:
    """`fatal` and `txn_requires_abort` decide, unless the code says that the same work would fail again."""
    assert class_of(KafkaError(getattr(KafkaError, code), "said the broker", **flags)) is kind


def test_message_names_what_was_done_the_code_and_the_next_step() -> None:
    """A translated error says what was being done, what the client said, its code, and what to do next."""
    error = translated(KafkaException(KafkaError(KafkaError._TRANSPORT, "no route")), "asking for topics", topic="t")
    assert str(error) == (
        "Kafka failed while asking for topics: no route (_TRANSPORT). "
        "Is the broker running, and is KAFKA_BROKER_URL right?"
    )
    assert (error.code, error.topic) == ("_TRANSPORT", "t")


def test_tree_in_the_docstring_is_the_tree() -> None:
    """The tree at the head of errors.py lists every class with its fate."""
    listed = {
        line.split()[1]: line.split()[-1] for line in (errors.__doc__ or "").splitlines() if line.startswith("    * ")
    }
    classes = {kind.__name__: kind for kind in MessagingError.__subclasses__()}
    assert listed.keys() == classes.keys()
    assert listed == {name: kind.fate.value.split()[-1] for name, kind in classes.items()}
