"""The contracts as schemas with files, ready to be checked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from schemas.checking.change import CheckedChange, check_history
from schemas.checking.schema_file import SchemaFile
from schemas.deploy_order import Deployment
from schemas.errors import ContractError
from schemas.evolution.policy import Policy
from schemas.manifest import Contract, ReferencedRecord, Release
from schemas.settings import TopicSettings

POLICY: Final = Policy(readers_convert_defaults=True)
"""What the rules need to know of this project: its deserializer copies and converts defaults."""


@dataclass(frozen=True, slots=True)
class ContractHistory:
    """One contract with its texts as files.

    Args:
        released: Versions, oldest first.
        current: The current text, where it, or a newer release it could refer to, makes a next version.
    """

    contract: Contract
    subject: str
    released: tuple[SchemaFile, ...]
    current: SchemaFile | None

    @property
    def versions(self) -> tuple[SchemaFile, ...]:
        """The released versions, and the current text where it is another."""
        return (*self.released, *((self.current,) if self.current else ()))

    def check(self, earlier: Sequence[SchemaFile], now: SchemaFile, version: int | None = None) -> CheckedChange:
        """Check one version after others under this contract's level."""
        deployment = Deployment(version, self.contract.writers, self.contract.readers)
        return check_history(
            self.subject, earlier, now, level=self.contract.compatibility, deployment=deployment, policy=POLICY
        )


def contract_histories(
    contracts: Sequence[Contract], folder: Traversable, topics: TopicSettings
) -> tuple[ContractHistory, ...]:
    """Every contract with its released texts and its current one.

    Raises:
        ContractError: a record has no current text.
    """
    by_topic = {contract.topic: contract for contract in contracts}
    files = _Files(by_topic, folder)
    return tuple(
        ContractHistory(
            contract,
            topics.subject_of(contract.topic),
            tuple(files.released(release) for release in contract.releases),
            files.current(contract),
        )
        for contract in contracts
    )


def check_releases(history: ContractHistory) -> CheckedChange:
    """The newest text of a contract against all before it; the current one where it differs from the newest release."""
    *earlier, now = history.versions
    change = history.check(earlier, now, len(earlier) + 1)
    if history.current is None:
        return change
    note = f"version {len(earlier) + 1} is not released yet: `fraud-schemas release {history.contract.record}` does it"
    return replace(change, notes=(*change.notes, note))


class _Files:
    """Makes files of releases, their references included."""

    def __init__(self, contracts: Mapping[str, Contract], folder: Traversable) -> None:
        self._contracts = contracts
        self._folder = folder

    def released(self, release: Release) -> SchemaFile:
        file = self._folder / "released" / release.record.rpartition(".")[2] / f"{release.version}.avsc"
        references = tuple(self._references(release.references))
        return SchemaFile(shown(file), release.text, f"{release.record} version {release.version}", references)

    def current(self, contract: Contract) -> SchemaFile | None:
        file = self._folder / f"{contract.record.rpartition('.')[2]}.avsc"
        try:
            text = file.read_text("utf-8")
        except OSError as error:
            raise ContractError(f"{shown(file)}: the current text of {contract.record} cannot be read.") from error
        references = newest_references(contract, self._contracts)
        if text == contract.release().text and references == contract.references:
            return None
        return SchemaFile(shown(file), text, f"{contract.record} as it is now", tuple(self._references(references)))

    def _references(self, references: Sequence[ReferencedRecord]) -> Iterator[SchemaFile]:
        for reference in references:
            target = self._contracts[reference.contract].release(reference.version)
            yield from self._references(target.references)
            yield self.released(target)


def newest_references(contract: Contract, contracts: Mapping[str, Contract]) -> tuple[ReferencedRecord, ...]:
    """What the next release would refer to: the same records as the newest, in their newest releases."""
    return tuple(
        replace(reference, version=contracts[reference.contract].release().version) for reference in contract.references
    )


def shown(file: Traversable, here: Callable[[], Path] = Path.cwd) -> str:
    """The path of a file relative to the working directory where it lies below it."""
    path = Path(str(file))
    try:
        return path.resolve().relative_to(here().resolve()).as_posix()
    except ValueError:
        return path.as_posix()
