"""`fraud-sandbox`: the whole pipeline in one process."""

import sys
from collections.abc import Callable
from typing import Any

import typer

from detector.errors import DetectorError
from generator.errors import GeneratorError
from messaging.errors import MessagingError
from sandbox.commands.limits import limits
from sandbox.commands.run import run
from sandbox.errors import ReconciliationError, SandboxError
from schemas.errors import SchemasError

COMMANDS: tuple[tuple[str, Callable[..., Any]], ...] = (("run", run), ("limits", limits))
"""Commands by name; a command's file is `sandbox/commands/<name>.py`."""

NOT_RECONCILED = 1
COULD_NOT = 2


def application() -> typer.Typer:
    """The commands put together."""
    app = typer.Typer(
        name="fraud-sandbox",
        help="Run the whole pipeline in one process: embedded broker, in-process registry, generator, detector.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name, command in COMMANDS:
        app.command(name)(command)
    return app


def main() -> None:
    """Run the command line; exit 0 done, 1 sent and found differ, 2 could not.

    The one place where errors become exit codes: no foreseeable error leaves a traceback.
    """
    try:
        application()()
    except (SandboxError, DetectorError, GeneratorError, MessagingError, SchemasError) as error:
        typer.echo(f"fraud-sandbox: {error}", err=True)
        sys.exit(exit_code(error))


def exit_code(error: Exception) -> int:
    """Exit code of an error: 1 where the run's account does not add up, else 2."""
    return NOT_RECONCILED if isinstance(error, ReconciliationError) else COULD_NOT
