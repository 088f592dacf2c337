"""Registration from end to end: look, plan, apply, and plan again when somebody was faster."""

from collections.abc import Callable, Mapping, Sequence

from schemas.errors import PlanOutdatedError
from schemas.manifest import Contract
from schemas.registration.apply import PlanApplication
from schemas.registration.desired import DesiredSubject, desired_state
from schemas.registration.observe import observe
from schemas.registration.outcome import Outcome
from schemas.registration.plan import Plan
from schemas.registration.planning import build_plan
from schemas.registration.retrying import Retrying
from schemas.registry.client import RegistryClient
from schemas.settings import TopicSettings

Judge = Callable[[Plan], Mapping[str, Sequence[str]]]
"""Subjects of a plan that the rules refuse, with the reasons."""

ROUNDS = 3
"""Plans in all: one that is outdated twice has met a loop that registers without end."""


def plan_registration(
    client: RegistryClient,
    contracts: Sequence[Contract],
    topics: TopicSettings,
    *,
    make_latest: bool = False,
    retrying: Retrying | None = None,
) -> Plan:
    """What registration would do now; changes nothing.

    Raises:
        RegistryUnreachableError: the registry stays away.
        RegistryRefusedError: the registry refuses to answer.
        ContractError: the contracts contradict the topic names.
    """
    desired = desired_state(contracts, topics)
    return (retrying or Retrying())(lambda: _plan(client, desired, make_latest=make_latest))


def register(
    client: RegistryClient,
    contracts: Sequence[Contract],
    topics: TopicSettings,
    *,
    make_latest: bool = False,
    retrying: Retrying | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    judge: Judge | None = None,
) -> tuple[Outcome, ...]:
    """Register every release that the registry lacks, and set the levels.

    Delivery: safe to repeat and to run in parallel; a second run changes nothing.

    Args:
        make_latest: Where the newest release is registered but no longer latest, register it once more.
        on_outcome: Told each outcome as it happens.
        judge: Says which subjects of a plan the project's own rules refuse, and why; none without it.

    Raises:
        PlanOutdatedError: somebody else kept registering at the same time.
        RegistryUnreachableError, RegistryRefusedError, ContractError: as `plan_registration`.
    """
    retrying = retrying or Retrying()
    desired = desired_state(contracts, topics)
    application = PlanApplication(client, desired, retrying, on_outcome)
    for attempt in range(1, ROUNDS + 1):
        try:
            plan = retrying(lambda: _plan(client, desired, make_latest=make_latest))
            application.apply(plan, judge(plan) if judge else None)
            break
        except PlanOutdatedError:
            if attempt == ROUNDS:
                raise
    return application.outcomes


def apply_plan(
    client: RegistryClient,
    plan: Plan,
    contracts: Sequence[Contract],
    topics: TopicSettings,
    *,
    retrying: Retrying | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    judge: Judge | None = None,
) -> tuple[Outcome, ...]:
    """Do exactly what the plan says.

    Raises:
        PlanOutdatedError: somebody registered, or the contracts changed, since the plan was made.
        RegistryUnreachableError, RegistryRefusedError, ContractError: as `plan_registration`.
    """
    application = PlanApplication(client, desired_state(contracts, topics), retrying, on_outcome)
    application.apply(plan, judge(plan) if judge else None)
    return application.outcomes


def _plan(client: RegistryClient, desired: tuple[DesiredSubject, ...], *, make_latest: bool) -> Plan:
    capabilities = client.capabilities()
    return build_plan(
        client.url, desired, observe(client, desired, capabilities), capabilities, make_latest=make_latest
    )
