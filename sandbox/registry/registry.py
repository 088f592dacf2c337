"""The registry without HTTP: what is registered, looked up, checked and deleted, by the rules of Confluent's."""

from collections.abc import Callable, Mapping, Sequence
from threading import RLock
from typing import Any

from sandbox.registry.compatibility import objections
from sandbox.registry.configuration import Configuration
from sandbox.registry.content import Content, Reference, content, merged, properties_of, with_version
from sandbox.registry.refusal import (
    Refusal,
    incompatible,
    invalid_schema,
    reference_exists,
    schema_not_found,
    subject_not_found,
    subject_not_soft_deleted,
    subject_soft_deleted,
    version_not_soft_deleted,
    version_soft_deleted,
    version_taken,
)
from sandbox.registry.registration_request import RegistrationRequest
from sandbox.registry.validity import parsed
from sandbox.registry.versions import Version, Versions
from schemas.evolution.loader import load
from schemas.evolution.model import Schema


class Registry:
    """All state of the registry, and every change of it.

    Delivery: memory only, gone with the object. Every method is atomic: threads see it before or after, and one
    schema registered by many at once has one version and one id.

    Args:
        clock: Gives milliseconds since 1970-01-01T00:00:00Z, for the time of a registration.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self.lock = RLock()
        """Held while versions or configuration are read or changed together."""
        self.versions = Versions()
        self.configuration = Configuration()

    def register(self, subject: str, request: RegistrationRequest, *, normalize: bool = False) -> Version:
        """Register a schema; one that the subject holds already changes nothing.

        Raises:
            Refusal: 40901, 42201 or 42205.
        """
        with self.lock:
            found = self._already_registered(subject, request, normalize)
            return found or self._register(subject, request, self._normalizes(subject, normalize))

    def look_up(
        self, subject: str, request: RegistrationRequest, *, normalize: bool = False, deleted: bool = False
    ) -> Version:
        """The version of the subject that holds the schema.

        Raises:
            Refusal: 40401, 40403 or 42201.
        """
        with self.lock:
            found = self._find(subject, request, self._normalizes(subject, normalize), deleted=deleted)
            if found is None:
                raise schema_not_found() if self.versions.has(subject, deleted=deleted) else subject_not_found(subject)
            return found

    def check(
        self, subject: str, request: RegistrationRequest, *, version: int | None = None, normalize: bool = False
    ) -> list[str]:
        """Why the subject's level refuses the schema; empty if it does not.

        Args:
            version: Only look at this version, -1 for the latest; without it at all that the level looks at.

        Raises:
            Refusal: 40402 or 42201.
        """
        with self.lock:
            schema = self._content(request, self._normalizes(subject, normalize), strict=True)
            if version is None or not self.versions.has(subject):
                earlier = self.versions.of(subject)
            else:
                earlier = [self.versions.get(subject, version)]
            return self._objections(subject, schema, earlier)

    def delete_version(self, subject: str, number: int, *, permanent: bool = False) -> int:
        """Delete a version, softly unless `permanent`; returns its number.

        Raises:
            Refusal: 40401, 40402, 40406, 40407, 42205 or 42206.
        """
        with self.lock:
            version = self.versions.get(subject, number, deleted=True)
            self._check_deletion(version)
            if permanent and not version.deleted:
                raise version_not_soft_deleted(subject, version.version)
            if not permanent and version.deleted:
                raise version_soft_deleted(subject, version.version)
            self._delete([version], permanent=permanent)
            return version.version

    def delete_subject(self, subject: str, *, permanent: bool = False) -> list[int]:
        """Delete all versions of a subject, softly unless `permanent`; returns their numbers.

        Raises:
            Refusal: 40401, 40404, 40405, 42205 or 42206.
        """
        with self.lock:
            versions = self.versions.of(subject, deleted=True)
            if not versions:
                raise subject_not_found(subject)
            if permanent and self.versions.has(subject):
                raise subject_not_soft_deleted(subject)
            if not permanent and not self.versions.has(subject):
                raise subject_soft_deleted(subject)
            doomed = versions if permanent else self.versions.of(subject)
            for version in doomed:
                self._check_deletion(version)
            self._delete(doomed, permanent=permanent)
            return [version.version for version in doomed]

    def set_mode(self, subject: str | None, mode: str, *, force: bool) -> str:
        """Set the mode of a subject, or the global one.

        Raises:
            Refusal: 42204 or 42205.
        """
        with self.lock:
            living = any(not version.deleted for version in self.versions if subject in {None, version.subject})
            return self.configuration.set_mode(subject, mode, has_versions=living, force=force)

    def _normalizes(self, subject: str, normalize: bool) -> bool:
        return normalize or bool(self.configuration.settings(subject, or_global=True).get("normalize"))

    def _already_registered(self, subject: str, request: RegistrationRequest, normalize: bool) -> Version | None:
        settings = self.configuration.settings(subject, or_global=True)
        if not request.text or request.version or settings.get("defaultMetadata") or settings.get("overrideMetadata"):
            return None
        try:
            found = self._find(subject, request, self._normalizes(subject, normalize), deleted=False)
        except Refusal:
            return None
        return found if found is not None and request.schema_id in {-1, found.schema_id} else None

    def _register(self, subject: str, request: RegistrationRequest, normalize: bool) -> Version:
        is_new = request.schema_id < 0
        self.configuration.check_registration(subject, with_id=not is_new)
        number = self.versions.next_number(subject)
        if is_new:
            request = self._inherited(subject, request, number)
        schema = self._content(request, normalize, strict=is_new)
        known = self.versions.with_identity(schema.identity)
        for version in known:
            if version.subject == subject and not version.deleted and not request.version:
                return version
        if is_new:
            self._refuse_incompatible(subject, schema)
            if request.version > 0 and request.version != number:
                raise version_taken()
        version = Version(
            subject=subject,
            version=number if is_new or request.version <= 0 else request.version,
            schema_id=self._id_for(request, schema, known),
            schema=schema,
            registered_at=self._clock(),
        )
        self.versions.add(version)
        return version

    def _id_for(self, request: RegistrationRequest, schema: Content, known: Sequence[Version]) -> int:
        if request.schema_id < 0:
            return known[0].schema_id if known else self.versions.new_id()
        taken = [version for version in self.versions if version.schema_id == request.schema_id]
        if any(version.schema.identity != schema.identity for version in taken):
            message = f"Overwrite new schema with id {request.schema_id} in context . is not permitted."
            raise Refusal(422, 42205, message)
        return request.schema_id

    def _inherited(self, subject: str, request: RegistrationRequest, number: int) -> RegistrationRequest:
        """The request with what it leaves out taken from the latest version and from the configuration."""
        living = self.versions.of(subject)
        latest = living[-1].schema if living else None
        text, references = request.text, request.references
        if not text.strip():
            if latest is None:
                raise invalid_schema("Empty schema")
            text, references = latest.text, latest.references
        metadata = self._inherited_metadata(subject, request, latest)
        if request.version or (latest is not None and "confluent:version" in properties_of(metadata)):
            metadata = with_version(metadata, number)
        return RegistrationRequest(text, references, metadata, request.version)

    def _inherited_metadata(
        self, subject: str, request: RegistrationRequest, latest: Content | None
    ) -> Mapping[str, Any] | None:
        settings = self.configuration.settings(subject, or_global=True)
        own = request.metadata
        if own is None and latest is not None:
            own = latest.metadata
        return merged(merged(settings.get("defaultMetadata"), own), settings.get("overrideMetadata"))

    def _find(self, subject: str, request: RegistrationRequest, normalize: bool, *, deleted: bool) -> Version | None:
        """By what the request says, then by what it would inherit from the latest version."""
        schema = self._content(request, normalize, strict=False)
        candidates = self.versions.of(subject, deleted=deleted)[::-1]
        found = _same(schema, candidates)
        living = self.versions.of(subject)
        if found is not None or not living:
            return found
        metadata = self._inherited_metadata(subject, request, living[-1].schema)
        return _same(Content(schema.node, schema.references, metadata), candidates)

    def _content(self, request: RegistrationRequest, normalize: bool, *, strict: bool) -> Content:
        if not request.text.strip():
            raise invalid_schema("Empty schema")
        node = parsed(request.text, self._referenced(request.references), strict=strict)
        return content(node, request.references, request.metadata, normalize)

    def _referenced(self, references: Sequence[Reference]) -> list[Any]:
        """The schemas behind the references, each after those it refers to itself, each once."""
        found: dict[tuple[str, int], Any] = {}
        for reference in references:
            self._collect(reference, found)
        return list(found.values())

    def _collect(self, reference: Reference, found: dict[tuple[str, int], Any]) -> None:
        try:
            version = self.versions.get(reference.subject, reference.version)
        except Refusal as refusal:
            where = f'subject "{reference.subject}" and version {reference.version}'
            raise invalid_schema(f"No schema reference found for {where}") from refusal
        for inner in version.schema.references:
            self._collect(inner, found)
        found.setdefault((version.subject, version.version), version.schema.node)

    def _model(self, schema: Content) -> Schema:
        return load(schema.node, self._referenced(schema.references))

    def _objections(self, subject: str, schema: Content, earlier: Sequence[Version]) -> list[str]:
        settings = self.configuration.settings(subject, or_global=True)
        group = settings.get("compatibilityGroup")
        if group:
            wanted = properties_of(schema.metadata).get(group)
            earlier = [one for one in earlier if properties_of(one.schema.metadata).get(group) == wanted]
        models = [(version, self._model(version.schema)) for version in earlier]
        return objections(self.configuration.level(subject), self._model(schema), models)

    def _refuse_incompatible(self, subject: str, schema: Content) -> None:
        reasons = self._objections(subject, schema, self.versions.of(subject))
        if reasons:
            raise incompatible(subject, reasons)

    def _check_deletion(self, version: Version) -> None:
        self.configuration.check_readable_only(version.subject)
        if self.versions.referring_to(version.subject, version.version):
            raise reference_exists(version.subject, version.version)

    def _delete(self, doomed: Sequence[Version], *, permanent: bool) -> None:
        for version in doomed:
            if permanent:
                self.versions.remove(version)
            version.deleted = True
            if not self.versions.has(version.subject):
                self.configuration.forget_subject(version.subject)


def _same(schema: Content, candidates: Sequence[Version]) -> Version | None:
    """The first version that holds the schema; the stamped version number does not count where none was sent."""
    for version in candidates:
        if schema.identity == version.schema.identity:
            return version
    if schema.version_property is not None:
        return None
    for version in candidates:
        if schema.identity == version.schema.without_version().identity:
            return version
    return None
