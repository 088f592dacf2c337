"""Where log lines go and what they look like."""

import logging
import sys
from typing import Any, Literal, TextIO, cast

import structlog
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from messaging.clients import LIBRARY_LOGGER


class LogSettings(BaseSettings):
    """How much is logged; normal operation logs starts, stops and rebalances only."""

    model_config = SettingsConfigDict(env_prefix="LOG_", extra="ignore", frozen=True)

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    format: Literal["auto", "console", "json"] = Field("auto", description="`auto`: console on a terminal, else json.")


class _LibraryLines(logging.Handler):
    """Takes librdkafka's lines as debug events: what matters reaches us as errors of calls and of records."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().debug("kafka_client", line=record.getMessage())


class _StandardError:
    """Standard error as it is when a line is written; whoever replaces `sys.stderr` later gets the later lines."""

    def write(self, text: str) -> None:
        sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_logs(settings: LogSettings) -> None:
    """Sends structured events to stderr, librdkafka's lines among them."""
    console = settings.format == "console" or (settings.format == "auto" and sys.stderr.isatty())
    renderer: Any = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _StandardError())),
    )
    LIBRARY_LOGGER.handlers = [_LibraryLines()]
    LIBRARY_LOGGER.propagate = False
    LIBRARY_LOGGER.setLevel(logging.DEBUG if settings.level == "debug" else logging.WARNING)
