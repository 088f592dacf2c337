"""Texts that are no schemas, or barely: what is refused at registration, and how."""

from collections.abc import Callable
from typing import Any

from tests.registry.asking import Asking
from tests.registry.flavours import Flavour
from tests.registry.probe import Probe, everywhere, per_flavour

REFUSED = "422/42201"
STRICT = per_flavour(REFUSED, C7="200", K6="200")
"""Confluent 8 and Apicurio read strictly, Confluent 7 and Karapace do not."""


def _text(text: str) -> Callable[[Asking], str]:
    return lambda registry: registry.register(registry.subject(), text).outcome


def _field(**field: Any) -> Callable[[Asking], str]:
    return lambda registry: registry.register(registry.subject(), registry.record({"name": "f", **field})).outcome


def _body(body: dict[str, Any]) -> Callable[[Asking], str]:
    return lambda registry: registry.send("POST", f"/subjects/{registry.subject()}/versions", body).outcome


INNER = {"type": "record", "name": "Inner", "fields": [{"name": "x", "type": "int"}]}
DECIMAL = {"type": "bytes", "logicalType": "decimal"}

SCHEMA_PROBES = (
    Probe("broken_text", _text('{"type": "record"'), everywhere(REFUSED)),
    Probe("unknown_type_name", _field(type="conformance.Nowhere"), everywhere(REFUSED)),
    Probe("empty_text", _body({"schema": ""}), per_flavour(REFUSED, A3="200", A30="200")),
    Probe("body_without_schema", _body({}), per_flavour(REFUSED, A3="500/0", A30="500/0", K6="422/422")),
    Probe(
        "unknown_schema_type",
        _body({"schema": '"string"', "schemaType": "THRIFT"}),
        per_flavour(REFUSED, A3="500/0", A30="500/0", K6="422/422"),
    ),
    Probe("int_with_a_text_as_default", _field(type="int", default="x"), STRICT),
    Probe("int_with_a_default_out_of_range", _field(type="int", default=3_000_000_000), STRICT),
    Probe("field_name_with_a_dash", _field(name="a-b", type="int"), per_flavour(REFUSED, K6="200")),
    Probe("field_name_that_begins_with_a_digit", _field(name="1a", type="int"), per_flavour(REFUSED, K6="200")),
    Probe("field_name_with_an_accent", _field(name="é", type="int"), per_flavour("200", C8=REFUSED)),
    Probe("record_default_that_misses_a_field", _field(type=INNER, default={}), STRICT),
    Probe("misspelt_logical_type", _field(type={"type": "long", "logicalType": "timestmp-millis"}), everywhere("200")),
    Probe("decimal_without_precision", _field(type=DECIMAL), everywhere("200")),
    Probe("decimal_with_scale_over_precision", _field(type={**DECIMAL, "precision": 2, "scale": 5}), everywhere("200")),
    Probe("union_default_of_its_second_branch", _field(type=["null", "string"], default="x"), everywhere("200")),
    Probe("double_with_nan_as_default", _field(type="double", default="NaN"), everywhere("200")),
    Probe(
        "enum_default_not_among_its_symbols",
        _field(type={"type": "enum", "name": "E", "symbols": ["P"], "default": "Q"}),
        {Flavour.C8: REFUSED, Flavour.C7: REFUSED, Flavour.A30: REFUSED},
    ),
    Probe("field_without_a_type", _field(), {Flavour.C8: REFUSED, Flavour.C7: REFUSED, Flavour.A30: REFUSED}),
)
