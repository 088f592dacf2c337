"""From desired and observed state to a plan, without a registry."""

import subprocess
import sys
from dataclasses import replace

import pytest

from schemas.errors import ContractError
from schemas.registration.desired import DesiredReference, DesiredSubject, DesiredVersion, desired_state
from schemas.registration.observed import ObservedSubject
from schemas.registration.outcome import Happened, exit_code, expected_outcomes
from schemas.registration.plan import Action, plan_as_json, plan_from_json
from schemas.registration.planning import build_plan
from schemas.registry.capabilities import Capabilities
from schemas.registry.registered import RegisteredVersion, SchemaReference, Verdict
from schemas.settings import TopicSettings
from tests.schemas.contract_folder import AMOUNT, CHANNEL, NOTE, record

CONFLUENT = Capabilities("8.3.1")
OTHER = Capabilities(None)
FIRST, SECOND, FOREIGN = record("T", AMOUNT), record("T", AMOUNT, NOTE), record("T", AMOUNT, CHANNEL)

WANT = DesiredSubject(
    topic="transactions",
    subject="t-value",
    record="fraud.T",
    level="FULL_TRANSITIVE",
    versions=(DesiredVersion(1, FIRST, "a"), DesiredVersion(2, SECOND, "b")),
    written=frozenset({2}),
)
EMPTY = ObservedSubject("t-value", mode="READWRITE")


def held(version: int, text: str, schema_id: int = 10) -> RegisteredVersion:
    """A version as the registry holds it."""
    return RegisteredVersion("t-value", version, schema_id, text)


def holding(*versions: RegisteredVersion, level: str | None = "FULL_TRANSITIVE") -> ObservedSubject:
    """A subject that holds these versions, releases found by their text."""
    releases = {FIRST: 1, SECOND: 2}
    found = {releases[version.text]: version for version in reversed(versions) if version.text in releases}
    return ObservedSubject("t-value", mode="READWRITE", level=level, versions=versions, found=found)


def planned(have: ObservedSubject, want: DesiredSubject = WANT, capabilities: Capabilities = CONFLUENT, **options):
    """The plan of one subject."""
    return build_plan("http://registry", [want], [have], capabilities, **options).subjects[0]


def test_fresh_registry_gets_every_release_in_order():
    """Pinned readers and writers of old releases find them, too."""
    plan = planned(EMPTY)
    assert plan.action is Action.CREATE
    assert [(version.release, version.action, version.version) for version in plan.versions] == [
        (1, Action.CREATE, 1),
        (2, Action.NEW_VERSION, 2),
    ]
    assert (plan.level.before, plan.level.after, plan.level.changes) == (None, "FULL_TRANSITIVE", True)


def test_registered_releases_need_nothing():
    """Where all is as wanted, the plan changes nothing."""
    plan = planned(holding(held(1, FIRST), held(2, SECOND)))
    assert plan.action is Action.NONE
    assert not plan.changes


def test_level_drift_is_a_change_of_its_own():
    """Another level than the contract's is set although no version is missing."""
    plan = planned(holding(held(1, FIRST), held(2, SECOND), level="BACKWARD"))
    assert plan.action is Action.NONE
    assert plan.changes
    assert plan.level.before == "BACKWARD"


def test_new_release_follows_every_version_ever_given():
    """Version numbers are never given again: the soft-deleted ones count."""
    have = replace(holding(held(1, FIRST)), deleted=(2, 3))
    plan = planned(have)
    assert plan.action is Action.NEW_VERSION
    assert plan.versions[1].version == 4
    assert plan.known == (1, 2, 3)


def test_older_checkout_asks_for_a_rollback_that_changes_nothing():
    """When the latest version is no release of ours, registering an older one is said to be a no-op."""
    plan = planned(holding(held(1, FIRST), held(2, SECOND), held(3, FOREIGN)))
    assert plan.action is Action.ROLLBACK
    assert not plan.changes
    assert plan.unmanaged == (3,)
    assert "registering an older release changes nothing" in plan.notes[0]


def test_rollback_by_flag_registers_the_newest_release_again():
    """With the flag the newest release becomes the next version, on a registry that can do it."""
    have = holding(held(1, FIRST), held(2, SECOND), held(3, FOREIGN))
    plan = planned(have, make_latest=True)
    assert plan.action is Action.ROLLBACK
    assert [version.version for version in plan.pending] == [4]
    blocked = planned(have, capabilities=OTHER, make_latest=True)
    assert blocked.action is Action.BLOCKED
    assert "cannot make an older schema the latest" in blocked.obstacle


def test_release_made_latest_again_is_no_rollback():
    """After a rollback the same text lies in two versions; the latest counts."""
    plan = planned(holding(held(1, FIRST), held(2, SECOND), held(3, FOREIGN), held(4, SECOND)))
    assert plan.action is Action.NONE


def test_missing_old_release_is_left_out_unless_it_is_written():
    """An old release is not made the latest for nobody."""
    have = replace(holding(held(1, SECOND)))
    plan = planned(have)
    assert plan.versions[0].action is Action.LEFT_OUT
    assert not plan.changes
    written = planned(have, replace(WANT, written=frozenset({1, 2})))
    assert [version.release for version in written.pending] == [1]


def test_soft_deleted_release_comes_back_with_its_id():
    """A soft-deleted release is registered again, and the plan says so."""
    gone = held(1, FIRST, 7)
    have = ObservedSubject("t-value", "READWRITE", "FULL_TRANSITIVE", (), (1,), {}, {1: gone})
    plan = planned(have)
    assert plan.versions[0].version == 2
    assert plan.versions[0].schema_id == 7
    assert "soft-deleted as version 1" in plan.versions[0].notes[0]


@pytest.mark.parametrize("mode", ["IMPORT", "READONLY"])
def test_subject_left_in_another_mode_is_blocked(mode):
    """IMPORT would skip every check, READONLY would refuse: both are told before anything is sent."""
    plan = planned(replace(EMPTY, mode=mode))
    assert plan.action is Action.BLOCKED
    assert f"in mode {mode}" in plan.obstacle
    settled = planned(replace(holding(held(1, FIRST), held(2, SECOND)), mode=mode))
    assert settled.action is Action.NONE
    assert settled.notes == (f"the subject is in mode {mode}",)


def test_metadata_needs_a_registry_that_keeps_it():
    """A contract that asks for metadata is blocked where metadata is dropped."""
    want = replace(WANT, metadata={"owner": "fraud"})
    assert planned(EMPTY, want).action is Action.CREATE
    blocked = planned(EMPTY, want, OTHER)
    assert blocked.action is Action.BLOCKED
    assert "owner" in blocked.obstacle


def test_level_none_is_not_set_for_ever_where_unset_and_none_look_alike():
    """Apicurio answers NONE for an unset level; a contract at NONE is then as wanted."""
    have = replace(holding(held(1, FIRST), held(2, SECOND)), level=None)
    assert not planned(have, replace(WANT, level="NONE"), OTHER).changes
    assert planned(have, replace(WANT, level="NONE"), CONFLUENT).changes


def test_references_take_the_expected_version_of_the_same_plan():
    """A record that refers to a release created in the same run gets the version that release will have."""
    reference = DesiredReference("fraud.T", "t-value", 2)
    flagged = DesiredSubject(
        "fraud", "f-value", "fraud.F", "FULL", (DesiredVersion(1, record("F", AMOUNT), "c", (reference,)),)
    )
    plan = build_plan(
        "http://registry", [WANT, flagged], [replace(EMPTY, deleted=(1,)), ObservedSubject("f-value")], CONFLUENT
    )
    assert plan.subjects[1].versions[0].references == (SchemaReference("fraud.T", "t-value", 3),)


def test_verdict_of_the_registry_refuses_before_anything_is_sent():
    """A dry run ends as refused, with the registry's reasons."""
    have = replace(holding(held(1, FIRST)), verdicts={2: Verdict(False, ("no default",))})
    plan = build_plan("http://registry", [WANT], [have], CONFLUENT)
    assert plan.refused
    outcomes = expected_outcomes(plan)
    assert [entry.happened for entry in outcomes] == [Happened.UNCHANGED, Happened.REFUSED]
    assert outcomes[1].notes == ("no default",)
    assert exit_code(outcomes) == 1


def test_plan_survives_json():
    """A saved plan is read back as it was."""
    have = replace(holding(held(1, FIRST)), verdicts={2: Verdict(True)}, deleted=(5,))
    plan = build_plan("http://registry", [WANT], [have], CONFLUENT)
    assert plan_from_json(plan_as_json(plan)) == plan


@pytest.mark.parametrize("text", ["", "{}", '{"registry": 1}', "[]"])
def test_text_that_is_no_plan_is_refused(text):
    """A file that is no plan is told as such, with the command that writes one."""
    with pytest.raises(ContractError, match="write one with `fraud-schemas plan`"):
        plan_from_json(text)


def test_planning_asks_nobody():
    """Desired state, plan and listing are pure: importing them brings in no HTTP."""
    modules = "desired, observed, plan, planning, outcome, listing, read_back"
    program = f"import sys; from schemas.registration import {modules}; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_two_topics_of_one_name_are_refused():
    """Two contracts cannot share a subject."""
    from schemas.manifest import load_manifest

    with pytest.raises(ContractError, match="Topics transactions and legit have the same name 'payments'"):
        desired_state(load_manifest(), TopicSettings(transactions="payments", legit="payments"))
