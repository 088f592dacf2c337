"""`fraud-schemas diff` on two files of anybody's."""

import json

import pytest

from tests.schemas.schema_pairs import ID, NOTE, REQUIRED, amount, channel, payment, run, write_pair

__all__ = ["run"]


@pytest.fixture(autouse=True)
def _foreign_folder(monkeypatch, tmp_path):
    """A folder that has nothing to do with this project."""
    monkeypatch.chdir(tmp_path)


def test_diff_of_a_changed_scale_says_first_what_becomes_of_a_value(run, tmp_path):
    """The first screen names danger, direction and an example value; the details name file, line and column."""
    write_pair(tmp_path, payment(ID, amount(2)), payment(ID, amount(4)))
    code, out, err = run("diff", "old.avsc", "new.avsc")
    first = "\n".join(out.splitlines()[:5])
    assert (code, err) == (1, "")
    assert first.startswith("DANGER")
    assert "registry lets it through" in first
    assert "new reads old: 12.34 written" in first
    assert "0.1234" in first
    position = out.index("error DECIMAL_SCALE_CHANGED")
    assert "old.avsc:14:12" in out[position:]
    assert '"scale": 2' in out[position:]
    assert '"scale": 4' in out[position:]
    assert "no order is safe" in out


def test_diff_of_a_required_field_tells_the_order_of_deployment(run, tmp_path):
    """Where only the old schema reads the new data, writers go first."""
    write_pair(tmp_path, payment(ID), payment(ID, REQUIRED))
    code, out, _ = run("diff", "old.avsc", "new.avsc", "--level", "FORWARD")
    assert code == 0
    assert "deploy: writers first" in out
    code, out, _ = run("diff", "old.avsc", "new.avsc", "--level", "BACKWARD")
    assert code == 1
    assert out.startswith("BREAKS")
    assert "a registry's own check refuses it" in out


def test_diff_of_a_harmless_change_objects_to_nothing(run, tmp_path):
    """An added optional field may be deployed in either order, exit 0."""
    write_pair(tmp_path, payment(ID), payment(ID, NOTE))
    code, out, _ = run("diff", "old.avsc", "new.avsc")
    assert code == 0
    assert out.startswith("OK")
    assert "deploy: either order" in out
    assert "+ note: null | string, default null" in out


@pytest.mark.parametrize(
    "field",
    [
        pytest.param({"name": "a-b", "type": ["null", "string"], "default": None}, id="name"),
        pytest.param({"name": "a", "type": "int", "default": "0"}, id="default"),
        pytest.param({"name": "a", "type": ["null", "null"], "default": None}, id="union"),
        pytest.param({"name": "id", "type": "string", "default": ""}, id="field twice"),
        pytest.param({"name": "a", "type": ["null", "Payment"], "default": None, "order": "up"}, id="order"),
    ],
)
@pytest.mark.parametrize("level", ["FULL", "BACKWARD", "NONE"])
def test_diff_of_a_schema_that_no_registry_takes_is_headed_refused(run, tmp_path, field, level):
    """What is no Avro is refused whatever it is compared with, and no registry is said to let it through."""
    write_pair(tmp_path, payment(ID), payment(ID, field))
    code, out, _ = run("diff", "old.avsc", "new.avsc", "--level", level)
    told = json.loads(run("diff", "old.avsc", "new.avsc", "--level", level, "--format", "json")[1])
    assert told["changes"][0]["standard_check"] == "refuses"
    assert "a registry's own check refuses it" in out
    assert out.startswith("REFUSED\n") is (code == 1)
    assert code == 1 or level == "NONE"


def test_diff_of_a_schema_that_is_mended_is_judged_by_its_values(run, tmp_path):
    """What the old schema had wrong is no reason to refuse the new one."""
    write_pair(tmp_path, payment(ID, {"name": "a-b", "type": "int"}), payment(ID))
    out = run("diff", "old.avsc", "new.avsc")[1]
    assert not out.startswith("REFUSED")
    assert not out.startswith("DANGER")


def test_diff_of_identical_files_says_nothing_differs(run, tmp_path):
    """No change, no objection."""
    write_pair(tmp_path, payment(ID), payment(ID))
    assert run("diff", "old.avsc", "new.avsc")[0] == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"type": "record",\n "name" "x"}', "new.avsc:2:9: "),
        ('{"type": "record", "name": "A", "fields": [\n  {"name": "x", "type": "strng"}]}', "new.avsc:2:25: "),
        ("42", "new.avsc:1:1: "),
        ("", "new.avsc:1:1: "),
        ("string", "new.avsc:1:1: "),
        ("null", "new.avsc:1:1: "),
        ('{"type": "double",\n "x": NaN}', "new.avsc:2:7: "),
    ],
)
def test_diff_of_a_broken_file_is_one_line_with_its_place(run, tmp_path, text, told):
    """Broken JSON, unknown types and what is no schema: file, line, column, exit 2."""
    write_pair(tmp_path, payment(ID), text)
    code, out, err = run("diff", "old.avsc", "new.avsc")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_diff_of_a_missing_file_is_one_line(run, tmp_path):
    """The file is named, exit 2."""
    code, out, err = run("diff", "nowhere.avsc", "new.avsc")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "nowhere.avsc" in err


def test_diff_resolves_types_of_a_reference(run, tmp_path):
    """A type that another file defines is known once that file is given."""
    shared = {"type": "record", "name": "Place", "namespace": "shop", "fields": [ID]}
    (tmp_path / "place.avsc").write_text(json.dumps(shared))
    uses = {"name": "place", "type": "shop.Place", "doc": "Where."}
    write_pair(tmp_path, payment(ID, uses), payment(ID, uses, NOTE))
    assert run("diff", "old.avsc", "new.avsc")[0] == 2
    assert run("diff", "old.avsc", "new.avsc", "--reference", "place.avsc")[0] == 0


def test_diff_as_json_carries_places_and_order(run, tmp_path):
    """A machine reads rule, direction, both places and the order of deployment."""
    write_pair(
        tmp_path, payment(ID, channel("A", "UNKNOWN")), payment(ID, channel("A", "UNKNOWN", "B")),
    )  # fmt: skip
    code, out, _ = run("diff", "old.avsc", "new.avsc", "--format", "json")
    change = json.loads(out)["changes"][0]
    assert code == 1
    assert change["deploy_order"]["order"] == "readers first"
    finding = next(entry for entry in change["findings"] if entry["rule"] == "ENUM_SYMBOL_ADDED")
    assert finding["direction"] == "old schema reads new data"
    assert finding["new"]["file"] == "new.avsc"
    assert finding["new"]["line"] > 1


def test_diff_of_a_schema_on_one_line_cuts_the_line(run, tmp_path):
    """A minified schema of any length fits the screen."""
    fields = [{"name": f"f{n}", "type": "string", "doc": "x"} for n in range(100)]
    old, new = (json.dumps(json.loads(payment(*fields, amount(scale)))) for scale in (2, 4))
    write_pair(tmp_path, old, new)
    code, out, _ = run("diff", "old.avsc", "new.avsc")
    assert code == 1
    assert max(map(len, out.splitlines())) < 250
