"""Changelog and version agree."""

import re
import tomllib

from tests.project.tree import PACKAGES, ROOT


def test_changelog_begins_with_the_version_of_the_project() -> None:
    """The newest entry of the changelog is the version that would be built."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions
    assert versions[0] == project["version"]


def test_changelog_entry_begins_with_its_package() -> None:
    """Entries that are not about the contract say which package they are about."""
    section = ""
    for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines():
        section = line if line.startswith("### ") else section
        if line.startswith("- ") and section != "### Contract":
            named = set(re.split(r",\s*", line.removeprefix("- ").partition(":")[0]))
            assert named <= {*PACKAGES, "project", "docs", "tests", "compose", "benchmarks"}, line


def test_image_carries_the_version_of_the_project() -> None:
    """The image that compose builds is tagged with the project's version."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"image: kafka-fraud-detector:{version}\n" in (ROOT / "docker-compose.yml").read_text("utf-8")
