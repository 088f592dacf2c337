"""`fraud-detector dead-letters` on a broker and a registry, sandbox and real."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detector.cli import application
from detector.errors import ReplayRefusedError
from tests.detector.running import Pipeline, payment, running_detector
from tests.servers.platform import Platform


@pytest.fixture
def pipeline(platform: Platform) -> Iterator[Pipeline]:
    """Topics and contracts, a detector at work, and one broken record that it has buried."""
    made = Pipeline(platform)
    made.send(b"no frame", key=b"payer")
    with running_detector(platform):
        made.wait_for_records(1, "dead-letter")
        yield made


def command(*arguments: str) -> Result:
    """Runs `fraud-detector dead-letters`; a refusal is raised."""
    result = CliRunner().invoke(application(), ["dead-letters", *arguments])
    if isinstance(result.exception, ReplayRefusedError):
        raise result.exception
    assert result.exception is None, result.exception
    return result


def only_letter() -> dict[str, object]:
    """The one letter that `list` tells of."""
    (line,) = command("list", "--json").stdout.splitlines()
    letter: dict[str, object] = json.loads(line)
    return letter


@pytest.mark.parametrize("platform", ["sandbox"], indirect=True)
def test_list_and_show_tell_everything(pipeline: Pipeline) -> None:
    """A letter can be found and looked at, its bytes included."""
    letter = only_letter()
    assert (letter["reason"], letter["replayed"], letter["replay_count"]) == ("FRAME", False, 0)
    assert command("list", "--reason", "DECODE", "--json").stdout == ""
    shown = json.loads(command("show", str(letter["id"]), "--json").stdout)
    assert base64.b64decode(shown["value"]) == b"no frame"
    assert base64.b64decode(shown["key"]) == b"payer"
    assert "no frame" in bytes.fromhex(_field(command("show", str(letter["id"])).stdout, "value")).decode()


def test_repaired_letter_is_sorted_once(pipeline: Pipeline, tmp_path: Path) -> None:
    """A repaired value goes back to the source topic with its key, is sorted, and is not put back again."""
    letter, repaired = str(only_letter()["id"]), tmp_path / "value"
    repaired.write_bytes(pipeline.serializer.encode(payment(5)))
    command("replay", letter, "--value", str(repaired))
    with pytest.raises(ReplayRefusedError, match="has been replayed"):
        command("replay", letter, "--value", str(repaired))
    assert json.loads(command("list", "--json").stdout)["replayed"] is True
    assert command("list", "--pending", "--json").stdout == ""
    pipeline.wait_for_records(1, "legit")
    (record,) = pipeline.records("legit")
    headers = dict(record.headers() or ())
    assert (record.value(), record.key()) == (repaired.read_bytes(), b"payer")
    assert headers["fraud.replay.count"] == b"1"
    assert headers["fraud.replay.origin"].decode() == f"{pipeline.topics.dead_letter}:{letter}"


def test_letter_that_dies_again_does_not_go_round(pipeline: Pipeline) -> None:
    """Replaying all again and again puts a record that dies back once, and no second time unless forced."""
    assert "1 replayed" in command("replay", "--all").stderr
    pipeline.wait_for_records(3, "dead-letter")  # the letter, the marker, the second letter
    result = command("replay", "--all")
    assert "0 replayed, 2 not" in result.stderr
    assert "died again after 1 replays" in result.stdout
    again = [json.loads(line) for line in command("list", "--pending", "--json").stdout.splitlines()]
    assert [letter["replay_count"] for letter in again] == [1]
    assert "1 replayed" in command("replay", again[0]["id"], "--force").stderr


SENSELESS = (
    (["replay"], "Name dead letters"),
    (["replay", "0:0", "--all"], "not both"),
    (["replay", "nonsense"], "<partition>:<offset>"),
    (["replay", "1:4000"], "There is no dead letter 1:4000"),
    (["replay", "--all", "--value", "file"], "name exactly one"),
    (["show", "1:4000"], "dead-letters list"),
)


@pytest.mark.parametrize("platform", ["sandbox"], indirect=True)
def test_senseless_request_is_refused(pipeline: Pipeline) -> None:
    """What cannot be meant is refused in one line with the next step, and nothing is written."""
    for arguments, said in SENSELESS:
        with pytest.raises(ReplayRefusedError, match=said):
            command(*arguments)
    assert only_letter()["replayed"] is False


def _field(text: str, name: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return line.removeprefix(name).strip()
