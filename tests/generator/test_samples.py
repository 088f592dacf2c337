"""The labelled sample that the package carries."""

from generator.samples import TRANSACTIONS, TRUTH, labelled_sample, sample_path


def test_labelled_sample_joins_every_payment_with_its_truth() -> None:
    """56,490 payments, 1,243 of them in 105 rings of seven scenarios; every laundering payment has a ring."""
    sample = labelled_sample()
    laundering = sample.filter(sample["label"] == "1")
    assert (sample.height, laundering.height) == (56_490, 1_243)
    assert laundering["ring"].n_unique() == 105
    assert laundering["scenario"].n_unique() == 7
    assert "" not in laundering["ring"].to_list()
    assert sample["label"].null_count() == 0


def test_sample_for_the_topic_holds_no_truth() -> None:
    """The file that is replayed has the six columns of the contract and no label."""
    import polars as pl

    with sample_path(TRANSACTIONS) as path:
        assert pl.read_csv(path, n_rows=1).columns == ["id", "source", "target", "amount", "currency", "occurred_at"]
    with sample_path(TRUTH) as path:
        assert pl.read_csv(path, n_rows=1).columns == ["id", "label", "scenario", "ring"]
