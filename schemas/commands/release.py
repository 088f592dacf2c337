"""`fraud-schemas release`."""

from pathlib import Path
from typing import Annotated

import typer

from schemas.commands.options import Waivers
from schemas.reports.formats import Format


def release(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="Name of the record, for example Transaction.")],
    *,
    contracts: Annotated[Path | None, typer.Option(help="Folder of the contracts; this checkout's without it.")] = None,
    changelog: Annotated[
        Path | None, typer.Option(help="File that gets the entry; CHANGELOG.md of this checkout without it.")
    ] = None,
    waivers: Waivers = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")] = False,
) -> None:
    """Freeze the current text of a record as its next version, with golden records, fingerprint and changelog entry.

    Checks first and writes nothing where something is objected to.

    Exit status: 0 released, 1 objections, 2 could not.

    Example: fraud-schemas release Transaction --dry-run
    """
    from schemas.checking.subjects import shown
    from schemas.environment import from_environment
    from schemas.manifest import contracts_folder
    from schemas.releasing.release import plan_release, write_release
    from schemas.reports.formats import report
    from schemas.settings import TopicSettings

    folder = contracts or Path(str(contracts_folder()))
    log = changelog or _changelog_of(folder)
    made = plan_release(record, folder, from_environment(TopicSettings), log, waivers)
    typer.echo(report(made.changes, Format.TEXT))
    if made.objects:
        typer.echo("not released: mend the change, or waive the finding with a reason and a last day", err=True)
        raise typer.Exit(1)
    if not dry_run:
        write_release(made)
    typer.echo(f"{'would release' if dry_run else 'released'} {made.record} version {made.version}:")
    for path in made.files:
        typer.echo(f"  {shown(path)}")
    typer.echo("next:")
    for number, step in enumerate(made.steps, 1):
        typer.echo(f"  {number}. {step}")


def _changelog_of(folder: Path) -> Path | None:
    found = folder.resolve().parents[1] / "CHANGELOG.md"
    return found if found.is_file() else None
