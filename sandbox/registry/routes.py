"""The registry's REST routes: parse the request, ask the registry, write the answer."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.registry.answers import Asked, answers
from sandbox.registry.refusal import Refusal
from sandbox.registry.registry import Registry

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


def application(registry: Registry) -> Starlette:
    """The registry as a web application."""
    routes = [Route(path, _endpoint(registry, answer), methods=[method]) for method, path, answer in answers()]
    return Starlette(
        routes=routes, exception_handlers={Refusal: _refused, HTTPException: _no_route, Exception: _failed}
    )


def _endpoint(registry: Registry, answer: Callable[[Registry, Asked], Any]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        asked = Asked(request.path_params, request.query_params, _json(await request.body()))
        # In a thread, so that one slow comparison of schemas does not stop the others.
        return _answer(await run_in_threadpool(answer, registry, asked))

    return endpoint


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body) if body.strip() else {}
    except ValueError as error:
        raise Refusal(400, 400, f"The body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Refusal(400, 400, "The body is not a JSON object.")
    return value


def _answer(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status, media_type=MEDIA_TYPE)


def _refused(_request: Request, refusal: Exception) -> Response:
    status, code = (refusal.status, refusal.code) if isinstance(refusal, Refusal) else (500, 500)
    return _answer({"error_code": code, "message": str(refusal)}, status)


def _no_route(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _answer({"error_code": status, "message": f"HTTP {status} {getattr(error, 'detail', error)}"}, status)


def _failed(_request: Request, error: Exception) -> Response:
    return _answer({"error_code": 50001, "message": f"The sandbox's registry failed: {error!r}"}, 500)
