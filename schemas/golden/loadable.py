"""Released texts are loaded by every parser before anything is read or written with them."""

from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable

from schemas.checking.schema_file import SchemaFile
from schemas.errors import ContractError
from schemas.evolution.finding import Location
from schemas.evolution.validity import parser_problems, problems
from schemas.golden.replay import pinned_release
from schemas.manifest import Contract
from schemas.serdes.pinned import PinnedSchema


def require_loadable(contracts: Sequence[Contract], folder: Traversable) -> None:
    """Passes where Avro Java and the Python parsers take every released text in `folder`.

    Raises:
        ContractError: one does not take a text; the message has file, line and column.
    """
    for contract in contracts:
        for release in contract.releases:
            *references, file = _files(pinned_release(contracts, contract.topic, release.version), folder)
            _require(SchemaFile(file.path, file.text, references=tuple(references)))


def _files(pinned: PinnedSchema, folder: Traversable) -> Iterator[SchemaFile]:
    """The text's file, after those that it refers to."""
    for reference in pinned.references:
        yield from _files(reference, folder)
    place = folder / "released" / pinned.record.rpartition(".")[2] / f"{pinned.version}.avsc"
    yield SchemaFile(str(place), pinned.text)


def _require(file: SchemaFile) -> None:
    schema = file.load()
    for problem in (*problems(schema), *parser_problems(schema)):
        position = file.position(Location("", problem.pointer))
        raise ContractError(
            f"{file.path}:{position.line}:{position.column}: {problem.message} Not every parser loads the text; "
            "`fraud-schemas lint` says all that is wrong with it."
        )
