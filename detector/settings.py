"""Settings of the detector."""

from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from detector.batch import AMOUNT_SCALE


class DetectorSettings(BaseSettings):
    """What the detector is called in its group, what it judges by, and where it is looked at.

    Every variable begins with `DETECTOR_`.
    """

    model_config = SettingsConfigDict(env_prefix="DETECTOR_", extra="ignore", frozen=True)

    group: str = Field("fraud-detector", min_length=1, description="Consumer group; its members share the partitions.")
    amount_threshold: Decimal = Field(
        Decimal(900), gt=0, description="An amount at or above this is fraud, in any currency not named otherwise."
    )
    amount_thresholds: Mapping[str, Decimal] = Field(
        default_factory=dict, description='Thresholds by currency as JSON, for example {"JPY": "140000"}.'
    )
    http_host: str = Field("127.0.0.1", description="Address of /metrics, /livez and /readyz.")
    http_port: int = Field(8000, ge=-1, le=65535, description="Port of the same; 0 takes a free one, -1 none.")
    registry_wait: float = Field(30.0, ge=0, le=3600, description="Seconds to wait at start for a silent registry.")

    @field_validator("amount_threshold", "amount_thresholds")
    @classmethod
    def _as_fine_as_an_amount(cls, value: Decimal | Mapping[str, Decimal]) -> Decimal | Mapping[str, Decimal]:
        for threshold in value.values() if isinstance(value, Mapping) else (value,):
            scaled = threshold.scaleb(AMOUNT_SCALE)
            if threshold <= 0 or scaled != scaled.to_integral_value():
                raise ValueError(f"{threshold} is not positive or has more than {AMOUNT_SCALE} fraction digits")
        return value
