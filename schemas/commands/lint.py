"""`fraud-schemas lint`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from schemas.checking.change import CheckedChange
from schemas.checking.schema_file import SchemaFile
from schemas.commands.options import Form
from schemas.evolution.policy import DEFAULT_POLICY, Policy
from schemas.reports.formats import Format


def lint(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE.avsc]...", help="Schemas; without one, all contracts.")
    ] = None,
    reference: Annotated[
        list[Path] | None, typer.Option(help="File that defines a type the schemas name; may be repeated.")
    ] = None,
    form: Form = Format.TEXT,
) -> None:
    """Say what is wrong with schemas by themselves: all that a registry refuses, and the traps it lets through.

    Exit status: 0 nothing to object, 1 objections, 2 could not.

    Example: fraud-schemas lint payment.avsc --format sarif
    """
    from schemas.checking.schema_file import read_schema_file
    from schemas.reports.formats import report

    references = [read_schema_file(path) for path in reference or ()]
    if files:
        changes = [_linted(read_schema_file(path, references=references), DEFAULT_POLICY) for path in files]
    else:
        changes = list(_contracts())
    typer.echo(report(changes, form), nl=False)
    raise typer.Exit(int(any(change.objects for change in changes)))


def _contracts() -> Iterator[CheckedChange]:
    from schemas.checking.subjects import POLICY, contract_histories
    from schemas.environment import from_environment
    from schemas.manifest import contracts_folder, load_manifest
    from schemas.settings import TopicSettings

    seen: list[SchemaFile] = []
    for history in contract_histories(load_manifest(), contracts_folder(), from_environment(TopicSettings)):
        if history.versions[-1] not in seen:
            seen.append(history.versions[-1])
            yield _linted(history.versions[-1], POLICY)


def _linted(file: SchemaFile, policy: Policy) -> CheckedChange:
    from schemas.evolution import lint as lint_schema

    return CheckedChange(file.path, "NONE", (), file, lint_schema(file.load(), policy=policy))
