"""The boundary that turns errors into exit codes, and how the four programs use it."""

import sys
from collections.abc import Callable
from importlib import import_module

import pytest
import typer

from docs.commands import PACKAGES
from schemas.command_line import CommandLine
from tests.project.test_import_direction import LAYERS


class ForeseenError(Exception):
    """A failure."""


class AnswerError(ForeseenError):
    """A refusal."""


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Exit code and standard error of a program whose only command raises."""

    def run(error: Exception | None, *arguments: str) -> tuple[int, str]:
        def fail() -> None:
            if error is not None:
                raise error

        line = CommandLine("prog", "A program.", (("fail", fail),), foreseen=(ForeseenError,), refusals=(AnswerError,))
        monkeypatch.setattr(sys, "argv", ["prog", *(arguments or ("fail",))])
        with pytest.raises(SystemExit) as raised:
            line.main()
        return int(raised.value.code or 0), capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    ("error", "code"),
    [(None, 0), (AnswerError("not this one"), 1), (ForeseenError("no broker"), 2), (typer.Exit(7), 7)],
    ids=["done", "refused", "could not", "a command's own code"],
)
def test_foreseen_error_is_one_line(ended: Callable[..., tuple[int, str]], error: Exception | None, code: int) -> None:
    """What was foreseen ends with its exit code and at most one line, without a traceback."""
    told = f"prog: {error}\n" if code in {1, 2} else ""
    assert ended(error) == (code, told)


def test_unforeseen_error_does_not_look_like_an_answer(ended: Callable[..., tuple[int, str]]) -> None:
    """Python's own exit code 1 would say "refused"; a defect ends with 2 and its traceback."""
    code, said = ended(ZeroDivisionError("a defect"))
    assert code == 2
    assert "Traceback" in said
    assert "ZeroDivisionError: a defect" in said


def test_only_command_keeps_its_name(ended: Callable[..., tuple[int, str]]) -> None:
    """A program with one command is called with that command's name, as it will be when there are more."""
    code, said = ended(None, "other")
    assert code == 2
    assert "No such command" in said


@pytest.mark.parametrize(("program", "package"), PACKAGES.items())
def test_program_foresees_the_errors_of_all_packages_it_uses(program: str, package: str) -> None:
    """The root errors of a program's package and of all below it are told in one line."""
    below = LAYERS[package] | ({"messaging"} if package == "detector" else set())
    roots = {getattr(import_module(f"{name}.errors"), f"{name.capitalize()}Error") for name in below}
    line = import_module(f"{package}.cli").LINE
    assert line.name == program
    assert {*line.foreseen} == roots
    assert all(issubclass(refusal, line.foreseen) for refusal in line.refusals)
