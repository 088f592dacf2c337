"""A registry behind HTTPS and a login."""

import socket
import ssl
import threading
from base64 import b64encode

import uvicorn
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.registry.registry import Registry
from sandbox.registry.routes import application
from tests.schemas.certificates import Authority, Certificate
from tests.waiting import wait_for

BASIC = "Basic " + b64encode(b"alice:pass:word").decode()
BEARER = "Bearer t0ken"


class Login:
    """Lets in who shows one of the two authorizations; counts the others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shown = Request(scope).headers.get("authorization")
        if shown in {BASIC, BEARER}:
            await self._app(scope, receive, send)
            return
        status, words = (403, "User is denied") if shown else (401, "Unauthorized")
        await JSONResponse({"error_code": status, "message": words}, status)(scope, receive, send)


class GuardedRegistry:
    """The in-process registry behind HTTPS, a login, and if asked for a client certificate."""

    def __init__(self, server: Certificate, *, clients: Authority | None = None) -> None:
        app = application(Registry(lambda: 0))
        app.user_middleware.insert(0, Middleware(Login))
        # With the protocol named, asyncio sets TCP_NODELAY.
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                ssl_certfile=str(server.certificate),
                ssl_keyfile=str(server.key),
                ssl_ca_certs=str(clients.certificate) if clients else None,
                ssl_cert_reqs=ssl.CERT_REQUIRED if clients else ssl.CERT_NONE,
            )
        )

    def __enter__(self) -> "GuardedRegistry":
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self._thread.start()
        wait_for(lambda: self._server.started, 20, "the guarded registry")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
