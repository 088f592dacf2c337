"""A plan judged with this project's contracts and waivers."""

from collections.abc import Sequence
from pathlib import Path

from schemas.checking.change import CheckedChange
from schemas.checking.planned import check_plan
from schemas.checking.subjects import contract_histories
from schemas.checking.waiver_file import with_waivers
from schemas.checking.waiving import project_waivers, today
from schemas.manifest import Contract, contracts_folder
from schemas.registration.plan import Plan
from schemas.registry.client import RegistryClient
from schemas.settings import TopicSettings


def judge(
    client: RegistryClient, plan: Plan, contracts: Sequence[Contract], topics: TopicSettings, waivers: Path | None
) -> tuple[CheckedChange, ...]:
    """Every release a plan would register, checked, with the waivers applied as of today.

    Raises:
        RegistryError: the registry is away or refuses.
        ContractError: a text or the waivers cannot be read.
    """
    folder = contracts_folder()
    changes = check_plan(client, plan, contract_histories(contracts, folder, topics))
    return with_waivers(changes, project_waivers(waivers, folder, topics), today())
