"""What the registry holds beside what the project wants. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from schemas.registration.desired import DesiredSubject
from schemas.registration.observed import ObservedSubject
from schemas.registry.comparison import same_schema
from schemas.registry.registered import RegisteredVersion


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """One version of a subject, or one release that no version holds.

    `release` is None for a version that is no release of ours. `version` is None for a missing release.
    `level` is the subject's own, None where it has none; `wanted_level` is the contract's.
    """

    subject: str
    record: str
    version: int | None
    schema_id: int | None
    release: int | None
    level: str | None
    wanted_level: str
    state: str


def listing(desired: Iterable[DesiredSubject], observed: Iterable[ObservedSubject]) -> tuple[ListedVersion, ...]:
    """Every version of the desired subjects, soft-deleted ones too, then every missing release."""
    return tuple(row for want, have in zip(desired, observed, strict=True) for row in _rows(want, have))


def _rows(want: DesiredSubject, have: ObservedSubject) -> Iterator[ListedVersion]:
    releases = {version.version: release for release, version in have.found.items()}
    for version in have.versions:
        release = releases.get(version.version) or _release_of(version, want)
        state = _state(release, version, have)
        yield replace(_row(want, have, release, state), version=version.version, schema_id=version.schema_id)
    retired = {version.version: (release, version.schema_id) for release, version in have.retired.items()}
    for number in have.deleted:
        gone, schema_id = retired.get(number, (None, None))
        yield replace(_row(want, have, gone, "soft-deleted"), version=number, schema_id=schema_id)
    for release_wanted in want.versions:
        if release_wanted.release not in have.found:
            yield _row(want, have, release_wanted.release, "missing: run `fraud-schemas register`")


def _state(release: int | None, version: RegisteredVersion, have: ObservedSubject) -> str:
    if release is None:
        return "not a release of this checkout"
    if release not in have.found:
        return "the same text with other references"
    return "registered" if have.found[release].version == version.version else "registered once more"


def _release_of(version: RegisteredVersion, want: DesiredSubject) -> int | None:
    for desired in want.versions:
        if same_schema(version.text, desired.text):
            return desired.release
    return None


def _row(want: DesiredSubject, have: ObservedSubject, release: int | None, state: str) -> ListedVersion:
    return ListedVersion(
        subject=want.subject,
        record=want.record,
        version=None,
        schema_id=None,
        release=release,
        level=have.level,
        wanted_level=want.level,
        state=state,
    )
