"""What the in-process registry is said not to do, it does not do."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest

from sandbox.limits import LIMITS
from sandbox.registry import RegistryServer

INNER = {"type": "record", "name": "Inner", "fields": [{"name": "a", "type": "int"}]}
OUTER = {"type": "record", "name": "Outer", "fields": [{"name": "inner", "type": "Inner"}]}
WRITTEN_OUT = {"type": "record", "name": "Outer", "fields": [{"name": "inner", "type": INNER}]}


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    """A registry of its own."""
    with RegistryServer() as running:
        yield running


class _Client:
    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        with httpx.Client(base_url=self.url, timeout=60) as http:
            return http.request(method, path, json=body, **more)

    def register(self, subject: str, schema: Any, **more: Any) -> httpx.Response:
        body = {"schema": json.dumps(schema), **more}
        return self.send("POST", f"/subjects/{subject}/versions", body)


def _other_schema_types(client: _Client) -> bool:
    return client.register("json-value", {"type": "object"}, schemaType="JSON").status_code == 200


def _contexts(client: _Client) -> bool:
    client.register("plain", INNER)
    other = client.register(":.there:plain", OUTER | {"fields": []}).json()["id"]
    return bool(other == 1) or client.send("GET", "/contexts").json() != ["."]


def _alias(client: _Client) -> bool:
    client.register("real-name", INNER)
    client.send("PUT", "/config/nickname", {"alias": "real-name"})
    return client.send("GET", "/subjects/nickname/versions/latest").status_code == 200


def _associations(client: _Client) -> bool:
    path = "/associations/resources/-/topic"
    return client.send("POST", path, {"subject": "s"}).status_code == 200 or bool(client.send("GET", path).json())


def _inlined_references(client: _Client) -> bool:
    client.register("inner", INNER)
    references = [{"name": "Inner", "subject": "inner", "version": 1}]
    client.register("outer", OUTER, references=references)
    return client.send("POST", "/subjects/outer", {"schema": json.dumps(WRITTEN_OUT)}).status_code == 200


def _authentication(client: _Client) -> bool:
    return client.send("GET", "/subjects", auth=("nobody", "wrong")).status_code == 401


def _storage(client: _Client) -> bool:
    client.register("kept", INNER)
    with RegistryServer() as another:
        return "kept" in _Client(another.url).send("GET", "/subjects").json()


DOES: Mapping[str, Callable[[_Client], bool]] = {
    "other_schema_types": _other_schema_types,
    "contexts": _contexts,
    "alias": _alias,
    "associations": _associations,
    "inlined_references": _inlined_references,
    "authentication": _authentication,
    "storage": _storage,
}


@pytest.mark.parametrize("limit", sorted(DOES))
def test_limit_of_the_registry(server: RegistryServer, limit: str) -> None:
    """The in-process registry does not do what the limit names."""
    assert DOES[limit](_Client(server.url)) is False


def test_limits_of_the_registry_all_have_a_test() -> None:
    """No entry of the list is without a test, and no test without an entry."""
    assert {limit.id for limit in LIMITS if limit.part == "registry"} == set(DOES)


@pytest.mark.real
def test_other_schema_types_on_a_real_registry(apicurio: Any) -> None:
    """A real registry takes JSON Schema."""
    body = {"schema": '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}', "schemaType": "JSON"}
    assert _Client(apicurio.url).send("POST", "/subjects/limits.json-value/versions", body).status_code == 200


def test_state_after_stop_and_start(server: RegistryServer) -> None:
    """A registry that was taken away comes back at the same address with all it held."""
    client = _Client(server.url)
    client.register("kept", INNER)
    server.stop()
    with pytest.raises(httpx.ConnectError):
        client.send("GET", "/subjects")
    server.start()
    assert client.send("GET", "/subjects").json() == ["kept"]


def test_port_that_is_taken(server: RegistryServer) -> None:
    """A port that another process has is refused with the port's number."""
    port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(Exception, match=f"Port {port} .* is taken"):
        RegistryServer(port=port).start()
