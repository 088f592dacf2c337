"""`fraud-detector rebuild`."""

from typing import Annotated

import typer


def rebuild(
    *,
    group: Annotated[str | None, typer.Option(help="Consumer group; DETECTOR_GROUP without it.")] = None,
) -> None:
    """Drop the snapshots of a group, so that its detectors derive their state from the log again when they start.

    Needed where memory itself went wrong; a change of rules does it by itself, since no snapshot fits new rules.
    Stop the group's detectors first.

    Example: fraud-detector rebuild --group fraud-detector
    """
    from detector.chain.contracts import ChainContracts
    from detector.chain.stream.rebuild import drop_snapshots
    from detector.settings import DetectorSettings
    from messaging.settings import KafkaSettings
    from schemas.environment import from_environment
    from schemas.settings import RegistrySettings, TopicSettings

    topics = from_environment(TopicSettings)
    name = group or from_environment(DetectorSettings).group
    with ChainContracts.resolve(from_environment(RegistrySettings), topics) as chain:
        dropped = drop_snapshots(from_environment(KafkaSettings), topics, name, chain, typer.echo)
    snapshots = "1 snapshot" if dropped == 1 else f"{dropped} snapshots"
    typer.echo(f"{snapshots} of {name} dropped; its detectors replay the log when they start")
