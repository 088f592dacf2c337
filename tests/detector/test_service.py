"""The detector on a broker and a registry, sandbox and real."""

from decimal import Decimal

import pytest

from schemas.serdes.frame import PREFIX_LENGTH
from tests.detector.running import NOW, Pipeline, payment, running_detector
from tests.servers.platform import Platform


@pytest.fixture
def pipeline(platform: Platform) -> Pipeline:
    """Topics and contracts."""
    return Pipeline(platform)


def test_legit_bytes_go_on_unchanged(pipeline: Pipeline) -> None:
    """A legit payment arrives with the value, key and timestamp it was sent with."""
    values = [pipeline.serializer.encode(payment(number)) for number in range(40)]
    pipeline.send(*values, key=b"payer-x")
    with running_detector(pipeline.platform):
        pipeline.wait_for_records(40)
    legit = pipeline.records("legit")
    assert sorted(message.value() for message in legit) == sorted(values)
    assert {message.key() for message in legit} == {b"payer-x"}
    assert {message.timestamp()[1] for message in legit} == {int(NOW.timestamp() * 1000)}
    assert pipeline.records("fraud") == []


def test_flagged_payment_says_why_and_holds_the_payment(pipeline: Pipeline) -> None:
    """A payment at the threshold goes to the fraud topic, keyed by its source, with reason and the same bytes."""
    legit = [pipeline.serializer.encode(payment(number)) for number in range(20)]
    value = pipeline.serializer.encode(payment(99, "900.00000"))
    pipeline.send(*legit, value, key=b"another key")
    with running_detector(pipeline.platform):
        pipeline.wait_for_records(21)
    (flagged,) = pipeline.decoded("fraud")
    assert flagged["transaction"] == payment(99, "900.00000")
    assert (flagged["level"], flagged["score"]) == ("BLOCK", 100)
    (finding,) = flagged["findings"]
    assert (finding["rule"], finding["measured"], finding["threshold"]) == (
        "amount-threshold",
        {"amount": "900.00000"},
        "900",
    )
    (record,) = pipeline.records("fraud")
    assert record.key() == b"payer-1"
    assert value[PREFIX_LENGTH:] in record.value()
    assert len(flagged["rule_set"]) == 64


def test_broken_record_becomes_a_dead_letter_with_its_coordinates(pipeline: Pipeline) -> None:
    """A record that does not decode is buried whole, and its neighbours go their way."""
    good = [pipeline.serializer.encode(payment(number)) for number in range(30)]
    pipeline.send(*good[:10], b"no frame", None, *good[10:], key=b"k")
    with running_detector(pipeline.platform) as detector:
        pipeline.wait_for_records(32)
        metrics = detector.get("/metrics").text
    letters = pipeline.decoded("dead-letter")
    assert sorted(letter["value"] or b"" for letter in letters) == [b"", b"no frame"]
    sent = {message.offset(): message for message in pipeline.records("transactions")}
    for letter in letters:
        assert (letter["reason"], letter["stage"], letter["error_class"]) == ("FRAME", "decode", "FrameError")
        assert sent[letter["offset"]].value() == letter["value"]
        assert letter["topic"] == pipeline.topics.transactions
        assert (letter["key"], letter["timestamp"]) == (b"k", NOW)
    assert 'fraud_dead_letters_total{reason="FRAME"} 2.0' in metrics
    assert len(pipeline.records("legit")) == 30


@pytest.mark.parametrize("platform", ["sandbox"], indirect=True)
def test_health_port_tells_what_is_missing_and_what_was_done(pipeline: Pipeline) -> None:
    """The port says that the loop turns and that partitions are assigned, and counts by output."""
    pipeline.send(*(pipeline.serializer.encode(payment(number)) for number in range(5)))
    with running_detector(pipeline.platform) as detector:
        assert detector.get("/livez").text == "ok\n"
        assert detector.get("/readyz").status_code == 200
        pipeline.wait_for_records(5)
        assert 'fraud_records_produced_total{output="legit"} 5.0' in detector.get("/metrics").text


@pytest.mark.parametrize("platform", ["sandbox"], indirect=True)
def test_threshold_per_currency_from_the_environment(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thresholds by currency are settings."""
    monkeypatch.setenv("DETECTOR_AMOUNT_THRESHOLDS", '{"JPY": "140000"}')
    amounts = {1: ("139999", "JPY"), 2: ("140000", "JPY"), 3: ("950", "EUR")}
    pipeline.send(*(pipeline.serializer.encode(payment(number, *each)) for number, each in amounts.items()))
    with running_detector(pipeline.platform):
        pipeline.wait_for_records(3)
    flagged = {each["transaction"]["amount"] for each in pipeline.decoded("fraud")}
    assert flagged == {Decimal("140000.00000"), Decimal("950.00000")}
