"""The project's files as the tests of its form see them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schemas", "messaging", "generator", "detector", "sandbox")
CODE = (*PACKAGES, "tests", "benchmarks", "docs")


@cache
def files() -> tuple[Path, ...]:
    """Files that are in the repository or would be with the next commit, relative to its root."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split("\0")
    return tuple(sorted(Path(name) for name in set(listed) if name and (ROOT / name).is_file()))


def python_files(*folders: str) -> list[Path]:
    """Python files below these folders of the root, relative to it."""
    return [path for path in files() if path.suffix == ".py" and path.parts[0] in folders]


@cache
def parsed(path: Path) -> ast.Module:
    """Syntax tree of a file given relative to the root."""
    return ast.parse((ROOT / path).read_text("utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    """Dotted name of the module in a file given relative to the root."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@cache
def imported(path: Path) -> tuple[tuple[int, str], ...]:
    """Line and dotted name of everything a file imports, inside functions too; `from a import b` is `a.b`."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return tuple(found)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, less the docstring's."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)
