"""The versions of all subjects, and the ids: a store without rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.registry.content import Content, Reference, body_of
from sandbox.registry.refusal import schema_not_found, subject_not_found, version_not_found


@dataclass(slots=True)
class Version:
    """One version of a subject.

    Args:
        registered_at: Milliseconds since 1970-01-01T00:00:00Z.
    """

    subject: str
    version: int
    schema_id: int
    schema: Content
    registered_at: int
    deleted: bool = False

    @property
    def answer(self) -> dict[str, Any]:
        """What the registry answers about it."""
        return {"id": self.schema_id, **self.answer_without_id}

    @property
    def answer_without_id(self) -> dict[str, Any]:
        """What the registry answers about an id, which does not repeat the id."""
        return {
            "subject": self.subject,
            "version": self.version,
            **body_of(self.schema),
            "ts": self.registered_at,
            "deleted": self.deleted,
        }


class Versions:
    """Versions by subject and number, soft-deleted ones included until they are removed.

    Delivery: memory only; not locked, whoever calls it holds the registry's lock.
    """

    def __init__(self) -> None:
        self._subjects: dict[str, dict[int, Version]] = {}
        self._last_id = 0

    def __iter__(self) -> Iterator[Version]:
        for subject in sorted(self._subjects):
            yield from self.of(subject, deleted=True)

    def of(self, subject: str, *, deleted: bool = False) -> list[Version]:
        """Versions of a subject, rising."""
        versions = sorted(self._subjects.get(subject, {}).items())
        return [version for _, version in versions if deleted or not version.deleted]

    def has(self, subject: str, *, deleted: bool = False) -> bool:
        """Whether the subject has a version."""
        return bool(self.of(subject, deleted=deleted))

    def get(self, subject: str, number: int, *, deleted: bool = False) -> Version:
        """A version; -1 is the latest.

        Raises:
            Refusal: 40401 or 40402.
        """
        versions = self.of(subject, deleted=deleted)
        if not versions:
            raise subject_not_found(subject)
        found = versions[-1] if number == -1 else self._subjects[subject].get(number)
        if found is None or (found.deleted and not deleted):
            raise version_not_found(number)
        return found

    def next_number(self, subject: str) -> int:
        """The number the subject's next version gets."""
        return max(self._subjects.get(subject, {}), default=0) + 1

    def with_identity(self, identity: str) -> list[Version]:
        """Versions of any subject that hold this schema, soft-deleted ones included."""
        return [version for version in self if version.schema.identity == identity]

    def with_id(self, schema_id: int) -> list[Version]:
        """Versions of any subject that have this id.

        Raises:
            Refusal: 40403.
        """
        found = [version for version in self if version.schema_id == schema_id]
        if not found:
            raise schema_not_found(schema_id)
        return found

    def new_id(self) -> int:
        """An id that is not in use."""
        used = {version.schema_id for version in self}
        self._last_id += 1
        while self._last_id in used:
            self._last_id += 1
        return self._last_id

    def add(self, version: Version) -> None:
        """Keep a version; soft-deleted older ones with its id go for good, as in Confluent's."""
        kept = self._subjects.setdefault(version.subject, {})
        for older in list(kept.values()):
            if older.deleted and older.schema_id == version.schema_id and older.version < version.version:
                del kept[older.version]
        kept[version.version] = version

    def remove(self, version: Version) -> None:
        """Forget a version."""
        del self._subjects[version.subject][version.version]
        if not self._subjects[version.subject]:
            del self._subjects[version.subject]

    def referring_to(self, subject: str, number: int) -> list[Version]:
        """Living versions that refer to one."""
        return [
            version
            for version in self
            if not version.deleted
            and any((reference.subject, reference.version) == (subject, number) for reference in self.pinned(version))
        ]

    def pinned(self, version: Version) -> tuple[Reference, ...]:
        """The version's references."""
        return version.schema.references

    def subjects(self, visible: Mapping[bool, bool]) -> list[str]:
        """Names of subjects, by whether all their versions are deleted."""
        return [name for name in sorted(self._subjects) if visible[not self.has(name)]]
