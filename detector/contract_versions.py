"""Which released versions the detector reads and writes."""

from collections.abc import Mapping
from typing import Final

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.errors import ContractError
from schemas.manifest import Contract, contract
from schemas.serdes.pinned import PinnedSchema, pinned

SERVICE: Final = "detector"


class ContractVersions(BaseSettings):
    """Versions other than the manifest's, for the time in which two versions of the detector run side by side."""

    model_config = SettingsConfigDict(env_prefix="DETECTOR_", extra="ignore", frozen=True, env_ignore_empty=True)

    transaction_version: int | None = Field(
        None,
        ge=1,
        description="Released version of `fraud.Transaction` to read, and to refer to in flagged payments; the "
        "manifest's without it.",
    )


def read_and_written(versions: ContractVersions) -> tuple[PinnedSchema, Mapping[str, PinnedSchema]]:
    """The release to read payments with, and the release to write by topic.

    With another version of the payment than the manifest's, legit payments are written in that version, and flagged
    ones in the newest release that refers to it: a flagged payment cannot hold more than what was read.

    Raises:
        ContractError: the version is not released, or no flagged payment refers to it.
    """
    asked = versions.transaction_version
    read = asked or contract("transactions").readers[SERVICE]
    fraud = contract("fraud")
    written = {
        "legit": asked or contract("legit").writers[SERVICE],
        "fraud": _referring(fraud, asked) if asked else fraud.writers[SERVICE],
        "dead-letter": contract("dead-letter").writers[SERVICE],
    }
    return pinned("transactions", read), {topic: pinned(topic, version) for topic, version in written.items()}


def _referring(fraud: Contract, payment: int) -> int:
    for release in reversed(fraud.releases):
        if any((one.contract, one.version) == ("transactions", payment) for one in release.references):
            return release.version
    raise ContractError(
        f"No release of {fraud.record} refers to version {payment} of fraud.Transaction; unset "
        "DETECTOR_TRANSACTION_VERSION or set it to a version that `fraud-schemas list` shows."
    )
