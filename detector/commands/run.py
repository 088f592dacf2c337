"""`fraud-detector run`."""

from typing import Annotated

import typer


def run(
    *,
    http_port: Annotated[
        int | None, typer.Option(help="Port of /metrics, /livez, /readyz; 0 takes a free one, -1 none.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="Consumer group.")] = None,
    rules: Annotated[
        str | None,
        typer.Option(help="`shipped`: the set that finds rings; `threshold`: the amount alone; or a folder of rules."),
    ] = None,
) -> None:
    """Sort payments until SIGTERM or SIGINT: each into legit, fraud or dead letters, exactly once.

    Options win over the environment (DETECTOR_*, LOOP_*, KAFKA_*, SCHEMA_REGISTRY_*, TOPIC_*, LOG_*).

    Example: KAFKA_BROKER_URL=localhost:9092 fraud-detector run --http-port 8000
    """
    from detector.service import relieve_collector, start
    from messaging.signals import stop_on_signals

    relieve_collector()
    with stop_on_signals() as stop:
        start({"http_port": http_port, "group": group, "rules": rules}, stop)
