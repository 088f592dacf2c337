"""`fraud.ScreenedTransaction`: payments on their way from the payer stage to the payee stage, batch by batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from detector.chain.found_text import found_text, read_found
from detector.chain.wire import FIELDS, LONGEST_LENGTH, gather_field, put_values, split_values
from detector.finding import Finding
from detector.stages.columns import Keyed
from detector.stages.names import Names
from detector.stages.screened import Screened
from detector.windows.layout import I64, U8
from detector.windows.names import check_names
from schemas.errors import DecodeError, RecordError, RegistryUnreachableError
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.serializer import RecordSerializer

PAYMENT, TAGS, FOUND, NAMES = range(FIELDS)


@dataclass(slots=True)
class ScreenedValues:
    """What the values of a batch hold.

    Args:
        positions: Position among the input values, by row.
        payments: Values as they were read from the input topic, by row.
        words: Packed tags of all rows.
        ends: End of each row's tags.
        names: Packed names of all rows.
        found: Complete findings, by row; few rows have any.
        failures: Position and error of every value that holds no screened payment, or cannot be decided now.
    """

    positions: I64
    payments: list[bytes]
    words: I64
    ends: I64
    names: Names
    found: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)
    failures: Sequence[tuple[int, Exception]] = ()

    def of_rows(self, read: Keyed, rows: I64) -> Screened:
        """The screened payments of some rows, in rising order; `read` holds the payments."""
        first, end = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 0)
        start = int(self.ends[first - 1]) if first else 0
        words, ends = self.words[start : int(self.ends[end - 1]) if end else 0], self.ends[first:end] - start
        names, places = self.names.rows(first, end), np.arange(first, end)
        if rows.size < end - first:
            kept = rows - first
            sizes, places = np.diff(ends, prepend=0)[kept], rows
            words, ends = words[_within(ends[kept] - sizes, sizes)], np.cumsum(sizes)
            names = names.chosen(kept)
        place = {row: at for at, row in enumerate(places.tolist())} if self.found else {}
        found = {place[row]: findings for row, findings in self.found.items() if row in place}
        return Screened(read, words, ends, names, found)


class ScreenedContract:
    """Encodes and decodes batches of `fraud.ScreenedTransaction`.

    All fields are a length and bytes, so both ways are a walk over joined bytes. Values of another schema than the one
    written here take the record's own reader, and are brought into this one's form.

    Delivery: stateless, but for schemas that were looked up.

    Args:
        serializer: Of the version that this service writes, prepared.
        reader: Of the version that it pins.
    """

    def __init__(self, serializer: RecordSerializer, reader: RecordDeserializer) -> None:
        self._serializer = serializer
        self._reader = reader

    def encode(self, payments: Sequence[bytes], screened: Screened) -> list[bytes]:
        """One value per payment."""
        rows = len(payments)
        fields = (
            _joined(payments),
            (screened.tags.astype("<i8", copy=False).view(np.uint8), screened.ends * 8),
            _joined(_found_texts(screened, rows)),
            (screened.names.data, screened.names.ends),
        )
        prefix = np.frombuffer(self._serializer.prefix, np.uint8).copy()
        room = sum(len(data) for data, _ in fields) + rows * (len(prefix) + FIELDS * LONGEST_LENGTH)
        out, ends = np.empty(room, np.uint8), np.empty(rows, np.int64)
        put_values(prefix, *fields, out, ends)
        data = out[: int(ends[-1]) if rows else 0].tobytes()
        return [data[start:end] for start, end in pairwise([0, *ends.tolist()])]

    def decode(self, values: Sequence[bytes | None]) -> ScreenedValues:
        """What the values hold; a value that cannot be read costs itself only."""
        data, ends = _joined([value or b"" for value in values])
        bounds, sound = self._split(data, ends)
        if sound.all():
            return _taken(np.arange(len(values)), data, bounds, [])
        kept, failures = self._mended(values, sound)
        data, ends = _joined(list(kept.values()))
        bounds, _ = self._split(data, ends)
        return _taken(np.fromiter(kept, np.int64, len(kept)), data, bounds, failures)

    def _split(self, data: U8, ends: I64) -> tuple[I64, U8]:
        bounds, sound = np.zeros((len(ends), 2 * FIELDS), np.int64), np.zeros(len(ends), np.uint8)
        split_values(np.frombuffer(self._serializer.prefix, np.uint8).copy(), data, ends, bounds, sound)
        sound &= (bounds[:, 2 * TAGS + 1] - bounds[:, 2 * TAGS]) % 8 == 0
        check_names(data, bounds, 2 * NAMES, sound)
        return bounds, sound

    def _mended(
        self, values: Sequence[bytes | None], sound: U8
    ) -> tuple[dict[int, bytes], list[tuple[int, Exception]]]:
        kept: dict[int, bytes] = {}
        failures: list[tuple[int, Exception]] = []
        for position, value in enumerate(values):
            if sound[position]:
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
        _, sound = self._split(*_joined([value]))
        if not sound[0]:
            raise DecodeError(f"{len(record['tags'])} bytes of tags and {len(record['names'])} of names are none.")
        return value


def _taken(positions: I64, data: U8, bounds: I64, failures: list[tuple[int, Exception]]) -> ScreenedValues:
    found: dict[int, tuple[Finding, ...]] = {}
    broken: list[int] = []
    for row in np.flatnonzero(bounds[:, 2 * FOUND] != bounds[:, 2 * FOUND + 1]).tolist():
        text = data[bounds[row, 2 * FOUND] : bounds[row, 2 * FOUND + 1]].tobytes()
        try:
            found[row] = read_found(text.decode(), row)
        except ValueError as error:
            broken.append(row)
            failures.append((int(positions[row]), DecodeError(f"Screened payment: {error}")))
    if broken:
        left = np.setdiff1d(np.arange(len(positions)), broken)
        return _taken(positions[left], data, bounds[left], failures)
    whole = data.tobytes()
    payments = [whole[start:end] for start, end in bounds[:, :2].tolist()]
    tags, tag_ends = _gathered(data, bounds, TAGS)
    words = tags.view("<i8").astype(np.int64, copy=False)
    return ScreenedValues(
        positions, payments, words, tag_ends // 8, Names(*_gathered(data, bounds, NAMES)), found, failures
    )


def _within(starts: I64, sizes: I64) -> I64:
    """Positions of pieces of some sizes, one piece after the other."""
    positions = np.arange(int(sizes.sum()))
    before: I64 = np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(starts, sizes) + positions - before


def _gathered(data: U8, bounds: I64, field_number: int) -> tuple[U8, I64]:
    """One field of all rows, joined, and the end of each row's."""
    sizes = bounds[:, 2 * field_number + 1] - bounds[:, 2 * field_number]
    joined, ends = np.empty(int(sizes.sum()), np.uint8), np.empty(bounds.shape[0], np.int64)
    gather_field(data, bounds, field_number, joined, ends)
    return joined, ends


def _found_texts(screened: Screened, rows: int) -> Sequence[bytes]:
    texts = [b""] * rows
    for row, findings in screened.findings.items():
        texts[row] = found_text(findings).encode()
    return texts


def _joined(values: Iterable[bytes]) -> tuple[U8, I64]:
    listed = list(values)
    data = np.frombuffer(bytearray().join(listed), np.uint8)  # of a bytearray: kernels are compiled for writable arrays
    return data, np.cumsum(np.fromiter(map(len, listed), np.int64, len(listed)), dtype=np.int64)
