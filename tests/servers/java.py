"""The JDK and Maven of this machine, and what is missing of them."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.servers.errors import MissingToolError

OLDEST_JAVA = 17
"""Kafka 4 and Apicurio 3.0 are compiled for Java 17."""


def java() -> str:
    """Path of `java`: the one of JAVA_HOME, else the one on the path.

    Raises:
        MissingToolError: there is none.
    """
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").is_file():
        return str(Path(home) / "bin" / "java")
    return _program("java", f"a JDK {OLDEST_JAVA} or newer")


def maven() -> str:
    """Path of `mvn`.

    Raises:
        MissingToolError: there is none.
    """
    return _program("mvn", "Apache Maven")


@cache
def missing_tools() -> str | None:
    """One line that says what the real servers lack here, or nothing."""
    try:
        found = java_version(java())
        if found >= OLDEST_JAVA:
            maven()
            return None
    except MissingToolError as error:
        return str(error)
    return f"The real servers need a JDK {OLDEST_JAVA} or newer; {java()} is {found}. Set JAVA_HOME to a newer one."


def java_version(program: str) -> int:
    """Feature version of a `java`, for example 17.

    Raises:
        MissingToolError: it does not tell.
    """
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(?:1\.)?(\d+)', told)
    if version is None:
        raise MissingToolError(f"{program} -version does not tell a version; install a JDK {OLDEST_JAVA} or newer.")
    return int(version.group(1))


def _program(name: str, what: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise MissingToolError(f"The real servers need {what}; no `{name}` on the path.")
    return path
