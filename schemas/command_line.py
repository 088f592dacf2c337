"""Commands put together under one boundary that turns errors into exit codes; every program of the project is one."""

import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from schemas.printable import printable

REFUSED = 1
COULD_NOT = 2


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One program.

    Args:
        name: What it is called; begins the line it ends with.
        help: What it is for, in one sentence.
        commands: Commands by name.
        groups: Commands that have commands of their own.
        foreseen: Errors that are told in one line.
        refusals: Those of them that are an answer (exit 1) and no failure (exit 2).
    """

    name: str
    help: str
    commands: Sequence[tuple[str, Callable[..., Any]]]
    groups: Sequence[tuple[str, typer.Typer]] = ()
    foreseen: tuple[type[Exception], ...] = ()
    refusals: tuple[type[Exception], ...] = ()

    def application(self) -> typer.Typer:
        """The commands put together."""
        app = typer.Typer(
            name=self.name,
            help=self.help,
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
        )
        app.callback()(_no_options)
        for name, command in self.commands:
            app.command(name)(command)
        for name, group in self.groups:
            app.add_typer(group, name=name)
        return app

    def main(self) -> None:
        """Runs the command that the arguments name, and ends the process where it fails.

        The one place where errors become exit codes: no foreseeable error leaves a traceback.
        """
        try:
            self.application()()
        except self.foreseen as error:
            typer.echo(printable(f"{self.name}: {error}"), err=True)
            sys.exit(self.exit_code(error))
        except Exception:  # noqa: BLE001 - Python's own exit code 1 would say that the command was refused
            traceback.print_exc()
            sys.exit(COULD_NOT)

    def exit_code(self, error: Exception) -> int:
        """Exit code of an error: 1 where it is an answer, else 2."""
        return REFUSED if isinstance(error, self.refusals) else COULD_NOT


def _no_options() -> None:
    """Keeps one command alone a command with a name."""
