"""`fraud-schemas golden`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from schemas.commands.options import AsJson, Contracts
from schemas.errors import ContractError
from schemas.manifest import Contract


def golden(
    contracts: Contracts = None,
    write: Annotated[
        bool, typer.Option("--write", help="First write the golden records of releases that have none.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read the golden records of every released version with every pinned reader, and compare value by value.

    Exit status: 0 all as written, 1 a value differs, 2 could not.

    Example: fraud-schemas golden
    """
    from schemas.commands.rows import print_rows
    from schemas.golden.loadable import require_loadable
    from schemas.golden.replay import replay
    from schemas.manifest import contracts_folder, read_manifest

    folder = contracts or Path(str(contracts_folder()))
    known = read_manifest(folder)
    require_loadable(known, folder)
    if write:
        _write_missing(known, folder)
    replayed = list(replay(known, folder))
    failed = [entry for entry in replayed if entry.problem]
    if as_json:
        typer.echo(json.dumps({"replayed": [asdict(entry) for entry in replayed]}, indent=2))
    else:
        rows = ((e.record, e.version, e.reader, e.name, e.problem or "as written") for e in replayed)
        print_rows(("record", "written with", "read with", "golden record", "outcome"), rows)
    raise typer.Exit(int(bool(failed)))


def _write_missing(known: tuple[Contract, ...], folder: Path) -> None:
    from schemas.golden.golden_file import file_name, golden_text
    from schemas.golden.replay import pinned_release

    for contract in known:
        for release in contract.releases:
            path = folder / "released" / contract.record.rpartition(".")[2] / file_name(release.version)
            if path.exists():
                continue
            try:
                text = golden_text(pinned_release(known, contract.topic, release.version))
            except ContractError as error:
                raise ContractError(f"{path.with_name(f'{release.version}.avsc')}: {error}") from error
            path.write_text(text, "utf-8")
            typer.echo(f"written {path.name} of {contract.record}", err=True)
