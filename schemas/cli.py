"""`fraud-schemas`: the contract in the registry and in the repository."""

from schemas.command_line import CommandLine
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

LINE = CommandLine(
    name="fraud-schemas",
    help="Check changes of Avro schemas, register the contracts, and compare them with what the registry holds.",
    commands=(
        ("register", register),
        ("list", list_subjects),
        ("plan", plan),
        ("check", check),
        ("diff", diff),
        ("lint", lint),
        ("release", release),
        ("golden", golden),
    ),
    groups=(("rules", RULES),),
    foreseen=(SchemasError,),
    refusals=(IncompatibleSchemaError,),
)
"""Its commands; a command's file is `schemas/commands/<name>.py`."""

application, main = LINE.application, LINE.main
"""The commands put together, and run: exit 0 done, 1 refused or objections, 2 could not."""
