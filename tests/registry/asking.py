"""Asks a registry and boils its answers down to what the tables compare."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from tests.registry.flavours import Flavour

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
NAMES = count()


@dataclass(frozen=True)
class Answer:
    """An answer; `outcome` is its status, with the error code where there is one: `409/40901`."""

    status: int
    body: Any
    media_type: str = ""

    @property
    def outcome(self) -> str:
        code = self.body.get("error_code") if isinstance(self.body, dict) else None
        return (
            str(self.status) if self.status < 300 else f"{self.status}/{code}" if code is not None else f"{self.status}"
        )


class Asking:
    """One registry, asked with names that nobody else uses.

    Every name holds a prefix of this object, so tests neither see each other's subjects nor share schemas.
    """

    def __init__(self, url: str, flavour: Flavour) -> None:
        self.url = url
        self.flavour = flavour
        self._http = httpx.Client(base_url=url, timeout=30)
        self._prefix = f"conformance.{uuid4().hex[:8]}"

    def close(self) -> None:
        self._http.close()

    def subject(self) -> str:
        """A subject that does not exist."""
        return f"{self._prefix}.{next(NAMES)}-value"

    def record(self, *fields: Mapping[str, Any], **attributes: Any) -> dict[str, Any]:
        """A record of a name of its own, with one int field `a` unless fields are given."""
        name = f"R{next(NAMES)}x{uuid4().hex[:8]}"
        chosen = list(fields) or [{"name": "a", "type": "int"}]
        return {"type": "record", "name": name, "namespace": "conformance", "fields": chosen, **attributes}

    def send(self, method: str, path: str, body: Any = None, content_type: str = MEDIA_TYPE, **query: Any) -> Answer:
        """Sends one request."""
        content = None if body is None else json.dumps(body)
        response = self._http.request(
            method, path, content=content, params=query, headers={"Content-Type": content_type, "Accept": MEDIA_TYPE}
        )
        try:
            parsed = response.json() if response.content else None
        except ValueError:
            parsed = response.text
        return Answer(response.status_code, parsed, response.headers.get("content-type", ""))

    def register(self, subject: str, schema: Any, *, query: Mapping[str, Any] | None = None, **more: Any) -> Answer:
        """Registers a schema given as text or as parsed JSON."""
        return self.send("POST", f"/subjects/{_part(subject)}/versions", _body(schema, more), **(query or {}))

    def look_up(self, subject: str, schema: Any, **query: Any) -> Answer:
        return self.send("POST", f"/subjects/{_part(subject)}", _body(schema, {}), **query)

    def check(self, subject: str, schema: Any, version: str = "", *, references: Any = None, **query: Any) -> Answer:
        """Asks for compatibility with one version, or without one with all that the level looks at."""
        path = f"/compatibility/subjects/{_part(subject)}/versions" + (f"/{version}" if version else "")
        return self.send("POST", path, _body(schema, {"references": references} if references else {}), **query)

    def level(self, subject: str, level: str) -> Answer:
        return self.send("PUT", f"/config/{_part(subject)}", {"compatibility": level})

    def versions(self, subject: str, **query: Any) -> Any:
        return self.send("GET", f"/subjects/{_part(subject)}/versions", **query).body

    def get(self, subject: str, version: Any = "latest", **query: Any) -> Answer:
        return self.send("GET", f"/subjects/{_part(subject)}/versions/{version}", **query)

    def delete(self, subject: str, version: Any = None, **query: Any) -> Answer:
        path = f"/subjects/{_part(subject)}" + ("" if version is None else f"/versions/{version}")
        return self.send("DELETE", path, **query)

    def with_history(self, level: str, *schemas: Any) -> str:
        """A new subject that holds the schemas, registered under NONE, and then has the level."""
        subject = self.subject()
        self.level(subject, "NONE")
        for schema in schemas:
            answer = self.register(subject, schema)
            assert answer.status == 200, answer
        self.level(subject, level)
        return subject


def _body(schema: Any, more: Mapping[str, Any]) -> dict[str, Any]:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return {"schema": text, "schemaType": "AVRO", **more}


def _part(text: str) -> str:
    return quote(text, safe="")
