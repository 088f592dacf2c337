"""Compatibility levels, modes and the settings beside them, for all subjects and for each."""

from collections.abc import Mapping
from typing import Any

from sandbox.registry.compatibility import LEVELS
from sandbox.registry.refusal import (
    Refusal,
    invalid_level,
    invalid_mode,
    level_not_configured,
    mode_not_configured,
    not_permitted,
    subject_not_found,
)

MODES = ("READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT")
LEVEL = "compatibilityLevel"
CONFIGURED = (
    "alias",
    "normalize",
    "validateFields",
    "validateNewSchemas",
    "compatibilityPolicy",
    "compatibilityGroup",
    "defaultMetadata",
    "overrideMetadata",
)
"""Settings that are kept beside the level; `sandbox.limits` says which of them act."""


class Configuration:
    """What is set globally and per subject.

    Delivery: memory only; not locked, whoever calls it holds the registry's lock.
    """

    def __init__(self) -> None:
        self._global: dict[str, Any] = {LEVEL: "BACKWARD"}
        self._of_subject: dict[str, dict[str, Any]] = {}
        self._mode = "READWRITE"
        self._mode_of_subject: dict[str, str] = {}

    def settings(self, subject: str | None, *, or_global: bool = False) -> Mapping[str, Any]:
        """Settings of a subject, or the global ones without a subject.

        Raises:
            Refusal: 40408, the subject has none of its own.
        """
        if subject is None:
            return dict(self._global)
        own = self._of_subject.get(subject)
        if own is None and not or_global:
            raise level_not_configured(subject)
        return {**self._global, **(own or {})} if or_global else dict(own or {})

    def configure(self, subject: str | None, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Set what the request names and keep the rest; returns the request.

        Raises:
            Refusal: 42203.
        """
        changes = {key: request[key] for key in CONFIGURED if key in request}
        if request.get("compatibility") is not None:
            level = str(request["compatibility"]).upper()
            if level not in LEVELS:
                raise invalid_level()
            changes[LEVEL] = level
        target = self._global if subject is None else self._of_subject.setdefault(subject, {})
        target.update(changes)
        return request

    def forget_settings(self, subject: str | None) -> Mapping[str, Any]:
        """Take settings away; returns them.

        Raises:
            Refusal: 40401, the subject has none of its own.
        """
        if subject is None:
            before, self._global = self._global, {LEVEL: "BACKWARD"}
            return before
        if subject not in self._of_subject:
            raise subject_not_found(subject)
        return self._of_subject.pop(subject)

    def level(self, subject: str) -> str:
        """The level in force."""
        return str(self.settings(subject, or_global=True)[LEVEL])

    def mode(self, subject: str | None, *, or_global: bool = False) -> str:
        """Mode of a subject, or the global one without a subject.

        Raises:
            Refusal: 40409, the subject has none of its own.
        """
        if subject is None or (or_global and self._mode == "READONLY_OVERRIDE"):
            return self._mode
        own = self._mode_of_subject.get(subject)
        if own is None and not or_global:
            raise mode_not_configured(subject)
        return own or self._mode

    def set_mode(self, subject: str | None, mode: str, *, has_versions: bool, force: bool) -> str:
        """Set a mode.

        Args:
            has_versions: Whether the subject, or any subject for the global mode, has a version.
            force: Allow IMPORT in spite of that.

        Raises:
            Refusal: 42204 or 42205.
        """
        mode = mode.upper()
        if mode not in MODES:
            raise invalid_mode()
        if mode == "IMPORT" and has_versions and not force and self.mode(subject, or_global=True) != "IMPORT":
            raise not_permitted("Cannot import since found existing subjects")
        if subject is None:
            self._mode = mode
        else:
            self._mode_of_subject[subject] = mode
        return mode

    def forget_mode(self, subject: str | None) -> str:
        """Take a mode away; returns it.

        Raises:
            Refusal: 40401, the subject has none of its own.
        """
        if subject is None:
            before, self._mode = self._mode, "READWRITE"
            return before
        if subject not in self._mode_of_subject:
            raise subject_not_found(subject)
        return self._mode_of_subject.pop(subject)

    def forget_subject(self, subject: str) -> None:
        """Take settings and mode of a subject away, as happens with its last living version."""
        self._of_subject.pop(subject, None)
        self._mode_of_subject.pop(subject, None)

    def check_readable_only(self, subject: str) -> None:
        """Refuse a change of a read-only subject.

        Raises:
            Refusal: 42205.
        """
        if self.mode(subject, or_global=True).startswith("READONLY"):
            raise _wrong_mode(subject, "read-only", negated=False)

    def check_registration(self, subject: str, *, with_id: bool) -> None:
        """Refuse a registration that the mode does not allow.

        Raises:
            Refusal: 42205.
        """
        self.check_readable_only(subject)
        mode = self.mode(subject, or_global=True)
        if with_id and mode != "IMPORT":
            raise _wrong_mode(subject, "import", negated=True)
        if not with_id and mode != "READWRITE":
            raise _wrong_mode(subject, "read-write", negated=True)


def _wrong_mode(subject: str, mode: str, *, negated: bool) -> Refusal:
    return not_permitted(f"Subject {subject} in context . is {'not ' if negated else ''}in {mode} mode")
