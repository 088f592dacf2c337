"""`fraud-generator`: payments for the input topic."""

import sys
from collections.abc import Callable
from typing import Any

import typer

from generator.commands.history import history
from generator.commands.replay import replay
from generator.commands.run import run
from generator.errors import BadRowsError, GeneratorError, InterruptedRunError
from messaging.errors import DeliveryError, MessagingError
from schemas.errors import SchemasError

COMMANDS: tuple[tuple[str, Callable[..., Any]], ...] = (("run", run), ("replay", replay), ("history", history))
"""Commands by name; a command's file is `generator/commands/<name>.py`."""

NOT_ALL_SENT = 1
COULD_NOT = 2


def application() -> typer.Typer:
    """The commands put together."""
    app = typer.Typer(
        name="fraud-generator",
        help="Generate payments, or replay a CSV of them, into the input topic.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name, command in COMMANDS:
        app.command(name)(command)
    return app


def main() -> None:
    """Run the command line; exit 0 done, 1 records were not delivered or rows are bad, 2 could not.

    The one place where errors become exit codes: no foreseeable error leaves a traceback.
    """
    try:
        application()()
    except (GeneratorError, MessagingError, SchemasError) as error:
        typer.echo(f"fraud-generator: {error}", err=True)
        sys.exit(exit_code(error))


def exit_code(error: Exception) -> int:
    """Exit code of an error: 1 where the run began and something is missing at its end, else 2."""
    return NOT_ALL_SENT if isinstance(error, DeliveryError | BadRowsError | InterruptedRunError) else COULD_NOT
