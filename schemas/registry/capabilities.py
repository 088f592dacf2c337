"""What a registry can do; asked once per run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Told by one question: only Confluent's registry knows its own version under `/v1/metadata/version`."""

    confluent_version: str | None

    @property
    def keeps_metadata(self) -> bool:
        """Whether metadata sent with a schema survives."""
        return self.confluent_version is not None

    @property
    def locks_versions(self) -> bool:
        """Whether a version number sent with a schema is honoured."""
        return self.confluent_version is not None

    @property
    def tells_unset_level(self) -> bool:
        """Whether a subject without a level of its own is told apart from one set to NONE."""
        return self.confluent_version is not None

    @property
    def missing(self) -> tuple[str, ...]:
        """What this registry cannot do, in words; empty for Confluent's."""
        if self.confluent_version is not None:
            return ()
        return (
            "metadata beside a schema is dropped",
            "modes (READONLY, IMPORT) may not be enforced",
            "a compatibility check may lack reasons or refuse references: the registration has the last word",
        )
