"""A plan judged by the rules, with waivers."""

from collections.abc import Mapping, Sequence

from schemas.checking.change import CheckedChange
from schemas.checking.planned import check_plan, refusals
from schemas.checking.subjects import ContractHistory
from schemas.checking.waiver_file import with_waivers
from schemas.checking.waiving import today
from schemas.evolution.waivers import Waiver
from schemas.registration.plan import Plan
from schemas.registration.retrying import Retrying
from schemas.registry.client import RegistryClient


def judge(
    client: RegistryClient, plan: Plan, histories: Sequence[ContractHistory], waivers: Sequence[Waiver]
) -> tuple[CheckedChange, ...]:
    """Every release a plan would register, checked, with the waivers applied as of today.

    Raises:
        RegistryError: the registry is away or refuses.
        ContractError: a text cannot be read.
    """
    return with_waivers(check_plan(client, plan, histories), waivers, today(), whole=False)


def refused_by(
    client: RegistryClient,
    histories: Sequence[ContractHistory],
    waivers: Sequence[Waiver],
    retrying: Retrying,
    plan: Plan,
) -> Mapping[str, Sequence[str]]:
    """Subjects of a plan that the rules refuse, with the reasons; errors as `judge`."""
    return refusals(retrying(lambda: judge(client, plan, histories, waivers)))
