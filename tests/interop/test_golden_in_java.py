"""Golden records as Avro Java reads them."""

import pytest

from schemas.golden.golden_file import read_golden
from schemas.golden.replay import resolved
from schemas.manifest import contracts_folder, load_manifest
from schemas.serdes.pinned import pinned
from tests.interop.java_peer import shown

pytestmark = pytest.mark.real

PAIRS = [
    pytest.param(topic, writer.version, reader.version, id=f"{record} {writer.version} read as {reader.version}")
    for record, topic in {contract.record: contract.topic for contract in load_manifest()}.items()
    for contract in load_manifest()
    if contract.topic == topic
    for writer in contract.releases
    for reader in contract.releases
]


@pytest.mark.parametrize(("topic", "written", "read"), PAIRS)
def test_java_reads_golden_records_as_python_does(java_peer, topic, written, read):
    """The same bytes give the same values, whichever version reads."""
    writer, reader = pinned(topic, written), pinned(topic, read)
    names = f"{topic}:{written}", f"{topic}:{read}"
    for name, contract in zip(names, (writer, reader), strict=True):
        java_peer.learn(name, contract.schema)
    for golden in read_golden(contracts_folder(), writer.record, written):
        seen = java_peer.resolve(*names, golden.payload)
        assert seen == shown(resolved(writer, reader, golden)), golden.name
