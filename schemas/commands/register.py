"""`fraud-schemas register`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from schemas.commands.options import AsJson, Contracts, MakeLatest, Wait, Waivers
from schemas.errors import ContractError, SchemasError
from schemas.printable import printable
from schemas.registration.outcome import CHANGED, Outcome
from schemas.registration.plan import Plan, plan_from_json


def register(
    wait: Wait = 0,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    plan: Annotated[
        Path | None, typer.Option(help="Do exactly what this file of `fraud-schemas plan --out` says.")
    ] = None,
    make_latest: MakeLatest = False,
    waivers: Waivers = None,
    contracts: Contracts = None,
    as_json: AsJson = False,
) -> None:
    """Register every released contract that the registry lacks; safe to repeat.

    What `fraud-schemas check` objects to is refused before the registry is asked; only a waiver lets it through.

    Exit status: 0 done, 1 refused by compatibility, 2 could not.

    Example: fraud-schemas register --wait 60
    """
    from schemas.checking.judging import refused_by
    from schemas.checking.subjects import contract_histories
    from schemas.checking.waiving import project_waivers
    from schemas.commands.waiting import connected, retrying
    from schemas.environment import from_environment
    from schemas.manifest import contracts_folder, load_manifest, read_manifest
    from schemas.registration.outcome import exit_code, expected_outcomes
    from schemas.registration.register import apply_plan, plan_registration
    from schemas.registration.register import register as register_contracts
    from schemas.settings import TopicSettings

    topics, folder = from_environment(TopicSettings), contracts or contracts_folder()
    known = read_manifest(folder) if contracts else load_manifest()
    accepted = project_waivers(waivers, folder, topics)
    saved = _read_plan(plan, dry_run=dry_run, make_latest=make_latest) if plan else None
    done: list[Outcome] = []
    with connected(wait) as client, _telling_what_was_done(done):
        missing = client.capabilities().missing
        judged = partial(refused_by, client, contract_histories(known, folder, topics), accepted, retrying())
        if dry_run:
            made = plan_registration(client, known, topics, make_latest=make_latest, retrying=retrying())
            outcomes = expected_outcomes(made, judged(made))
        else:
            acting: dict[str, Any] = {"retrying": retrying(), "on_outcome": done.append, "judge": judged}
            outcomes = (
                apply_plan(client, saved, known, topics, **acting)
                if saved
                else register_contracts(client, known, topics, make_latest=make_latest, **acting)
            )
        _print(client.url, outcomes, missing, as_json=as_json)
    raise typer.Exit(exit_code(outcomes))


@contextmanager
def _telling_what_was_done(done: list[Outcome]) -> Iterator[None]:
    """When an error ends the run half-way, say what was changed before it."""
    try:
        yield
    except SchemasError:
        for entry in done:
            if entry.happened in CHANGED:
                typer.echo(f"before the failure: {entry.subject}, release {entry.release}: {entry.happened}", err=True)
        raise


def _read_plan(path: Path, *, dry_run: bool, make_latest: bool) -> Plan:
    if dry_run or make_latest:
        raise ContractError("--plan says what happens already: leave --dry-run and --make-latest away.")
    try:
        return plan_from_json(path.read_text("utf-8"))
    except OSError as error:
        raise ContractError(f"{path} cannot be read: {error.strerror}; write it with `fraud-schemas plan`.") from error
    except UnicodeDecodeError as error:
        raise ContractError(f"{path} is no plan; write it with `fraud-schemas plan --out`.") from error


def _print(url: str, outcomes: tuple[Outcome, ...], missing: tuple[str, ...], *, as_json: bool) -> None:
    from schemas.commands.rows import print_rows
    from schemas.registration.outcome import exit_code

    if as_json:
        document = {
            "registry": url,
            "missing": missing,
            "exit_code": exit_code(outcomes),
            "outcomes": [asdict(entry) for entry in outcomes],
        }
        typer.echo(json.dumps(document, indent=2))
        return
    print_rows(
        ("subject", "release", "version", "id", "level", "what happened"),
        ((o.subject, o.release, o.version, o.schema_id, o.level, o.happened.value) for o in outcomes),
    )
    for entry in outcomes:
        for note in entry.notes:
            typer.echo(printable(f"{entry.subject}, release {entry.release}: {note}"))
    if missing:
        typer.echo(f"this registry is not Confluent's: {'; '.join(missing)}")
    if not any(entry.happened in CHANGED for entry in outcomes) and not exit_code(outcomes):
        typer.echo("nothing changed")
