"""Options that several commands have, each worded once."""

from pathlib import Path
from typing import Annotated

import typer

from schemas.reports.formats import Format

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Contracts = Annotated[Path | None, typer.Option(help="Folder of the contracts; the packaged one without it.")]
Form = Annotated[Format, typer.Option("--format", help="How to print what was found.")]
MakeLatest = Annotated[
    bool, typer.Option("--make-latest", help="Make the newest release the latest version again (Confluent only).")
]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for a registry that is still starting.")]
Waivers = Annotated[
    Path | None, typer.Option(help="File of accepted objections; `waivers.yaml` beside the manifest without it.")
]
