"""Payments that findings of a batch name."""

from collections.abc import Callable

import numpy as np

from detector.windows.layout import I64, N_CITED, Found


class Cited:
    """Cited payments by row and measure, in log order, each once."""

    def __init__(self, found: Found, id_of: Callable[[int], str | None]) -> None:
        self._cited: I64 = found.cited[: int(found.counts[N_CITED])]
        self._rows = self._cited[:, 0]
        self._id_of = id_of

    def of(self, row: int, measure: int) -> list[str]:
        """Ids of the payments that support a measure's finding on a row; the current one is the last."""
        place, end = int(np.searchsorted(self._rows, row)), self._rows.shape[0]
        handles = set()
        while place < end and self._cited[place, 0] == row:
            if self._cited[place, 1] == measure:
                handles.add(int(self._cited[place, 2]))
            place += 1
        return [text for text in map(self._id_of, sorted(handles)) if text is not None]
