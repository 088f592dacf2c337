"""The JSON Schema of rule files, for editors."""

from typing import Any

from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile


def rule_schema() -> dict[str, Any]:
    """The schema of a rule file, made of the models that read it."""
    return _schema(RuleFile.model_json_schema(by_alias=True), "A fraud rule")


def rule_set_schema() -> dict[str, Any]:
    """The schema of `ruleset.yaml`."""
    return _schema(RuleSetFile.model_json_schema(by_alias=True), "A set of fraud rules")


def _schema(schema: dict[str, Any], title: str) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}
