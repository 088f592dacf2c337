"""Jars by Maven, fetched once into `.cache/servers` of the checkout and kept there for every later run."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.errors import FetchError
from tests.servers.java import maven

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "servers"
SECONDS = 900
"""The longest a fetch may take before it counts as failed."""


def classpath(pom: Path) -> str:
    """Class path of the pom's runtime dependencies.

    Raises:
        FetchError: Maven could not bring them.
        MissingToolError: there is no Maven.
    """
    return str(jars(pom) / "*")


def jars(pom: Path) -> Path:
    """Folder with the jars of the pom's runtime dependencies; a changed pom gets a folder of its own.

    Raises:
        FetchError: Maven could not bring them.
        MissingToolError: there is no Maven.
    """

    def fetch(folder: Path) -> None:
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
        _run([maven(), "-q", "-B", "-f", str(pom), *goal], f"the jars of {pom.name}")

    digest = hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    return _once(f"{pom.name.partition('.')[0]}-{digest}", fetch)


def archive(coordinates: str) -> Path:
    """Folder with the unpacked `.tar.gz` that Maven knows as `group:artifact:version:tar.gz:classifier`.

    Raises:
        FetchError: Maven could not bring it.
        MissingToolError: there is no Maven.
    """
    _, artifact, version, _, classifier = coordinates.split(":")

    def fetch(folder: Path) -> None:
        goal = ["dependency:copy", f"-Dartifact={coordinates}", f"-DoutputDirectory={folder}"]
        _run([maven(), "-q", "-B", *goal], coordinates)
        packed = folder / f"{artifact}-{version}-{classifier}.tar.gz"
        with tarfile.open(packed) as archived:
            archived.extractall(folder, filter="data")
        packed.unlink()

    return _once(f"{artifact}-{version}", fetch)


def _once(name: str, fetch: Callable[[Path], None]) -> Path:
    """Folder `name` of the cache; it appears whole or not at all, whoever else asks at the same time."""
    target = CACHE / name
    if target.is_dir():
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    # one lock for all, since two Mavens at once may spoil each other's downloads in their common repository
    with _lock(CACHE / "maven.lock"):
        if not target.is_dir():
            unfinished = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=CACHE))
            try:
                fetch(unfinished)
                unfinished.rename(target)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    return target


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _run(command: list[str], what: str) -> None:
    # In the cache's folder, so that a pom in the working directory is not taken for the project's.
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS, cwd=CACHE)
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"Maven did not bring {what} within {SECONDS} s; is Maven's repository reachable?") from error
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if "ERROR" in line] or done.stderr.splitlines()
        reason = lines[0] if lines else f"exit status {done.returncode}"
        raise FetchError(f"Maven could not bring {what}: {reason.strip()} Is Maven's repository reachable?")
