"""One table from the failures of Confluent's registry client to errors of this package."""

import json
from collections.abc import Mapping

import httpx
from confluent_kafka.schema_registry.error import (  # type: ignore[attr-defined]  # the stubs are older
    OAuthTokenError,
    SchemaRegistryError,
)

from schemas.errors import RegistryError, RegistryRefusedError, RegistryUnreachableError

LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say "ask again later"; 500 too, since a store that timed out (50002) answers so."""

NOT_HELD = range(40400, 40500)
"""Error codes of a registry that answers and does not hold the subject, the version, or the schema."""

NEXT_STEP: Mapping[int, str] = {
    401: "; give SCHEMA_REGISTRY_BASIC_AUTH or SCHEMA_REGISTRY_BEARER_TOKEN, and check the user",
    403: "; the user is known but not allowed to do this: ask for the right on the subject",
    404: "; check the path in SCHEMA_REGISTRY_URL (Apicurio: http://host:port/apis/ccompat/v7)",
}

FAILURES: tuple[tuple[type[Exception], type[RegistryError], str], ...] = (
    (httpx.UnsupportedProtocol, RegistryRefusedError, "has no http:// or https:// address; check SCHEMA_REGISTRY_URL"),
    (httpx.TimeoutException, RegistryUnreachableError, "does not answer in time"),
    (httpx.TransportError, RegistryUnreachableError, "is not reached; is it running, is SCHEMA_REGISTRY_URL right?"),
    (httpx.HTTPError, RegistryRefusedError, "could not be asked; check SCHEMA_REGISTRY_URL"),
    (httpx.InvalidURL, RegistryRefusedError, "has no valid address; check SCHEMA_REGISTRY_URL"),
    (OAuthTokenError, RegistryUnreachableError, "cannot be asked, its token is not to be had"),
    (json.JSONDecodeError, RegistryRefusedError, "answers without JSON; does SCHEMA_REGISTRY_URL name a registry?"),
    (KeyError, RegistryRefusedError, "leaves out a field; does SCHEMA_REGISTRY_URL name a registry?"),
    (OSError, RegistryUnreachableError, "is not reached"),
)
"""Foreign exception, ours, what it means; the first match holds. Answers with a status go by the status."""

FOREIGN: tuple[type[Exception], ...] = (SchemaRegistryError, *(foreign for foreign, _, _ in FAILURES))


def is_not_held(error: Exception) -> bool:
    """Whether the registry answered that it does not hold what was asked for."""
    return (
        isinstance(error, SchemaRegistryError)
        and error.http_status_code == 404  # a proxy's or a wrong path's 404 carries no code of the registry
        and error.error_code in NOT_HELD
    )


def registry_error(error: Exception, *, subject: str | None = None, schema_id: int | None = None) -> RegistryError:
    """This package's error for one of `FOREIGN`."""
    if isinstance(error, SchemaRegistryError):
        return _by_status(error, subject, schema_id)
    for foreign, ours, meaning in FAILURES:
        if isinstance(error, foreign):
            cause = str(error) or type(error).__name__
            return ours(f"The schema registry {meaning} ({cause})", subject=subject, schema_id=schema_id)
    raise error


def _by_status(error: SchemaRegistryError, subject: str | None, schema_id: int | None) -> RegistryError:
    status = error.http_status_code
    ours, says = (
        (RegistryUnreachableError, "asks to come back later")
        if status in LATER
        else (RegistryRefusedError, f"refuses{NEXT_STEP.get(status, '')}")
    )
    return ours(
        f"The schema registry {says} ({error})",
        subject=subject,
        schema_id=schema_id,
        status=status,
        error_code=error.error_code,
    )
