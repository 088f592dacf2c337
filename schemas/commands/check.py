"""`fraud-schemas check`."""

from typing import Annotated

import typer

from schemas.commands.options import Contracts, Form, Waivers
from schemas.reports.formats import Format


def check(
    against: Annotated[
        str, typer.Option(help="A git ref, or the address of a registry, to compare with instead.", show_default=False)
    ] = "",
    waivers: Waivers = None,
    contracts: Contracts = None,
    form: Form = Format.TEXT,
) -> None:
    """Check every contract against its released versions, a git ref, or all that a registry holds.

    Exit status: 0 nothing to object, 1 objections, 2 could not.

    Example: fraud-schemas check --against origin/main --format github
    """
    from schemas.checking.contracts import check_contracts
    from schemas.checking.waiving import waived
    from schemas.environment import from_environment
    from schemas.manifest import contracts_folder
    from schemas.reports.formats import report
    from schemas.settings import TopicSettings

    folder, topics = contracts or contracts_folder(), from_environment(TopicSettings)
    changes = waived(check_contracts(folder, topics, against), waivers, folder, topics, whole=not against)
    typer.echo(report(changes, form), nl=False)
    raise typer.Exit(int(any(change.objects for change in changes)))
