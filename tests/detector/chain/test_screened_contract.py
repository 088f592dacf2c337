"""Screened payments as bytes and back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.chain.contracts import ChainContracts
from detector.chain.found_text import found_text
from detector.chain.leaving import Leaving
from detector.chain.screened_contract import MOST, MOST_BYTES, ScreenedContract
from detector.finding import Finding
from detector.level import Level
from detector.reading.payment_reader import PaymentReader
from detector.reading.spans import joined
from detector.received import screened_of
from detector.stages.columns import keyed
from detector.stages.names import CitedBy, Names
from detector.stages.screened import Screened
from sandbox.registry.server import RegistryServer
from schemas.errors import DecodeError, FrameError
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.columns.decoder import ColumnDecoder
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings
from tests.detector.running import payment
from tests.detector.stages.histories import Payment, batch_of

TOPICS = TopicSettings()
FINDING = Finding(
    row=1, rule="fan-in", rule_version=2, level=Level.BLOCK, score=40, reason="fünfzig Zahlungen",
    measured={"distinct": "50"}, threshold="50", episode="fan-in:1", evidence=("a", "b"), evidence_total=50,
)  # fmt: skip


@pytest.fixture(scope="module")
def registry() -> Iterator[RegistrySettings]:
    """A registry that holds every contract."""
    with RegistryServer() as server:
        made = RegistrySettings(url=server.url)
        with RegistryClient(made) as client:
            register(client, load_manifest(), TOPICS)
        yield made


@pytest.fixture(scope="module")
def contract(registry: RegistrySettings) -> Iterator[ScreenedContract]:
    """The contract in columns."""
    with ChainContracts.resolve(registry, TOPICS) as chain:
        yield chain.screened


@pytest.fixture(scope="module")
def serializer(registry: RegistrySettings) -> Iterator[RecordSerializer]:
    """The same contract, record by record."""
    with schema_registry_client(registry) as client:
        made = RecordSerializer(client, pinned("screened"), TOPICS.subject_of("screened"), TOPICS)
        made.prepare()
        yield made


def screened(words: list[list[int]], findings: dict[int, tuple[Finding, ...]] | None = None) -> Screened:
    """A batch with these tags."""
    batch = batch_of([Payment(f"p{row}", "S", "T", 1, "EUR", row) for row in range(len(words))])
    flat = [word for row in words for word in row]
    ends = np.cumsum([len(row) for row in words], dtype=np.int64)
    return Screened(keyed(batch), np.array(flat, np.int64), ends, Names.none(len(words)), findings or {})


def alone(payments: list[bytes], batch: Screened) -> Leaving:
    """Payments of one partition that all leave alone."""
    rows = len(payments)
    nothing = np.zeros(rows, np.int64)
    return Leaving(joined(payments), [batch], np.arange(rows), nothing, nothing, np.ones(rows, np.bool_))


def values_of(contract: ScreenedContract, payments: list[bytes], batch: Screened) -> list[bytes]:
    """A value for each payment."""
    return [each.value for each in contract.encode(alone(payments, batch))]


class Row(NamedTuple):
    """A payment and where it goes."""

    payment: bytes
    words: list[int]
    home: int
    time: int
    alone: bool


LONGS = st.integers(-(2**63), 2**63 - 1)
ROWS = st.lists(
    st.builds(
        Row,
        st.binary(max_size=300),
        st.lists(LONGS, max_size=20),
        st.integers(0, 2),
        LONGS,
        st.sampled_from([False, False, False, True]),
    ),
    max_size=30,
)


def fields(row: Row) -> dict[str, Any]:
    """The first fields of a row's record."""
    return {"payment": row.payment, "tags": np.array(row.words, "<i8").tobytes(), "found": "", "names": b""}


def records(rows: list[Row], order: list[int]) -> list[tuple[int, dict[str, Any]]]:
    """Partition and record of each value, row by row, as the contract describes them."""
    made: list[tuple[int, list[Row]]] = []
    for home in range(3):
        fresh = True
        for row in (rows[at] for at in order if rows[at].home == home):
            if fresh or row.alone:
                made.append((home, []))
            made[-1][1].append(row)
            fresh = row.alone
    empty = {"payment": b"", "tags": b"", "found": "", "names": b""}
    return [
        (home, {**fields(shared[0]), "payments": []})
        if len(shared) == 1
        else (home, {**empty, "payments": [{**fields(row), "timestamp": row.time} for row in shared]})
        for home, shared in made
    ]


def leaving(rows: list[Row], order: list[int], cut: int) -> Leaving:
    """The rows on their way out, in two parts."""
    words = [row.words for row in rows]
    parts = [screened(words[:cut]), screened(words[cut:])]
    homes, times = (np.array(each, np.int64) for each in ([row.home for row in rows], [row.time for row in rows]))
    lonely = np.array([row.alone for row in rows], np.bool_)
    return Leaving(joined([row.payment for row in rows]), parts, np.array(order, np.int64), homes, times, lonely)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, data=st.data())
def test_batch_has_the_bytes_of_its_records(
    contract: ScreenedContract, serializer: RecordSerializer, rows: list[Row], data: st.DataObject
) -> None:
    """Encoded at once or record by record, the bytes are the same, and read back they hold what was put in."""
    order = data.draw(st.permutations(range(len(rows))))
    values = contract.encode(leaving(rows, order, data.draw(st.integers(0, len(rows)))))
    expected = records(rows, order)
    assert [(each.partition, each.value) for each in values] == [
        (home, serializer.encode(record)) for home, record in expected
    ]
    back = contract.decode([each.value for each in values])
    judged = [rows[at] for home in range(3) for at in order if rows[at].home == home]
    assert back.payments == [row.payment for row in judged]
    assert back.words.tolist() == [word for row in judged for word in row.words]
    assert [time for time, shares in zip(back.times.tolist(), back.shared.tolist(), strict=True) if shares] == [
        payment["timestamp"] for _, record in expected for payment in record["payments"]
    ]
    assert back.positions.tolist() == [
        place for place, (_, record) in enumerate(expected) for _ in record["payments"] or [record]
    ]
    assert not back.failures


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, data=st.data())
def test_value_has_the_highest_timestamp_of_its_payments(
    contract: ScreenedContract, rows: list[Row], data: st.DataObject
) -> None:
    """Retention by time keeps a record as long as any of its payments."""
    order = data.draw(st.permutations(range(len(rows))))
    values = contract.encode(leaving(rows, order, 0))
    times = [[payment["timestamp"] for payment in record["payments"]] for _, record in records(rows, order)]
    assert [each.timestamp for each in values] == [
        max(shared) if shared else rows[each.row].time for each, shared in zip(values, times, strict=True)
    ]


def test_value_has_a_bound(contract: ScreenedContract) -> None:
    """However many payments go to one partition, a value holds few enough to be sent; a large one travels alone."""
    rows = [Row(b"p" * 100, [1], 0, 0, False)] * 1000 + [Row(b"p" * MOST_BYTES, [], 0, 0, False)]
    rows += [Row(b"p" * 100, [1], 0, 0, False)] * 10
    values = [each.value for each in contract.encode(leaving(rows, list(range(len(rows))), 500))]
    counts = np.bincount(contract.decode(values).positions).tolist()
    assert counts == [MOST, MOST, MOST, 1000 - 3 * MOST, 1, 10]


@pytest.mark.parametrize("row", [0, 1])
def test_payment_of_several_as_one_alone(contract: ScreenedContract, row: int) -> None:
    """What is kept of one payment of several is the record that it would have been."""
    batch = screened([[1, 2], [3, 4]], {1: (FINDING,)})
    named = Screened(batch.keyed, batch.tags, batch.ends, names_of(group(1, "a"), group(2, "b")), batch.findings)
    together = replace(alone([b"a", b"b"], named), alone=np.zeros(2, np.bool_))
    (shared,) = contract.encode(together)
    back = contract.decode([shared.value])
    assert contract.encode_alone(back, row) == values_of(contract, [b"a", b"b"], named)[row]


def names_of(*rows: bytes) -> Names:
    """Names of rows, packed already."""
    return Names(np.frombuffer(bytearray().join(rows), np.uint8), np.cumsum([len(row) for row in rows], dtype=np.int64))


def group(kind: int, *ids: str) -> bytes:
    """One group of names as they are packed."""
    names = b"".join(b"\0\0" + len(name).to_bytes(2, "little") + name for name in (each.encode() for each in ids))
    return bytes([kind]) + (len(ids)).to_bytes(4, "little") + len(ids).to_bytes(2, "little") + names


def test_findings_and_names_travel(contract: ScreenedContract) -> None:
    """Complete findings and the payments that others cite arrive as they were, on their row."""
    batch = screened([[1, 2], [3, 4]], {1: (FINDING,)})
    names = names_of(group(3, "earlier", "zahlung-ü"), b"")
    named = Screened(batch.keyed, batch.tags, batch.ends, names, batch.findings)
    back = contract.decode(values_of(contract, [b"a", b"b"], named))
    assert back.found == {1: (FINDING,)}
    assert back.names.of(0) == {3: CitedBy(["earlier", "zahlung-ü"], 2)}
    assert back.names.of(1) == {}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 4), junk=st.binary(max_size=40))
def test_broken_value_costs_itself_only(contract: ScreenedContract, at: int, junk: bytes) -> None:
    """Whatever lies between good values, those are read, and what was broken is named."""
    good = values_of(contract, [b"a", b"b", b"c", b"d"], screened([[1, 2]] * 4))
    back = contract.decode([*good[:at], junk, *good[at:]])
    failed = [position for position, _ in back.failures]
    assert failed == [at]
    assert isinstance(back.failures[0][1], DecodeError | FrameError) or "id" in str(back.failures[0][1])
    assert back.payments == [b"a", b"b", b"c", b"d"]
    assert back.words.tolist() == [1, 2] * 4


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), cut=st.integers(0, 60), junk=st.binary(max_size=8))
def test_damaged_value_of_several_payments_costs_itself_only(
    contract: ScreenedContract, data: st.DataObject, cut: int, junk: bytes
) -> None:
    """A shared value, damaged anywhere, is read as it stands or refused whole; the values beside it are read."""
    rows = [Row(b"a" * 9, [1, 2], 0, 5, False), Row(b"b", [], 0, 6, False), Row(b"", [3], 0, 7, False)]
    shared, other = contract.encode(leaving(rows, [0, 1, 2], 1)) + contract.encode(leaving(rows[:1], [0], 0))
    at = data.draw(st.integers(5, len(shared.value)))
    back = contract.decode([other.value, shared.value[:at] + junk + shared.value[at + cut :], other.value])
    assert [position for position, _ in back.failures] in ([], [1])
    around = [payment for payment, place in zip(back.payments, back.positions.tolist(), strict=True) if place != 1]
    assert around == [b"a" * 9] * 2
    assert back.ends.size == len(back.payments) == back.positions.size


@pytest.mark.parametrize("cut", [1, 9, 17])
def test_cut_value_is_refused(contract: ScreenedContract, cut: int) -> None:
    """A value that ends too soon is broken, not shorter."""
    (value,) = values_of(contract, [b"payment"], screened([[1, 2]]))
    back = contract.decode([value[:-cut]])
    assert not back.payments
    assert isinstance(back.failures[0][1], DecodeError)


@pytest.mark.parametrize(
    ("tags", "found", "names"),
    [
        (b"1234567", "", b""),
        (b"", "no JSON", b""),
        (b"", '{"findings": [{}]}', b""),
        (b"", "[]", b""),
        (b"", "", b"\1"),
        (b"", "", group(1, "a")[:-1]),
        (b"", "", group(1, "a") + b"\0"),
    ],
)
def test_value_with_senseless_content_is_refused(
    contract: ScreenedContract, serializer: RecordSerializer, tags: bytes, found: str, names: bytes
) -> None:
    """Tags that are no words, findings and names that are none, are errors of that record."""
    value = serializer.encode({"payment": b"", "tags": tags, "found": found, "names": names, "payments": []})
    back = contract.decode([value, *values_of(contract, [b"good"], screened([[1, 2]]))])
    assert [position for position, _ in back.failures] == [0]
    assert back.payments == [b"good"]


@pytest.mark.parametrize(("version", "more"), [(1, {}), (2, {"names": group(1, "a")})])
def test_value_of_a_release_before_is_read(
    contract: ScreenedContract, registry: RegistrySettings, version: int, more: dict[str, Any]
) -> None:
    """Records that an older detector has screened arrive with their tags and findings."""
    with schema_registry_client(registry) as client:
        older = RecordSerializer(client, pinned("screened", version), TOPICS.subject_of("screened"), TOPICS)
        older.prepare()
        tags = np.array([7, 8], "<i8").tobytes()
        value = older.encode({"payment": b"p", "tags": tags, "found": found_text([FINDING]), **more})
    back = contract.decode([value])
    assert back.shared.tolist() == [False]
    assert back.payments == [b"p"]
    assert back.words.tolist() == [7, 8]
    assert [finding.rule for finding in back.found[0]] == ["fan-in"]


def test_rows_keep_their_tags_when_a_payment_between_them_is_broken(
    registry: RegistrySettings, contract: ScreenedContract
) -> None:
    """A screened record whose payment cannot be read is a dead letter; tags of the others do not move."""
    with schema_registry_client(registry) as client, reading_client(registry) as reading:
        payments = RecordSerializer(client, pinned("transactions"), TOPICS.subject_of("transactions"), TOPICS)
        values = [payments.encode(payment(number)) for number in range(3)]
        values[1] = values[1][:-4]
        reader = PaymentReader(ColumnDecoder(WriterSchemas(reading), pinned("transactions")))
        batch = screened([[1, 2], [3, 4, 5], [6, 7]], {2: (FINDING,)})
        names = names_of(group(1, "a"), group(1, "b"), group(1, "c"))
        passed = values_of(contract, values, Screened(batch.keyed, batch.tags, batch.ends, names, batch.findings))
        received = screened_of(reader, contract, passed)
    assert [dead.place for dead in received.dead] == [1]
    read = keyed(received.decoded.batch)
    back = received.passed_on(read, 0, 2)
    assert back.tags.tolist() == [1, 2, 6, 7]
    assert back.ends.tolist() == [2, 4]
    assert set(back.findings) == {1}
    assert [back.names.of(row)[1].ids for row in range(2)] == [["a"], ["c"]]
    assert received.places.tolist() == [0, 2]
    assert received.passed_on(keyed(received.decoded.batch.rows(1, 2)), 1, 2).tags.tolist() == [6, 7]
