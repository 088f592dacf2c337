"""`fraud.ScreenedTransaction`: payments on their way from the payer stage to the payee stage, batch by batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from detector.chain.found_text import found_text, read_found
from detector.chain.wire import FIELDS, LONGEST_LENGTH, gather_field, put_values, split_values
from detector.finding import Finding
from detector.stages.screened import ChainLink, Screened
from detector.windows.layout import I64
from detector.windows.texts import U8
from schemas.errors import DecodeError, RecordError, RegistryUnreachableError
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.serializer import RecordSerializer

PAYMENT, TAGS, FOUND = range(FIELDS)

Extra = tuple[tuple[Finding, ...], tuple[ChainLink, ...]]


@dataclass(slots=True)
class ScreenedValues:
    """What the values of a batch hold.

    Args:
        positions: Position among the input values, by row.
        payments: Values as they were read from the input topic, by row.
        words: Packed tags of all rows.
        ends: End of each row's tags.
        found: Findings with evidence, and links of chains, by row; few rows have any.
        failures: Position and error of every value that holds no screened payment, or cannot be decided now.
    """

    positions: I64
    payments: list[bytes]
    words: I64
    ends: I64
    found: Mapping[int, Extra] = field(default_factory=dict)
    failures: Sequence[tuple[int, Exception]] = ()


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
                if len(record["tags"]) % 8:
                    raise DecodeError(f"{len(record['tags'])} bytes of tags are no words of eight.")
                kept[position] = self._serializer.encode(record)
            except (RecordError, RegistryUnreachableError) as error:
                failures.append((position, error))
        return kept, failures


def _taken(positions: I64, data: U8, bounds: I64, failures: list[tuple[int, Exception]]) -> ScreenedValues:
    found: dict[int, Extra] = {}
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
    tag_bytes = np.empty(int((bounds[:, 2 * TAGS + 1] - bounds[:, 2 * TAGS]).sum()), np.uint8)
    ends = np.empty(len(positions), np.int64)
    gather_field(data, bounds, TAGS, tag_bytes, ends)
    words = tag_bytes.view("<i8").astype(np.int64, copy=False)
    return ScreenedValues(positions, payments, words, ends // 8, found, failures)


def _found_texts(screened: Screened, rows: int) -> Sequence[bytes]:
    texts = [b""] * rows
    for row in {*screened.findings, *screened.chains}:
        texts[row] = found_text(screened.findings.get(row, ()), screened.chains.get(row, ())).encode()
    return texts


def _joined(values: Iterable[bytes]) -> tuple[U8, I64]:
    listed = list(values)
    data = np.frombuffer(b"".join(listed), np.uint8)
    # kernels are compiled for writable arrays
    return data.copy(), np.cumsum(np.fromiter(map(len, listed), np.int64, len(listed)), dtype=np.int64)
