"""`fraud-schemas lint` on files of anybody's."""

import pytest

from tests.schemas.schema_pairs import run

__all__ = ["run"]


@pytest.mark.parametrize(
    "text",
    ["string", " string\n", '{"type": "double", "default": NaN}', '["null", Infinity]', "{'type': 'int'}"],
)
def test_lint_of_what_is_no_json_is_one_line_with_its_place(run, tmp_path, text):
    """What Avro Java cannot parse at all could not be judged: file, line and column, exit 2."""
    (tmp_path / "new.avsc").write_text(text)
    code, out, err = run("lint", tmp_path / "new.avsc")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{tmp_path / 'new.avsc'}:1:" in err


@pytest.mark.parametrize("text", ["null", "true", '"foo"', '{"type": "enum", "name": "E", "symbols": [1]}'])
def test_lint_of_json_that_is_no_schema_is_refused(run, tmp_path, text):
    """JSON that Avro Java takes for no schema is objected to, exit 1."""
    (tmp_path / "new.avsc").write_text(text)
    code, out, _ = run("lint", tmp_path / "new.avsc")
    assert code == 1
    assert out.startswith("REFUSED\n")
    assert "error SCHEMA_INVALID" in out


@pytest.mark.parametrize("text", ['"string"', '{"type": "null"}', '"null"'])
def test_lint_of_a_primitive_has_nothing_to_object(run, tmp_path, text):
    """A primitive type is a schema, in quotes."""
    (tmp_path / "new.avsc").write_text(text)
    assert run("lint", tmp_path / "new.avsc")[0] == 0
