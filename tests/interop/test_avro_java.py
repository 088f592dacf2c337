"""Avro Java on the other side."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.serdes.encoding import compile_writer
from schemas.serdes.pinned import pinned
from schemas.serdes.resolution import Resolution
from schemas.serdes.writer_schemas import WriterSchema
from tests.interop.java_peer import shown
from tests.schemas.serdes.payments import RECORDS

pytestmark = pytest.mark.real

TOPICS = st.sampled_from(sorted(RECORDS))


@pytest.fixture(scope="session")
def peer(java_peer):
    """Avro Java, knowing every contract."""
    for topic in RECORDS:
        java_peer.learn(topic, pinned(topic).schema)
    return java_peer


def ours(topic, record):
    """The payload that we write."""
    out = bytearray()
    compile_writer(pinned(topic).schema)(record, out)
    return bytes(out)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), topic=TOPICS)
def test_java_reads_ours(peer, data, topic):
    """What we wrote, Avro Java reads to the last byte, value by value."""
    record = data.draw(RECORDS[topic])
    assert peer.read(topic, ours(topic, record)) == shown(record)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), topic=TOPICS)
def test_ours_reads_java(peer, data, topic):
    """What Avro Java wrote, we read, value by value; and the bytes are ours."""
    record = data.draw(RECORDS[topic])
    payload, contract = peer.write(topic, record), pinned(topic)
    assert Resolution(WriterSchema(1, contract.record, contract.schema), contract).decode(payload) == record
    if topic != "fraud":  # the order of a map's entries is Java's own
        assert payload == ours(topic, record)


def test_java_refuses_what_we_refuse(peer):
    """Bytes cut off are an error there too, so the comparison can fail."""
    with pytest.raises(ValueError, match="Exception"):
        peer.read("transactions", b"\x02")
