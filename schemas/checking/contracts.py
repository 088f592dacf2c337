"""The contracts of this checkout, checked against what the caller names."""

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas.checking.change import CheckedChange
from schemas.checking.git_contracts import check_since, contracts_at
from schemas.checking.project_rules import RELEASE_CHANGED, project_finding
from schemas.checking.registered_history import check_against_registry
from schemas.checking.subjects import ContractHistory, check_releases, contract_histories
from schemas.environment import describe
from schemas.errors import ContractError
from schemas.evolution.finding import Finding
from schemas.fingerprints import changed_releases
from schemas.manifest import read_manifest
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings, TopicSettings


def check_contracts(folder: Traversable, topics: TopicSettings, against: str = "") -> list[CheckedChange]:
    """Check every contract in `folder`.

    Args:
        against: Empty for the released versions, a git ref, or the address of a registry.

    Raises:
        ContractError: a file or git cannot be read, or the address is none.
        RegistryError: the registry is away or refuses.
    """
    histories = contract_histories(read_manifest(folder), folder, topics)
    if against.startswith(("http://", "https://")):
        changes = _against_registry(against, histories)
    elif against:
        changes = _against_ref(against, histories, folder, topics)
    else:
        changes = [check_releases(history) for history in histories]
    return _with_changed_releases(changes, histories, folder)


def _against_registry(address: str, histories: Sequence[ContractHistory]) -> list[CheckedChange]:
    with RegistryClient(_settings_at(address)) as client:
        client.ready()  # refuses what is no registry; one without a primary yet can be read
        return [check_against_registry(client, history) for history in histories]


def _settings_at(address: str) -> RegistrySettings:
    """The environment's settings with another address, held to the same bounds; the message shows no secret of it."""
    given: dict[str, Any] = {"url": address}
    try:
        return RegistrySettings(**given)
    except ValidationError as error:
        problem = describe(error, RegistrySettings)
        raise ContractError(f"--against is taken for SCHEMA_REGISTRY_URL. {problem}") from error


def _against_ref(
    ref: str, histories: Sequence[ContractHistory], folder: Traversable, topics: TopicSettings
) -> list[CheckedChange]:
    with contracts_at(ref, Path(str(folder))) as place:
        before = contract_histories(read_manifest(place), place, topics)
        return check_since(before, histories, ref)


def _with_changed_releases(
    changes: Sequence[CheckedChange], histories: Sequence[ContractHistory], folder: Traversable
) -> list[CheckedChange]:
    """Objections to released files that were touched, at the first subject that holds the record."""
    objections = dict(changed_releases(folder))
    result = []
    records = {history.subject: history.contract.record for history in histories}
    for change in changes:
        name = records.get(change.subject, "").rpartition(".")[2]
        found: list[Finding] = [
            project_finding(RELEASE_CHANGED, records[change.subject], line, "What was registered is another schema.")
            for line in objections.pop(name, ())
        ]
        result.append(change.with_findings((*change.findings, *found)) if found else change)
    return result
