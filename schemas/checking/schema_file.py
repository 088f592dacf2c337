"""A schema with the name it is known by, so that an objection can point at a line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from schemas.errors import ContractError
from schemas.evolution.errors import SchemaTextError
from schemas.evolution.finding import Location
from schemas.evolution.loader import load_text
from schemas.evolution.model import UNKNOWN, Schema
from schemas.evolution.positions import Position, PositionedText, read_text


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One schema's text.

    Args:
        path: Path or address to show, and to put beside line numbers.
        name: What it is called in a sentence, for example "version 1".
        references: Schemas whose names it uses, each after those that it refers to.
    """

    path: str
    text: str = field(repr=False)
    name: str = ""
    references: tuple["SchemaFile", ...] = ()

    def load(self) -> Schema:
        """The schema's model.

        Raises:
            ContractError: it, or a reference, is no JSON; the message has file, line and column.
        """
        try:
            for reference in self.references:
                load_text(reference.text)
            return load_text(self.text, [reference.text for reference in self.references])
        except SchemaTextError as error:
            raise ContractError(f"{self._culprit().path}:{error.line}:{error.column}: {error.problem}") from error

    def document(self, location: Location) -> "SchemaFile":
        """The file a location lies in: this one or a reference."""
        return self.references[location.document - 1] if location.document else self

    def position(self, location: Location) -> Position:
        """Line and column of a location in its document."""
        return positioned(self.document(location).text).locate(location.pointer)

    def _culprit(self) -> "SchemaFile":
        for candidate in self.references:
            try:
                load_text(candidate.text)
            except SchemaTextError:
                return candidate
        return self


def read_schema_file(path: Path, *, name: str = "", references: Sequence[SchemaFile] = ()) -> SchemaFile:
    """Read a file.

    Raises:
        ContractError: it cannot be read, or is no UTF-8.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ContractError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ContractError(f"{path}: no UTF-8 at byte {error.start}; save it as UTF-8.") from error
    return SchemaFile(str(path), text, name or str(path), tuple(references))


def require_known_types(file: SchemaFile) -> Schema:
    """The model of a schema in which every name is known.

    Raises:
        ContractError: no JSON, no schema, or a name that nothing defines; with file, line and column.
    """
    schema = file.load()
    for flaw in schema.flaws:
        if flaw.kind == "UNKNOWN_NAME" or (schema.root.kind == UNKNOWN and not flaw.pointer):
            document = file.references[flaw.document - 1] if flaw.document else file
            position = positioned(document.text).locate(flaw.pointer)
            hint = "; give the file that defines it with --reference" if flaw.kind == "UNKNOWN_NAME" else ""
            raise ContractError(f"{document.path}:{position.line}:{position.column}: {flaw.message}{hint}.")
    return schema


@lru_cache(maxsize=64)
def positioned(text: str) -> PositionedText:
    """The text with its positions; a report asks for the same few texts many times."""
    return read_text(text)
