"""Versions and ids: registering again, reading, looking up, deleting."""

from collections.abc import Callable
from typing import Any

from tests.registry.asking import MEDIA_TYPE, Answer, Asking
from tests.registry.probe import Probe, everywhere, per_flavour

UNKNOWN_ID = 2_000_000_000
BROKEN = '{"type": "record", "name": '


def _two(registry: Asking) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A subject with two versions, and their schemas."""
    first = registry.record()
    second = {**first, "fields": [*first["fields"], {"name": "b", "type": "int", "default": 0}]}
    return registry.with_history("NONE", first, second), first, second


def _identical_again(registry: Asking) -> tuple[str, bool, int]:
    schema = registry.record()
    subject = registry.subject()
    first, second = registry.register(subject, schema), registry.register(subject, schema)
    return second.outcome, first.body["id"] == second.body["id"], len(registry.versions(subject))


def _same_in_two_subjects(registry: Asking) -> bool:
    schema = registry.record()
    ids = {registry.register(registry.subject(), schema).body["id"] for _ in range(2)}
    return len(ids) == 1


def _older_posted_again(registry: Asking) -> tuple[str, bool, int]:
    subject, first, _ = _two(registry)
    answer = registry.register(subject, first)
    same_id = answer.body["id"] == registry.get(subject, 1).body["id"]
    return answer.outcome, same_id, registry.get(subject).body["version"]


def _soft_deleted_registered_again(registry: Asking) -> tuple[bool, int]:
    subject, _, second = _two(registry)
    old_id = registry.get(subject, 2).body["id"]
    registry.delete(subject, 2)
    return registry.register(subject, second).body["id"] == old_id, registry.get(subject).body["version"]


def _number_of_soft_deleted_registered_again(registry: Asking) -> str:
    subject, _, second = _two(registry)
    registry.delete(subject, 2)
    registry.register(subject, second)
    return registry.get(subject, 2, deleted=True).outcome


def _latest_forced(registry: Asking) -> int:
    subject, first, _ = _two(registry)
    registry.register(subject, first, version=-1)
    return len(registry.versions(subject))


def _soft_deleted_by_number_and_id(registry: Asking) -> tuple[str, str]:
    subject, _, _ = _two(registry)
    schema_id = registry.get(subject, 2).body["id"]
    registry.delete(subject, 2)
    return registry.get(subject, 2).outcome, registry.send("GET", f"/schemas/ids/{schema_id}").outcome


def _id_of_hard_deleted(registry: Asking) -> str:
    subject, _, _ = _two(registry)
    schema_id = registry.get(subject, 2).body["id"]
    registry.delete(subject, 2)
    registry.delete(subject, 2, permanent=True)
    return registry.send("GET", f"/schemas/ids/{schema_id}").outcome


def _deleted(*steps: tuple[Any, bool]) -> Callable[[Asking], str]:
    """Outcome of the last of several deletions: version or None for the subject, and whether permanent."""

    def ask(registry: Asking) -> str:
        subject, _, _ = _two(registry)
        answer = Answer(0, None)
        for version, permanent in steps:
            answer = registry.delete(subject, version, permanent=permanent)
        return answer.outcome

    return ask


def _looked_up(schema: Any = None, **query: Any) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        subject, _, _ = _two(registry)
        return registry.look_up(subject, schema or registry.record(), **query).outcome

    return ask


def _looked_up_deleted(registry: Asking) -> tuple[str, str]:
    subject, _, second = _two(registry)
    registry.delete(subject, 2)
    return registry.look_up(subject, second).outcome, registry.look_up(subject, second, deleted=True).outcome


def _plain_json(registry: Asking) -> tuple[str, bool]:
    body = {"schema": '"string"'}
    answer = registry.send("POST", f"/subjects/{registry.subject()}/versions", body, "application/json")
    return answer.outcome, answer.media_type.startswith(MEDIA_TYPE)


def _register_answer(registry: Asking) -> set[str]:
    fields = set(registry.register(registry.subject(), registry.record()).body)
    return fields & {"id", "version", "guid", "schema"}


def _id_answer(registry: Asking) -> set[str]:
    subject = registry.with_history("NONE", registry.record())
    schema_id = registry.get(subject).body["id"]
    found = set(registry.send("GET", f"/schemas/ids/{schema_id}", subject=subject).body)
    return found & {"id", "schema", "subject", "version", "guid", "ts", "deleted"}


def _by_id(tail: str) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        schema_id = registry.register(registry.subject(), registry.record()).body["id"]
        return str(registry.send("GET", f"/schemas/ids/{schema_id}{tail}").status)

    return ask


def _versions_of_id(registry: Asking) -> tuple[tuple[str, int], ...]:
    schema = registry.record()
    subjects = sorted(registry.subject() for _ in range(2))
    schema_id = {registry.register(subject, schema).body["id"] for subject in subjects}.pop()
    found = registry.send("GET", f"/schemas/ids/{schema_id}/versions").body
    return tuple(sorted((str(subjects.index(one["subject"])), one["version"]) for one in found))


def _path(path: str) -> Callable[[Asking], str]:
    return lambda registry: registry.send("GET", path.replace("SUBJECT", registry.subject())).outcome


def _version_named(version: str) -> Callable[[Asking], str]:
    def ask(registry: Asking) -> str:
        subject, _, _ = _two(registry)
        return registry.get(subject, version).outcome

    return ask


SUBJECT_PROBES = (
    Probe("identical_text_again", _identical_again, everywhere(("200", True, 1))),
    Probe("same_text_in_two_subjects_has_one_id", _same_in_two_subjects, everywhere(True)),
    Probe("older_schema_posted_again", _older_posted_again, everywhere(("200", True, 2))),
    Probe("soft_deleted_schema_registered_again", _soft_deleted_registered_again, everywhere((True, 3))),
    Probe(
        "number_of_soft_deleted_schema_registered_again",
        _number_of_soft_deleted_registered_again,
        per_flavour("200", C8="404/40402", C7="404/40402"),
    ),
    Probe("version_minus_one_forces_to_latest", _latest_forced, per_flavour(2, C8=3, C7=3)),
    Probe("unknown_subject", _path("/subjects/SUBJECT/versions/latest"), everywhere("404/40401")),
    Probe("versions_of_unknown_subject", _path("/subjects/SUBJECT/versions"), everywhere("404/40401")),
    Probe("unknown_version", _version_named("77"), everywhere("404/40402")),
    Probe(
        "version_that_is_no_number", _version_named("abc"), per_flavour("422/42202", A3="404/40402", A30="404/40402")
    ),
    Probe("unknown_id", _path(f"/schemas/ids/{UNKNOWN_ID}"), everywhere("404/40403")),
    Probe("look_up_of_a_schema_not_in_the_subject", _looked_up(), everywhere("404/40403")),
    Probe("look_up_of_broken_text", _looked_up(BROKEN), per_flavour("422/42201", A3="404/40403", A30="404/40403")),
    Probe("look_up_of_a_soft_deleted_schema", _looked_up_deleted, everywhere(("404/40403", "200"))),
    Probe("soft_deleted_version_by_number_and_by_id", _soft_deleted_by_number_and_id, everywhere(("404/40402", "200"))),
    Probe("id_of_a_hard_deleted_version", _id_of_hard_deleted, per_flavour("404/40403", K6="200")),
    Probe("second_soft_delete_of_a_subject", _deleted((None, False), (None, False)), everywhere("404/40404")),
    Probe(
        "second_soft_delete_of_a_version",
        _deleted((2, False), (2, False)),
        per_flavour("404/40406", A3="409/40406", A30="409/40406"),
    ),
    Probe(
        "permanent_delete_without_soft_delete",
        _deleted((2, True)),
        per_flavour("404/40407", A3="409/40407", A30="409/40407"),
    ),
    Probe("permanent_delete_after_soft_delete", _deleted((2, False), (2, True)), everywhere("200")),
    Probe("request_of_type_application_json", _plain_json, everywhere(("200", True))),
    Probe(
        "members_of_the_answer_to_a_registration",
        _register_answer,
        per_flavour({"id"}, C8={"id", "version", "guid", "schema"}),
    ),
    Probe(
        "members_of_the_answer_about_an_id",
        _id_answer,
        per_flavour({"schema"}, C8={"schema", "subject", "version", "guid", "ts", "deleted"}),
    ),
    Probe("versions_of_an_id", _versions_of_id, everywhere((("0", 1), ("1", 1)))),
    Probe("subjects_of_an_id", _by_id("/subjects"), per_flavour("200", A30="404", K6="404")),
    Probe("text_of_an_id", _by_id("/schema"), per_flavour("200", K6="404")),
    Probe("contexts", _path("/contexts"), per_flavour("200", K6="404")),
    Probe("confluent_version", _path("/v1/metadata/version"), per_flavour("404", C8="200", C7="200")),
    Probe(
        "associations_of_a_topic",
        lambda registry: str(registry.send("GET", f"/associations/resources/-/{registry.subject()}").status),
        per_flavour("404", C8="200"),
    ),
)
