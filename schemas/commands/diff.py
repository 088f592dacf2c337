"""`fraud-schemas diff`."""

from pathlib import Path
from typing import Annotated

import typer

from schemas.commands.options import Form
from schemas.reports.formats import Format


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD.avsc", help="The schema in use.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NEW.avsc", help="The schema to come.", show_default=False)],
    *,
    level: Annotated[str, typer.Option(help="Compatibility level: BACKWARD, FORWARD, FULL or NONE.")] = "FULL",
    key: Annotated[bool, typer.Option("--key", help="The schemas are those of record keys.")] = False,
    reference: Annotated[
        list[Path] | None, typer.Option(help="File that defines a type both schemas name; may be repeated.")
    ] = None,
    form: Form = Format.TEXT,
) -> None:
    """Say what a change of a schema does to the data; works on any two Avro schema files.

    Exit status: 0 nothing to object, 1 objections, 2 could not.

    Example: fraud-schemas diff old.avsc new.avsc --level BACKWARD
    """
    from schemas.checking.change import check_files
    from schemas.checking.schema_file import read_schema_file, require_known_types
    from schemas.reports.formats import report

    references = [read_schema_file(path) for path in reference or ()]
    before, after = (read_schema_file(path, references=references) for path in (old, new))
    for file in (before, after):
        require_known_types(file)
    change = check_files(before, after, level.upper(), key=key)
    typer.echo(report([change], form), nl=False)
    raise typer.Exit(int(change.objects))
