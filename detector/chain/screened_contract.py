"""`fraud.ScreenedTransaction`: payments on their way from the payer stage to the payee stage, batch by batch."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.chain.found_text import found_text, read_found
from detector.chain.leaving import Leaving, LeavingValue
from detector.chain.screened_values import ScreenedValues
from detector.chain.wire import (
    FIELDS,
    LONGEST_LONG,
    TOO_MANY,
    Fields,
    cut_values,
    put_values,
    split_values,
)
from detector.finding import Finding
from detector.reading.spans import Spans, gathered, joined
from detector.stages.names import Names
from detector.windows.avro import BROKEN
from detector.windows.layout import I64, U8
from detector.windows.names import check_names
from schemas.errors import DecodeError, RecordError, RegistryUnreachableError
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.serializer import RecordSerializer

PAYMENT, TAGS, FOUND, NAMES = range(FIELDS)

MOST, MOST_BYTES = 256, 65_536
"""Payments and bytes of a value: far below what a broker takes, so that only a large payment could be refused, and that
one travels alone. Beyond, a value costs a thousandth of its payments."""


USUAL_BYTES = 64
"""Bytes of a payment with its tags, at least: a batch whose payments are smaller is split again, with room for all."""


class _Split(NamedTuple):
    """Where payments stand in joined values: bounds of their fields and timestamps by row, payments by value."""

    data: U8
    bounds: I64
    times: I64
    counts: I64

    @property
    def places(self) -> I64:
        """Place of each row's value among the values."""
        return np.repeat(np.arange(self.counts.size), np.maximum(self.counts, 0))

    def values(self, chosen: I64) -> "_Split":
        """Some of the values, in rising order."""
        kept = np.isin(self.places, chosen)
        return _Split(self.data, self.bounds[kept], self.times[kept], self.counts[chosen])


class ScreenedContract:
    """Encodes and decodes batches of `fraud.ScreenedTransaction`.

    Payments of one partition share a record: what a record costs the clients and the broker is then paid once for
    hundreds of them. The fields of a payment are a length and bytes, so both ways are a walk over joined bytes. Values
    of another schema than the one written here take the record's own reader, and are brought into this one's form.

    Delivery: stateless, but for schemas that were looked up.

    Args:
        serializer: Of the version that this service writes, prepared.
        reader: Of the version that it pins.
    """

    def __init__(self, serializer: RecordSerializer, reader: RecordDeserializer) -> None:
        self._serializer = serializer
        self._reader = reader

    def encode(self, leaving: Leaving) -> list[LeavingValue]:
        """Payments of one partition that follow each other share a value; the values of a partition are in order."""
        order = leaving.order[np.argsort(leaving.homes[leaving.order], kind="stable")]
        fields, ends = _fields(leaving), np.empty(order.size, np.int64)
        sizes = sum((np.diff(each, prepend=0) for _, each in fields), np.zeros(order.size, np.int64))
        alone = leaving.alone.view(np.uint8)
        ends = ends[: cut_values(order, leaving.homes, sizes, alone, MOST, MOST_BYTES, ends)]
        values = self._put(order, ends, fields, leaving.times)
        firsts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])[: ends.size]
        times = np.maximum.reduceat(leaving.times[order], firsts).tolist() if ends.size else []
        rows = order[firsts]
        return list(map(LeavingValue, values, leaving.homes[rows].tolist(), times, rows.tolist()))

    def encode_alone(self, values: ScreenedValues, row: int) -> bytes:
        """The value that a payment would have, had it left alone."""
        words = values.words[int(values.ends[row - 1]) if row else 0 : int(values.ends[row])]
        return self._serializer.encode(
            {
                "payment": values.payments[row],
                "tags": words.astype("<i8").tobytes(),
                "found": found_text(values.found[row]) if row in values.found else "",
                "names": values.names.rows(row, row + 1).data.tobytes(),
                "payments": [],
            }
        )

    def _put(self, order: I64, ends: I64, fields: Fields, times: I64) -> list[bytes]:
        prefix = np.frombuffer(self._serializer.prefix, np.uint8).copy()
        room = sum(len(data) for data, _ in fields) + (FIELDS + 1) * LONGEST_LONG * order.size
        out = np.empty(room + ends.size * (len(prefix) + FIELDS + LONGEST_LONG + 1), np.uint8)
        out_ends = np.empty(ends.size, np.int64)
        put_values(prefix, order, ends, fields, times, out, out_ends)
        data = out[: int(out_ends[-1]) if ends.size else 0].tobytes()
        return [data[start:end] for start, end in pairwise([0, *out_ends.tolist()])]

    def decode(self, values: Sequence[bytes | None]) -> ScreenedValues:
        """What the values hold; a value that cannot be read costs itself only."""
        split = self._split([value or b"" for value in values])
        broken = split.counts == BROKEN
        if not broken.any():
            return _taken(np.arange(len(values)), split, [])
        kept, failures = self._mended(values, broken)
        return _taken(np.fromiter(kept, np.int64, len(kept)), self._split(list(kept.values())), failures)

    def _split(self, values: Sequence[bytes]) -> _Split:
        """Where the payments of values are; a value of which one payment is unsound is broken."""
        data, ends = joined(values)
        counts = np.empty(ends.size, np.int64)
        prefix = np.frombuffer(self._serializer.prefix, np.uint8).copy()
        for size in (USUAL_BYTES, 1):
            rows = data.size // size + ends.size + 1
            bounds, times = np.empty((rows, 2 * FIELDS), np.int64), np.empty(rows, np.int64)
            count = split_values(prefix, data, ends, bounds, times, counts)
            if count != TOO_MANY:
                break
        bounds, times = bounds[:count], times[:count]
        sound = ((bounds[:, 2 * TAGS + 1] - bounds[:, 2 * TAGS]) % 8 == 0).astype(np.uint8)
        check_names(data, bounds, 2 * NAMES, sound)
        split = _Split(data, bounds, times, counts)
        if not sound.all():
            counts[split.places[sound == 0]] = BROKEN
        return split

    def _mended(
        self, values: Sequence[bytes | None], broken: NDArray[np.bool_]
    ) -> tuple[dict[int, bytes], list[tuple[int, Exception]]]:
        kept: dict[int, bytes] = {}
        failures: list[tuple[int, Exception]] = []
        for position, value in enumerate(values):
            if not broken[position]:
                kept[position] = value or b""
                continue
            try:
                record = self._reader.decode(value)
                kept[position] = self._sound(record)
            except (RecordError, RegistryUnreachableError) as error:
                failures.append((position, error))
        return kept, failures

    def _sound(self, record: Mapping[str, Any]) -> bytes:
        """A record of another schema in the form of this one."""
        value = self._serializer.encode(record)
        if self._split([value]).counts[0] == BROKEN:
            raise DecodeError(
                "Tags, names or the number of payments of a screened payment are not what they should be."
            )
        return value


def _taken(positions: I64, split: _Split, failures: list[tuple[int, Exception]]) -> ScreenedValues:
    """The payments of values that are sound but for their findings; `positions` are those of the values."""
    found, broken = _found_in(split)
    if broken:
        failures.extend((int(positions[place]), error) for place, error in broken.items())
        left = np.setdiff1d(np.arange(len(positions)), list(broken))
        return _taken(positions[left], split.values(left), failures)
    whole = split.data.tobytes()
    starts, stops = split.bounds[:, 0].copy(), split.bounds[:, 1].copy()
    payments = [whole[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
    tags, tag_ends = gathered(split.data, split.bounds, TAGS)
    words = tags.view("<i8").astype(np.int64, copy=False)
    names = Names(*gathered(split.data, split.bounds, NAMES))
    places = split.places
    shared = split.counts[places]
    return ScreenedValues(
        positions[places],
        payments,
        Spans(split.data, starts, stops),
        split.times,
        shared > 1,
        words,
        tag_ends // 8,
        names,
        found,
        failures,
    )


def _found_in(split: _Split) -> tuple[dict[int, tuple[Finding, ...]], dict[int, DecodeError]]:
    """Complete findings by row, and the errors of values by their place."""
    found: dict[int, tuple[Finding, ...]] = {}
    broken: dict[int, DecodeError] = {}
    starts, ends = split.bounds[:, 2 * FOUND], split.bounds[:, 2 * FOUND + 1]
    for row in np.flatnonzero(starts != ends).tolist():
        try:
            found[row] = read_found(split.data[starts[row] : ends[row]].tobytes().decode(), row)
        except ValueError as error:
            broken[int(split.places[row])] = DecodeError(f"Screened payment: {error}")
    return found, broken


def _fields(leaving: Leaving) -> Fields:
    """Each field of all rows, joined, and the end of each row's."""
    tags, ends = leaving.tags
    names, found = leaving.names, (np.zeros(0, np.uint8), np.zeros(leaving.homes.size, np.int64))
    if leaving.findings:
        texts = [b""] * leaving.homes.size
        for row, findings in leaving.findings.items():
            texts[row] = found_text(findings).encode()
        found = joined(texts)
    words = tags.astype("<i8", copy=False).view(np.uint8)
    return leaving.payments, (words, ends * 8), found, (names.data, names.ends)
