"""`fraud-detector`: sorts payments into legit and fraud."""

import sys
from collections.abc import Callable
from typing import Any

import typer

from detector.commands.alerts import alerts
from detector.commands.backtest import backtest
from detector.commands.dead_letters import dead_letters
from detector.commands.evaluate import evaluate
from detector.commands.rebuild import rebuild
from detector.commands.rules import rules
from detector.commands.run import run
from detector.commands.score import score
from detector.commands.show import show
from detector.errors import DetectorError, ReplayRefusedError
from messaging.errors import MessagingError
from schemas.errors import SchemasError

COMMANDS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("run", run),
    ("alerts", alerts),
    ("rebuild", rebuild),
    ("show", show),
    ("score", score),
    ("evaluate", evaluate),
    ("backtest", backtest),
)
"""Commands by name; a command's file is `detector/commands/<name>.py`."""

GROUPS: tuple[tuple[str, typer.Typer], ...] = (("dead-letters", dead_letters), ("rules", rules))
"""Commands that have commands of their own."""

REFUSED = 1
COULD_NOT = 2


def application() -> typer.Typer:
    """The commands put together."""
    app = typer.Typer(
        name="fraud-detector",
        help="Sort payments into legit and fraud, exactly once, and look after what could not be sorted.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name, command in COMMANDS:
        app.command(name)(command)
    for name, group in GROUPS:
        app.add_typer(group, name=name)
    return app


def main() -> None:
    """Run the command line; exit 0 done, 1 refused (a replay that must not be), 2 could not.

    The one place where errors become exit codes: no foreseeable error leaves a traceback.
    """
    try:
        application()()
    except (DetectorError, MessagingError, SchemasError) as error:
        typer.echo(f"fraud-detector: {error}", err=True)
        sys.exit(exit_code(error))


def exit_code(error: Exception) -> int:
    """Exit code of an error: 1 where the command was refused, else 2."""
    return REFUSED if isinstance(error, ReplayRefusedError) else COULD_NOT
