"""The schema that editors get says the same as the models that read the files."""

import jsonschema
import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from detector.rules.format.rule_file import RuleFile
from detector.rules.json_schema import rule_schema, rule_set_schema
from detector.rules.loading import EXAMPLES, RULE_SET_FILE, SHIPPED

FILES = sorted(file for folder in (SHIPPED, EXAMPLES) for file in folder.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_shipped_file_is_valid_under_the_schema(file) -> None:
    """What the detector reads, the editor does not underline."""
    schema = rule_set_schema() if file.name == RULE_SET_FILE else rule_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(YAML(typ="safe").load(file.read_text()), schema)


@pytest.mark.parametrize(
    "change",
    [
        {"keys": "source"},
        {"key": "sender"},
        {"window": "8 hours"},
        {"measure": {"distinkt": "target"}},
        {"version": 0},
        {"version": True},
        {"version": 2**31},
        {"bands": [{"upto": 5}, {"score": "20"}]},
        {"bands": [{"upto": True}, {"score": 20}]},
        {"bands": [{"upto": number} for number in range(1, 256)] + [{"score": 20}]},
        {"where": {"currency": []}},
        {"where": {"amount": {"from": "9.123456"}}},
        {"cite": {"points": 256}},
        {"match": {}},
        {"python": "amount-threshold"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_the_detector_refuses_the_schema_refuses(change: dict[str, object]) -> None:
    """The vocabulary is closed in the editor too."""
    rule = YAML(typ="safe").load((EXAMPLES / "fan-out.yaml").read_text())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**rule, **change}, rule_schema())
    with pytest.raises(ValidationError):
        RuleFile.model_validate({**rule, **change})
