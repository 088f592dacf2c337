"""Settings read from the environment, with errors that name the variable and never its value."""

from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from schemas.errors import ContractError

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def from_environment(settings: type[SettingsT]) -> SettingsT:
    """The settings as the environment gives them.

    Raises:
        ContractError: a variable does not fit; the message names every such variable, and no value.
    """
    try:
        return settings()
    except ValidationError as error:
        raise ContractError(describe(error, settings)) from error


def describe(error: ValidationError, settings: type[BaseSettings]) -> str:
    """One line for all that is wrong with the environment."""
    prefix = str(settings.model_config.get("env_prefix") or "")
    return "Settings: " + "; ".join(
        " ".join(filter(None, (_variable(problem["loc"], prefix), problem["msg"].removeprefix("Value error, "))))
        for problem in error.errors(include_input=False, include_url=False, include_context=False)
    )


def _variable(location: tuple[int | str, ...], prefix: str) -> str:
    name = ".".join(map(str, location))
    return name if name.isupper() or not name else f"{prefix}{name}".upper()
