"""`make bench`: measures and prints; `make bench ARGS="loops --write"` also puts the report into docs/benchmarks.md."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"

BENCHMARKS: Mapping[str, str] = {
    "loops": "The detector's loop, beside others",
    "generator": "The generator's path",
    "chain": "The stateful detector, beside raw forwarding",
    "evaluation": "How well the shipped set does",
    "rules": "Rules: score, memory, snapshots",
    "restart": "A restart with a million accounts",
    "evolution": "Evolution checks",
}
"""Module of this folder, whose `run()` gives lines, and its heading."""


def conditions() -> Iterable[str]:
    """Machine, versions, commit and day, so that figures can be read later."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    yield f"- {os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    yield f"- commit {commit.stdout.strip() or 'unknown'}, {datetime.now(UTC):%Y-%m-%d}"  # noqa: TID251 (a report)


def report(names: Iterable[str]) -> str:
    """The report of the named benchmarks; each line is printed as it comes."""
    lines: list[str] = []

    def say(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    for name in names:
        say(f"## {BENCHMARKS[name]}\n")
        for line in conditions():
            say(line)
        say(f"- `python -m benchmarks {name}`\n")
        run: Callable[[], Iterable[str]] = import_module(f"benchmarks.{name}").run
        for line in run():
            say(f"{line}\n")
    return "\n".join(lines)


def main() -> None:
    """Runs the benchmarks that are named, all without a name."""
    names = [argument for argument in sys.argv[1:] if not argument.startswith("-")] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"No benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}.")
    text = report(names)
    if "--write" in sys.argv:
        write(text)


def write(text: str) -> None:
    """Puts each section of `text` in the place of the same section of the report, new ones at its end."""
    old = _sections(REPORT.read_text("utf-8")) if REPORT.exists() else {"": "# Benchmarks\n"}
    merged = {**old, **_sections(text)}
    REPORT.write_text("\n".join(part.rstrip("\n") + "\n" for part in merged.values() if part.strip()), "utf-8")


def _sections(text: str) -> dict[str, str]:
    sections: dict[str, str] = {}
    heading = ""
    for line in text.splitlines():
        heading = line if line.startswith("## ") else heading
        sections[heading] = sections.get(heading, "") + line + "\n"
    return sections


if __name__ == "__main__":
    main()
