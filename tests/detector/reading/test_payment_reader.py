"""Payments read in one walk, beside the decoder that looks at each field."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.batch import TransactionBatch
from detector.reading.payment_reader import SMALLEST, PaymentReader
from detector.reading.plain_batch import PlainBatch
from detector.reading.spans import Spans
from detector.reading.walk import walk_of
from detector.received import payments_of
from sandbox.registry.server import RegistryServer
from schemas.serdes.pinned import pinned
from schemas.serdes.serializer import RecordSerializer
from schemas.settings import TopicSettings
from tests.schemas.serdes.payments import PAYMENTS, damaged, payment
from tests.schemas.serdes.registered import Serdes, register_contracts

SLOW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
TOPICS = TopicSettings(**{name: f"walk.{name}" for name in TopicSettings.model_fields})


@pytest.fixture(scope="module")
def serdes() -> Iterator[Serdes]:
    with RegistryServer() as registry:
        register_contracts(registry.url, TOPICS)
        made = Serdes(registry.url, TOPICS)
        yield made
        made.close()


@pytest.fixture(scope="module")
def reader(serdes: Serdes) -> PaymentReader:
    return PaymentReader(serdes.column_decoder(pinned("transactions")))


@pytest.fixture(scope="module")
def serializer(serdes: Serdes) -> RecordSerializer:
    return serdes.serializer("transactions")


def read(reader: PaymentReader, values: list[bytes]) -> TransactionBatch | None:
    """What the walk makes of values; their frame is not asked for."""
    plain = reader.read(Spans.of(values), lambda: pytest.fail("a frame was made"))
    return None if plain is None else plain[1]


def columns(batch: TransactionBatch) -> list[list[object]]:
    """What rules look at."""
    texts = [list(map(bytes.decode, each.to_list())) for each in batch.texts]
    return [*texts, batch.amounts.tolist(), batch.occurred_at.tolist()]


@SLOW
@given(st.data())
def test_a_walk_says_what_the_decoder_says_or_nothing(
    reader: PaymentReader, serializer: RecordSerializer, data: st.DataObject
) -> None:
    """Whatever the bytes are: a batch that is read has no failure, and the same ids, accounts, amounts and times."""
    values = [serializer.encode(each) for each in data.draw(st.lists(PAYMENTS, min_size=SMALLEST, max_size=30))]
    for position in data.draw(st.lists(st.integers(0, len(values) - 1), max_size=2)):
        values[position] = data.draw(damaged(values[position])) or b""
    batch = read(reader, values)
    if batch is None:
        return
    decoded = reader.decoder.decode(values)
    assert decoded.positions.tolist() == list(range(len(values)))
    assert columns(batch) == columns(TransactionBatch(decoded.frame))


@SLOW
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.text("abc-123", max_size=64),
                "amount": st.integers(-(10**18) + 1, 10**18 - 1).map(lambda unscaled: Decimal(unscaled).scaleb(-5)),
                "channel": st.sampled_from(["UNKNOWN", "CARD", "CASH"]),
            }
        ),
        min_size=SMALLEST,
        max_size=40,
    )
)
def test_usual_payments_are_read_without_a_frame(
    reader: PaymentReader, serializer: RecordSerializer, changes: list[dict[str, object]]
) -> None:
    """Ids of ASCII, any amount of the contract: the walk reads them, and nobody makes a frame."""
    payments = [payment(**change) for change in changes]
    batch = read(reader, [serializer.encode(each) for each in payments])
    assert batch is not None
    assert [text.decode() for text in batch.texts.ids.to_list()] == [each["id"] for each in payments]
    assert batch.amounts.tolist() == [int(each["amount"].scaleb(5)) for each in payments]
    assert len(batch) == len(payments)


UNUSUAL = {
    "a letter beyond ASCII": lambda encode: encode(payment(source="Zürich")),
    "an id too long": lambda encode: encode(payment())[:5] + b"\x82\x01" + b"x" * 65 + encode(payment())[10:],
    "a byte behind the record": lambda encode: encode(payment()) + b"\x00",
    "a record cut short": lambda encode: encode(payment())[:-1],
    "an unknown symbol": lambda encode: encode(payment())[:-1] + b"\x0c",
    "another frame": lambda encode: b"\x00\x7f\xff\xff\xff" + encode(payment())[5:],
    "no frame": lambda _: b"\x00\x00",
    "nothing": lambda _: b"",
    "a number with empty bytes": lambda encode: encode(payment())[:-1] + b"\x88" + b"\x80" * 8 + b"\x00",
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSUAL)
@pytest.mark.parametrize("place", [0, 7, SMALLEST])
def test_one_unusual_value_leaves_the_batch_to_the_decoder(
    reader: PaymentReader, serializer: RecordSerializer, case: str, place: int
) -> None:
    """A value that needs a closer look is never guessed at; the batch still gives every sound payment."""
    values: list[bytes | None] = [serializer.encode(payment()) for _ in range(SMALLEST)]
    values.insert(place, UNUSUAL[case](serializer.encode))
    assert read(reader, [value or b"" for value in values]) is None
    received = payments_of(reader, values)
    assert received.decoded.positions.size >= SMALLEST
    assert received.decoded.positions.size + len(received.dead) + len(received.waiting) == SMALLEST + 1


def test_a_tombstone_among_payments_is_dead_and_alone(reader: PaymentReader, serializer: RecordSerializer) -> None:
    """A null value, which holds no bytes to walk over, costs itself only."""
    values: list[bytes | None] = [serializer.encode(payment()) for _ in range(SMALLEST)]
    received = payments_of(reader, [*values, None])
    assert received.decoded.positions.tolist() == list(range(SMALLEST))
    assert [dead.place for dead in received.dead] == [SMALLEST]


def test_few_values_are_left_to_the_decoder(reader: PaymentReader, serializer: RecordSerializer) -> None:
    """Below the size from which a walk pays, nothing is walked."""
    assert read(reader, [serializer.encode(payment())] * (SMALLEST - 1)) is None
    assert read(reader, []) is None


def test_payments_of_the_first_version_are_read_and_a_frame_has_the_default(
    serdes: Serdes, reader: PaymentReader
) -> None:
    """What the writer did not say is filled in where somebody asks, as the decoder does."""
    older = RecordSerializer(serdes.writing, pinned("transactions", 1), TOPICS.subject_of("transactions"), TOPICS)
    without = {name: value for name, value in payment().items() if name != "channel"}
    received = payments_of(reader, [older.encode(without)] * SMALLEST)
    assert isinstance(received.decoded.batch, PlainBatch)
    assert received.decoded.batch.rows(3, 5).channels == ["UNKNOWN"] * 2
    assert received.decoded.frame["channel"].unique().to_list() == ["UNKNOWN"]
    assert received.decoded.sources([1]) == [b"A1B2C3D4E5F6"]


def test_values_are_found_within_other_bytes(reader: PaymentReader, serializer: RecordSerializer) -> None:
    """Payments of the internal topic lie between tags and names; where they begin is all that is needed."""
    values = [serializer.encode(payment(id=f"p{number}")) for number in range(SMALLEST)]
    whole, starts = bytearray(b"..."), []
    for value in values:
        starts.append(len(whole))
        whole += value + b"\xff\xff"
    spans = Spans(
        np.frombuffer(whole, np.uint8),
        np.array(starts),
        np.array([start + len(value) for start, value in zip(starts, values, strict=True)]),
    )
    plain = reader.read(spans, lambda: pytest.fail("a frame was made"))
    assert plain is not None
    assert plain[1].texts.ids.at(np.array([0, 9])) == [b"p0", b"p9"]


def test_moments_at_the_ends_of_time_are_told_apart(reader: PaymentReader, serializer: RecordSerializer) -> None:
    """The last millisecond of year 9999 is read; the one behind it is left to the decoder, which refuses it."""
    last = serializer.encode(payment(occurred_at=datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)))
    batch = read(reader, [last] * SMALLEST)
    assert batch is not None
    assert batch.occurred_at[0] == 253_402_300_799_999
    beyond = last.replace(_varint(253_402_300_799_999), _varint(253_402_300_800_000))
    assert read(reader, [last] * SMALLEST + [beyond]) is None


def _varint(value: int) -> bytes:
    rest, out = value << 1, bytearray()
    while rest > 127:
        out.append(rest & 127 | 128)
        rest >>= 7
    return bytes([*out, rest])


def _changed(**kinds: object) -> dict[str, Any]:
    schema = json.loads(json.dumps(pinned("transactions").schema))
    for field in schema["fields"]:
        field["type"] = kinds.get(field["name"], field["type"])
    return schema


WRITERS = {
    "the reader's own": (_changed(), True),
    "strings as Java names them": (_changed(id={"type": "string", "avro.java.string": "String"}), True),
    "an optional account": (_changed(source=["null", "string"]), False),
    "amounts of another scale": (
        _changed(amount={"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}),
        False,
    ),
    "plain bytes as amounts": (_changed(amount="bytes"), False),
    "micros": (_changed(occurred_at={"type": "long", "logicalType": "timestamp-micros"}), False),
    "other symbols": (_changed(channel={"type": "enum", "name": "fraud.Channel", "symbols": ["CASH"]}), False),
    "a field that nobody reads": (
        {**_changed(), "fields": [*_changed()["fields"], {"name": "more", "type": "string"}]},
        False,
    ),
    "a field missing": ({**_changed(), "fields": _changed()["fields"][1:]}, False),
}


@pytest.mark.parametrize("case", WRITERS)
def test_only_writers_of_the_same_types_are_walked_over(case: str) -> None:
    """A writer schema whose bytes mean anything else than the reader's takes the decoder's way."""
    schema, walked = WRITERS[case]
    assert (walk_of(schema, pinned("transactions").schema) is not None) is walked
