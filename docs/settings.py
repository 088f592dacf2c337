"""The page of all settings, written from the settings classes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from detector.alerts.settings import AlertSettings
from detector.chain.settings import StateSettings
from detector.contract_versions import ContractVersions
from detector.settings import DetectorSettings
from generator.settings import GeneratorSettings, HealthSettings
from messaging.logs import LogSettings
from messaging.settings import CLIENT_PREFIX, KafkaSettings, LoopSettings, TopicCreationSettings
from sandbox.settings import SandboxSettings
from schemas.serdes.settings import ReadingSettings
from schemas.settings import RegistrySettings, TopicSettings

CLASSES: tuple[type[BaseSettings], ...] = (
    TopicSettings,
    RegistrySettings,
    ReadingSettings,
    KafkaSettings,
    TopicCreationSettings,
    LoopSettings,
    LogSettings,
    GeneratorSettings,
    HealthSettings,
    DetectorSettings,
    ContractVersions,
    StateSettings,
    AlertSettings,
    SandboxSettings,
)
"""Every settings class of the project."""

HEADER = f"""# Settings

Written by `make docs` from the settings classes. Every setting is an environment variable; a wrong value ends the
program with one line that names the variable. `{CLIENT_PREFIX}<PROPERTY>` sets any property of librdkafka for all
clients: `{CLIENT_PREFIX}SECURITY_PROTOCOL=SASL_SSL` is `security.protocol`.
"""


class Variable(NamedTuple):
    """One environment variable of a settings class."""

    name: str
    field: str
    info: FieldInfo


def settings_page() -> str:
    """Text of `docs/settings.md`."""
    return "\n".join([HEADER, *(class_section(settings) for settings in CLASSES)])


def variables(settings: type[BaseSettings]) -> Iterator[Variable]:
    """The environment variables a settings class reads."""
    prefix = str(settings.model_config.get("env_prefix") or "")
    for field, info in settings.model_fields.items():
        alias = info.validation_alias
        names = alias.choices if isinstance(alias, AliasChoices) else [alias or f"{prefix}{field}".upper()]
        yield from (Variable(str(name), field, info) for name in names)


def class_section(settings: type[BaseSettings]) -> str:
    """One settings class: what it is for, and a table of its variables."""
    summary = " ".join((settings.__doc__ or "").split("\n\n")[0].split())
    rows = [f"| `{name}` | {default(info)} | {meaning(field, info)} |" for name, field, info in variables(settings)]
    head = [f"## {settings.__module__.partition('.')[0]}: {settings.__name__}", "", summary, ""]
    return "\n".join([*head, "| variable | default | meaning |", "|---|---|---|", *rows, ""])


def default(info: FieldInfo) -> str:
    """What a variable that is not set stands for."""
    value: Any = info.get_default(call_default_factory=True, validated_data={})
    if value is None or value in ("", {}, ()):
        return ""
    if isinstance(value, SecretStr):
        return "secret"
    text = str(value).replace("\n", " ").replace("|", "\\|")
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def meaning(field: str, info: FieldInfo) -> str:
    """What a variable sets."""
    text = info.description or f"Name of the {field.replace('_', '-')} topic."
    return " ".join(text.split()).replace("|", "\\|")
