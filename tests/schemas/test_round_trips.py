"""Register, change, plan, register: against the in-process registry and a real one."""

import json

import pytest

from schemas.fingerprints import FILE, compute_fingerprints, write_form
from schemas.registry.client import RegistryClient
from schemas.registry.registered import SchemaText
from schemas.settings import RegistrySettings
from tests.schemas.contract_folder import AMOUNT, CHANNEL, NOTE, record, write_contracts
from tests.schemas.schema_pairs import run

__all__ = ["run"]

MANIFEST = """\
contracts:
  - topic: transactions
    record: fraud.Payment
    compatibility: {level}
    writers: {{generator: 1}}
    readers: {{detector: 1}}
  - topic: fraud
    record: fraud.Flag
    compatibility: {level}
    references:
      1: {{fraud.Payment: {{contract: transactions, version: 1}}}}
    writers: {{detector: 1}}
    readers: {{alerts: 1}}
"""
FLAG = {"name": "payment", "type": "fraud.Payment", "doc": "The payment."}
FIRST = record("Payment", AMOUNT)
LOSSY = record("Payment", {**AMOUNT, "type": "double"})


@pytest.fixture(autouse=True)
def _environment(monkeypatch, registry_url, topics):
    """Registry and topics of this test, for commands that read the environment."""
    for name, value in topics.model_dump().items():
        monkeypatch.setenv(f"{name.upper()}_TOPIC", value)
    monkeypatch.setenv("SCHEMA_REGISTRY_URL", registry_url)


@pytest.fixture
def folder(tmp_path):
    """Two contracts, one referring to the other."""
    made = tmp_path / "package" / "contracts"
    made.mkdir(parents=True)
    manifest = MANIFEST.format(level="FULL_TRANSITIVE")
    return write_contracts(made, manifest, {"Payment": [FIRST], "Flag": [record("Flag", FLAG)]})


@pytest.fixture
def registry(registry_url):
    """Somebody else's client."""
    with RegistryClient(RegistrySettings(url=registry_url)) as client:
        yield client


def release(folder, text):
    """Put a release there by hand, past every check."""
    released = folder / "released" / "Payment"
    version = len(list(released.glob("*.avsc"))) + 1
    (released / f"{version}.avsc").write_text(text)
    (folder / "Payment.avsc").write_text(text)
    (folder / FILE).write_text(write_form(compute_fingerprints(folder)))


def test_register_change_plan_register_is_idempotent(run, folder, topics, registry):
    """The plan tells version, reference order and deployment; applied once it has nothing more to do."""
    args = ("--contracts", folder)
    code, out, _ = run("plan", *args, "--detailed-exitcode")
    assert code == 3
    subject, flag = topics.subject_of("transactions"), topics.subject_of("fraud")
    assert out.index(f"+ {subject}: create") < out.index(f"+ {flag}: create")
    assert f"refers to fraud.Payment in {subject}, version 1" in out
    assert run("register", *args)[0] == 0
    assert run("plan", *args, "--detailed-exitcode")[0] == 0
    (folder / "Payment.avsc").write_text(record("Payment", AMOUNT, NOTE))
    assert run("release", "Payment", *args)[0] == 0
    plan = folder / "plan.json"
    code, out, _ = run("plan", *args, "--out", plan, "--detailed-exitcode")
    assert code == 3
    assert "release 2: new version, expected version 2" in out
    assert "+ note: string" in out
    assert "deploy: either order" in out
    assert run("register", *args, "--plan", plan)[0] == 0
    code, out, _ = run("plan", *args, "--detailed-exitcode")
    assert (code, out.splitlines()[-1]) == (0, "nothing to do")
    assert registry.versions(subject) == (1, 2)


def test_plan_is_outdated_by_a_concurrent_registration(run, folder, topics, registry):
    """The lock is lost to whoever was faster: nothing is registered, and the next step is told."""
    args = ("--contracts", folder)
    assert run("register", *args)[0] == 0
    release(folder, record("Payment", AMOUNT, NOTE))
    plan = folder / "plan.json"
    assert run("plan", *args, "--out", plan)[0] == 0
    subject = topics.subject_of("transactions")
    registry.register(subject, SchemaText(record("Payment", AMOUNT, CHANNEL)))
    code, _, err = run("register", *args, "--plan", plan)
    assert code == 2
    assert "plan again" in err
    assert registry.versions(subject) == (1, 2)


def test_incompatible_release_is_refused_with_our_reasons_beside_the_registrys(run, folder, topics, registry):
    """Exit 1 before anything is sent; both verdicts stand in the answer."""
    args = ("--contracts", folder)
    assert run("register", *args)[0] == 0
    release(folder, LOSSY)
    code, out, _ = run("plan", *args)
    assert code == 1
    assert "NUMBER_PROMOTION_LOSSY" in out
    assert "the registry refuses it" in out
    code, out, _ = run("register", *args, "--json")
    refused = [entry for entry in json.loads(out)["outcomes"] if entry["happened"] == "refused"]
    assert code == 1
    assert [entry["release"] for entry in refused] == [2]
    assert any(note.startswith("NUMBER_PROMOTION_LOSSY") for note in refused[0]["notes"])
    assert any(note.startswith("the registry refuses it") for note in refused[0]["notes"])
    assert registry.versions(topics.subject_of("transactions")) == (1,)


def test_change_that_the_registry_accepts_is_refused_by_the_rules(run, folder, topics, registry):
    """A renamed field passes every registry; it is registered only with a waiver."""
    first = record("Payment", AMOUNT, NOTE)
    (folder / "released/Payment/1.avsc").write_text(first)
    (folder / "Payment.avsc").write_text(first)
    (folder / FILE).write_text(write_form(compute_fingerprints(folder)))
    args = ("--contracts", folder)
    assert run("register", *args)[0] == 0
    release(folder, record("Payment", AMOUNT, {**NOTE, "name": "notice"}))
    code, out, _ = run("register", *args)
    assert code == 1
    assert "FIELD_RENAMED_WITHOUT_ALIAS" in out
    assert registry.versions(topics.subject_of("transactions")) == (1,)
    _, out, _ = run("check", *args, "--format", "json")
    errors = [finding for finding in json.loads(out)["changes"][0]["findings"] if finding["severity"] == "error"]
    waiver = "  - {{subject: transactions, path: {path}, rule: {rule}, reason: topic is empty, expires: 2999-01-01}}\n"
    paths = {((finding["new"] or finding["old"])["path"], finding["rule"]) for finding in errors}
    lines = "".join(waiver.format(path=path, rule=rule) for path, rule in sorted(paths))
    (folder / "waivers.yaml").write_text(f"waivers:\n{lines}")
    code, out, _ = run("register", *args)
    assert code == 0, out
    assert registry.versions(topics.subject_of("transactions")) == (1, 2)


def test_rollback_is_reported_and_changes_nothing(run, folder, topics, registry):
    """An older release is registered already: that it is not the latest is said, not ignored."""
    args = ("--contracts", folder)
    assert run("register", *args)[0] == 0
    subject = topics.subject_of("transactions")
    registry.register(subject, SchemaText(record("Payment", AMOUNT, NOTE)))
    code, out, _ = run("plan", *args)
    assert code == 0
    assert f"! {subject}: rollback asked" in out
    assert "the latest version 2 is no release of this checkout" in out
    assert run("register", *args)[0] == 0
    assert registry.versions(subject) == (1, 2)


def test_level_is_tightened_and_restored_where_the_release_is_refused(run, folder, topics, registry):
    """A refused release leaves the level as it was; without it the level is set."""
    args = ("--contracts", folder)
    (folder / "manifest.yaml").write_text(MANIFEST.format(level="BACKWARD"))
    assert run("register", *args)[0] == 0
    subject = topics.subject_of("transactions")
    assert registry.level(subject) == "BACKWARD"
    (folder / "manifest.yaml").write_text(MANIFEST.format(level="FULL_TRANSITIVE"))
    release(folder, LOSSY)
    assert run("register", *args)[0] == 1
    assert registry.level(subject) == "BACKWARD"
    (folder / "released/Payment/2.avsc").unlink()
    (folder / "Payment.avsc").write_text(FIRST)
    code, out, _ = run("plan", *args)
    assert code == 0
    assert "level BACKWARD -> FULL_TRANSITIVE" in out
    assert run("register", *args)[0] == 0
    assert registry.level(subject) == "FULL_TRANSITIVE"


def test_check_against_the_registry_counts_soft_deleted_versions(run, folder, topics, registry, registry_url):
    """A deletion does not launder a change: the deleted version is compared with where it can still be fetched."""
    args = ("--contracts", folder)
    assert run("register", *args)[0] == 0
    code, out, _ = run("check", *args, "--against", registry_url)
    assert code == 0
    assert "registered as version 1" in out
    (folder / "Payment.avsc").write_text(record("Payment", AMOUNT, NOTE))
    code, out, _ = run("check", *args, "--against", registry_url)
    assert code == 0
    assert "the registry, at level FULL_TRANSITIVE, accepts it" in out
    subject = topics.subject_of("transactions")
    gone = registry.register(subject, SchemaText(record("Payment", AMOUNT, {**NOTE, "default": "x"})))
    assert gone
    registry.delete_version(subject, 2)
    (folder / "Payment.avsc").write_text(record("Payment", AMOUNT, {**NOTE, "type": "long", "default": 0}))
    code, out, _ = run("check", *args, "--against", registry_url)
    assert "soft-deleted version 2 counts here" in out or "VERSION_UNREADABLE" in out
    assert ("TYPE_CHANGED" in out) is ("soft-deleted version 2" in out)
    assert code == int("TYPE_CHANGED" in out)


def test_check_against_the_registry_does_not_ask_about_what_is_no_avro(run, folder, topics, registry, registry_url):
    """A registry's refusal of such a schema is no verdict on compatibility that Avro's rules could differ from."""
    assert run("register", "--contracts", folder)[0] == 0
    (folder / "Payment.avsc").write_text(record("Payment", AMOUNT, {**NOTE, "name": "a-b"}))
    code, out, _ = run("check", "--contracts", folder, "--against", registry_url)
    assert code == 1
    assert "REFUSED\n" in out
    assert "SCHEMA_INVALID" in out
    assert "REGISTRY_DISAGREES" not in out


def test_release_whose_reference_alone_differs_is_a_version_of_its_own(run, folder, topics, registry):
    """The same text that refers to a newer payment is registered beside the older one, and planned no more."""
    args = ("--contracts", folder)
    assert run("register", *args)[0] == 0
    (folder / "Payment.avsc").write_text(record("Payment", AMOUNT, NOTE))
    assert run("release", "Payment", *args)[0] == 0
    assert run("release", "Flag", *args)[0] == 0
    assert run("register", *args)[0] == 0
    flag = topics.subject_of("fraud")
    assert registry.versions(flag) == (1, 2)
    assert [reference.version for reference in registry.version(flag, 2).references] == [2]
    assert run("plan", *args, "--detailed-exitcode")[0] == 0
