"""`fraud-schemas list`."""

import json
from dataclasses import asdict

import typer

from schemas.commands.options import AsJson, Wait
from schemas.printable import printable
from schemas.registration.listing import ListedVersion, listing


def list_subjects(
    wait: Wait = 0,
    as_json: AsJson = False,
) -> None:
    """Show what the registry holds beside what the project wants.

    Example: fraud-schemas list --json
    """
    from schemas.commands.rows import print_rows
    from schemas.commands.waiting import connected, retrying
    from schemas.environment import from_environment
    from schemas.manifest import load_manifest
    from schemas.registration.desired import desired_state
    from schemas.registration.observe import observe
    from schemas.settings import TopicSettings

    desired = desired_state(load_manifest(), from_environment(TopicSettings))
    with connected(wait) as client:
        rows = listing(desired, retrying()(lambda: observe(client, desired, client.capabilities())))
        others = sorted(set(retrying()(client.subjects)) - {subject.subject for subject in desired})
        url = client.url
    if as_json:
        document = {"registry": url, "versions": [asdict(row) for row in rows], "other_subjects": others}
        typer.echo(json.dumps(document, indent=2))
        return
    print_rows(
        ("subject", "version", "id", "record", "release", "level", "state"),
        ((r.subject, r.version, r.schema_id, r.record, r.release, _level(r), r.state) for r in rows),
    )
    if others:
        typer.echo(printable(f"{len(others)} other subjects, not of this project: {', '.join(others[:20])}"))


def _level(row: ListedVersion) -> str:
    level = row.level or "unset"
    return level if level == row.wanted_level else f"{level}, wanted {row.wanted_level}"
