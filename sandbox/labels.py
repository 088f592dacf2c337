"""The truth of a file of payments, where the file or one beside it tells it."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from detector.evaluation.labelled import read_labelled
from generator.transactions import Transactions
from generator.truth import Truth

LABEL = "label"
GZIP = b"\x1f\x8b"


def truths_of(payments: Path, truth: Path | None) -> Mapping[str, Truth] | None:
    """Truths of the fraudulent payments by id; None where neither file has labels.

    Args:
        payments: A file of payments that can be read.
        truth: A file of labels: `id`, `label` (1: fraud), `scenario`, `ring`; else they stand in `payments`.

    Raises:
        LabelsError: labels cannot be read, or a payment has none.
    """
    if truth is None and LABEL not in _header(payments):
        return None
    known = read_labelled(payments, truth)
    rows = zip(known.payments["id"].to_list(), known.fraud.tolist(), known.scenarios, known.rings, strict=True)
    return {name: Truth(name, scenario, ring) for name, fraud, scenario, ring in rows if fraud}


def labelled(blocks: Iterator[Transactions], truths: Mapping[str, Truth]) -> Iterator[Transactions]:
    """The blocks with their truths."""
    for block in blocks:
        yield replace(block, truths={row: truths[name] for row, name in enumerate(block.ids) if name in truths})


def _header(path: Path) -> list[str]:
    with path.open("rb") as raw:
        opened = gzip.open if raw.peek(2)[:2] == GZIP else open
    with opened(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as text:
        return next(csv.reader(text), [])
