"""What becomes of a record, or of the process, when an error is raised."""

from enum import Enum


class Fate(Enum):
    """One of three: every error class carries one as `fate`, and `messaging.fates.fate_of` decides for foreign ones."""

    RETRY = "retry"
    """The same work is done again later; nothing is written."""

    DEAD_LETTER = "dead letter"
    """The record goes to the dead-letter topic in the same transaction, and the pipeline goes on."""

    STOP = "stop"
    """The process ends with a non-zero status; what was committed stays committed."""
