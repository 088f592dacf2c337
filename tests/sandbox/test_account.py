"""What was sent against what was found."""

import pytest

from sandbox.account import Account, Reconciliation


def _reconciled(**found: list[str]) -> Reconciliation:
    account = Account()
    for output, names in found.items():
        account.note(output.replace("_", "-"), names)
    return account.reconcile(["a", "b", "c"], ["broken"])


def test_account_that_agrees() -> None:
    """Every payment once in legit or fraud and every broken record among the dead letters: balanced."""
    result = _reconciled(legit=["a", "b"], fraud=["c"], dead_letter=["broken"])
    assert result.balanced
    assert (result.sent, result.legit, result.fraud, result.dead_letters) == (4, 2, 1, 1)


@pytest.mark.parametrize(
    ("found", "kind", "names"),
    [
        ({"legit": ["a", "b"], "dead_letter": ["broken"]}, "missing", ["c"]),
        ({"legit": ["a", "b", "c", "a"], "dead_letter": ["broken"]}, "doubled", ["a"]),
        ({"legit": ["a", "b"], "dead_letter": ["broken", "c"]}, "misplaced", ["c"]),
        ({"legit": ["a", "b", "c", "broken"]}, "misplaced", ["broken"]),
        ({"legit": ["a", "b", "c", "x"], "dead_letter": ["broken"]}, "strange", ["x"]),
        ({"legit": ["a", "b", "x"], "dead_letter": ["broken"]}, "missing", ["c"]),
    ],
    ids=["missing", "doubled", "payment_buried", "broken_passed", "strange", "count_right_id_wrong"],
)
def test_account_that_does_not_agree(found: dict[str, list[str]], kind: str, names: list[str]) -> None:
    """Each way to disagree is named by id, and the account does not balance."""
    result = _reconciled(**found)
    assert list(getattr(result, kind)) == names
    assert not result.balanced


def test_id_sent_twice_and_found_twice() -> None:
    """A file may hold an id twice: found as often as sent is balanced, once more is not."""
    account = Account()
    account.note("legit", ["a", "a"])
    assert account.reconcile(["a", "a"], []).balanced
    account.note("legit", ["a"])
    assert list(account.reconcile(["a", "a"], []).doubled) == ["a"]


def test_long_lists_are_cut_in_the_summary() -> None:
    """The summary names ten ids of each kind and counts all."""
    fields = Account().reconcile([f"id-{number}" for number in range(50)], []).as_dict()
    assert len(fields["missing"]) == 10
    assert fields["missing_total"] == 50
