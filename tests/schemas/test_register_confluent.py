"""Registration where only a Confluent registry can show it: modes, metadata, making an older release the latest."""

import pytest

from schemas.errors import PlanOutdatedError, RegistryRefusedError
from schemas.manifest import read_manifest
from schemas.registration.outcome import Happened, exit_code
from schemas.registration.plan import plan_as_json, plan_from_json
from schemas.registration.register import apply_plan, plan_registration, register
from schemas.registry.registered import SchemaText
from tests.schemas.contract_folder import AMOUNT, CHANNEL, NOTE, record, write_contracts

MANIFEST = """contracts:
  - topic: transactions
    record: fraud.T
    compatibility: BACKWARD_TRANSITIVE
"""
WITH_METADATA = MANIFEST + "    metadata: {owner: fraud-team}\n"
FIRST, SECOND, FOREIGN = record("T", AMOUNT), record("T", AMOUNT, NOTE), record("T", AMOUNT, CHANNEL)
BROKEN = record("T", AMOUNT, {"name": "account", "type": "string", "doc": "Account."})


@pytest.fixture
def registry_url(sandbox_registry):
    """Only the in-process registry, which answers like Confluent's."""
    return sandbox_registry.url


@pytest.fixture
def subject(topics):
    """The subject of these tests."""
    return topics.subject_of("transactions")


@pytest.fixture
def contracts_of(tmp_path):
    """Contracts made of the releases given."""
    folders = iter(range(100))

    def make(*texts: str, manifest: str = MANIFEST):
        return read_manifest(write_contracts(tmp_path / str(next(folders)), manifest, {"T": texts}))

    return make


@pytest.mark.parametrize("mode", ["READONLY", "IMPORT"])
def test_subject_left_in_another_mode_is_not_written(client, between, contracts_of, topics, subject, mode):
    """Registration stops before level and schema, and says which mode to set."""
    client.set_mode(subject, mode)
    between.seen.clear()
    (outcome,) = register(client, contracts_of(FIRST), topics)
    assert outcome.happened is Happened.BLOCKED
    assert f"in mode {mode}" in outcome.notes[0]
    assert "READWRITE" in outcome.notes[0]
    assert exit_code([outcome]) == 2
    assert between.writes() == []


def test_mode_that_changes_after_the_plan_blocks_too(client, contracts_of, topics, subject):
    """The mode is asked again before anything is written."""
    plan = plan_registration(client, contracts_of(FIRST), topics)
    client.set_mode(subject, "IMPORT")
    (outcome,) = apply_plan(client, plan, contracts_of(FIRST), topics)
    assert outcome.happened is Happened.BLOCKED
    assert client.versions(subject) == ()


def test_refusal_carries_the_reasons_of_the_check(client, contracts_of, topics):
    """The registry's reasons name the field and the version."""
    register(client, contracts_of(FIRST), topics)
    outcomes = register(client, contracts_of(FIRST, BROKEN), topics)
    reasons = "\n".join(outcomes[1].notes)
    assert outcomes[1].happened is Happened.REFUSED
    assert "account" in reasons
    assert "oldSchemaVersion: 1" in reasons


def test_metadata_is_kept_and_found_again(client, contracts_of, topics, subject):
    """Metadata of the contract stands beside the schema, and the second run finds it."""
    contracts = contracts_of(FIRST, manifest=WITH_METADATA)
    (first,) = register(client, contracts, topics)
    assert first.happened is Happened.REGISTERED
    assert client.version(subject, 1).metadata["owner"] == "fraud-team"
    (second,) = register(client, contracts, topics)
    assert second.happened is Happened.UNCHANGED


def test_dropped_metadata_is_reported(client, between, contracts_of, topics):
    """A registry that answers 200 and keeps no metadata is found out by reading back."""

    def without_metadata(_seen, reply):
        status, body = reply
        return status, {key: value for key, value in body.items() if key != "metadata"}

    between.misbehave("GET", "/subjects/[^/]+/versions/1$", times=9, afterwards=without_metadata)
    (outcome,) = register(client, contracts_of(FIRST, manifest=WITH_METADATA), topics)
    assert outcome.happened is Happened.DIFFERS
    assert "dropped metadata owner" in outcome.notes[0]


def test_inherited_metadata_is_told(client, contracts_of, topics, subject):
    """Metadata that the registry copies from an older version is told, since leaving it out does not remove it."""
    client.register(subject, SchemaText(FIRST, metadata={"owner": "somebody"}))
    outcomes = register(client, contracts_of(FIRST, SECOND), topics)
    assert "metadata owner was inherited" in outcomes[1].notes[-1]
    assert exit_code(outcomes) == 0


def test_older_release_becomes_latest_by_flag(client, contracts_of, topics, subject):
    """With the flag the newest release of this checkout is the latest version again, once."""
    register(client, contracts_of(FIRST), topics)
    client.register(subject, SchemaText(FOREIGN))
    (outcome,) = register(client, contracts_of(FIRST), topics, make_latest=True)
    assert (outcome.happened, outcome.version) == (Happened.REGISTERED, 3)
    assert client.version(subject, "latest").version == 3
    (again,) = register(client, contracts_of(FIRST), topics, make_latest=True)
    assert again.happened is Happened.UNCHANGED
    assert client.versions(subject) == (1, 2, 3)


def test_saved_plan_is_applied_as_it_is(client, contracts_of, topics, subject):
    """A plan that went through a file does what it said."""
    plan = plan_registration(client, contracts_of(FIRST, SECOND), topics)
    outcomes = apply_plan(client, plan_from_json(plan_as_json(plan)), contracts_of(FIRST, SECOND), topics)
    assert [(o.happened, o.version) for o in outcomes] == [(Happened.REGISTERED, 1), (Happened.REGISTERED, 2)]
    assert client.versions(subject) == (1, 2)


def test_saved_plan_is_refused_when_somebody_registered_since(client, contracts_of, topics, subject):
    """The version numbers of the plan are its lock."""
    register(client, contracts_of(FIRST), topics)
    plan = plan_registration(client, contracts_of(FIRST, SECOND), topics)
    client.register(subject, SchemaText(FOREIGN))
    with pytest.raises(PlanOutdatedError, match="was registered since the plan was made") as raised:
        apply_plan(client, plan, contracts_of(FIRST, SECOND), topics)
    assert raised.value.versions == (2,)
    assert client.versions(subject) == (1, 2)


def test_saved_plan_is_refused_for_other_contracts(client, contracts_of, topics, subject):
    """A plan made for another text is not applied to this one."""
    plan = plan_registration(client, contracts_of(FIRST), topics)
    with pytest.raises(PlanOutdatedError, match="changed since the plan was made"):
        apply_plan(client, plan, contracts_of(SECOND), topics)
    assert client.versions(subject) == ()


def test_invalid_schema_blocks_its_subject_and_takes_the_level_back(client, between, contracts_of, topics, subject):
    """A schema the registry takes for invalid is told with its words; the level that was set for it is taken back."""
    invalid = lambda _seen: (422, {"error_code": 42201, "message": "Invalid schema: why"})  # noqa: E731 - read here
    between.misbehave("POST", f"/subjects/{subject}/versions", instead=invalid)
    (outcome,) = register(client, contracts_of(FIRST), topics)
    assert outcome.happened is Happened.BLOCKED
    assert "Invalid schema: why" in outcome.notes[0]
    assert client.level(subject) is None


def test_denied_registration_takes_the_level_back(client, between, contracts_of, topics, subject):
    """Somebody who may set levels and not register leaves nothing behind."""
    denied = lambda _seen: (403, {"error_code": 40301, "message": "User is denied"})  # noqa: E731 - read here
    between.misbehave("POST", f"/subjects/{subject}/versions", instead=denied)
    with pytest.raises(RegistryRefusedError, match="not allowed"):
        register(client, contracts_of(FIRST), topics)
    assert client.level(subject) is None


def test_level_drift_is_mended_and_told(client, contracts_of, topics, subject):
    """A level somebody changed is set back although no version is missing."""
    register(client, contracts_of(FIRST), topics)
    client.set_level(subject, "NONE")
    (outcome,) = register(client, contracts_of(FIRST), topics)
    assert outcome.happened is Happened.LEVEL_SET
    assert outcome.notes == ("level NONE -> BACKWARD_TRANSITIVE",)
    assert client.level(subject) == "BACKWARD_TRANSITIVE"
