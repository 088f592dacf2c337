"""`fraud-schemas plan`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from schemas.checking.change import CheckedChange
from schemas.commands.options import AsJson, Contracts, MakeLatest, Wait, Waivers
from schemas.errors import ContractError
from schemas.registration.plan import Plan, plan_as_json

CHANGES = 3


def plan(
    wait: Wait = 0,
    *,
    out: Annotated[Path | None, typer.Option(help="Write the plan to this file, for `register --plan`.")] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 3 where there are changes and no objections.")
    ] = False,
    make_latest: MakeLatest = False,
    waivers: Waivers = None,
    contracts: Contracts = None,
    as_json: AsJson = False,
) -> None:
    """Say what `register` would do, what the rules object to, and in which order to deploy; changes nothing.

    Exit status: 0 no objections, 1 objections, 2 could not; with --detailed-exitcode 3 for changes without objections.

    Example: fraud-schemas plan --out plan.json --detailed-exitcode
    """
    from schemas.checking.judging import judge
    from schemas.checking.subjects import contract_histories
    from schemas.checking.waiving import project_waivers
    from schemas.commands.waiting import connected, retrying
    from schemas.environment import from_environment
    from schemas.manifest import contracts_folder, load_manifest, read_manifest
    from schemas.registration.register import plan_registration
    from schemas.settings import TopicSettings

    topics, folder = from_environment(TopicSettings), contracts or contracts_folder()
    known = read_manifest(folder) if contracts else load_manifest()
    with connected(wait) as client:
        made = plan_registration(client, known, topics, make_latest=make_latest, retrying=retrying())
        changes = retrying()(
            lambda: judge(
                client, made, contract_histories(known, folder, topics), project_waivers(waivers, folder, topics)
            )
        )
        others = sorted(set(retrying()(client.subjects)) - {subject.subject for subject in made.subjects})
    if out is not None:
        _write(out, plan_as_json(made))
    code = exit_code(made, changes, detailed=detailed_exitcode)
    _print(made, changes, others, code if as_json else None)
    raise typer.Exit(code)


def exit_code(made: Plan, changes: Sequence[CheckedChange], *, detailed: bool) -> int:
    """0 no objections, 1 objections, 2 blocked, 3 changes where that is asked for."""
    if made.refused or any(change.objects for change in changes):
        return 1
    if made.blocked:
        return 2
    return CHANGES if detailed and made.changes else 0


def _print(made: Plan, changes: Sequence[CheckedChange], others: Sequence[str], code: int | None) -> None:
    from schemas.reports.json_document import change_document, json_text
    from schemas.reports.plan_text import plan_text

    if code is None:
        typer.echo(plan_text(made, changes, others), nl=False)
        return
    document = {
        "exit_code": code,
        "plan": json.loads(plan_as_json(made)),
        "changes": [change_document(change) for change in changes],
        "other_subjects": list(others),
    }
    typer.echo(json_text(document))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ContractError(f"{path} cannot be written: {error.strerror}.") from error
