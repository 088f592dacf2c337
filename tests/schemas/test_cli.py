"""`fraud-schemas` from the outside: what is printed, and the exit code."""

import json
import subprocess
import sys

import pytest

from schemas import cli
from schemas.errors import ContractError, IncompatibleSchemaError, RegistryUnreachableError
from schemas.manifest import load_manifest
from schemas.registration.plan import plan_as_json
from schemas.registration.register import plan_registration
from schemas.registry.registered import SchemaText
from tests.schemas.contract_folder import AMOUNT, record

SECRET = "s3cr3t-value"


@pytest.fixture
def registry_url(sandbox_registry):
    """Only the in-process registry."""
    return sandbox_registry.url


@pytest.fixture(autouse=True)
def _environment(monkeypatch, request, topics):
    """The registry and topics of this test, for a command that reads the environment."""
    for name, value in topics.model_dump().items():
        monkeypatch.setenv(f"{name.upper()}_TOPIC", value)
    for name in ("BASIC_AUTH", "BEARER_TOKEN", "CA", "CLIENT_CERTIFICATE", "CLIENT_KEY", "TIMEOUT"):
        monkeypatch.delenv(f"SCHEMA_REGISTRY_{name}", raising=False)
    monkeypatch.setenv("SCHEMA_REGISTRY_URL", request.getfixturevalue("between").url)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command line and gives exit code, standard output and standard error."""

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fraud-schemas", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return command


def test_register_prints_a_row_per_release_and_a_second_run_says_nothing_changed(run, topics, between):
    """Without a terminal the rows are plain lines: subject, release, version, id, level, what happened."""
    code, out, err = run("register")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0].split()[:5] == ["subject", "release", "version", "id", "level"]
    first = lines[1].split()
    assert [first[0], first[1], first[2], *first[4:]] == [
        topics.subject_of("transactions"),
        "1",
        "1",
        "FULL_TRANSITIVE",
        "registered",
    ]
    between.seen.clear()
    code, out, _ = run("register")
    assert code == 0
    assert out.endswith("nothing changed\n")
    assert between.writes() == []


def test_register_as_json_is_one_document(run, topics):
    """A machine reads the outcomes with the exit code."""
    code, out, _ = run("register", "--json")
    document = json.loads(out)
    assert code == document["exit_code"] == 0
    assert [entry["happened"] for entry in document["outcomes"]] == ["registered"] * len(document["outcomes"])
    assert document["outcomes"][0]["subject"] == topics.subject_of("transactions")


def test_dry_run_changes_nothing(run, between):
    """What would happen is printed, and nothing is written."""
    code, out, _ = run("register", "--dry-run")
    assert code == 0
    assert out.count("would register") == sum(len(entry.releases) for entry in load_manifest())
    assert between.writes() == []


def test_incompatible_contract_ends_with_1_and_reasons(run, client, topics):
    """Refused by compatibility: exit 1, the reasons on the screen, also in a dry run."""
    client.register(topics.subject_of("dead-letter"), SchemaText(record("DeadLetter", AMOUNT)))
    client.set_level(topics.subject_of("dead-letter"), "FULL_TRANSITIVE")
    for options in (["--dry-run"], []):
        code, out, _ = run("register", *options)
        assert code == 1
        assert "refused" in out
        assert "READER_FIELD_MISSING_DEFAULT_VALUE" in out


def test_blocked_subject_ends_with_2(run, client, topics):
    """Could not: exit 2, and the line says what to do."""
    client.set_mode(topics.subject_of("legit"), "READONLY")
    code, out, _ = run("register")
    assert code == 2
    assert "in mode READONLY: nothing can be written; set it to READWRITE" in out


def test_register_applies_a_saved_plan(run, client, topics, tmp_path):
    """`--plan` does what the file says, and a file that is none is one line."""
    (tmp_path / "plan.json").write_text(plan_as_json(plan_registration(client, load_manifest(), topics)))
    code, out, _ = run("register", "--plan", str(tmp_path / "plan.json"))
    assert code == 0
    assert "registered" in out
    for name, text in (("broken.json", "{"), ("gone.json", None)):
        if text:
            (tmp_path / name).write_text(text)
        code, out, err = run("register", "--plan", str(tmp_path / name))
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert "fraud-schemas plan" in err


def test_error_half_way_tells_what_was_done(run, between, topics):
    """What was registered before an error is not kept from the reader."""
    denied = lambda _seen: (403, {"error_code": 40301, "message": "User is denied"})  # noqa: E731 - read here
    between.misbehave("POST", f"/subjects/{topics.subject_of('fraud')}/versions", instead=denied)
    code, out, err = run("register")
    assert (code, out) == (2, "")
    assert f"before the failure: {topics.subject_of('transactions')}, release 1: registered" in err
    assert "User is denied" in err.splitlines()[-1]


def test_list_shows_what_is_there_beside_what_is_wanted(run, client, topics):
    """Missing releases, foreign versions and levels stand side by side."""
    subject = topics.subject_of("transactions")
    code, out, _ = run("list")
    assert code == 0
    assert "missing: run `fraud-schemas register`" in out
    client.register(subject, SchemaText(record("Foreign", AMOUNT)))
    document = json.loads(run("list", "--json")[1])
    rows = [row for row in document["versions"] if row["subject"] == subject]
    assert rows[0]["state"] == "not a release of this checkout"
    assert rows[0]["version"] == 1
    assert (rows[0]["level"], rows[0]["wanted_level"]) == (None, "FULL_TRANSITIVE")
    assert rows[-1]["state"].startswith("missing")


def test_list_shows_soft_deleted_versions(run, client, topics):
    """A soft-deleted version is listed as such, with the release it held."""
    run("register")
    client.delete_version(topics.subject_of("legit"), 1)
    rows = json.loads(run("list", "--json")[1])["versions"]
    (row,) = (row for row in rows if (row["subject"], row["version"]) == (topics.subject_of("legit"), 1))
    assert (row["release"], row["state"]) == (1, "soft-deleted")


@pytest.mark.parametrize("command", ["register", "list"])
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        pytest.param({"URL": "http://127.0.0.1:9"}, "is not reached; is it running", id="absent"),
        pytest.param({"URL": "127.0.0.1:8081"}, "SCHEMA_REGISTRY_URL", id="bad URL"),
        pytest.param({"URL": f"http://alice:{SECRET}@127.0.0.1:9"}, "SCHEMA_REGISTRY_BASIC_AUTH", id="user in URL"),
        pytest.param({"BASIC_AUTH": SECRET}, "has no colon", id="bad basic auth"),
        pytest.param({"CA": "gone.pem"}, "gone.pem is no file", id="no CA"),
    ],
)
def test_wrong_settings_end_with_one_line_and_2(run, monkeypatch, command, variables, said):
    """One clear line, no traceback, no secret, exit 2."""
    for name, value in variables.items():
        monkeypatch.setenv(f"SCHEMA_REGISTRY_{name}", value)
    code, out, err = run(command)
    assert (code, out) == (2, "")
    assert err.startswith("fraud-schemas: ")
    assert err.count("\n") == 1
    assert said in err
    assert SECRET not in err


@pytest.mark.parametrize(
    ("address", "said"),
    [
        pytest.param("http://", "SCHEMA_REGISTRY_URL", id="no host"),
        pytest.param("http://127.0.0.1:99999", "SCHEMA_REGISTRY_URL", id="no port"),
        pytest.param(f"http://alice:{SECRET}@127.0.0.1:9", "SCHEMA_REGISTRY_BASIC_AUTH", id="user in URL"),
        pytest.param("http://127.0.0.1:9?a=b", "holds a query", id="query"),
    ],
)
def test_check_against_an_address_that_is_none_ends_with_one_line_and_2(run, address, said):
    """An address on the command line has the bounds of the setting it stands for, and shows no secret."""
    code, out, err = run("check", "--against", address)
    assert (code, out) == (2, "")
    assert err.startswith("fraud-schemas: --against")
    assert err.count("\n") == 1
    assert said in err
    assert SECRET not in err


def test_refused_authorization_ends_with_one_line_and_2(run, between):
    """A registry that refuses is no traceback."""
    between.misbehave("GET", "/", times=9, instead=lambda _: (401, {"error_code": 401, "message": "Unauthorized"}))
    code, _, err = run("register", "--wait", "30")
    assert code == 2
    assert err.count("\n") == 1
    assert "SCHEMA_REGISTRY_BASIC_AUTH" in err


def test_address_of_something_else_ends_with_one_line_and_2(run, between):
    """A web server that is no registry is named."""
    between.misbehave("GET", "/", times=9, instead=lambda _: (404, {"message": "no such page"}))
    code, _, err = run("register")
    assert code == 2
    assert "check the path in SCHEMA_REGISTRY_URL" in err


def test_waiting_tells_its_progress(run, between):
    """Waiting is told on the standard error, so that the output stays clean."""
    between.misbehave("GET", "/config$", times=1, instead=lambda _: (503, None))
    code, out, err = run("register", "--wait", "20", "--json")
    assert code == 0
    assert json.loads(out)
    assert err.startswith("waiting for the schema registry, 0 of 20 s")


def test_module_runs_as_a_program():
    """`python -m schemas` is the same program, and every command has help with an example."""
    shown = subprocess.run([sys.executable, "-m", "schemas", "--help"], capture_output=True, text=True, check=True)
    assert "register" in shown.stdout


@pytest.mark.parametrize("name", [name for name, _ in cli.LINE.commands])
def test_every_command_has_help_with_an_example(run, name):
    """Help says what a command does, and shows it."""
    code, out, _ = run(name, "--help")
    assert code == 0
    assert f"fraud-schemas {name}" in out


def test_exit_codes_of_errors():
    """Only a refusal by compatibility ends with 1."""
    assert cli.LINE.exit_code(IncompatibleSchemaError("no")) == 1
    assert cli.LINE.exit_code(RegistryUnreachableError("no")) == 2
    assert cli.LINE.exit_code(ContractError("no")) == 2


def test_unforeseen_error_does_not_look_like_a_refusal(run, monkeypatch):
    """Python's own exit code 1 would say "refused"; a defect ends with 2 and its traceback."""
    monkeypatch.setattr("schemas.manifest.load_manifest", lambda: 1 / 0)
    code, _, err = run("list")
    assert code == 2
    assert "ZeroDivisionError" in err
