"""The manifest: what it promises and what it refuses."""

import pytest

from schemas.errors import ContractError
from schemas.manifest import ReferencedRecord, contract, load_manifest, read_manifest
from schemas.settings import TopicSettings
from tests.schemas.contract_folder import AMOUNT, CHANNEL, record, write_contracts

TRANSACTIONS = """
  - topic: transactions
    record: fraud.Transaction
    compatibility: FULL_TRANSITIVE
    writers: {generator: 1}
    readers: {detector: 2}
"""
FRAUD = """
  - topic: fraud
    record: fraud.Flagged
    compatibility: FULL_TRANSITIVE
    references:
      1: {fraud.Transaction: {contract: transactions, version: 1}}
      2: {fraud.Transaction: {contract: transactions, version: 2}}
"""


def flagged(note: str) -> str:
    """A record that names the transaction."""
    return record("Flagged", {"name": "transaction", "type": "fraud.Transaction", "doc": note})


@pytest.fixture
def releases():
    """Two releases of a record and of one that refers to it."""
    return {
        "Transaction": [record("Transaction", AMOUNT), record("Transaction", AMOUNT, CHANNEL)],
        "Flagged": [flagged("one"), flagged("two")],
    }


def test_packaged_manifest_is_whole():
    """Every topic setting has a contract and every contract a topic setting."""
    topics = {entry.topic.replace("-", "_") for entry in load_manifest()}
    assert topics == set(TopicSettings.model_fields)
    assert all(entry.compatibility == "FULL_TRANSITIVE" for entry in load_manifest())


def test_legit_carries_contract_of_transactions():
    """Payments can be forwarded byte by byte, since both topics carry the same releases."""
    assert contract("legit").releases == contract("transactions").releases


def test_references_differ_per_release(tmp_path, releases):
    """A later release may refer to a later release of another record; the earlier one keeps its reference."""
    contracts = read_manifest(write_contracts(tmp_path, f"contracts:{FRAUD}{TRANSACTIONS}", releases))
    fraud = contracts[-1]
    assert fraud.release(1).references == (ReferencedRecord("fraud.Transaction", "transactions", 1),)
    assert fraud.release(2).references == (ReferencedRecord("fraud.Transaction", "transactions", 2),)
    assert fraud.references == fraud.release(2).references


def test_references_come_first_whatever_the_order(tmp_path, releases):
    """A referenced contract stands before the one that refers to it."""
    contracts = read_manifest(write_contracts(tmp_path, f"contracts:{FRAUD}{TRANSACTIONS}", releases))
    assert [entry.topic for entry in contracts] == ["transactions", "fraud"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param("compatibility: FULL_TRANSITIVE", "compatibility: FULLY", "'FULLY' is none of", id="level"),
        pytest.param("writers: {generator: 1}", "writers: {generator: 3}", "no released version 3", id="writer"),
        pytest.param("writers:", "writer:", "unknown key writer", id="unknown key"),
        pytest.param("    record: fraud.Transaction\n", "", "missing key record", id="missing key"),
        pytest.param("contract: transactions, version: 2", "contract: legit, version: 2", "does not hold", id="target"),
        pytest.param("transactions, version: 2}", "transactions, version: 7}", "no released version 7", id="reference"),
        pytest.param("      2: {fraud.T", "      3: {fraud.T", "unreleased version 3", id="release of reference"),
        pytest.param("topic: fraud", "topic: transactions", "topic twice", id="topic twice"),
        pytest.param("record: fraud.Flagged", "record: fraud.Gone", "cannot be read", id="no release"),
        pytest.param("contracts:", "contracts: ][", "cannot be read", id="broken YAML"),
        pytest.param("contracts:", "contract:", "cannot be read", id="no contracts"),
    ],
)
def test_manifest_that_contradicts_itself_is_refused(tmp_path, releases, before, after, said):
    """One line says what is wrong in the manifest."""
    manifest = f"contracts:{TRANSACTIONS}{FRAUD}".replace(before, after, 1)
    folder = write_contracts(tmp_path, manifest, releases)
    with pytest.raises(ContractError, match=said) as raised:
        read_manifest(folder)
    assert "\n" not in str(raised.value)


def test_circle_of_references_is_refused(tmp_path, releases):
    """Records that refer to each other cannot be registered, and the message shows the way round."""
    circle = TRANSACTIONS + "    references: {1: {fraud.Flagged: {contract: fraud, version: 1}}}\n"
    folder = write_contracts(tmp_path, f"contracts:{circle}{FRAUD}", releases)
    with pytest.raises(ContractError, match="transactions -> fraud -> transactions"):
        read_manifest(folder)


def test_gap_between_releases_is_refused(tmp_path, releases):
    """Released versions count from 1 without a gap."""
    folder = write_contracts(tmp_path, f"contracts:{TRANSACTIONS}", releases)
    (folder / "released" / "Transaction" / "1.avsc").unlink()
    with pytest.raises(ContractError, match="do not count from 1"):
        read_manifest(folder)


def test_unknown_topic_is_refused():
    """Asking for a topic without contract names the topic."""
    with pytest.raises(ContractError, match="No contract for topic 'payments'"):
        contract("payments")
    with pytest.raises(ContractError, match="No topic setting 'payments'"):
        TopicSettings().name_of("payments")
