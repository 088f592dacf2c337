"""A run as a person or a program sees it: addresses, view, end screen."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

import typer
from rich.console import Console

from generator.settings import GeneratorSettings, PopulationName
from messaging.logs import LogSettings, configure_logs
from messaging.signals import stop_on_signals
from sandbox.closing import as_dict, lines
from sandbox.detecting import Rules
from sandbox.errors import ReconciliationError
from sandbox.live_view import LiveView
from sandbox.pipeline import EmbeddedPipeline
from sandbox.run import Outcome, Send, run_sandbox
from sandbox.settings import SandboxSettings
from sandbox.sources import RunOptions, source_of
from sandbox.views import LineView, View, line_of, on_terminal
from schemas.environment import from_environment

WIDEST = 120
"""Columns of an example; a line without a terminal is not wrapped."""

UNLIMITED = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a run; None: the environment's, or the default."""

    file: Path | None
    truth: Path | None
    duration: float | None
    tps: float | None
    population: PopulationName | None
    rules: str | None
    seed: int | None


def report_run(asked: Asked, *, as_json: bool) -> None:
    """Runs the sandbox and prints how it went.

    Raises:
        ReconciliationError: sent and found differ.
        SandboxError, DetectorError, GeneratorError, MessagingError, SchemasError: a part fails.
    """
    logs = from_environment(LogSettings)
    configure_logs(logs if "level" in logs.model_fields_set else logs.model_copy(update={"level": "error"}))
    settings, generator = from_environment(SandboxSettings), _generator(asked)
    options = _options(asked, settings, generator)
    rules, source = Rules.named(asked.rules), source_of(settings, generator, options)
    with stop_on_signals() as stop:
        rules.compile(_waiting(as_json=as_json))
        send = Send(source, options.rate, options.duration)
        outcome = run_sandbox(settings, rules, send, _view(rules, as_json=as_json), stop)
    _print_outcome(outcome, as_json=as_json)
    account = outcome.account
    if not account.balanced:
        raise ReconciliationError(
            f"Sent and found differ: {account.sent} sent; {len(account.missing)} missing, {len(account.doubled)} "
            f"doubled, {len(account.misplaced)} misplaced, {len(account.strange)} strange. Another client writing to "
            "these topics or joining the detector's group does that here, see `fraud-sandbox limits`; otherwise it is "
            "a bug."
        )


def _generator(asked: Asked) -> GeneratorSettings:
    """The environment's settings and the options over them; life with rings unless another population is named."""
    settings = from_environment(GeneratorSettings)
    chosen = settings.population if "population" in settings.model_fields_set else "life"
    given = {"seed": asked.seed, "population": asked.population or chosen}
    return settings.model_copy(update={name: value for name, value in given.items() if value is not None})


def _options(asked: Asked, settings: SandboxSettings, generator: GeneratorSettings) -> RunOptions:
    duration = settings.duration if asked.file is None else None
    rate = generator.transactions_per_second if asked.file is None else 0.0
    return RunOptions(
        asked.file,
        duration if asked.duration is None else asked.duration,
        rate if asked.tps is None else asked.tps,
        asked.truth,
    )


def _waiting(*, as_json: bool) -> Callable[[float], None]:
    """Tells that the rules are compiled: seconds that count on a terminal, else one line."""
    counting = on_terminal() and not as_json

    def tell(seconds: float) -> None:
        text = f"compiling the rules to machine code, at the first start only, about a minute: {seconds:.0f} s"
        if counting:
            typer.echo(f"\r{text}", nl=False)
        elif not told:
            typer.echo(text.rpartition(":")[0], err=as_json)
        told.append(seconds)

    told: list[float] = []
    return tell


def _view(rules: Rules, *, as_json: bool) -> Callable[[EmbeddedPipeline], View]:
    def made(pipeline: EmbeddedPipeline) -> View:
        heading = _heading(pipeline, rules)
        if on_terminal() and not as_json:
            return LiveView(Console(), heading, _schemas(pipeline))
        connect = f"{heading[0]} (for a second terminal, while this runs)"
        for line in (connect, *heading[1:], *map("  ".join, _schemas(pipeline))):
            typer.echo(line, err=as_json)
        return LineView(lambda line: typer.echo(line, err=as_json))

    return made


def _heading(pipeline: EmbeddedPipeline, rules: Rules) -> Sequence[str]:
    variables = " ".join(f"{name}={value}" for name, value in pipeline.addresses.environment.items())
    return (
        variables,
        f"rules: {rules.name}; metrics: {pipeline.metrics_url}",
        f"topics: {', '.join(pipeline.topic_names.values())}",
        "what is not real here: fraud-sandbox limits",
    )


def _schemas(pipeline: EmbeddedPipeline) -> Sequence[tuple[str, str, str, str]]:
    return [
        (outcome.topic, outcome.subject, f"version {outcome.version}", f"id {outcome.schema_id}")
        for outcome in pipeline.registered
    ]


def _print_outcome(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(as_dict(outcome), indent=2))
        return
    width = shutil.get_terminal_size().columns if on_terminal() else UNLIMITED
    for line in (line_of(outcome.figures), *lines(outcome, min(width, WIDEST))):
        typer.echo("\n".join(wrap(line, width, subsequent_indent="    ", drop_whitespace=True)) or "")
