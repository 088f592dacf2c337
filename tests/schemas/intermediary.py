"""A server between client and registry that keeps count, and misbehaves on request."""

import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.waiting import wait_for

METHODS = ["GET", "POST", "PUT", "DELETE"]
MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


@dataclass(frozen=True)
class Seen:
    """One request that came in."""

    method: str
    path: str
    body: Any = None

    @property
    def writes(self) -> bool:
        """Whether a registry changes something for it."""
        looks = self.method == "POST" and (not self.path.endswith("/versions") or self.path.startswith("/compat"))
        return self.method != "GET" and not looks


Reply = tuple[int, Any]


@dataclass
class Misbehaviour:
    """What to do with the next `times` requests that match.

    `instead` answers without asking the registry, `meanwhile` runs before the registry is asked, `afterwards`
    changes the registry's answer.
    """

    matches: Callable[[Seen], object]
    times: int = 1
    instead: Callable[[Seen], Reply] | None = None
    meanwhile: Callable[[], object] | None = None
    afterwards: Callable[[Seen, Reply], Reply] | None = None


@dataclass
class Intermediary:
    """Forwards to `upstream`; has a `url` of its own once started."""

    upstream: str
    seen: list[Seen] = field(default_factory=list)
    misbehaviours: list[Misbehaviour] = field(default_factory=list)
    url: str = ""

    def start(self) -> None:
        """Listen on a port of its own."""
        self._http = httpx.Client(base_url=self.upstream, timeout=30, trust_env=False)
        # With the protocol named, asyncio sets TCP_NODELAY; without it each answer waits 40 ms for an acknowledgement.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = Starlette(routes=[Route("/{path:path}", self._endpoint, methods=METHODS)])
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        wait_for(lambda: self._server.started, 20, "the intermediary")

    def reset(self) -> None:
        """Forget what was seen and behave."""
        self.seen.clear()
        self.misbehaviours.clear()

    def stop(self) -> None:
        """Answer no more."""
        self._server.should_exit = True
        self._thread.join(10)
        self._http.close()

    def writes(self) -> list[Seen]:
        """The requests so far that a registry changes something for."""
        return [request for request in self.seen if request.writes]

    def misbehave(self, method: str, beginning: str, **how: Any) -> None:
        """Misbehave on the next requests of that method whose path begins so (a regular expression)."""
        matches = lambda seen: seen.method == method and re.match(beginning, seen.path)  # noqa: E731 - read here only
        self.misbehaviours.append(Misbehaviour(matches, **how))

    async def _endpoint(self, request: Request) -> Response:
        body = await request.body()
        raw_path = request.scope["raw_path"].decode()
        seen = Seen(request.method, raw_path, json.loads(body) if body else None)
        self.seen.append(seen)
        status, answer = await run_in_threadpool(self._reply, seen, body, request.url.query)
        return Response(b"" if answer is None else json.dumps(answer), status, media_type=MEDIA_TYPE)

    def _reply(self, seen: Seen, body: bytes, query: str) -> Reply:
        misbehaviour = self._next(seen)
        if misbehaviour and misbehaviour.instead:
            return misbehaviour.instead(seen)
        if misbehaviour and misbehaviour.meanwhile:
            misbehaviour.meanwhile()
        headers = {"Content-Type": MEDIA_TYPE}
        path = seen.path + (f"?{query}" if query else "")
        response = self._http.request(seen.method, path, content=body, headers=headers)
        reply = (response.status_code, response.json() if response.content else None)
        return misbehaviour.afterwards(seen, reply) if misbehaviour and misbehaviour.afterwards else reply

    def _next(self, seen: Seen) -> Misbehaviour | None:
        for misbehaviour in self.misbehaviours:
            if misbehaviour.times > 0 and misbehaviour.matches(seen):
                misbehaviour.times -= 1
                return misbehaviour
        return None
