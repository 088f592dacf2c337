"""`fraud-schemas release` and `fraud-schemas check` on a folder of contracts of the test's own."""

import json
import subprocess

import pytest

from schemas.fingerprints import FILE, changed_releases, compute_fingerprints, frozen_objections, write_form
from schemas.manifest import read_manifest
from tests.schemas.contract_folder import AMOUNT, CHANNEL, NOTE, record, write_contracts
from tests.schemas.schema_pairs import run

__all__ = ["run"]

MANIFEST = """\
# kept comment
contracts:
  - topic: transactions
    record: fraud.Payment
    compatibility: FULL_TRANSITIVE
    writers: {generator: 1}
    readers: {detector: 1}
  - topic: fraud
    record: fraud.Flag
    compatibility: FULL_TRANSITIVE
    references:
      1: {fraud.Payment: {contract: transactions, version: 1}}
    writers: {detector: 1}
    readers: {alerts: 1}
"""
FLAG = {"name": "payment", "type": "fraud.Payment", "doc": "The payment."}
CHANGELOG = (
    "# Changelog\n\nAbout.\n\n## 0.2.0\n\n### Added\n- schemas: something.\n\n"
    "## 0.1.0\n\n### Contract\n- `Payment` 1.\n"
)


@pytest.fixture
def folder(tmp_path):
    """A checkout with two contracts, one referring to the other, and a changelog."""
    made = tmp_path / "package" / "contracts"
    made.mkdir(parents=True)
    write_contracts(made, MANIFEST, {"Payment": [record("Payment", AMOUNT)], "Flag": [record("Flag", FLAG)]})
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return made


def change(folder, *fields):
    """Change the current text of the payment."""
    (folder / "Payment.avsc").write_text(record("Payment", *fields))


def test_release_writes_all_that_belongs_to_it(run, folder, tmp_path):
    """Text, golden records, fingerprint and changelog entry are written; the next steps are told in order."""
    change(folder, AMOUNT, NOTE)
    code, out, _ = run("release", "Payment", "--contracts", folder)
    assert code == 0
    assert (folder / "released/Payment/2.avsc").read_text() == record("Payment", AMOUNT, NOTE)
    assert frozen_objections(folder) == ()
    assert len(read_manifest(folder)[0].releases) == 2
    golden = json.loads((folder / "released/Payment/2.golden.json").read_text())
    assert [entry["name"] for entry in golden["records"]] == ["smallest", "usual", "edges"]
    sections = (tmp_path / "CHANGELOG.md").read_text().split("## 0.1.0")
    assert "### Contract\n- `Payment` 2: adds `note` (string, default ). Deploy: either order.\n" in sections[0]
    assert "register" in out.partition("next:")[2]


def test_release_of_a_record_that_refers_to_a_newer_one_keeps_its_text(run, folder):
    """Only the reference differs: the release is written, the manifest names it, its comments stay."""
    change(folder, AMOUNT, NOTE)
    assert run("release", "Payment", "--contracts", folder)[0] == 0
    code, out, _ = run("release", "fraud.Flag", "--contracts", folder)
    assert code == 0, out
    assert (folder / "released/Flag/2.avsc").read_text() == (folder / "released/Flag/1.avsc").read_text()
    flag = next(contract for contract in read_manifest(folder) if contract.record == "fraud.Flag")
    assert [reference.version for reference in flag.release(2).references] == [2]
    assert (folder / "manifest.yaml").read_text().startswith("# kept comment\n")
    assert run("golden", "--contracts", folder, "--write")[0] == 0


def test_release_of_a_breaking_change_writes_nothing(run, folder):
    """An objection ends it before the first file, exit 1."""
    change(folder, {**AMOUNT, "type": "double"})
    before = sorted(folder.rglob("*"))
    code, out, err = run("release", "Payment", "--contracts", folder)
    assert code == 1
    assert "NUMBER_PROMOTION_LOSSY" in out
    assert "not released" in err
    assert sorted(folder.rglob("*")) == before


def test_release_of_a_text_that_fastavro_refuses_writes_nothing(run, folder):
    """A flaw that the released versions have as well is no finding of the change, and still ends it."""
    decimal = {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2.0}
    flawed = {"name": "fee", "type": decimal, "doc": "Fee."}
    (folder / "released/Payment/1.avsc").write_text(record("Payment", AMOUNT, flawed))
    (folder / FILE).write_text(write_form(compute_fingerprints(folder)))
    change(folder, AMOUNT, flawed, NOTE)
    before = sorted(folder.rglob("*"))
    code, _, err = run("release", "Payment", "--contracts", folder)
    assert (code, err.count("\n")) == (2, 1)
    assert "decimal scale must be a positive integer" in err
    assert sorted(folder.rglob("*")) == before


def test_release_of_a_scale_that_is_no_integer_writes_nothing(run, folder):
    """A scale of 2 that becomes 2.0 is objected to, exit 1."""
    decimal = {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}
    fee = {"name": "fee", "type": decimal, "doc": "Fee."}
    (folder / "released/Payment/1.avsc").write_text(record("Payment", AMOUNT, fee))
    (folder / FILE).write_text(write_form(compute_fingerprints(folder)))
    change(folder, AMOUNT, fee | {"type": decimal | {"scale": 2.0}})
    code, out, _ = run("release", "Payment", "--contracts", folder)
    assert code == 1
    assert "SCHEMA_PARSERS_DISAGREE" in out


def test_release_as_dry_run_writes_nothing(run, folder):
    """It says what would be written."""
    change(folder, AMOUNT, NOTE)
    before = sorted(folder.rglob("*"))
    code, out, _ = run("release", "Payment", "--contracts", folder, "--dry-run")
    assert code == 0
    assert "would release fraud.Payment version 2" in out
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(("name", "told"), [("Payment", "Nothing to release"), ("Pavement", "there are fraud.Flag")])
def test_release_without_a_change_or_a_contract_is_one_line(run, folder, name, told):
    """What is wrong and what to do, exit 2."""
    code, out, err = run("release", name, "--contracts", folder)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_release_of_what_is_no_avro_tells_the_objections(run, folder):
    """A text of which no golden record can be made is refused with its reasons, exit 1, and nothing is written."""
    change(folder, AMOUNT, {"name": "note", "type": "fraud.Nothing", "doc": "Free text."})
    code, out, err = run("release", "Payment", "--contracts", folder)
    assert code == 1
    assert "no type is named fraud.Nothing" in out
    assert err.startswith("not released")
    assert not (folder / "released/Payment/2.avsc").exists()


def test_check_objects_to_a_release_that_was_touched(run, folder):
    """A released text that changed is an error."""
    (folder / "released/Payment/1.avsc").write_text(record("Payment", AMOUNT, CHANNEL))
    assert dict(changed_releases(folder))
    code, out, _ = run("check", "--contracts", folder)
    assert code == 1
    assert "RELEASE_CHANGED" in out


def test_check_tells_order_and_that_a_change_is_not_released(run, folder):
    """An unreleased change is checked against all releases."""
    change(folder, AMOUNT, NOTE)
    code, out, _ = run("check", "--contracts", folder)
    assert code == 0
    assert "deploy: either order" in out
    assert "`fraud-schemas release fraud.Payment`" in out


WAIVER = """\
waivers:
  - subject: transactions
    path: Payment.amount
    rule: {rule}
    reason: nobody has read the topic yet
    expires: {expires}
"""


@pytest.mark.parametrize(
    ("rule", "expires", "code", "told"),
    [
        ("FIELD_REMOVED", "2999-01-01", 0, "waived until 2999-01-01: nobody has read"),
        ("FIELD_REMOVED", "2001-01-01", 1, "WAIVER_EXPIRED"),
        ("DECIMAL_SCALE_CHANGED", "2999-01-01", 1, "WAIVER_UNUSED"),
    ],
)
def test_check_with_a_waiver_counts_it_and_still_prints_the_finding(run, folder, rule, expires, code, told):
    """A valid waiver lowers, an expired or unused one is an error; what is waived is printed."""
    (folder / "waivers.yaml").write_text(WAIVER.format(rule=rule, expires=expires))
    change(folder, NOTE)
    ended, out, _ = run("check", "--contracts", folder)
    assert ended == code
    assert told in out
    assert "error FIELD_REMOVED" in out


def test_check_where_only_the_surroundings_are_wrong_is_headed_refused(run, folder):
    """A waiver that covers nothing changes no value, so that nobody is told of danger."""
    (folder / "waivers.yaml").write_text(WAIVER.format(rule="FIELD_REMOVED", expires="2999-01-01"))
    change(folder, AMOUNT, NOTE)
    code, out, _ = run("check", "--contracts", folder)
    assert code == 1
    assert "REFUSED\n" in out
    assert "DANGER" not in out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("waivers:\n  - {subject: transactions}\n", "give exactly"),
        (WAIVER.format(rule="NO_SUCH_RULE", expires="2999-01-01"), "no rule"),
        (WAIVER.format(rule="DECIMAL_SCALE_CHANGED", expires="soon"), "`expires` is a date"),
        (WAIVER.replace("transactions", "nowhere").format(rule="X", expires="2999-01-01"), "no subject"),
        ("waivers: [", "cannot be read"),
    ],
)
def test_check_with_a_waiver_that_cannot_be_read_is_one_line(run, folder, text, told):
    """Which waiver, what is wrong with it, exit 2."""
    (folder / "waivers.yaml").write_text(text)
    code, out, err = run("check", "--contracts", folder)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


@pytest.fixture
def repository(folder, tmp_path):
    """The checkout under git, with one commit."""
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "."),
        ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-q", "-m", "x"),
    ):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)
    return folder


def test_check_against_a_git_ref_reads_the_contracts_of_that_ref(run, repository):
    """The change since the commit is objected to at its line, whatever was released meanwhile."""
    change(repository, {**AMOUNT, "type": "string"})
    code, out, _ = run("check", "--contracts", repository, "--against", "HEAD", "--format", "json")
    changes = {entry["subject"]: entry for entry in json.loads(out)["changes"]}
    assert code == 1
    payment = next(entry for entry in changes.values() if entry["new"].endswith("Payment.avsc"))
    assert payment["old"].startswith("HEAD:")
    assert payment["findings"][0]["rule"] == "TYPE_CHANGED"


def test_check_against_a_git_ref_objects_to_lowered_levels_and_removed_contracts(run, repository):
    """What the manifest promised at the ref still holds."""
    manifest = MANIFEST.partition("  - topic: fraud")[0].replace("FULL_TRANSITIVE", "BACKWARD")
    (repository / "manifest.yaml").write_text(manifest)
    code, out, _ = run("check", "--contracts", repository, "--against", "HEAD")
    assert code == 1
    assert "LEVEL_LOWERED" in out
    assert "CONTRACT_REMOVED" in out


def test_check_against_the_commit_itself_has_nothing_to_say(run, repository):
    """Nothing changed, exit 0."""
    code, out, _ = run("check", "--contracts", repository, "--against", "HEAD")
    assert code == 0
    assert "error" not in out.replace("0 errors", "")


def test_check_against_a_git_ref_does_not_ask_for_every_waiver(run, repository):
    """A waiver of a change that lies before the ref is unused there, and no error."""
    waiver = WAIVER.format(rule="FIELD_REMOVED", expires="2999-01-01")
    (repository / "waivers.yaml").write_text(waiver)
    assert run("check", "--contracts", repository, "--against", "HEAD")[0] == 0
    assert run("check", "--contracts", repository)[0] == 1


def test_check_against_an_unknown_ref_is_one_line(run, repository):
    """What git does not know, and the next step, exit 2."""
    code, out, err = run("check", "--contracts", repository, "--against", "no-such-branch")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "git fetch" in err
