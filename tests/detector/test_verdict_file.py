"""Verdicts written to a file: whole, or not at all."""

import os
from pathlib import Path

import pytest

from detector.errors import ScoreError
from detector.verdict_file import verdict_file


def test_lines_are_there_when_the_block_ends(tmp_path: Path) -> None:
    """Nothing is left beside the file, and a link goes on being one."""
    (tmp_path / "link").symlink_to(tmp_path / "verdicts")
    with verdict_file(tmp_path / "link") as lines:
        lines.write("ä\n")
        assert not (tmp_path / "verdicts").exists()
    assert (tmp_path / "verdicts").read_bytes() == "ä\n".encode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "verdicts"]


def _ended_early(output: Path, error: type[BaseException]) -> None:
    with verdict_file(output) as lines:
        lines.write("half")
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, ScoreError, ValueError])
def test_what_ends_early_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    """Half of the lines would be taken for all of them."""
    output = tmp_path / "verdicts"
    for before in (None, "before"):
        if before:
            output.write_text(before)
        with pytest.raises(error):
            _ended_early(output, error)
        assert [path.read_text() for path in tmp_path.iterdir()] == ([before] if before else [])


def test_a_file_that_was_there_keeps_its_permissions(tmp_path: Path) -> None:
    """Who may not read the last verdicts may not read the next."""
    output = tmp_path / "verdicts"
    output.touch(0o600)
    with verdict_file(output) as lines:
        lines.write("all")
    assert (output.stat().st_mode & 0o777, output.read_text()) == (0o600, "all")


def test_a_device_or_pipe_is_written_and_not_replaced(tmp_path: Path) -> None:
    """Who reads a pipe gets the lines."""
    output = tmp_path / "pipe"
    os.mkfifo(output)
    reader = os.open(output, os.O_RDONLY | os.O_NONBLOCK)
    with verdict_file(output) as lines:
        lines.write("all")
    assert os.read(reader, 10) == b"all"
    os.close(reader)
    assert output.is_fifo()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder that is not there, one in place of a file, and a full disk."""
    places = {tmp_path / "none" / "x": "No such file", tmp_path: "Is a directory", Path("/dev/full"): "No space left"}
    for place, told in places.items():
        with pytest.raises(ScoreError, match=f"^{place} cannot be written: {told}"), verdict_file(place) as lines:
            lines.write("all")
