"""Observed state: what the registry holds under a subject. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.registry.registered import RegisteredVersion, Verdict

Positions = dict[tuple[str, int], int]
"""The version a release has in a subject: (subject, release) -> version."""


@dataclass(frozen=True, slots=True)
class ObservedSubject:
    """What the registry holds under one subject.

    `level` is the subject's own, None where it has none. `versions` are live, `deleted` are numbers of soft-deleted
    ones. `found` and `retired` say in which live or soft-deleted version a release lies. `verdicts` are the
    registry's answers, under the level of now, about releases that lie in neither.
    """

    subject: str
    mode: str | None = None
    level: str | None = None
    versions: tuple[RegisteredVersion, ...] = ()
    deleted: tuple[int, ...] = ()
    found: Mapping[int, RegisteredVersion] = field(default_factory=dict)
    retired: Mapping[int, RegisteredVersion] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)

    @property
    def known(self) -> tuple[int, ...]:
        """All version numbers ever given, rising, soft-deleted ones included."""
        return tuple(sorted({*(version.version for version in self.versions), *self.deleted}))

    @property
    def latest(self) -> RegisteredVersion | None:
        """The newest live version."""
        return self.versions[-1] if self.versions else None
