"""The registry's REST calls that Confluent's client lacks: mode, level, verbose check, deleted versions, lock."""

from types import TracebackType
from typing import Self
from urllib.parse import quote

from schemas.errors import RegistryRefusedError
from schemas.registry import shapes
from schemas.registry.capabilities import Capabilities
from schemas.registry.registered import RegisteredVersion, SchemaText, Verdict
from schemas.registry.transport import RegistryTransport
from schemas.settings import RegistrySettings

NOT_FOUND = 404
ABSENT = (40401, 40402, 40403, 40408)
"""Codes of an absent subject, version, schema, and level of a subject; every registry gives them."""

NO_SUCH_ROUTE = (404, 405)
ANY_REFUSAL = tuple(range(400, 600))


class RegistryClient:
    """Raw calls to a Confluent-compatible schema registry.

    Every method raises `RegistryUnreachableError`, `RegistryRefusedError`, and where a schema is judged
    `IncompatibleSchemaError`; what the registry says is absent comes back as None or empty. An answer that no
    registry gives is a refusal.

    Delivery: one request per call, never repeated here. Registering the same text again changes nothing.
    """

    def __init__(self, settings: RegistrySettings) -> None:
        self._transport = RegistryTransport(settings)

    @property
    def url(self) -> str:
        """Base address, without secrets."""
        return self._transport.url

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def capabilities(self) -> Capabilities:
        """What the registry can do, told by whether it knows its own version."""
        answer = self._transport.ask("GET", "/v1/metadata/version", accept=(403, *NO_SUCH_ROUTE))
        known = answer.status == 200 and isinstance(answer.body, dict)
        return Capabilities(str(answer.body.get("version", "")) if known else None)

    def ready(self) -> bool:
        """Whether the registry can be written to; Karapace answers reads some seconds before it has a primary.

        Raises:
            RegistryRefusedError: what answers is no schema registry.
        """
        level = self._transport.ask("GET", "/config").body
        if not isinstance(level, dict) or not level.keys() & {"compatibilityLevel", "compatibility"}:
            raise RegistryRefusedError(
                f"{self.url} answers and is no schema registry; check host, port and path in SCHEMA_REGISTRY_URL"
            )
        health = self._transport.ask("GET", "/_health", accept=ANY_REFUSAL)
        known = health.status == 200 and isinstance(health.body, dict)
        return bool(health.body.get("schema_registry_ready", True)) if known else True

    def subjects(self, *, deleted: bool = False) -> tuple[str, ...]:
        """Names of the subjects, sorted. Apicurio stops at 1000 without a word: absence here proves nothing."""
        answer = self._transport.ask("GET", "/subjects", query=_deleted(deleted))
        return answer.read(shapes.names)

    def mode(self, subject: str) -> str | None:
        """Mode in force for the subject (READWRITE, READONLY, IMPORT …); None where the registry knows no modes."""
        path, query = f"/mode/{_part(subject)}", {"defaultToGlobal": "true"}
        answer = self._transport.ask("GET", path, subject=subject, query=query, accept=NO_SUCH_ROUTE)
        return answer.read(shapes.mode) if answer.status == 200 else None

    def set_mode(self, subject: str, mode: str) -> None:
        """Set the subject's own mode."""
        self._transport.ask("PUT", f"/mode/{_part(subject)}", subject=subject, body={"mode": mode})

    def level(self, subject: str, *, or_global: bool = False) -> str | None:
        """Compatibility level the subject itself has; None where it has none of its own.

        Apicurio answers its built-in default where the subject has none.

        Args:
            or_global: Ask for the level in force instead.
        """
        query = {"defaultToGlobal": "true"} if or_global else {}
        answer = self._transport.ask("GET", f"/config/{_part(subject)}", subject=subject, query=query, accept=ABSENT)
        return None if answer.status == NOT_FOUND else answer.read(shapes.level)

    def set_level(self, subject: str, level: str) -> None:
        """Set the subject's own level; allowed before its first version."""
        self._transport.ask("PUT", f"/config/{_part(subject)}", subject=subject, body={"compatibility": level})

    def delete_level(self, subject: str) -> None:
        """Take the subject's own level away, so that the global one holds."""
        self._transport.ask("DELETE", f"/config/{_part(subject)}", subject=subject, accept=(NOT_FOUND,))

    def versions(self, subject: str, *, deleted: bool = False) -> tuple[int, ...]:
        """Version numbers, rising, with the soft-deleted ones if asked for; empty for an unknown subject."""
        path = f"/subjects/{_part(subject)}/versions"
        answer = self._transport.ask("GET", path, subject=subject, query=_deleted(deleted), accept=ABSENT)
        return () if answer.status == NOT_FOUND else answer.read(shapes.numbers)

    def version(self, subject: str, version: int | str, *, deleted: bool = False) -> RegisteredVersion | None:
        """One version (a number, or `latest`), soft-deleted ones too if asked for."""
        path = f"/subjects/{_part(subject)}/versions/{version}"
        answer = self._transport.ask("GET", path, subject=subject, query=_deleted(deleted), accept=ABSENT)
        return None if answer.status == NOT_FOUND else answer.read(shapes.registered_version)

    def look_up(self, subject: str, schema: SchemaText, *, deleted: bool = False) -> RegisteredVersion | None:
        """The version of the subject that holds this schema; compared by text on Apicurio."""
        path = f"/subjects/{_part(subject)}"
        query = {"normalize": "false", "deleted": str(deleted).lower()}
        answer = self._transport.ask("POST", path, subject=subject, body=schema.body, query=query, accept=ABSENT)
        return None if answer.status == NOT_FOUND else answer.read(shapes.registered_version)

    def check(self, subject: str, schema: SchemaText) -> Verdict | None:
        """Ask whether the schema may follow all versions the level looks at; None where the registry cannot say.

        Apicurio refuses the question for a schema with references (422), Karapace has no such route (404).
        """
        path = f"/compatibility/subjects/{_part(subject)}/versions"
        answer = self._transport.ask(
            "POST", path, subject=subject, body=schema.body, query={"verbose": "true"}, accept=(404, 405, 422)
        )
        return answer.read(shapes.verdict) if answer.status == 200 else None

    def register(self, subject: str, schema: SchemaText, *, version: int | None = None) -> int:
        """Register the schema and return its id; an already registered one changes nothing.

        Args:
            version: Number the new version must get, as a lock; -1 makes an older schema the latest again.
                Confluent then stamps metadata `confluent:version`, so the same text gets another id.

        Raises:
            IncompatibleSchemaError: the level refuses the schema.
            RegistryRefusedError: invalid schema, mode, or the version was taken (422).
        """
        body = {**schema.body, **({} if version is None else {"version": version})}
        answer = self._transport.ask("POST", f"/subjects/{_part(subject)}/versions", subject=subject, body=body)
        return answer.read(shapes.schema_id)

    def schema_by_id(self, schema_id: int) -> SchemaText | None:
        """Text and references of an id; None for an unknown id."""
        answer = self._transport.ask("GET", f"/schemas/ids/{schema_id}", accept=ABSENT)
        return None if answer.status == NOT_FOUND else answer.read(shapes.schema_text)

    def delete_version(self, subject: str, version: int, *, permanent: bool = False) -> None:
        """Delete a version, softly unless it is softly deleted already and `permanent`."""
        self._transport.ask(
            "DELETE", f"/subjects/{_part(subject)}/versions/{version}", subject=subject, query=_permanent(permanent)
        )

    def delete_subject(self, subject: str, *, permanent: bool = False) -> None:
        """Delete a subject, softly unless it is softly deleted already and `permanent`."""
        self._transport.ask("DELETE", f"/subjects/{_part(subject)}", subject=subject, query=_permanent(permanent))


def _part(text: str) -> str:
    return quote(text, safe="")


def _deleted(deleted: bool) -> dict[str, str]:
    return {"deleted": str(deleted).lower()}


def _permanent(permanent: bool) -> dict[str, str]:
    return {"permanent": str(permanent).lower()}
