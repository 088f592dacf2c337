"""`fraud-detector dead-letters`: look at what could not be sorted, and put it back."""

from pathlib import Path
from typing import Annotated

import typer

dead_letters = typer.Typer(help="List, show and replay records that could not be sorted.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one letter a line.")]
Reason = Annotated[str | None, typer.Option(help="Only this reason, for example FRAME or DECODE.")]


@dead_letters.command("list")
def list_letters(
    *,
    reason: Reason = None,
    pending: Annotated[bool, typer.Option("--pending", help="Only letters that have not been replayed.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="The newest letters of each partition, at most this many.")] = 100,
    as_json: Json = False,
) -> None:
    """List dead letters with their ids.

    Example: fraud-detector dead-letters list --pending --reason UNKNOWN_SCHEMA
    """
    from detector.dead_letter_report import print_list, print_unreadable
    from detector.dead_letters import DeadLetters

    with DeadLetters.connect() as letters:
        chosen = letters.chosen(reason=reason, pending=pending, on_unreadable=print_unreadable)
        print_list(chosen, limit=limit, as_json=as_json)


@dead_letters.command()
def show(
    letter: Annotated[str, typer.Argument(metavar="PARTITION:OFFSET", help="Id, as `list` prints it.")],
    *,
    as_json: Json = False,
) -> None:
    """Show one dead letter whole; in JSON, bytes are base64.

    Example: fraud-detector dead-letters show 3:1042
    """
    from detector.dead_letter_report import print_letter
    from detector.dead_letters import DeadLetters

    with DeadLetters.connect() as letters:
        print_letter(letters.one(letter), as_json=as_json)


@dead_letters.command()
def replay(
    letters: Annotated[list[str] | None, typer.Argument(metavar="[PARTITION:OFFSET]...", help="Ids.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that have not been replayed.")] = False,
    reason: Reason = None,
    value: Annotated[
        Path | None, typer.Option(help="File with the repaired value, frame included; for one letter.")
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also what was replayed before, died again after a replay, or would count twice."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Put dead letters back on the topic they came from, as they were or repaired, each once.

    Without --force, a letter that was replayed, a record that died again after a replay, and one that was judged and
    could not be written, stay where they are: the last would count twice for its payee.

    Example: fraud-detector dead-letters replay 3:1042 --value repaired.avro
    """
    from detector.dead_letter_report import print_replayed
    from detector.dead_letters import replay_letters

    replays = replay_letters(letters or (), every=every, reason=reason, value=value, force=force)
    print_replayed(replays, as_json=as_json)
