"""The wheel, alone in a clean environment and far from the sources, is the whole product."""

import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.project.tree import PACKAGES, ROOT, files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DATA = {".avsc", ".json", ".yaml", ".yml", ".gz", ".csv", ".typed", ".html", ".txt", ".md", ".sql"}

pytestmark = pytest.mark.timeout(900)  # the clean environment is filled with every dependency


def ran(*command: str | Path, folder: Path) -> str:
    """What a command printed; it must succeed and must not find the sources by accident."""
    hidden = {"PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sources as they are."""
    folder = tmp_path_factory.mktemp("wheel")
    ran(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def binaries(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`bin` of an environment that holds the pinned dependencies and the wheel, nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    install = [*pip(folder / "bin"), "install", "--quiet", "--no-compile", "--no-deps"]
    ran(*install, "--require-hashes", "-r", ROOT / "requirements-run.txt", folder=folder)
    ran(*install, wheel, folder=folder)
    return folder / "bin"


def pip(binaries: Path) -> list[str | Path]:
    """This environment's pip, working on another one: to put a pip into that one takes longer than the wheel."""
    return [sys.executable, "-m", "pip", "--python", binaries / "python", "--disable-pip-version-check"]


def test_wheel_holds_the_packages_and_their_data_alone(wheel: Path) -> None:
    """Every source and every data file of the packages is inside, and nothing of the rest."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {str(path) for path in files() if path.parts[0] in PACKAGES and path.suffix in DATA | {".py"}}
    assert expected - inside == set()
    assert {name.partition("/")[0] for name in inside} == set(PACKAGES)


def test_wheel_carries_version_and_license(wheel: Path) -> None:
    """The wheel is of the project's version and brings the license."""
    assert wheel.name.startswith(f"kafka_fraud_detector-{PROJECT['version']}-py3-none-any")
    with zipfile.ZipFile(wheel) as archive:
        assert any(name.endswith("/licenses/LICENSE") for name in archive.namelist())


def test_pinned_requirements_satisfy_the_wheel(binaries: Path, tmp_path: Path) -> None:
    """requirements-run.txt holds all that the wheel asks for, in versions it accepts."""
    ran(*pip(binaries), "check", folder=tmp_path)


@pytest.mark.parametrize("program", sorted(PROJECT["scripts"]))
def test_command_of_the_wheel_runs_elsewhere(binaries: Path, tmp_path: Path, program: str) -> None:
    """Each command starts from another directory, and as a module too."""
    assert "Usage" in ran(binaries / program, "--help", folder=tmp_path)
    module = PROJECT["scripts"][program].partition(".")[0]
    assert "Usage" in ran(binaries / "python", "-m", module, "--help", folder=tmp_path)


def test_contracts_of_the_wheel_are_read_elsewhere(binaries: Path, tmp_path: Path) -> None:
    """The packaged contracts load from the wheel and are those of the sources."""
    program = (
        "from importlib.resources import files; from schemas.manifest import load_manifest;"
        "print(files('schemas').joinpath('contracts/Transaction.avsc').read_text('utf-8'), end='');"
        "assert load_manifest()"
    )
    told = ran(binaries / "python", "-c", program, folder=tmp_path)
    assert told == (ROOT / "schemas" / "contracts" / "Transaction.avsc").read_text("utf-8")


def test_tests_stay_out_of_the_environment(binaries: Path, tmp_path: Path) -> None:
    """No development tool and none of the project's other folders came along."""
    program = "import importlib.util as u; print([n for n in ('pytest', 'tests', 'docs', 'mypy') if u.find_spec(n)])"
    assert ran(binaries / "python", "-c", program, folder=tmp_path).strip() == "[]"
