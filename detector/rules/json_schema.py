"""The JSON Schema of rule files, for editors."""

from typing import Any

from detector.rules.format.bounds import COUNTED, highest_of
from detector.rules.format.rule_file import IDLE_BESIDE_PYTHON, RuleFile
from detector.rules.format.rule_set_file import RuleSetFile


def rule_schema() -> dict[str, Any]:
    """The schema of a rule file, made of the models that read it."""
    return _schema({**RuleFile.model_json_schema(by_alias=True), "allOf": [*_reaches(), _python()]}, "A fraud rule")


def rule_set_schema() -> dict[str, Any]:
    """The schema of `ruleset.yaml`."""
    return _schema(RuleSetFile.model_json_schema(by_alias=True), "A set of fraud rules")


def _reaches() -> list[dict[str, Any]]:
    """What bands may ask for; a number in quotes is left to the detector, for a schema does not compare texts."""
    rated = {"required": ["rate"], "properties": {"rate": {"type": "object"}}}
    plain = [{"if": {**_measures(kind), "not": rated}, "then": _up_to(kind, False)} for kind in (*COUNTED, "link")]
    return [*plain, {"if": rated, "then": _up_to("count", True)}]


def _python() -> dict[str, Any]:
    """What does not go with a rule in Python."""
    idle = dict.fromkeys((*IDLE_BESIDE_PYTHON, "measure", "bands"), False)
    return {"if": {"required": ["python"], "properties": {"python": {"type": "string"}}}, "then": {"properties": idle}}


def _measures(kind: str) -> dict[str, Any]:
    return {"required": ["measure"], "properties": {"measure": {"required": [kind]}}}


def _up_to(kind: str, rated: bool) -> dict[str, Any]:
    upto = {"exclusiveMinimum": 0, "maximum": highest_of(kind, rated)}
    return {"properties": {"bands": {"items": {"properties": {"upto": upto}}}}}


def _schema(schema: dict[str, Any], title: str) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}
