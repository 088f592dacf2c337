"""One function per route: what the registry answers to a parsed request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.registry.content import properties_of
from sandbox.registry.refusal import Refusal, invalid_version, schema_not_found, subject_not_found
from sandbox.registry.registration_request import registration_request
from sandbox.registry.registry import Registry
from sandbox.registry.versions import Version

LARGEST_VERSION = 2**31 - 1
CONFLUENT_VERSION = "8.3.1-sandbox"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: parts of its path, its query, its body."""

    path: Mapping[str, Any]
    query: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """Subject in the path."""
        return str(self.path["subject"])

    @property
    def normalize(self) -> bool:
        """Whether the schema is to be normalized."""
        return self.flag("normalize")

    @property
    def deleted(self) -> bool:
        """Whether soft-deleted versions count."""
        return self.flag("deleted")

    @property
    def version(self) -> int:
        """Version in the path; -1 is the latest.

        Raises:
            Refusal: 42202.
        """
        text = str(self.path["version"])
        if text == "latest":
            return -1
        if not text.removeprefix("-").isdigit() or not (int(text) == -1 or 1 <= int(text) <= LARGEST_VERSION):
            raise invalid_version(text)
        return int(text)

    @property
    def schema_id(self) -> int:
        """Id in the path."""
        text = str(self.path["id"])
        if not text.isdigit():
            raise Refusal(404, 404, "HTTP 404 Not Found")
        return int(text)

    def flag(self, name: str) -> bool:
        """A yes or no in the query."""
        return self.query.get(name, "false").lower() == "true"


Answer: TypeAlias = Callable[[Registry, Asked], Any]


def answers() -> tuple[tuple[str, str, Answer], ...]:
    """Method, path and function of every route, the more special paths first."""
    return (
        ("GET", "/", lambda _registry, _asked: {}),
        ("GET", "/contexts", lambda _registry, _asked: ["."]),
        ("GET", "/v1/metadata/version", lambda _registry, _asked: {"version": CONFLUENT_VERSION, "commitId": ""}),
        ("GET", "/v1/metadata/id", lambda _registry, _asked: {"id": "sandbox", "scope": {"path": [], "clusters": {}}}),
        ("GET", "/associations/resources/{namespace}/{resource}", lambda _registry, _asked: []),
        ("GET", "/subjects", _subjects),
        ("POST", "/subjects/{subject}", _look_up),
        ("DELETE", "/subjects/{subject}", _delete_subject),
        ("GET", "/subjects/{subject}/metadata", _latest_with_metadata),
        ("GET", "/subjects/{subject}/versions", _version_numbers),
        ("POST", "/subjects/{subject}/versions", _register),
        ("GET", "/subjects/{subject}/versions/{version}", _version),
        ("DELETE", "/subjects/{subject}/versions/{version}", _delete_version),
        ("GET", "/subjects/{subject}/versions/{version}/schema", _version_text),
        ("GET", "/subjects/{subject}/versions/{version}/referencedby", _referenced_by),
        ("POST", "/compatibility/subjects/{subject}/versions", _check_all),
        ("POST", "/compatibility/subjects/{subject}/versions/{version}", _check_one),
        ("GET", "/schemas", _schemas),
        ("GET", "/schemas/types", lambda _registry, _asked: ["AVRO"]),
        ("GET", "/schemas/ids/{id}", _schema_by_id),
        ("GET", "/schemas/ids/{id}/schema", _text_by_id),
        ("GET", "/schemas/ids/{id}/subjects", _subjects_by_id),
        ("GET", "/schemas/ids/{id}/versions", _versions_by_id),
        ("GET", "/schemas/guids/{guid}", _schema_by_guid),
        ("GET", "/config", _settings),
        ("PUT", "/config", _configure),
        ("DELETE", "/config", _forget_settings),
        ("GET", "/config/{subject}", _settings),
        ("PUT", "/config/{subject}", _configure),
        ("DELETE", "/config/{subject}", _forget_settings),
        ("GET", "/mode", _mode),
        ("PUT", "/mode", _set_mode),
        ("DELETE", "/mode", _forget_mode),
        ("GET", "/mode/{subject}", _mode),
        ("PUT", "/mode/{subject}", _set_mode),
        ("DELETE", "/mode/{subject}", _forget_mode),
    )


def _subjects(registry: Registry, asked: Asked) -> list[str]:
    only_deleted = asked.flag("deletedOnly")
    visible = {False: not only_deleted, True: only_deleted or asked.deleted}
    with registry.lock:
        names = registry.versions.subjects(visible)
    prefix = asked.query.get("subjectPrefix", "").removeprefix(":*:")
    return _page([name for name in names if name.startswith(prefix)], asked)


def _register(registry: Registry, asked: Asked) -> dict[str, Any]:
    version = registry.register(asked.subject, registration_request(asked.body), normalize=asked.normalize)
    return version.answer


def _look_up(registry: Registry, asked: Asked) -> dict[str, Any]:
    request = registration_request(asked.body)
    return registry.look_up(asked.subject, request, normalize=asked.normalize, deleted=asked.deleted).answer


def _delete_subject(registry: Registry, asked: Asked) -> list[int]:
    return registry.delete_subject(asked.subject, permanent=asked.flag("permanent"))


def _delete_version(registry: Registry, asked: Asked) -> int:
    number = asked.version
    if number == -1:
        number = registry.versions.get(asked.subject, -1).version
    return registry.delete_version(asked.subject, number, permanent=asked.flag("permanent"))


def _latest_with_metadata(registry: Registry, asked: Asked) -> dict[str, Any]:
    wanted = asked.query.get("key", ""), asked.query.get("value", "")
    with registry.lock:
        for version in reversed(registry.versions.of(asked.subject, deleted=asked.deleted)):
            if wanted in properties_of(version.schema.metadata).items():
                return version.answer
    raise schema_not_found()


def _version_numbers(registry: Registry, asked: Asked) -> list[int]:
    only_deleted = asked.flag("deletedOnly")
    with registry.lock:
        found = registry.versions.of(asked.subject, deleted=asked.deleted or only_deleted)
        if not found:
            raise subject_not_found(asked.subject)
        return _page([version.version for version in found if version.deleted or not only_deleted], asked)


def _version(registry: Registry, asked: Asked) -> dict[str, Any]:
    with registry.lock:
        return registry.versions.get(asked.subject, asked.version, deleted=asked.deleted).answer


def _version_text(registry: Registry, asked: Asked) -> Any:
    with registry.lock:
        return registry.versions.get(asked.subject, asked.version, deleted=asked.deleted).schema.node


def _referenced_by(registry: Registry, asked: Asked) -> list[int]:
    with registry.lock:
        version = registry.versions.get(asked.subject, asked.version)
        return sorted({one.schema_id for one in registry.versions.referring_to(version.subject, version.version)})


def _check_all(registry: Registry, asked: Asked) -> dict[str, Any]:
    return _verdict(registry, asked, None)


def _check_one(registry: Registry, asked: Asked) -> dict[str, Any]:
    number = asked.version
    if number != -1:
        registry.versions.get(asked.subject, number)
    return _verdict(registry, asked, number)


def _verdict(registry: Registry, asked: Asked, version: int | None) -> dict[str, Any]:
    verbose = asked.flag("verbose")
    try:
        request = registration_request(asked.body)
        reasons = registry.check(asked.subject, request, version=version, normalize=asked.normalize)
    except Refusal as refusal:
        # Asked for reasons, an invalid schema is one more reason; otherwise it is refused.
        if not verbose or refusal.code != 42201:
            raise
        reasons = [refusal.message]
    return {"is_compatible": not reasons, **({"messages": reasons} if verbose else {})}


def _schemas(registry: Registry, asked: Asked) -> list[dict[str, Any]]:
    prefix = asked.query.get("subjectPrefix", "").removeprefix(":*:")
    with registry.lock:
        found = [version for version in registry.versions if asked.deleted or not version.deleted]
    found = [version for version in found if version.subject.startswith(prefix)]
    if asked.flag("latestOnly"):
        found = list({version.subject: version for version in found}.values())
    return _page([version.answer for version in found], asked)


def _by_id(registry: Registry, asked: Asked) -> list[Version]:
    with registry.lock:
        return registry.versions.with_id(asked.schema_id)


def _schema_by_id(registry: Registry, asked: Asked) -> dict[str, Any]:
    found = _by_id(registry, asked)
    subject = asked.query.get("subject")
    return next((version for version in found if version.subject == subject), found[0]).answer_without_id


def _text_by_id(registry: Registry, asked: Asked) -> Any:
    return _by_id(registry, asked)[0].schema.node


def _subjects_by_id(registry: Registry, asked: Asked) -> list[str]:
    return sorted({version.subject for version in _by_id(registry, asked) if asked.deleted or not version.deleted})


def _versions_by_id(registry: Registry, asked: Asked) -> list[dict[str, Any]]:
    return [
        {"subject": version.subject, "version": version.version}
        for version in _by_id(registry, asked)
        if asked.deleted or not version.deleted
    ]


def _schema_by_guid(registry: Registry, asked: Asked) -> dict[str, Any]:
    guid = str(asked.path["guid"])
    with registry.lock:
        for version in registry.versions:
            if version.schema.guid == guid:
                return version.answer_without_id
    raise schema_not_found(guid)


def _settings(registry: Registry, asked: Asked) -> Mapping[str, Any]:
    with registry.lock:
        return registry.configuration.settings(asked.path.get("subject"), or_global=asked.flag("defaultToGlobal"))


def _configure(registry: Registry, asked: Asked) -> Mapping[str, Any]:
    with registry.lock:
        return registry.configuration.configure(asked.path.get("subject"), asked.body)


def _forget_settings(registry: Registry, asked: Asked) -> Mapping[str, Any]:
    with registry.lock:
        return registry.configuration.forget_settings(asked.path.get("subject"))


def _mode(registry: Registry, asked: Asked) -> dict[str, str]:
    with registry.lock:
        return {"mode": registry.configuration.mode(asked.path.get("subject"), or_global=asked.flag("defaultToGlobal"))}


def _set_mode(registry: Registry, asked: Asked) -> dict[str, str]:
    mode = str(asked.body.get("mode") or "")
    return {"mode": registry.set_mode(asked.path.get("subject"), mode, force=asked.flag("force"))}


def _forget_mode(registry: Registry, asked: Asked) -> dict[str, str]:
    with registry.lock:
        return {"mode": registry.configuration.forget_mode(asked.path.get("subject"))}


def _page(items: list[Any], asked: Asked) -> list[Any]:
    offset, limit = int(asked.query.get("offset", 0)), int(asked.query.get("limit", -1))
    return items[offset:] if limit < 0 else items[offset : offset + limit]
