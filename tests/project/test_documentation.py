"""The written word and the code say the same."""

import re
import tomllib

import pytest
import typer
from pydantic_settings import BaseSettings

from docs.__main__ import stale_pages
from docs.commands import PACKAGES as PACKAGE_OF
from docs.commands import PROGRAMS, application, commands, example_of
from docs.settings import CLASSES
from messaging.metrics import NAMES
from tests.project.tree import PACKAGES, ROOT, files, imported, module_name, parsed, python_files

COMMANDS = [
    pytest.param(name, command, id=name.replace(" ", "-"))
    for program in PROGRAMS
    for name, command in commands(program, typer.main.get_command(application(program)()))
]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def test_generated_pages_are_current() -> None:
    """`make docs` has been run since the last change to a command, a setting or a metric."""
    assert not stale_pages(), "run `make docs`"


def test_programs_are_the_console_scripts() -> None:
    """The page of commands knows every console script, and each leads to its package's command line."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert scripts == {program: f"{PACKAGE_OF[program]}.cli:main" for program in PROGRAMS}


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_command_explains_itself_with_an_example(name: str, command: typer.core.TyperCommand) -> None:
    """Every command says in one sentence what it does, and shows a line that runs it."""
    first = (command.help or "").split("\n\n")[0]
    assert first.rstrip().endswith((".", ":")), first
    example = example_of(command)
    assert example, f"{name} has no paragraph that begins with `Example:`"
    assert f"{name} " in f"{example} ", example


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_option_says_what_it_is_for(name: str, command: typer.core.TyperCommand) -> None:
    """No option and no argument is left without a word."""
    assert not [parameter.name for parameter in command.params if not getattr(parameter, "help", None)]


def test_settings_page_knows_every_settings_class() -> None:
    """A settings class that is written down nowhere fails here."""
    found = {
        (module_name(path), node.name)
        for path in python_files(*PACKAGES)
        for node in parsed(path).body
        if type(node).__name__ == "ClassDef"
        and BaseSettings.__name__ in {getattr(base, "id", None) for base in node.bases}
    }
    assert found == {(settings.__module__, settings.__name__) for settings in CLASSES}


def test_metrics_page_lists_every_metric_with_its_meaning() -> None:
    """The page of metrics and the module that names them say the same."""
    rows = re.findall(
        r"^\| `(\w+)` \|[^|]*\| (.*) \|$", (ROOT / "docs" / "metrics.md").read_text("utf-8"), re.MULTILINE
    )
    assert {name: meaning for name, meaning in rows if not meaning.startswith("`")} == NAMES


def test_settings_are_read_by_settings_classes_alone() -> None:
    """No module reads the environment behind the settings' back, except where client properties pass through."""
    reading = {
        module_name(path)
        for path in python_files(*PACKAGES)
        for _, name in imported(path)
        if name in {"os.environ", "os.getenv"} or (name == "os" and "os.environ" in (ROOT / path).read_text("utf-8"))
    }
    assert reading <= {"messaging.settings"}


def test_link_between_pages_leads_somewhere() -> None:
    """Relative links in the pages point at files that are there."""
    broken = [
        f"{path} -> {target}"
        for path in files()
        if path.suffix == ".md"
        for target in LINK.findall((ROOT / path).read_text("utf-8"))
        if not (ROOT / path.parent / target).exists()
    ]
    assert not broken, "\n".join(broken)


def test_make_target_in_the_pages_exists() -> None:
    """Every `make word` of the pages is an action of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        word
        for path in files()
        if path.suffix == ".md"
        for word in re.findall(r"`make ([a-z]+)[` ]", (ROOT / path).read_text("utf-8"))
    }
    assert named <= targets
