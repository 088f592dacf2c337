"""Which dead letters a command means, and whether they may be replayed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from detector.errors import ReplayRefusedError
from messaging.dead_letters.letter import Letter, LetterId
from messaging.dead_letters.reader import Letters, read_letters
from messaging.dead_letters.replay import Replayer
from messaging.logs import LogSettings, configure_logs
from messaging.settings import KafkaSettings
from schemas.environment import from_environment
from schemas.manifest import contract
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings

READER = "dead-letters"


class DeadLetters:
    """The dead-letter topic as it was read."""

    def __init__(self, letters: Letters) -> None:
        self._letters: Mapping[LetterId, Letter] = letters.letters
        self.unreadable: Mapping[LetterId, str] = letters.unreadable
        """Values in the topic that are no dead letters, with why."""

    @classmethod
    def connect(cls) -> "DeadLetters":
        """Reads the topic that the environment names.

        Raises:
            MessagingError, SchemasError: broker or registry away, settings wrong.
        """
        configure_logs(from_environment(LogSettings))
        topic = from_environment(TopicSettings).dead_letter
        version = contract("dead-letter").readers[READER]
        with reading_client(from_environment(RegistrySettings)) as client:
            decoder = RecordDeserializer(WriterSchemas(client), pinned("dead-letter", version))
            return cls(read_letters(from_environment(KafkaSettings), topic, decoder.decode))

    def chosen(self, *, reason: str | None = None, pending: bool = False) -> Sequence[Letter]:
        """Letters of one reason, or not replayed yet, or all."""
        return [
            letter
            for letter in self._letters.values()
            if (reason is None or letter.record["reason"] == reason.upper()) and not (pending and letter.replayed)
        ]

    def one(self, text: str) -> Letter:
        """The letter with the id in `text`.

        Raises:
            ReplayRefusedError: there is none.
        """
        try:
            return self._letters[LetterId.parse(text)]
        except ValueError as error:
            raise ReplayRefusedError(str(error)) from error
        except KeyError as error:
            raise ReplayRefusedError(
                f"There is no dead letter {text}. See `fraud-detector dead-letters list`."
            ) from error


def replay_letters(
    ids: Sequence[str], *, every: bool, reason: str | None, value: Path | None, force: bool
) -> tuple[Sequence[Letter], Sequence[tuple[Letter, str]]]:
    """Puts letters back; what was named and may not be replayed is an error, what was swept up is skipped.

    Returns:
        What was put back, and what was not with the reason.

    Raises:
        ReplayRefusedError: nothing was put back.
        MessagingError, SchemasError: broker or registry away, settings wrong.
    """
    repaired = _repaired(ids, value)
    if bool(ids) == every:
        raise ReplayRefusedError("Name dead letters, for example 3:1042, or say --all; not both.")
    # Made before the topic is read: whoever replays at the same time is fenced, so what is read stays true.
    replayer = Replayer(from_environment(KafkaSettings), from_environment(TopicSettings).dead_letter)
    read = DeadLetters.connect()
    wanted = read.chosen(reason=reason) if every else [read.one(text) for text in ids]
    obstacles = [(letter, obstacle(letter, repaired=bool(repaired), force=force)) for letter in wanted]
    skipped = [(letter, why) for letter, why in obstacles if why is not None]
    if skipped and not every:
        raise ReplayRefusedError(f"Dead letter {skipped[0][0].id} {skipped[0][1]}")
    replayed = [letter for letter, why in obstacles if why is None]
    if replayed:
        replayer.replay(replayed, {letter.id: content for letter in replayed for content in repaired})
    return replayed, skipped


def obstacle(letter: Letter, *, repaired: bool, force: bool) -> str | None:
    """Why a letter must not be replayed; None where it may be."""
    if letter.record["value"] is None and not repaired:
        return "holds no value. Repair it and give the bytes with --value FILE."
    if letter.replayed and not force:
        return "has been replayed. Say --force to put it back once more."
    if letter.replay_count and not repaired and not force:
        return f"died again after {letter.replay_count} replays. Repair it (--value FILE), or say --force."
    return None


def _repaired(ids: Sequence[str], value: Path | None) -> tuple[bytes, ...]:
    if value is None:
        return ()
    if len(ids) != 1:
        raise ReplayRefusedError("--value repairs one letter; name exactly one.")
    try:
        return (value.read_bytes(),)
    except OSError as error:
        raise ReplayRefusedError(f"{value} cannot be read: {error.strerror}.") from error
