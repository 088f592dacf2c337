"""Options of the commands as the library wants them."""

from datetime import UTC, datetime

from pydantic import ValidationError

from generator.errors import OptionError
from generator.settings import GeneratorSettings
from schemas.environment import describe

MILLISECONDS = 1000


def settings_with(**given: object) -> GeneratorSettings:
    """The settings of the environment with the options that were given, those that are not None, over them.

    Raises:
        OptionError: a value is outside its range; the message names the setting.
    """
    try:
        return GeneratorSettings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]  # pydantic checks each value
    except ValidationError as error:
        raise OptionError(describe(error, GeneratorSettings)) from error


def event_time(text: str) -> int:
    """An ISO 8601 time with its zone as milliseconds since 1970-01-01T00:00:00Z.

    Raises:
        OptionError: it is none, or has no zone.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise OptionError(f"{text!r} is no time. Write it as in 2026-01-31T12:00:00Z.") from error
    if at.tzinfo is None:
        raise OptionError(f"{text!r} has no time zone. Write it as in 2026-01-31T12:00:00Z.")
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * MILLISECONDS)


def speed_factor(text: str) -> float | None:
    """A speed: `max` is None, a number is that many times event time.

    Raises:
        OptionError: it is neither, or not above 0.
    """
    if text == "max":
        return None
    try:
        factor = float(text.removesuffix("x"))
    except ValueError as error:
        raise OptionError(f"--speed {text!r} is neither `max` nor a number. Try --speed 60.") from error
    if not 0 < factor < float("inf"):
        raise OptionError(f"--speed {text} is not above 0. Try --speed 60, or --speed max.")
    return factor
