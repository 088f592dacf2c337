"""HTTP towards the registry: authorization, TLS, and one table from foreign failures to errors of this package."""

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from schemas.errors import IncompatibleSchemaError, RegistryError, RegistryRefusedError, RegistryUnreachableError
from schemas.registry.tls import tls_context
from schemas.settings import RegistrySettings

T = TypeVar("T")

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"

LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say "ask again later"; 500 too, since a store that timed out (50002) answers so."""

ASSOCIATION_CODES = range(40902, 40909)
"""409 about associations of topics and subjects, which is no verdict on a schema."""

NEXT_STEP: Mapping[int, str] = {
    401: "give SCHEMA_REGISTRY_BASIC_AUTH or SCHEMA_REGISTRY_BEARER_TOKEN, and check the user",
    403: "the user is known but not allowed to do this: ask for the right on the subject",
    301: "it redirects: give the address it redirects to as SCHEMA_REGISTRY_URL",
    302: "it redirects: give the address it redirects to as SCHEMA_REGISTRY_URL",
    307: "it redirects: give the address it redirects to as SCHEMA_REGISTRY_URL",
    308: "it redirects: give the address it redirects to as SCHEMA_REGISTRY_URL",
    404: "check the path in SCHEMA_REGISTRY_URL (Apicurio: http://host:port/apis/ccompat/v7)",
}

FAILURES: tuple[tuple[type[Exception], type[RegistryError], str], ...] = (
    (httpx.ConnectTimeout, RegistryUnreachableError, "does not answer; is it running, is SCHEMA_REGISTRY_URL right?"),
    (httpx.TimeoutException, RegistryUnreachableError, "took longer than SCHEMA_REGISTRY_TIMEOUT"),
    (httpx.ConnectError, RegistryUnreachableError, "is not reached; is it running, is SCHEMA_REGISTRY_URL right?"),
    (httpx.NetworkError, RegistryUnreachableError, "broke the connection off"),
    (httpx.RemoteProtocolError, RegistryUnreachableError, "does not speak HTTP; is this the registry's port?"),
    (httpx.ProxyError, RegistryUnreachableError, "is not reached through the proxy; check HTTP_PROXY and NO_PROXY"),
    (httpx.UnsupportedProtocol, RegistryRefusedError, "has no http:// or https:// address; check SCHEMA_REGISTRY_URL"),
    (httpx.TooManyRedirects, RegistryRefusedError, "redirects without end; check SCHEMA_REGISTRY_URL"),
    (httpx.DecodingError, RegistryRefusedError, "sent an answer that cannot be decompressed; is a proxy in between?"),
    (httpx.LocalProtocolError, RegistryRefusedError, "cannot be asked: a setting does not fit into a header of HTTP"),
    (httpx.TransportError, RegistryUnreachableError, "is not reached"),
    (httpx.HTTPError, RegistryRefusedError, "could not be asked"),
    (httpx.InvalidURL, RegistryRefusedError, "has no valid address; check SCHEMA_REGISTRY_URL"),
)
"""Foreign exception, ours, what it means; the first match holds."""

EXCERPT = 80
"""Characters of a foreign body that are shown."""

WITH_SECRETS = (httpx.LocalProtocolError,)
"""Exceptions whose text may show a header, and with it a secret."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is no failure: status, the JSON body (None where there was none), and what was asked."""

    status: int
    body: Any
    request: str = ""

    @property
    def error_code(self) -> int | None:
        """The registry's own code, where the body has one."""
        return self.body.get("error_code") if isinstance(self.body, dict) else None

    @property
    def message(self) -> str:
        """The registry's own words, on one line."""
        words = self.body.get("message") if isinstance(self.body, dict) else self.body
        return " ".join(str(words or "no message").split())

    def read(self, shape: Callable[[Any], T]) -> T:
        """What `shape` makes of the body.

        Raises:
            RegistryRefusedError: it can make nothing of it, so that no schema registry has answered.
        """
        try:
            return shape(self.body)
        except (KeyError, TypeError) as error:
            raise RegistryRefusedError(
                f"{self.request} answers {self.status} with {_excerpt(self.body)}, as no schema registry does; "
                "check host, port and path in SCHEMA_REGISTRY_URL",
                status=self.status,
            ) from error


class RegistryTransport:
    """One HTTP connection pool to the registry.

    Delivery: every call is one request; nothing is repeated here, since only the caller knows what may be repeated.
    """

    def __init__(self, settings: RegistrySettings) -> None:
        self.url = settings.base_url
        self._http = httpx.Client(
            base_url=self.url,
            verify=tls_context(settings) if settings.url.scheme == "https" else _trust_nobody(),
            auth=_basic_auth(settings),
            headers=_headers(settings),
            timeout=settings.timeout,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        subject: str | None = None,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        accept: tuple[int, ...] = (),
    ) -> Answer:
        """Send one request.

        Args:
            path: Relative to the base address; parts already quoted.
            subject: Named by errors.
            accept: Statuses outside 2xx, or the registry's own codes, that the caller understands. A web server or
                gateway that knows no such path answers 404 as well, so that absence is told by the code.

        Raises:
            RegistryUnreachableError: no answer, or one that says "later".
            IncompatibleSchemaError: status 409 about a schema.
            RegistryRefusedError: any other answer.
        """
        answer = self._send(method, path, body, query)
        if 200 <= answer.status < 300 or answer.status in accept or answer.error_code in accept:
            return answer
        raise refusal(answer, answer.request, subject)

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str] | None) -> Answer:
        try:
            response = self._http.request(method, path, json=body, params=query)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise failure(error, self.url) from error
        asked = f"{method} {self.url}{path}"
        return Answer(response.status_code, _json(response, asked), asked)


def failure(error: Exception, url: str) -> RegistryError:
    """This package's error for one of httpx's."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return RegistryRefusedError(
            f"Schema registry {url} shows a certificate that is not believed: give its authority as "
            f"SCHEMA_REGISTRY_CA ({error})"
        )
    for foreign, ours, meaning in FAILURES:
        if isinstance(error, foreign):
            detail = type(error).__name__ if isinstance(error, WITH_SECRETS) else str(error) or type(error).__name__
            return ours(f"Schema registry {url} {meaning} ({detail})")
    raise error


def refusal(answer: Answer, request: str, subject: str | None) -> RegistryError:
    """This package's error for an answer outside 2xx.

    Status 409 says "incompatible" about a schema that was posted; Apicurio also answers it, with code 0, to the slower
    of two that set one level at once, and to a permanent deletion without a soft one.
    """
    code = answer.error_code
    said = f"{request} -> {answer.status}" + (f" (error code {code})" if code not in {None, answer.status} else "")
    if answer.status in LATER:
        message = f"Schema registry asks to come back later: {said}: {answer.message}"
        return RegistryUnreachableError(message, subject=subject, status=answer.status, error_code=code)
    if answer.status == 409 and (request.startswith("PUT ") or code == 0):
        message = f"Schema registry was changed by somebody else at the same moment: {said}: {answer.message}"
        return RegistryUnreachableError(message, subject=subject, status=answer.status, error_code=code)
    if answer.status == 409 and request.startswith("POST ") and code not in ASSOCIATION_CODES:
        return IncompatibleSchemaError(
            f"Schema registry refuses an incompatible schema for {subject}", subject=subject, reasons=(answer.message,)
        )
    step = NEXT_STEP.get(answer.status)
    message = f"Schema registry refuses: {said}: {answer.message}" + (f"; {step}" if step else "")
    return RegistryRefusedError(message, subject=subject, status=answer.status, error_code=code)


def _json(response: httpx.Response, request: str) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        if response.is_success:
            raise RegistryRefusedError(
                f"{request} answers {response.status_code} without JSON; does SCHEMA_REGISTRY_URL name a registry?",
                status=response.status_code,
            ) from error
        return response.text[:200]


def _excerpt(body: Any) -> str:
    if body is None:
        return "nothing"
    text = json.dumps(body)
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def _trust_nobody() -> ssl.SSLContext:
    """For plain HTTP: no certificates to load, and none believed should a request end up on HTTPS."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _basic_auth(settings: RegistrySettings) -> httpx.BasicAuth | None:
    if settings.basic_auth is None:
        return None
    user, _, password = settings.basic_auth.get_secret_value().partition(":")
    return httpx.BasicAuth(user, password)


def _headers(settings: RegistrySettings) -> dict[str, str]:
    headers = {"Accept": f"{MEDIA_TYPE}, application/json", "Content-Type": MEDIA_TYPE}
    if settings.bearer_token:
        headers["Authorization"] = f"Bearer {settings.bearer_token.get_secret_value()}"
    if settings.logical_cluster:
        headers["target-sr-cluster"] = settings.logical_cluster
    return headers
