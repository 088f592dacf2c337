"""What came back beside what was sent. Pure."""

from schemas.registry.comparison import same_schema
from schemas.registry.registered import RegisteredVersion, SchemaText


def differences(sent: SchemaText, kept: RegisteredVersion) -> tuple[str, ...]:
    """What the registry keeps otherwise than it was sent: text, references, metadata; one line each."""
    found = []
    if not same_schema(sent.text, kept.text):
        found.append(f"version {kept.version} reads back as another schema than was sent")
    if sorted(sent.references) != sorted(kept.references):
        found.append(f"references read back as {list(kept.references)} instead of {list(sent.references)}")
    dropped = [name for name, value in sent.metadata.items() if kept.metadata.get(name) != value]
    if dropped:
        found.append(f"the registry dropped metadata {', '.join(dropped)}")
    return tuple(found)


def additions(sent: SchemaText, kept: RegisteredVersion) -> tuple[str, ...]:
    """What the registry added by itself: metadata is copied from the version before when none is sent."""
    added = (name for name in kept.metadata if name not in sent.metadata)
    inherited = sorted(name for name in added if not name.startswith("confluent:"))
    return (f"metadata {', '.join(inherited)} was inherited from an older version",) if inherited else ()
