"""The numbered standard of CONTRIBUTING.md, as far as a program can read it."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.project.tree import CODE, PACKAGES, ROOT, files, functions, lines_without_docstring, parsed, python_files

FILE_LINES = 400
FUNCTION_LINES = 50
PARAMETERS = 7
CATCH_ALLS = {"utils", "util", "common", "helpers", "helper", "misc", "stuff", "shared"}
HISTORY = re.compile(r"(^|_)(new|old|v\d+|fix(ed)?|improved|better|final|temp|tmp|legacy|round\d+|sweep)(_|$)")
"""Words that tell how a file came about, not what it does."""

PLACES = re.compile(
    r"(?<![\w./-])/(?:work|root|home/(?!fraud\b)\w+|Users)/\w"
    r"|(?<![\w.-])(?:repo1?\.maven|central\.sonatype|files\.pythonhosted|pypi|registry\.npmjs|proxy\.golang|deb\.debian)"
    r"[\w.-]*\.(?:org|com|apache)"
)
"""Paths of one machine, and hosts of package registries."""

UNNAMED = re.compile(r"#\s*(noqa(?!: [A-Z]+\d)|type:\s*ignore(?!\[))")
UNEXPLAINED = re.compile(r"#\s*(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\])\s*$")
"""Suppressions without a rule, and those without a reason behind them."""

TEXT = {".py", ".md", ".yml", ".yaml", ".toml", ".txt", ".avsc", ".json", ".xml", ".java", ".csv", ".html", ".js", ""}
THIS_FILE = Path(__file__).resolve().relative_to(ROOT)

NO_PAUSE = {"time.sleep", "asyncio.sleep", "anyio.sleep"}
READS_ITS_DATA = {Path("generator/samples/__init__.py")}
"""Packages of data whose `__init__` is their reader."""

MAY_PAUSE = {Path("tests/waiting.py")}


def test_file_is_shorter_than_the_limit() -> None:
    """Files stay under 400 lines; a longer one is split by subject."""
    counted = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in python_files(*CODE)}
    assert not {str(path): count for path, count in counted.items() if count >= FILE_LINES}


def test_function_is_no_longer_than_the_limit() -> None:
    """Functions stay within 50 lines, the docstring not counted."""
    long = [
        f"{path}:{function.lineno} {function.name} has {lines}"
        for path in python_files(*CODE)
        for function in functions(path)
        if (lines := lines_without_docstring(function)) > FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def test_function_takes_no_more_parameters_than_the_limit() -> None:
    """Functions ask for at most seven arguments; those with a default and the options of a command are not counted."""
    many = [
        f"{path}:{function.lineno} {function.name} takes {count}"
        for path in python_files(*PACKAGES)
        if "commands" not in path.parts
        for function in functions(path)
        if (count := parameters(function)) > PARAMETERS
    ]
    assert not many, "\n".join(many)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many arguments a caller must give."""
    positional = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    needed = positional[: len(positional) - len(function.args.defaults)]
    named = [default for default in function.args.kw_defaults if default is None]
    return len([name for name in needed if name not in {"self", "cls"}]) + len(named)


def test_file_name_tells_what_the_file_is_for() -> None:
    """No catch-all names, and no names that tell how a file came about."""
    wrong = [
        str(path)
        for path in python_files(*CODE)
        for name in (*path.parts[1:-1], path.stem)
        if name in CATCH_ALLS or HISTORY.search(name)
    ]
    assert not wrong, wrong


def test_tracked_file_names_no_place_of_one_machine() -> None:
    """No absolute path of a machine and no host of a package registry stands in any file."""
    wrong = [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in files()
        if path.suffix in TEXT and path != THIS_FILE
        for number, line in enumerate((ROOT / path).read_text("utf-8", errors="replace").splitlines(), 1)
        if PLACES.search(line)
    ]
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.parametrize("package", PACKAGES)
def test_package_exports_are_sorted_and_exist(package: str) -> None:
    """A package's `__init__` holds re-exports and constants, with a sorted `__all__` of exactly the re-exports."""
    for path in (path for path in python_files(package) if path.name == "__init__.py" and path not in READS_ITS_DATA):
        body = parsed(path).body
        imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
        rest = [node for node in body if node not in imports and not is_docstring(node)]
        names = [name for node in rest for name in exports(node)]
        assert all(isinstance(node, ast.Assign) for node in rest), f"{path} does more than re-export"
        assert names == sorted(names, key=in_order), f"{path}: __all__ is not sorted"
        imported = {
            alias.asname or alias.name for node in body if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        assert set(names) == imported, f"{path}: __all__ and the imports differ in {set(names) ^ imported}"


def in_order(name: str) -> tuple[int, str]:
    """Place of a name in a sorted `__all__`: constants, classes, functions, each by alphabet, as ruff sorts them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def is_docstring(node: ast.stmt) -> bool:
    """Whether a statement is a text by itself."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def exports(node: ast.stmt) -> list[str]:
    """Names that a statement puts into `__all__`."""
    if not isinstance(node, ast.Assign) or [ast.unparse(target) for target in node.targets] != ["__all__"]:
        return []
    return list(ast.literal_eval(node.value))


@pytest.mark.parametrize("package", PACKAGES)
def test_package_has_the_furniture(package: str) -> None:
    """Every package is typed and has errors of its own; what can be run has a command line."""
    expected = {"__init__.py", "errors.py", "py.typed"}
    if package != "messaging":
        expected |= {"__main__.py", "cli.py"}
    assert not {name for name in expected if not (ROOT / package / name).is_file()}


def test_public_definition_has_a_docstring() -> None:
    """Modules, public classes and public functions say what they are; a name may be enough for two statements."""
    silent = []
    for path in python_files(*PACKAGES):
        tree = parsed(path)
        if path.stat().st_size and ast.get_docstring(tree) is None:
            silent.append(f"{path}:1")
        silent += [
            f"{path}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("_")
            and (isinstance(node, ast.ClassDef) or len(node.body) > 2)
            and ast.get_docstring(node) is None
        ]
    assert not silent, "\n".join(silent)


def test_every_test_states_its_promise() -> None:
    """Each test has a docstring, and its name says what is tested."""
    silent = [
        f"{path}:{function.lineno} {function.name}"
        for path in python_files("tests")
        if path.name.startswith("test_")
        for function in functions(path)
        if function.name.startswith("test_") and ast.get_docstring(function) is None
    ]
    assert not silent, "\n".join(silent)


def test_no_test_sleeps() -> None:
    """Tests wait for a condition with a deadline; only `tests/waiting.py` pauses."""
    sleeping = [
        f"{path}:{node.lineno} {called}"
        for path in python_files("tests")
        if path not in MAY_PAUSE
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and (called := ast.unparse(node.func)) in NO_PAUSE | {"sleep"}
    ]
    assert not sleeping, "\n".join(sleeping)


def test_suppression_names_its_rule_and_reason() -> None:
    """A `noqa` or a `type: ignore` says which rule it silences, and why: behind it, or in a comment right above."""
    wrong = []
    for path in python_files(*PACKAGES):
        lines = (ROOT / path).read_text("utf-8").splitlines()
        for above, line in zip(["", *lines], lines, strict=False):
            reason = above.lstrip().startswith("#")
            if UNNAMED.search(line) or (UNEXPLAINED.search(line) and not reason):
                wrong.append(f"{path}: {line.strip()}")
    assert not wrong, "\n".join(wrong)


def test_requirements_name_no_address() -> None:
    """Pinned requirements carry hashes and no address, so that any mirror serves them."""
    for name in ("requirements.txt", "requirements-run.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        pinned = [line for line in text.splitlines() if re.match(r"^[a-zA-Z]", line)]
        assert pinned
        assert all("==" in line for line in pinned)
        assert "--hash=sha256:" in text


def test_ignored_files_are_not_tracked() -> None:
    """Nothing that .gitignore names is in the repository."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--ignored", "--exclude-standard"]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout == ""
