"""A run as a person or a program sees it: addresses, view, summary."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import typer
from rich.console import Console

from generator.settings import GeneratorSettings
from messaging.logs import LogSettings, configure_logs
from messaging.signals import stop_on_signals
from sandbox.account import Reconciliation
from sandbox.errors import ReconciliationError
from sandbox.figures import Figures
from sandbox.live_view import LiveView
from sandbox.pipeline import EmbeddedPipeline
from sandbox.run import RunOptions, run_sandbox
from sandbox.settings import SandboxSettings
from sandbox.views import LineView, View, line_of, on_terminal
from schemas.environment import from_environment


def report_run(
    *, file: Path | None, duration: float | None, tps: float | None, seed: int | None, as_json: bool
) -> None:
    """Runs the sandbox and prints how it went.

    Raises:
        ReconciliationError: sent and found differ.
        SandboxError, DetectorError, GeneratorError, MessagingError, SchemasError: a part fails.
    """
    logs = from_environment(LogSettings)
    configure_logs(logs if "level" in logs.model_fields_set else logs.model_copy(update={"level": "error"}))
    settings, generator = from_environment(SandboxSettings), from_environment(GeneratorSettings)
    if seed is not None:
        generator = generator.model_copy(update={"seed": seed})
    default_duration = settings.duration if file is None else None
    default_rate = generator.transactions_per_second if file is None else 0.0
    options = RunOptions(file, default_duration if duration is None else duration, default_rate if tps is None else tps)
    with stop_on_signals() as stop:
        figures, account = run_sandbox(settings, generator, options, _view(as_json=as_json), stop)
    _print_summary(figures, account, as_json=as_json)
    if not account.balanced:
        raise ReconciliationError(
            f"Sent and found differ: {account.sent} sent; {len(account.missing)} missing, {len(account.doubled)} "
            f"doubled, {len(account.misplaced)} misplaced, {len(account.strange)} strange. Another client writing to "
            "these topics or joining the detector's group does that here, see `fraud-sandbox limits`; otherwise it is "
            "a bug."
        )


def _view(*, as_json: bool) -> Callable[[EmbeddedPipeline], View]:
    def made(pipeline: EmbeddedPipeline) -> View:
        heading = _heading(pipeline)
        if on_terminal() and not as_json:
            return LiveView(Console(), heading, _schemas(pipeline))
        for line in (*heading, *map("  ".join, _schemas(pipeline))):
            typer.echo(line, err=as_json)
        return LineView(lambda line: typer.echo(line, err=as_json))

    return made


def _heading(pipeline: EmbeddedPipeline) -> Sequence[str]:
    variables = " ".join(f"{name}={value}" for name, value in pipeline.addresses.environment.items())
    return (
        f"{variables} (for a second terminal, while this runs)",
        f"metrics: {pipeline.metrics_url}",
        f"topics: {', '.join(pipeline.topic_names.values())}",
        "what is not real here: fraud-sandbox limits",
    )


def _schemas(pipeline: EmbeddedPipeline) -> Sequence[tuple[str, str, str, str]]:
    return [
        (outcome.topic, outcome.subject, f"version {outcome.version}", f"id {outcome.schema_id}")
        for outcome in pipeline.registered
    ]


def _print_summary(figures: Figures, account: Reconciliation, *, as_json: bool) -> None:
    if as_json:
        document = {"seconds": round(figures.seconds, 3), **account.as_dict(), "reasons": dict(figures.reasons)}
        typer.echo(json.dumps(document, indent=2))
        return
    typer.echo(line_of(figures))
    sign = "=" if account.balanced else "≠"
    typer.echo(
        f"sent {account.sent} {sign} legit {account.legit} + fraud {account.fraud} + dead letters "
        f"{account.dead_letters} ({account.broken} broken on purpose)"
        f"{': every id found once' if account.balanced else ''}"
    )
    for kind in ("missing", "doubled", "misplaced", "strange"):
        names = getattr(account, kind)
        if names:
            typer.echo(f"{kind}: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}")
