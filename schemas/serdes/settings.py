"""Settings of reading."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ReadingSettings(BaseSettings):
    """What becomes of records whose schema is in the registry and is none of this build's releases."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    unreleased_schemas: Literal["report", "refuse"] = Field(
        "report",
        description="`report`: read by Avro's rules, with one warning per schema id, since the schema may be a release "
        "younger than this build; `refuse`: a decode error, for closed systems whose readers deploy first.",
    )
