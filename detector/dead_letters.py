"""Which dead letters a command means, and whether they may be replayed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from detector.errors import ReplayRefusedError
from messaging.dead_letters.letter import Letter, LetterId
from messaging.dead_letters.reader import LetterReader, Unreadable
from messaging.dead_letters.replay import Replayer, portions
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
    """The dead-letter topic as it is when this is made, read anew by each question."""

    def __init__(self, reader: LetterReader) -> None:
        self._reader = reader

    @classmethod
    @contextmanager
    def connect(cls) -> Iterator["DeadLetters"]:
        """Opens the topic that the environment names.

        Raises:
            MessagingError, SchemasError: broker or registry away, settings wrong.
        """
        configure_logs(from_environment(LogSettings))
        topic = from_environment(TopicSettings).dead_letter
        version = contract("dead-letter").readers[READER]
        with reading_client(from_environment(RegistrySettings)) as client:
            decoder = RecordDeserializer(WriterSchemas(client), pinned("dead-letter", version))
            with LetterReader(from_environment(KafkaSettings), topic, decoder.decode) as reader:
                yield cls(reader)

    def chosen(
        self,
        *,
        reason: str | None = None,
        pending: bool = False,
        on_unreadable: Callable[[Unreadable], None] = lambda _: None,
    ) -> Iterator[Letter]:
        """Letters of one reason, or not replayed yet, or all, by partition and offset; what is no letter is told."""
        for found in self._reader.letters():
            if isinstance(found, Unreadable):
                on_unreadable(found)
            elif (reason is None or found.record["reason"] == reason.upper()) and not (pending and found.replayed):
                yield found

    def one(self, text: str) -> Letter:
        """The letter with the id in `text`.

        Raises:
            ReplayRefusedError: there is none.
        """
        try:
            found = self._reader.letter(LetterId.parse(text))
        except ValueError as error:
            raise ReplayRefusedError(str(error)) from error
        if not isinstance(found, Letter):
            raise ReplayRefusedError(f"There is no dead letter {text}. See `fraud-detector dead-letters list`.")
        return found


class Replay(NamedTuple):
    """What a replay makes of a letter: put back where there is no obstacle."""

    letter: Letter
    obstacle: str | None


def replay_letters(
    ids: Sequence[str], *, every: bool, reason: str | None, value: Path | None, force: bool
) -> Iterator[Replay]:
    """Puts letters back; what was named and may not be replayed is an error, what was swept up is skipped.

    Raises:
        ReplayRefusedError: nothing was put back.
        MessagingError, SchemasError: broker or registry away, settings wrong; what was given before was put back.

    Delivery: see `Replayer`; each letter is given when it is there to stay.
    """
    repaired = _repaired(ids, value)
    if bool(ids) == every:
        raise ReplayRefusedError("Name dead letters, for example 3:1042, or say --all; not both.")
    # Made before the topic is read: whoever replays at the same time is fenced, so what is read stays true.
    topics = from_environment(TopicSettings)
    replayer = Replayer(from_environment(KafkaSettings), topics.dead_letter)
    with DeadLetters.connect() as letters:
        if every:
            yield from replay_all(letters.chosen(reason=reason), replayer, force=force, internal=topics.screened)
            return
        named = dict.fromkeys(ids)
        for text in named:
            letter = letters.one(text)
            why = obstacle(letter, repaired=bool(repaired), force=force, internal=topics.screened)
            if why is not None:
                raise ReplayRefusedError(f"Dead letter {letter.id} {why}")
        values = {LetterId.parse(text): content for text in named for content in repaired}
        # read again: between the check of the first and the last, memory holds one
        yield from (Replay(letter, None) for letter in replayer.replay(map(letters.one, named), values))


def replay_all(letters: Iterable[Letter], replayer: Replayer, *, force: bool, internal: str) -> Iterator[Replay]:
    """Puts those letters back that may be, a portion at a time; raises as `Replayer.replay`.

    Args:
        letters: All that are meant.
        replayer: Puts them back.
        force: Also those that were replayed before, died again, or count already.
        internal: Real name of the topic between the stages.
    """
    for together in portions(letters):
        yield from _replay_portion(together, replayer, force=force, internal=internal)
        together.clear()  # else it would be held while the next is read


def _replay_portion(letters: Sequence[Letter], replayer: Replayer, *, force: bool, internal: str) -> Iterator[Replay]:
    obstacles = [Replay(letter, obstacle(letter, repaired=False, force=force, internal=internal)) for letter in letters]
    yield from (each for each in obstacles if each.obstacle is not None)
    free = [each.letter for each in obstacles if each.obstacle is None]
    yield from (Replay(letter, None) for letter in replayer.replay(free, {}))


def obstacle(letter: Letter, *, repaired: bool, force: bool, internal: str) -> str | None:
    """Why a letter must not be replayed; None where it may be."""
    if letter.record["value"] is None and not repaired:
        return "holds no value. Repair it and give the bytes with --value FILE."
    if letter.replayed and not force:
        return "has been replayed. Say --force to put it back once more."
    if letter.replay_count and not repaired and not force:
        return f"died again after {letter.replay_count} replays. Repair it (--value FILE), or say --force."
    if letter.record["topic"] == internal and letter.record["reason"] == "PRODUCE" and not force:
        # what the broker refuses of the payee's stage is folded into its state all the same, see `ChainSorting.refuse`
        return "was counted for its payee before it died, and would be once more. Say --force to have its verdict."
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
