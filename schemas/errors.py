"""Errors of the contract.

* SchemasError
    * RegistryError                   the registry, seen from here
        * RegistryUnreachableError    no answer, or one that says "later"             retry
        * RegistryRefusedError        an answer that says no (authorization, mode …)  stop
        * IncompatibleSchemaError     refused by the compatibility level              stop
        * PlanOutdatedError           somebody registered since the plan was made     stop
    * RecordError                     one record's bytes
        * FrameError                  no magic byte, no id                            dead letter
        * UnknownSchemaError          an id the registry does not hold                dead letter
        * DecodeError                 bytes that do not decode                        dead letter
            * InvalidValueError       bytes that decode to a value not allowed        dead letter
        * EncodeError                 a record that the contract does not allow       dead letter
    * ContractError                   misuse: manifest, released files, settings      stop
"""

from collections.abc import Sequence
from typing import ClassVar

from schemas.fate import Fate


class SchemasError(Exception):
    """Root of this package's errors."""

    fate: ClassVar[Fate] = Fate.STOP


class RegistryError(SchemasError):
    """The schema registry could not do what was asked.

    Args:
        message: What happened, the values, the next step.
        subject: Subject that was asked about, where there is one.
        schema_id: Schema id that was asked about, where there is one.
        status: HTTP status of the answer; None where there was none.
        error_code: The registry's own `error_code`; None where the answer had none.
    """

    def __init__(
        self,
        message: str,
        *,
        subject: str | None = None,
        schema_id: int | None = None,
        status: int | None = None,
        error_code: int | None = None,
    ) -> None:
        super().__init__(message)
        self.subject = subject
        self.schema_id = schema_id
        self.status = status
        self.error_code = error_code


class RegistryUnreachableError(RegistryError):
    """No answer, a timeout, or a status that says "later" (408, 429, 5xx). Ask again; never a dead letter."""

    fate: ClassVar[Fate] = Fate.RETRY


class RegistryRefusedError(RegistryError):
    """An answer that asking again will not change: authorization, mode, an invalid schema."""


class IncompatibleSchemaError(RegistryError):
    """The compatibility level of the subject refuses the schema (HTTP 409).

    Args:
        reasons: The registry's reasons, one a line, as far as it gives any.
    """

    def __init__(self, message: str, *, subject: str | None = None, reasons: Sequence[str] = ()) -> None:
        super().__init__(message, subject=subject, status=409)
        self.reasons = tuple(reasons)


class PlanOutdatedError(RegistryError):
    """Somebody registered a version, or changed the contracts, since the plan was made; plan again.

    Args:
        versions: Versions of the subject that the plan does not know.
    """

    def __init__(self, message: str, *, subject: str | None = None, versions: Sequence[int] = ()) -> None:
        super().__init__(message, subject=subject)
        self.versions = tuple(versions)


class RecordError(SchemasError):
    """One record cannot be decoded or encoded.

    Args:
        message: What happened, the values, the next step.
        schema_id: Id in the frame, where one could be read.
    """

    fate: ClassVar[Fate] = Fate.DEAD_LETTER

    def __init__(self, message: str, *, schema_id: int | None = None) -> None:
        super().__init__(message)
        self.schema_id = schema_id


class FrameError(RecordError):
    """The value does not begin with magic byte 0 and a schema id of four bytes, or is empty, or null."""


class UnknownSchemaError(RecordError):
    """The registry answers and does not hold the id."""


class DecodeError(RecordError):
    """The bytes do not decode, trail, are another record, or give a value outside the contract."""


class InvalidValueError(DecodeError):
    """The bytes decode, and give a value outside the contract: precision, range, length."""


class EncodeError(RecordError):
    """The record does not fit the contract: unknown or missing key, out of range, out of scale, naive datetime."""


class ContractError(SchemasError):
    """The manifest, a released file or a setting contradicts itself. The message names the command that mends it."""
