"""The page of all commands, written from their own help."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import typer

PROGRAMS = ("fraud-schemas", "fraud-generator", "fraud-detector", "fraud-sandbox")
"""The console scripts; the package of `fraud-x` has its command line in `<package>/cli.py`."""

PACKAGES = {program: program.removeprefix("fraud-") for program in PROGRAMS}

HEADER = """# Commands

Written by `make docs` from the commands themselves. Each is also there as `python -m <package>`, for example
`python -m schemas register`. Settings come from the environment ([settings.md](settings.md)); options win over it.
"""


def commands_page() -> str:
    """Text of `docs/cli.md`."""
    sections = [HEADER]
    for program in PROGRAMS:
        root = typer.main.get_command(application(program)())
        sections.append(f"## {program}\n\n{root.help}\n")
        sections += [command_section(name, command) for name, command in commands(program, root)]
    return "\n".join(sections)


def application(program: str) -> Callable[[], typer.Typer]:
    """The function that puts a program's commands together."""
    made: Callable[[], typer.Typer] = import_module(f"{PACKAGES[program]}.cli").application
    return made


def commands(prefix: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Full name and command of everything that can be run below `command`, in the order of its help."""
    for name, below in getattr(command, "commands", {}).items():
        if getattr(below, "commands", None):
            yield from commands(f"{prefix} {name}", below)
        else:
            yield f"{prefix} {name}", below


def example_of(command: Any) -> str | None:
    """The command line in the paragraph of the help that begins with "Example:"."""
    for paragraph in paragraphs(command):
        if paragraph.startswith("Example:"):
            return paragraph.removeprefix("Example:").strip()
    return None


def paragraphs(command: Any) -> list[str]:
    """Paragraphs of a command's help, each on one line."""
    return [" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n")]


def command_section(name: str, command: Any) -> str:
    """One command: what it does, an example, its arguments and options."""
    context = command.context_class(command, info_name=name)
    records = [record for parameter in command.params if (record := parameter.get_help_record(context))]
    arguments = [
        parameter.name.upper() for parameter in command.params if type(parameter).__name__.endswith("Argument")
    ]
    lines = [f"### {' '.join([name, *arguments])}", ""]
    for paragraph in paragraphs(command):
        if not paragraph.startswith("Example:"):
            lines += [paragraph, ""]
    if example := example_of(command):
        lines += [f"    {example}", ""]
    if records:
        lines += ["| option | meaning |", "|---|---|"]
        lines += [f"| `{escaped(option)}` | {escaped(' '.join(meaning.split()))} |" for option, meaning in records]
        lines.append("")
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", "\\|")
