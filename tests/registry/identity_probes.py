"""What makes a schema another schema: a second registration under level NONE."""

import copy
import json
from collections.abc import Callable
from typing import Any

from tests.registry.asking import Asking
from tests.registry.probe import Probe, everywhere, per_flavour

SAME = "no new version"
NEW = "new version"

Change = Callable[[dict[str, Any]], Any]

DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}
FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "a", "type": "int", "doc": "one"},
    {"name": "b", "type": "string", "default": "x", "aliases": ["was_b"]},
    {"name": "d", "type": DECIMAL},
    {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["P", "Q"], "default": "P", "doc": "an enum"}},
    {"name": "f", "type": "double", "default": 0},
    {"name": "t", "type": "long"},
)
SHAPE: dict[str, Any] = {"doc": "a record", "aliases": ["conformance.Was"], "first": 1, "second": 2}


def _second(change: Change, **query: Any) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        schema = registry.record(*copy.deepcopy(FIELDS), **SHAPE)
        schema["fields"][3]["type"]["name"] = f"E{schema['name']}"
        subject = registry.with_history("NONE", schema)
        answer = registry.register(subject, change(copy.deepcopy(schema)), query=query)
        assert answer.status == 200, answer
        return NEW if len(registry.versions(subject)) == 2 else SAME

    return ask


def _field(index: int, **changes: Any) -> Change:
    def change(schema: dict[str, Any]) -> dict[str, Any]:
        schema["fields"][index].update(changes)
        return schema

    return change


def _record(**changes: Any) -> Change:
    return lambda schema: {**schema, **changes}


def _enum(**changes: Any) -> Change:
    def change(schema: dict[str, Any]) -> dict[str, Any]:
        schema["fields"][3]["type"].update(changes)
        return schema

    return change


def _without(index: int, key: str) -> Change:
    def change(schema: dict[str, Any]) -> dict[str, Any]:
        del schema["fields"][index][key]
        return schema

    return change


def _full_name(schema: dict[str, Any]) -> dict[str, Any]:
    schema["name"] = f"{schema.pop('namespace')}.{schema['name']}"
    return schema


def _reordered(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "fields": schema["fields"][::-1]}


def _custom_properties_swapped(schema: dict[str, Any]) -> dict[str, Any]:
    first, second = schema.pop("first"), schema.pop("second")
    return {**schema, "second": second, "first": first}


def _keys_reversed(schema: dict[str, Any]) -> dict[str, Any]:
    schema["fields"][1] = dict(reversed(schema["fields"][1].items()))
    return schema


MEANINGLESS = per_flavour(SAME, A30=NEW)
SPELLING = per_flavour(SAME, A30=NEW, K6=NEW)
DOCUMENTATION = per_flavour(NEW, A3=SAME)
DOCUMENTATION_NORMALIZED = per_flavour(NEW, A3=SAME, A30=SAME)

IDENTITY_PROBES = (
    Probe("whitespace", _second(lambda schema: json.dumps(schema, indent=3)), MEANINGLESS),
    Probe("order_of_json_keys", _second(_keys_reversed), MEANINGLESS),
    Probe("primitive_type_as_object", _second(_field(0, type={"type": "int"})), SPELLING),
    Probe("full_name_instead_of_name_and_namespace", _second(_full_name), SPELLING),
    Probe("order_of_custom_properties", _second(_custom_properties_swapped), per_flavour(SAME, A3=NEW, A30=NEW)),
    Probe("doc_of_record_changed", _second(_record(doc="another")), DOCUMENTATION),
    Probe("doc_of_field_changed", _second(_field(0, doc="another")), DOCUMENTATION),
    Probe("doc_of_field_removed", _second(_without(0, "doc")), DOCUMENTATION),
    Probe("doc_of_enum_changed", _second(_enum(doc="another")), DOCUMENTATION),
    Probe("alias_of_record_changed", _second(_record(aliases=["conformance.Once"])), DOCUMENTATION),
    Probe("alias_of_field_changed", _second(_field(1, aliases=["once_b"])), DOCUMENTATION),
    Probe("default_of_enum_changed", _second(_enum(default="Q")), DOCUMENTATION),
    Probe(
        "doc_of_record_changed_normalized", _second(_record(doc="another"), normalize=True), DOCUMENTATION_NORMALIZED
    ),
    Probe("default_of_enum_changed_normalized", _second(_enum(default="Q"), normalize=True), DOCUMENTATION_NORMALIZED),
    Probe("default_of_field_added", _second(_field(5, default=1)), everywhere(NEW)),
    Probe("default_of_field_changed", _second(_field(1, default="y")), everywhere(NEW)),
    Probe("default_of_field_removed", _second(_without(1, "default")), everywhere(NEW)),
    Probe("default_0_against_0_0", _second(_field(4, default=0.0)), per_flavour(NEW, A3=SAME)),
    Probe(
        "logical_type_added",
        _second(_field(5, type={"type": "long", "logicalType": "timestamp-millis"})),
        everywhere(NEW),
    ),
    Probe("logical_type_removed", _second(_field(2, type="bytes")), everywhere(NEW)),
    Probe("decimal_scale_changed", _second(_field(2, type={**DECIMAL, "scale": 3})), everywhere(NEW)),
    Probe("decimal_precision_changed", _second(_field(2, type={**DECIMAL, "precision": 12})), everywhere(NEW)),
    Probe("custom_property_added", _second(_record(third=3)), everywhere(NEW)),
    Probe("custom_property_of_field_added", _second(_field(0, unit="EUR")), everywhere(NEW)),
    Probe("sort_order_of_field_changed", _second(_field(0, order="descending")), everywhere(NEW)),
    Probe("fields_reordered", _second(_reordered), everywhere(NEW)),
)


def _normalized_double(registry: Asking) -> str:
    schema = registry.record({"name": "f", "type": "double", "default": 0})
    subject = registry.subject()
    registry.level(subject, "NONE")
    for default in (0, 0.0):
        schema["fields"][0]["default"] = default
        registry.register(subject, schema, query={"normalize": True})
    return NEW if len(registry.versions(subject)) == 2 else SAME


def _parsed_text(registry: Asking) -> bool:
    schema = registry.record(*FIELDS[:3], doc="a record", first=1)
    subject = registry.with_history("NONE", json.dumps(schema, indent=2))
    return bool(json.loads(registry.get(subject).body["schema"]) == schema)


def _text(registry: Asking) -> str:
    text = json.dumps(registry.record(*FIELDS[:3], **SHAPE), indent=2)
    kept = registry.get(registry.with_history("NONE", text)).body["schema"]
    if kept == text:
        return "verbatim"
    return "minified" if " " not in kept.replace("a record", "") else kept


def _look_up_spaced(**query: Any) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        schema = registry.record()
        subject = registry.with_history("NONE", schema)
        return registry.look_up(subject, json.dumps(schema, indent=4), **query).outcome

    return ask


TEXT_PROBES = (
    Probe("default_0_against_0_0_normalized", _normalized_double, per_flavour(SAME, K6=NEW)),
    Probe("parsed_text_that_comes_back_is_what_was_sent", _parsed_text, everywhere(True)),
    Probe("text_that_comes_back", _text, per_flavour("minified", A30="verbatim")),
    Probe("look_up_with_other_whitespace", _look_up_spaced(), per_flavour("200", A30="404/40403")),
    Probe("look_up_with_other_whitespace_normalized", _look_up_spaced(normalize=True), everywhere("200")),
)
