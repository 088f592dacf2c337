"""The hooks and the workflow call what there is."""

import re

import pytest
import typer
from ruamel.yaml import YAML

from schemas.cli import application
from tests.project.tree import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "checks.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def called() -> list[tuple[str, list[str]]]:
    """Commands of `fraud-schemas` with their options, of workflow and hooks."""
    text = WORKFLOW.read_text("utf-8") + HOOKS.read_text("utf-8")
    found = re.findall(r"fraud-schemas ([a-z]+)([^\n`]*)", text)
    return [(name, re.findall(r"--[a-z-]+", options)) for name, options in found]


@pytest.mark.parametrize(("name", "options"), called())
def test_command_of_workflow_and_hooks_exists(name: str, options: list[str]) -> None:
    """Every command and option they name is one of the command line."""
    command = typer.main.get_command(application()).commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(options) <= known


def test_workflow_annotates_pull_requests() -> None:
    """A pull request is compared with its base, in the form that becomes annotations, with history fetched."""
    jobs = YAML(typ="safe").load(WORKFLOW.read_text("utf-8"))["jobs"]
    steps = jobs["contract"]["steps"]
    assert any(step.get("with", {}).get("fetch-depth") == 0 for step in steps)
    compared = next(step for step in steps if "--against" in step.get("run", ""))
    assert "--format github" in compared["run"]
    assert compared["if"] == "github.event_name == 'pull_request'"


def test_workflow_makes_what_the_makefile_knows() -> None:
    """`make` targets in the workflow are targets of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"run: make ([a-z]+)", WORKFLOW.read_text("utf-8"))) <= targets


def test_hook_has_what_pre_commit_asks_for() -> None:
    """Id, name, entry and language; a hook without file names says so."""
    hooks = YAML(typ="safe").load(HOOKS.read_text("utf-8"))
    assert len({hook["id"] for hook in hooks}) == len(hooks) == 3
    for hook in hooks:
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        assert re.compile(hook["files"])
