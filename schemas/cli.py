"""`fraud-schemas`: the contract in the registry and in the repository."""

import sys
import traceback
from collections.abc import Callable
from typing import Any

import typer
from pydantic import ValidationError

from schemas.commands.check import check
from schemas.commands.diff import diff
from schemas.commands.golden import golden
from schemas.commands.lint import lint
from schemas.commands.list import list_subjects
from schemas.commands.plan import plan
from schemas.commands.register import register
from schemas.commands.release import release
from schemas.commands.rules import GROUP as RULES
from schemas.errors import IncompatibleSchemaError, SchemasError

COMMANDS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("register", register),
    ("list", list_subjects),
    ("plan", plan),
    ("check", check),
    ("diff", diff),
    ("lint", lint),
    ("release", release),
    ("golden", golden),
)
"""Commands by name; a command's file is `schemas/commands/<name>.py`."""

GROUPS: tuple[tuple[str, typer.Typer], ...] = (("rules", RULES),)
"""Commands that have commands of their own."""

REFUSED = 1
COULD_NOT = 2


def application() -> typer.Typer:
    """The commands put together."""
    app = typer.Typer(
        name="fraud-schemas",
        help="Check changes of Avro schemas, register the contracts, and compare them with what the registry holds.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_common)
    for name, command in COMMANDS:
        app.command(name)(command)
    for name, group in GROUPS:
        app.add_typer(group, name=name)
    return app


def main() -> None:
    """Run the command line; exit 0 done, 1 refused or objections, 2 could not.

    The one place where errors become exit codes: no foreseeable error leaves a traceback.
    """
    try:
        application()()
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))} {problem['msg']}" for problem in error.errors(include_input=False)
        )
        _end(f"Settings: {problems}", COULD_NOT)
    except SchemasError as error:
        _end(str(error), exit_code(error))
    except Exception:  # noqa: BLE001 - Python's own exit code 1 would say "refused by compatibility"
        traceback.print_exc()
        sys.exit(COULD_NOT)


def exit_code(error: SchemasError) -> int:
    """Exit code of an error: 1 where the compatibility level refuses, else 2."""
    return REFUSED if isinstance(error, IncompatibleSchemaError) else COULD_NOT


def _common() -> None:
    """Keep one command alone a command with a name."""


def _end(message: str, code: int) -> None:
    typer.echo(f"fraud-schemas: {message}", err=True)
    sys.exit(code)
