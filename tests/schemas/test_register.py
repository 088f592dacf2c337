"""Registration, against the in-process registry and a real one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from schemas.errors import RegistryRefusedError, RegistryUnreachableError
from schemas.manifest import load_manifest, read_manifest
from schemas.registration.outcome import Happened, exit_code
from schemas.registration.register import plan_registration, register
from schemas.registry.client import RegistryClient
from schemas.registry.registered import SchemaReference, SchemaText
from schemas.settings import RegistrySettings
from tests.schemas.contract_folder import AMOUNT, CHANNEL, NOTE, record, write_contracts

MANIFEST = """contracts:
  - topic: transactions
    record: fraud.T
    compatibility: FULL_TRANSITIVE
    writers: {generator: 1}
  - topic: legit
    record: fraud.T
    compatibility: FULL_TRANSITIVE
  - topic: fraud
    record: fraud.F
    compatibility: FULL_TRANSITIVE
    references:
      1: {fraud.T: {contract: transactions, version: 1}}
"""
HOLDER = record("F", {"name": "t", "type": "fraud.T", "doc": "The payment."})
HOLDER_TWICE = record("F", {"name": "t", "type": "fraud.T", "doc": "The payment."}, NOTE)
FIRST, SECOND, FOREIGN = record("T", AMOUNT), record("T", AMOUNT, NOTE), record("T", AMOUNT, CHANNEL)
BROKEN = record("T", {"name": "amount", "type": "string", "doc": "Amount."})


@pytest.fixture
def contracts_of(tmp_path):
    """Contracts made of the releases given."""
    folders = iter(range(100))

    def make(*texts: str, holders: tuple[str, ...] = (HOLDER,), manifest: str = MANIFEST):
        folder = tmp_path / str(next(folders))
        return read_manifest(write_contracts(folder, manifest, {"T": texts, "F": holders}))

    return make


def happened(outcomes, subject=None):
    """What happened, in order."""
    return [entry.happened.value for entry in outcomes if subject in {None, entry.subject}]


def test_packaged_contracts_are_registered_once(client, between, topics):
    """The first run registers everything, references resolved; the second writes nothing and says so."""
    first = register(client, load_manifest(), topics)
    assert set(happened(first)) == {"registered"}
    assert exit_code(first) == 0
    assert all(outcome.version == outcome.release for outcome in first)
    ids = {(outcome.topic, outcome.release): outcome.schema_id for outcome in first}
    subjects = {outcome.topic: outcome.subject for outcome in first}
    for release in (1, 2):
        assert ids["legit", release] == ids["transactions", release]
        kept = client.version(subjects["fraud"], release)
        assert kept.references == (SchemaReference("fraud.Transaction", subjects["transactions"], release),)
    between.seen.clear()
    second = register(client, load_manifest(), topics)
    assert set(happened(second)) == {"unchanged"}
    assert [(o.version, o.schema_id) for o in second] == [(o.version, o.schema_id) for o in first]
    assert between.writes() == []


def test_level_is_set_before_the_first_version(client, between, topics):
    """No version is ever registered under a registry's default level."""
    register(client, load_manifest(), topics)
    writes = [(request.method, request.path) for request in between.writes() if "transactions" in request.path]
    assert [method for method, _ in writes] == ["PUT", "POST", "POST"]
    assert client.level(topics.subject_of("transactions")) == "FULL_TRANSITIVE"


def test_all_releases_are_registered_in_order(client, contracts_of, topics):
    """On a fresh registry every released version is there, the newest as latest, one id per text over subjects."""
    outcomes = register(client, contracts_of(FIRST, SECOND), topics)
    rows = [(o.topic, o.release, o.version) for o in outcomes]
    assert rows[:4] == [("transactions", 1, 1), ("transactions", 2, 2), ("legit", 1, 1), ("legit", 2, 2)]
    assert [o.schema_id for o in outcomes[:2]] == [o.schema_id for o in outcomes[2:4]]


def test_later_release_refers_to_a_later_release(client, contracts_of, topics):
    """Each release of a record carries the references the manifest gives that release."""
    manifest = MANIFEST + "      2: {fraud.T: {contract: transactions, version: 2}}\n"
    outcomes = register(client, contracts_of(FIRST, SECOND, holders=(HOLDER, HOLDER_TWICE), manifest=manifest), topics)
    assert set(happened(outcomes)) == {"registered"}
    subject = topics.subject_of("fraud")
    assert [client.version(subject, number).references[0].version for number in (1, 2)] == [1, 2]


def test_new_release_is_added(client, contracts_of, topics):
    """A release that the registry lacks becomes the next version."""
    register(client, contracts_of(FIRST), topics)
    outcomes = register(client, contracts_of(FIRST, SECOND), topics)
    assert happened(outcomes, topics.subject_of("transactions")) == ["unchanged", "registered"]


def test_incompatible_release_is_refused_and_nothing_changes(client, contracts_of, topics):
    """The level refuses the release: exit 1, no version, and the level that was set for it is taken back."""
    subject = topics.subject_of("transactions")
    client.set_level(subject, "BACKWARD")
    client.register(subject, SchemaText(FIRST))
    outcomes = register(client, contracts_of(BROKEN), topics)
    assert happened(outcomes, subject) == ["refused"]
    assert "was tried and set back to BACKWARD" in outcomes[0].notes[-1]
    assert exit_code(outcomes) == 1
    assert client.versions(subject) == (1,)
    assert client.level(subject) == "BACKWARD"
    assert happened(outcomes, topics.subject_of("fraud")) == ["blocked"]
    assert "fraud.T is not registered" in outcomes[2].notes[0]


def test_level_that_was_unset_is_unset_again_after_a_refusal(client, contracts_of, topics):
    """A subject that had no level of its own has none after a refusal."""
    subject = topics.subject_of("transactions")
    client.register(subject, SchemaText(FIRST))
    before = client.level(subject)
    outcomes = register(client, contracts_of(BROKEN), topics)
    assert outcomes[0].happened is Happened.REFUSED
    assert outcomes[0].level == "unset"
    assert client.level(subject) == before


def test_release_after_a_refused_one_is_not_registered(client, contracts_of, topics):
    """A refused release does not let a later one slip into its place."""
    subject = topics.subject_of("transactions")
    register(client, contracts_of(FIRST), topics)
    outcomes = register(client, contracts_of(FIRST, BROKEN, SECOND), topics)
    assert happened(outcomes, subject) == ["unchanged", "refused", "blocked"]
    assert client.versions(subject) == (1,)


def test_registration_has_the_last_word(client, between, contracts_of, topics):
    """Where the check says nothing, the 409 of the registration refuses, with its reason."""
    register(client, contracts_of(FIRST), topics)
    between.misbehave("POST", "/compatibility/", times=10, instead=lambda _: (422, {"error_code": 42201}))
    outcomes = register(client, contracts_of(FIRST, BROKEN), topics)
    assert outcomes[1].happened is Happened.REFUSED
    assert "amount" in outcomes[1].notes[0] or "/fields/0" in outcomes[1].notes[0]


def test_dry_plan_writes_nothing(client, between, contracts_of, topics):
    """Planning only asks."""
    plan = plan_registration(client, contracts_of(FIRST, SECOND), topics)
    assert plan.changes
    assert between.writes() == []


def test_older_checkout_changes_nothing_and_says_so(client, contracts_of, topics):
    """The rollback no-op is told instead of silently ignored."""
    subject = topics.subject_of("transactions")
    register(client, contracts_of(FIRST, SECOND), topics)
    outcomes = register(client, contracts_of(FIRST), topics)
    assert outcomes[0].happened is Happened.ROLLBACK
    assert "registering an older release changes nothing" in outcomes[0].notes[0]
    assert exit_code(outcomes) == 0
    assert client.versions(subject) == (1, 2)


def test_soft_deleted_release_comes_back(client, contracts_of, topics):
    """A soft-deleted version is registered again, with the same id and the next number, and that is said."""
    subject = topics.subject_of("transactions")
    register(client, contracts_of(FIRST), topics)
    last = topics.subject_of("legit")
    schema_id = client.version(last, 1).schema_id
    client.delete_version(last, 1)
    outcomes = register(client, contracts_of(FIRST), topics)
    assert happened(outcomes, subject) == ["unchanged"]
    (again,) = (entry for entry in outcomes if entry.subject == last)
    assert (again.happened, again.version, again.schema_id) == (Happened.REGISTERED, 2, schema_id)
    assert "soft-deleted as version 1" in again.notes[0]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_answer_that_was_lost_is_looked_up_again(client, between, contracts_of, topics, retrying, status):
    """A registration that was done and answered with "later" is found, not done twice."""
    between.misbehave(
        "POST", "/subjects/[^/]+/versions", afterwards=lambda _seen, _reply: (status, {"error_code": 50002})
    )
    outcomes = register(client, contracts_of(FIRST), topics, retrying=retrying)
    assert set(happened(outcomes)) == {"registered"}
    assert client.versions(topics.subject_of("transactions")) == (1,)


def test_registry_that_stays_away_ends_the_run(client, between, contracts_of, topics, retrying):
    """Retries are bounded."""
    between.misbehave("GET", "/", times=1000, instead=lambda _: (503, None))
    with pytest.raises(RegistryUnreachableError):
        register(client, contracts_of(FIRST), topics, retrying=retrying)
    assert len(between.seen) == retrying.attempts


def test_version_registered_since_the_plan_is_planned_again(client, direct, between, contracts_of, topics):
    """Somebody who registers between plan and registration is seen, and the plan is made again."""
    subject = topics.subject_of("transactions")
    register(client, contracts_of(FIRST), topics)
    between.misbehave("GET", f"/mode/{topics.subject_of('fraud')}", meanwhile=lambda: register_foreign(direct, subject))
    outcomes = register(client, contracts_of(FIRST, SECOND), topics)
    assert client.versions(subject) == (1, 2, 3)
    assert happened(outcomes, subject) == ["unchanged", "registered"]
    assert outcomes[1].version == 3


def test_version_registered_at_the_same_moment_is_reported(client, direct, between, contracts_of, topics):
    """Somebody who slips in between look and registration is reported with exit 2, not ignored."""
    subject = topics.subject_of("transactions")
    register(client, contracts_of(FIRST), topics)
    between.misbehave("POST", f"/subjects/{subject}/versions", meanwhile=lambda: register_foreign(direct, subject))
    outcomes = register(client, contracts_of(FIRST, SECOND), topics)
    assert outcomes[1].happened is Happened.CONCURRENT
    assert outcomes[1].version == 3
    assert "version 2 came from elsewhere" in outcomes[1].notes[0]
    assert exit_code(outcomes) == 2


def test_another_run_of_the_same_release_is_no_conflict(client, direct, between, contracts_of, topics):
    """Two runs at once register each release once, and neither fails."""
    contracts, subject = contracts_of(FIRST, SECOND), topics.subject_of("transactions")
    between.misbehave("POST", f"/subjects/{subject}/versions", meanwhile=lambda: register(direct, contracts, topics))
    outcomes = register(client, contracts, topics)
    assert client.versions(subject) == (1, 2)
    assert exit_code(outcomes) == 0


def test_many_runs_at_once_register_each_release_once(registry_url, contracts_of, topics, retrying):
    """Services that all register at their start do not disturb each other."""
    contracts = contracts_of(FIRST, SECOND)

    def run(_number):
        with RegistryClient(RegistrySettings(url=registry_url)) as own:
            return register(own, contracts, topics, retrying=retrying)

    with ThreadPoolExecutor(6) as pool:
        runs = list(pool.map(run, range(6)))
    assert [exit_code(outcomes) for outcomes in runs] == [0] * 6
    assert len({tuple((o.version, o.schema_id) for o in outcomes) for outcomes in runs}) == 1
    with RegistryClient(RegistrySettings(url=registry_url)) as own:
        assert own.versions(topics.subject_of("transactions"), deleted=True) == (1, 2)


@pytest.mark.real
def test_metadata_is_not_lost_on_a_registry_that_drops_it(apicurio, contracts_of, topics):
    """Where a contract asks for metadata and the registry drops it, nothing is registered."""
    manifest = MANIFEST.replace("    writers: {generator: 1}\n", "    metadata: {owner: fraud-team}\n")
    with RegistryClient(RegistrySettings(url=apicurio.url)) as own:
        outcomes = register(own, contracts_of(FIRST, manifest=manifest), topics)
        assert outcomes[0].happened is Happened.BLOCKED
        assert "owner" in outcomes[0].notes[0]
        assert own.versions(topics.subject_of("transactions")) == ()


def test_dropped_change_is_reported(client, between, contracts_of, topics):
    """A registry that answers 200 and keeps another text (a doc dropped) is found out by reading back."""
    register(client, contracts_of(FIRST), topics)
    documented = FIRST.replace("minor units", "cents")
    subject = topics.subject_of("transactions")
    old = client.version(subject, 1)
    drop = lambda *_: (200, {"id": old.schema_id})  # noqa: E731 - read beside its use
    between.misbehave("POST", f"/subjects/{subject}/versions", instead=drop)
    outcomes = register(client, contracts_of(FIRST, documented), topics)
    assert outcomes[1].happened is Happened.DIFFERS
    assert f"answered id {old.schema_id} and kept another text" in outcomes[1].notes[0]
    assert exit_code(outcomes) == 2


def test_refused_authorization_is_not_repeated(client, between, contracts_of, topics, retrying):
    """A refusal that time does not mend ends the run at once."""
    between.misbehave("GET", "/mode/", times=100, instead=lambda _: (401, {"error_code": 401, "message": "no"}))
    with pytest.raises(RegistryRefusedError, match="SCHEMA_REGISTRY_BASIC_AUTH"):
        register(client, contracts_of(FIRST), topics, retrying=retrying)
    assert sum("/mode/" in request.path for request in between.seen) == 1


def register_foreign(client, subject):
    """What somebody else registers."""
    client.register(subject, SchemaText(FOREIGN))
