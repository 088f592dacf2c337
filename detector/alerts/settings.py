"""Settings of the alerts; every variable begins with `ALERTS_`."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from detector.alerts.templates import SUBJECT, TEXT
from detector.errors import SettingsError


class AlertSettings(BaseSettings):
    """Where alerts go, how often, and for how long they are tried."""

    model_config = SettingsConfigDict(env_prefix="ALERTS_", extra="ignore", frozen=True)

    group: str = Field("fraud-alerts", min_length=1, description="Consumer group on the fraud topic.")
    webhook_url: SecretStr | None = Field(None, description="Address alerts are posted to; shown nowhere.")
    webhook_format: Literal["json", "slack"] = Field("json", description="`json`: all fields; `slack`: one text.")
    webhook_token: SecretStr | None = Field(None, description="Bearer token for the webhook.")
    webhook_timeout: float = Field(
        10.0, gt=0, le=120, description="Seconds the webhook's answer may take, with connecting."
    )
    smtp_host: str | None = Field(None, description="Mail server; mail is off without one.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str | None = Field(None, description="User name at the mail server.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_starttls: bool = Field(True, description="Ask for TLS before anything else is said.")
    smtp_timeout: float = Field(20.0, gt=0, le=120, description="Seconds of silence; ten times that for a mail.")
    mail_from: str | None = Field(None, description="Sender of the mails.")
    mail_to: str | None = Field(None, description="Receivers of the mails, separated by commas.")
    subject_template: str = Field(SUBJECT, description="Subject of a mail, with $places.")
    text_template: Path | None = Field(None, description="File with the text of mails and Slack messages.")
    minimum_level: Literal["REVIEW", "BLOCK"] = Field("REVIEW", description="Lowest level that is told.")
    quiet: float = Field(
        3600.0,
        ge=0,
        le=604_800,
        description="Seconds an episode stays quiet after it was told; each member of a group has a quiet of its own.",
    )
    rate_per_minute: int = Field(60, ge=0, le=100_000, description="Most alerts a minute per sink; 0 sets no bound.")
    first_retry: float = Field(0.5, gt=0, le=60, description="Seconds before the second try; doubled up to 30.")
    give_up_after: float = Field(300.0, gt=0, le=3600, description="Seconds an alert is tried for.")
    registry_wait: float = Field(30.0, ge=0, le=3600, description="Seconds to wait at start for a silent registry.")
    http_host: str = Field("127.0.0.1", description="Address of /metrics, /livez and /readyz.")
    http_port: int = Field(8001, ge=-1, le=65535, description="Port of the same; 0 takes a free one, -1 none.")

    @field_validator("webhook_url")
    @classmethod
    def _postable(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_http(value.get_secret_value()):
            raise ValueError("is no http:// or https:// address")
        return value

    @model_validator(mode="after")
    def _complete(self) -> "AlertSettings":
        if self.smtp_host and not (self.mail_from and self.mail_to):
            raise ValueError("ALERTS_SMTP_HOST needs ALERTS_MAIL_FROM and ALERTS_MAIL_TO.")
        return self

    @property
    def receivers(self) -> tuple[str, ...]:
        """Mail addresses of `mail_to`."""
        return tuple(part.strip() for part in (self.mail_to or "").split(",") if part.strip())

    @property
    def text(self) -> str:
        """Text template of mails and Slack messages.

        Raises:
            SettingsError: its file cannot be read.
        """
        if self.text_template is None:
            return TEXT
        try:
            return self.text_template.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
            raise SettingsError(f"ALERTS_TEXT_TEMPLATE: {self.text_template} cannot be read: {why}.") from error


def _is_http(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
