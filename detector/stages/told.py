"""What is told of some rows of a batch."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from detector.stages.columns import Keyed
from detector.stages.hits import Hits
from detector.stages.kinds import citing, kind_of
from detector.stages.names import CitedBy, Names
from detector.windows.layout import C_AMOUNTS, I64

Hit = tuple[int, int, float, str]
"""Kind (see `detector.stages.kinds`), value as a whole number, value as a float, digits of the episode or nothing."""

Payment = tuple[str, str, str, str, int]
"""Id, source, target, currency and unscaled amount."""

_MIXED = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(31)
_DIGITS = 16


class Told:
    """Hits of both stages on some rows, in the order of rows and of the rule set, and the payments on those rows.

    Args:
        keyed: The payments.
        rows: The rows, rising.
        stages: Hits on those rows, stage by stage, each with the place in the rule set of each measure.
        names: Payments that findings cite, stage by stage.
    """

    def __init__(self, keyed: Keyed, rows: I64, stages: Sequence[tuple[Hits, I64]], names: Sequence[Names]) -> None:
        self._keyed, self._rows, self._names = keyed, rows, names
        at = np.concatenate([hits.rows for hits, _ in stages])
        order = np.lexsort((np.concatenate([places[hits.measures] for hits, places in stages]), at))
        kinds = [kind_of(stage, hits.measures, hits.bands) for stage, (hits, _) in enumerate(stages)]
        self.at = at[order]
        """The row of each hit."""
        self.kinds = np.concatenate(kinds)[order]
        """The kind of each hit, see `detector.stages.kinds`."""
        self.digits = _digits(np.concatenate([hits.episodes for hits, _ in stages])[order])
        """The digits of the episode of each hit."""
        self._wholes = np.concatenate([hits.wholes for hits, _ in stages])[order]
        self._reals = np.concatenate([hits.reals for hits, _ in stages])[order]

    @cached_property
    def bounds(self) -> Mapping[int, tuple[int, int]]:
        """First hit and end of the hits of each row that has any, in the order of rows."""
        starts = np.flatnonzero(np.diff(self.at, prepend=-1))
        edges = [*starts.tolist(), len(self.digits)]
        return dict(zip(self.at[starts].tolist(), pairwise(edges), strict=True))

    @cached_property
    def hits(self) -> Sequence[Hit]:
        """All hits."""
        return list(zip(self.kinds.tolist(), self._wholes.tolist(), self._reals.tolist(), self.digits, strict=True))

    def of(self, row: int) -> Sequence[Hit]:
        """The hits on a row."""
        start, end = self.bounds.get(row, (0, 0))
        return self.hits[start:end]

    @cached_property
    def cited(self) -> Mapping[int, Mapping[int, CitedBy]]:
        """What findings cite, by row and then by stage and measure, see `detector.stages.kinds`."""
        cited: dict[int, dict[int, CitedBy]] = {}
        for stage, names in enumerate(self._names):
            for row, by_measure in names.on(self._rows, citing(stage, 0)).items():
                cited.setdefault(row, by_measure).update(by_measure)
        return cited

    @cached_property
    def payments(self) -> Mapping[int, Payment]:
        """The payments by row; only these are decoded of a hundred times as many."""
        rows = self._rows
        columns = (map(bytes.decode, texts.at(rows)) for texts in self._keyed.texts)
        return dict(
            zip(rows.tolist(), zip(*columns, self._keyed.columns[rows, C_AMOUNTS].tolist(), strict=True), strict=True)
        )


def _digits(episodes: I64) -> list[str]:
    """Ids of episodes, mixed so that all digits differ; empty where there is no episode."""
    mixed = episodes.view(np.uint64) * _MIXED
    digits = (mixed ^ mixed >> _HALF).astype(">u8").tobytes().hex()
    starts = range(0, len(digits), _DIGITS)
    return [digits[at : at + _DIGITS] if episode else "" for at, episode in zip(starts, episodes.tolist(), strict=True)]
