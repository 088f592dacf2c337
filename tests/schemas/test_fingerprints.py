"""What was released stays as it was."""

import json

import pytest

from schemas.errors import ContractError
from schemas.fingerprints import FILE, frozen_objections
from schemas.manifest import contracts_folder, load_manifest
from tests.schemas.contract_folder import AMOUNT, CHANNEL, record, write_contracts


@pytest.fixture
def folder(tmp_path):
    """One record, released once."""
    return write_contracts(tmp_path, "contracts: []", {"Transaction": [record("Transaction", AMOUNT)]})


def test_packaged_contracts_are_as_released():
    """No released text was changed, and every current text is its newest release; the message says how to mend it."""
    objections = frozen_objections(contracts_folder())
    assert not objections, "\n" + "\n".join(objections)


def test_fingerprint_file_holds_the_fingerprints_of_the_releases():
    """The kept fingerprints are those that a release reports of itself."""
    kept = json.loads((contracts_folder() / FILE).read_text("utf-8"))
    for entry in load_manifest():
        for release in entry.releases:
            assert kept[entry.record.rpartition(".")[2]][str(release.version)] == release.fingerprint


def test_untouched_folder_has_no_objection(folder):
    """A folder as the release left it is fine."""
    assert frozen_objections(folder) == ()


def test_changed_release_names_the_way_back(folder):
    """A released text that was edited is told with the command that takes it back and the one that releases."""
    released = folder / "released" / "Transaction" / "1.avsc"
    released.write_text(released.read_text().replace("minor units", "euros"))
    changed, differs = frozen_objections(folder)
    assert "released/Transaction/1.avsc was changed after its release" in changed
    assert "git checkout -- released/Transaction/1.avsc" in changed
    assert "fraud-schemas release" in differs


def test_current_text_without_release_names_the_command(folder):
    """A contract edited without a release is told with the command that releases it."""
    (folder / "Transaction.avsc").write_text(record("Transaction", AMOUNT, CHANNEL))
    assert frozen_objections(folder) == (
        "Transaction.avsc differs from its newest release: run `fraud-schemas release` or undo the change.",
    )


def test_record_never_released_is_told(folder):
    """A current text without any release is told too."""
    (folder / "Alert.avsc").write_text(record("Alert", AMOUNT))
    (objection,) = frozen_objections(folder)
    assert objection.startswith("Alert.avsc differs from its newest release")


def test_removed_release_is_told(folder):
    """A release that is gone is told with the command that brings it back."""
    (folder / "released" / "Transaction" / "1.avsc").unlink()
    assert "released/Transaction/1.avsc was released and is gone" in frozen_objections(folder)[0]


def test_release_put_by_hand_is_told(folder):
    """A file among the releases that no release command wrote is told."""
    (folder / "released" / "Transaction" / "2.avsc").write_text(record("Transaction", AMOUNT))
    assert "released/Transaction/2.avsc was put there by hand" in frozen_objections(folder)[0]


def test_missing_fingerprints_are_an_error(folder):
    """Without the fingerprints nothing can be said, and that is said."""
    (folder / FILE).unlink()
    with pytest.raises(ContractError, match="cannot be read"):
        frozen_objections(folder)
