"""Levels, compatibility, modes, references, metadata and the lock."""

import json
from collections.abc import Callable
from typing import Any

from tests.registry.asking import Asking
from tests.registry.flavours import Flavour
from tests.registry.probe import Probe, everywhere, per_flavour

CONFLICT = per_flavour("409/409", C8="409/40901")
ADDED = {"name": "b", "type": "int"}
OPTIONAL = {"name": "b", "type": "int", "default": 0}


def _with(schema: dict[str, Any], *fields: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "fields": [*schema["fields"], *fields]}


def _registered(level: str, *added: dict[str, Any]) -> Callable[[Asking], str]:
    """Outcome of registering a second version that adds fields to the first."""

    def ask(registry: Asking) -> str:
        schema = registry.record()
        return registry.register(registry.with_history(level, schema), _with(schema, *added)).outcome

    return ask


def _removed(level: str) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        schema = registry.record()
        return registry.register(registry.with_history(level, _with(schema, ADDED)), schema).outcome

    return ask


def _against_older(level: str) -> Callable[[Asking], str]:
    """Version 3 gives a default to what version 1 lacks and version 2 has: only version 1 objects to it being text."""

    def ask(registry: Asking) -> str:
        schema = registry.record()
        text = _with(schema, {"name": "b", "type": "string", "default": ""})
        subject = registry.with_history(level, _with(schema, ADDED), schema)
        return registry.register(subject, text).outcome

    return ask


def _checked_against_older(level: str, version: str) -> Callable[[Asking], Any]:
    def ask(registry: Asking) -> Any:
        schema = registry.record()
        text = _with(schema, {"name": "b", "type": "string", "default": ""})
        subject = registry.with_history(level, _with(schema, ADDED), schema)
        answer = registry.check(subject, text, version)
        return answer.body["is_compatible"] if answer.status == 200 else answer.outcome

    return ask


def _checked_unknown(version: str) -> Callable[[Asking], Any]:
    def ask(registry: Asking) -> Any:
        answer = registry.check(registry.subject(), registry.record(), version)
        return answer.body["is_compatible"] if answer.status == 200 else answer.outcome

    return ask


def _messages(registry: Asking) -> int:
    schema = registry.record()
    subject = registry.with_history("BACKWARD", schema)
    body = registry.check(subject, _with(schema, ADDED), "latest", verbose=True).body
    return len(body.get("messages") or ())


def _says_where(registry: Asking) -> bool:
    schema = registry.record()
    answer = registry.register(registry.with_history("BACKWARD", schema), _with(schema, ADDED))
    return "/fields/1" in str(answer.body["message"])


def _config(subject_known: bool) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        subject = registry.subject()
        if subject_known:
            return registry.level(subject, "FULL").outcome
        registry.register(subject, registry.record())
        return registry.send("GET", f"/config/{subject}").outcome

    return ask


def _level_in_force(registry: Asking) -> str:
    subject = registry.subject()
    registry.level(subject, "FORWARD_TRANSITIVE")
    return str(registry.send("GET", f"/config/{subject}").body["compatibilityLevel"])


def _kept(setting: str, value: Any) -> Callable[[Asking], Any]:
    def ask(registry: Asking) -> Any:
        subject = registry.subject()
        registry.send("PUT", f"/config/{subject}", {"compatibility": "FULL", setting: value})
        return registry.send("GET", f"/config/{subject}").body.get(setting)

    return ask


def _registered_while(mode: str, **more: Any) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        subject = registry.subject()
        registry.send("PUT", f"/mode/{subject}", {"mode": mode})
        return registry.register(subject, registry.record(), **more).outcome

    return ask


def _import(registry: Asking) -> bool:
    subject, chosen = registry.subject(), 700_000_000 + len(registry.subject())
    registry.send("PUT", f"/mode/{subject}", {"mode": "IMPORT"})
    answer = registry.register(subject, registry.record(), id=chosen, version=7)
    return answer.status == 200 and answer.body["id"] == chosen and registry.versions(subject) == [7]


def _referring(registry: Asking) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A subject of a record, the record, and one that holds it by reference."""
    inner = registry.record()
    name = f"{inner['namespace']}.{inner['name']}"
    outer = registry.record({"name": "inner", "type": name})
    return registry.with_history("BACKWARD", inner), inner, outer


def _reference(subject: str, inner: dict[str, Any], version: int = 1) -> list[dict[str, Any]]:
    return [{"name": f"{inner['namespace']}.{inner['name']}", "subject": subject, "version": version}]


def _registered_with_reference(version: int = 1) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        subject, inner, outer = _referring(registry)
        references = _reference(subject, inner, version)
        return registry.register(registry.subject(), outer, references=references).outcome

    return ask


def _unresolved(registry: Asking) -> str:
    _, _, outer = _referring(registry)
    return registry.register(registry.subject(), outer).outcome


def _unknown_reference(registry: Asking) -> str:
    _, inner, outer = _referring(registry)
    references = _reference(registry.subject(), inner)
    return registry.register(registry.subject(), outer, references=references).outcome


def _referenced_deleted(registry: Asking) -> str:
    subject, inner, outer = _referring(registry)
    registry.register(registry.subject(), outer, references=_reference(subject, inner))
    return registry.delete(subject, 1).outcome


def _checked_with_references(registry: Asking) -> Any:
    subject, inner, outer = _referring(registry)
    holder, references = registry.subject(), _reference(subject, inner)
    registry.level(holder, "BACKWARD")
    registry.register(holder, outer, references=references)
    changed = _with(outer, OPTIONAL)
    answer = registry.check(holder, changed, "latest", references=references)
    return answer.body["is_compatible"] if answer.status == 200 else answer.outcome


def _changed_inside_reference(registry: Asking) -> str:
    subject, inner, outer = _referring(registry)
    holder = registry.subject()
    registry.level(holder, "BACKWARD")
    registry.register(holder, outer, references=_reference(subject, inner))
    registry.level(subject, "NONE")
    registry.register(subject, _with(inner, ADDED))
    return registry.register(holder, outer, references=_reference(subject, inner, 2)).status


def _metadata(registry: Asking) -> tuple[Any, Any]:
    """What is kept of the metadata of version 1, and what version 2, sent without, inherits."""
    schema, subject = registry.record(), registry.subject()
    registry.register(subject, schema, metadata={"properties": {"owner": "fraud"}})
    registry.register(subject, _with(schema, OPTIONAL))
    found = (registry.get(subject, version).body.get("metadata") or {} for version in (1, 2))
    first, second = ((metadata.get("properties") or {}).get("owner") for metadata in found)
    return first, second


def _metadata_in_identity(registry: Asking) -> int:
    schema, subject = registry.record(), registry.subject()
    for owner in ("fraud", "cards"):
        registry.register(subject, schema, metadata={"properties": {"owner": owner}})
    return len(registry.versions(subject))


def _rule_set(registry: Asking) -> Any:
    subject = registry.subject()
    rule = {"name": "r", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "true"}
    registry.register(subject, registry.record(), ruleSet={"domainRules": [rule]})
    return registry.get(subject).body.get("ruleSet")


def _lock(number: int) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        schema = registry.record()
        subject = registry.with_history("NONE", schema)
        return registry.register(subject, _with(schema, OPTIONAL), version=number).outcome

    return ask


def _stamped(registry: Asking) -> tuple[bool, str]:
    """Whether a text registered with a number gets another id than without, and whether a plain look-up finds it."""
    schema, subject = registry.record(), registry.subject()
    plain = registry.register(registry.subject(), schema).body["id"]
    stamped = registry.register(subject, schema, version=1).body["id"]
    return plain != stamped, registry.look_up(subject, schema).outcome


def _text_with_reference(registry: Asking) -> bool:
    subject, inner, outer = _referring(registry)
    holder = registry.subject()
    registry.register(holder, outer, references=_reference(subject, inner))
    kept = json.loads(registry.get(holder).body["schema"])["fields"][0]["type"]
    return bool(kept == inner["name"])


RULE_PROBES = (
    Probe("backward_field_added_without_default", _registered("BACKWARD", ADDED), CONFLICT),
    Probe("backward_field_added_with_default", _registered("BACKWARD", OPTIONAL), everywhere("200")),
    Probe("backward_field_removed", _removed("BACKWARD"), everywhere("200")),
    Probe("forward_field_added_without_default", _registered("FORWARD", ADDED), everywhere("200")),
    Probe("forward_field_removed", _removed("FORWARD"), CONFLICT),
    Probe("full_field_added_with_default", _registered("FULL", OPTIONAL), everywhere("200")),
    Probe("full_field_added_without_default", _registered("FULL", ADDED), CONFLICT),
    Probe("none_field_added_without_default", _registered("NONE", ADDED), everywhere("200")),
    Probe("backward_against_an_older_version", _against_older("BACKWARD"), everywhere("200")),
    Probe("backward_transitive_against_an_older_version", _against_older("BACKWARD_TRANSITIVE"), CONFLICT),
    Probe(
        "check_of_all_versions_under_a_level_that_looks_at_one",
        _checked_against_older("BACKWARD", ""),
        per_flavour(True, A3=False, A30=False, K6="404/404"),
    ),
    Probe(
        "check_of_latest_under_a_transitive_level",
        _checked_against_older("BACKWARD_TRANSITIVE", "latest"),
        per_flavour(True, K6=False),
    ),
    Probe("check_of_latest_of_an_unknown_subject", _checked_unknown("latest"), per_flavour(True, K6="404/40402")),
    Probe(
        "check_of_all_versions_of_an_unknown_subject",
        _checked_unknown(""),
        per_flavour(True, A3="404/40401", A30="404/40401", K6="404/404"),
    ),
    Probe("messages_of_a_verbose_check", _messages, per_flavour(4, A3=0, A30=0, K6=1)),
    Probe("message_of_a_conflict_says_where", _says_where, per_flavour(True, K6=False)),
    Probe("level_of_a_subject_that_does_not_exist_yet", _config(True), everywhere("200")),
    Probe("level_in_force", _level_in_force, everywhere("FORWARD_TRANSITIVE")),
    Probe("level_of_a_subject_without_one", _config(False), per_flavour("404/40408", A3="200", A30="200")),
    Probe(
        "unknown_level",
        lambda registry: registry.level(registry.subject(), "SIDEWAYS").status,
        per_flavour(422, A30=500),
    ),
    Probe("config_normalize", _kept("normalize", True), per_flavour(None, C8=True, C7=True)),
    Probe("config_alias", _kept("alias", "other"), per_flavour(None, C8="other", C7="other")),
    Probe(
        "mode_of_a_subject_without_one",
        lambda registry: str(registry.send("GET", f"/mode/{registry.subject()}").status),
        per_flavour("200", C8="404", C7="404", A30="204"),
    ),
    Probe(
        "registration_while_readonly", _registered_while("READONLY"), per_flavour("200", C8="422/42205", C7="422/42205")
    ),
    Probe(
        "registration_without_id_while_import",
        _registered_while("IMPORT"),
        {Flavour.C8: "422/42205", Flavour.C7: "422/42205"},
    ),
    Probe("import_of_a_chosen_id_and_version", _import, per_flavour(False, C8=True, C7=True)),
    Probe("registration_with_a_reference", _registered_with_reference(), everywhere("200")),
    Probe(
        "registration_with_reference_to_minus_one",
        _registered_with_reference(-1),
        per_flavour("200", A3="422/42201", A30="422/42201"),
    ),
    Probe("reference_left_out", _unresolved, everywhere("422/42201")),
    Probe("reference_to_an_unknown_subject", _unknown_reference, everywhere("422/42201")),
    Probe("deletion_of_a_referenced_version", _referenced_deleted, everywhere("422/42206")),
    Probe("check_with_references", _checked_with_references, per_flavour(True, A3="422/42201", A30="422/42201")),
    Probe("incompatible_change_inside_a_reference", _changed_inside_reference, per_flavour(409, A3=200, A30=200)),
    Probe("text_of_a_schema_with_reference_has_relative_names", _text_with_reference, per_flavour(False, C8=True)),
    Probe(
        "metadata_kept_and_inherited",
        _metadata,
        per_flavour((None, None), C8=("fraud", "fraud"), C7=("fraud", "fraud")),
    ),
    Probe("metadata_is_part_of_the_identity", _metadata_in_identity, per_flavour(1, C8=2, C7=2)),
    Probe("rule_set_is_dropped", _rule_set, everywhere(None)),
    Probe("lock_with_the_next_version", _lock(2), everywhere("200")),
    Probe("lock_with_a_taken_version", _lock(1), per_flavour("200", C8="422/42201", C7="422/42201")),
    Probe("stamped_version_in_the_identity", _stamped, per_flavour((False, "200"), C8=(True, "200"), C7=(True, "200"))),
)
