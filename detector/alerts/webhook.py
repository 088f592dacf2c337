"""Webhook sinks: generic JSON, and the text message that Slack-compatible receivers take."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from detector.alerts.alert import Alert
from detector.alerts.errors import NotTakenError
from detector.alerts.templates import AlertText

_LATER = frozenset({408, 425, 429})
"""Client errors that ask to come again; any other 4xx is an answer that repeating will not change."""

_PIECES = 8
"""Pieces of an answer's body that are read; what it says changes nothing."""


class WebhookSink:
    """Posts alerts to one address.

    Args:
        url: Where to post; often a secret in itself, so it is never shown.
        body: Gives the JSON body of an alert.
        timeout: Seconds from the first attempt to connect until the answer is there.
        now: Clock that a `Retry-After` date is measured against.

    Delivery: at least once. The header `Idempotency-Key` carries the alert's id, the same on every repeat.
    """

    def __init__(
        self,
        url: str,
        body: Callable[[Alert], Mapping[str, Any]],
        *,
        timeout: float,
        now: Callable[[], datetime],
        name: str = "webhook",
        token: str | None = None,
    ) -> None:
        self.name = name
        self._url = url
        self._body = body
        self._timeout = timeout
        self._now = now
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # An event loop bounds the whole exchange. The library's own timeouts bound each read, and a receiver that
        # sends a byte of its answer now and then would hold up all alerts behind this one.
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(timeout=timeout, headers=headers)

    def send(self, alert: Alert) -> None:
        """Posts one alert; raises NotTakenError for anything but a 2xx answer."""
        try:
            answer = self._runner.run(self._post(alert))
        except (TimeoutError, httpx.TimeoutException):
            raise NotTakenError(f"{self.name}: no answer within {self._timeout:g} s") from None
        except httpx.HTTPError as error:
            # str(error) may hold the address; the class says enough.
            raise NotTakenError(f"{self.name}: {type(error).__name__}") from None
        if answer.is_success:
            return
        final = (answer.is_client_error and answer.status_code not in _LATER) or answer.is_redirect
        raise NotTakenError(
            f"{self.name}: status {answer.status_code}", retry_after=self._retry_after(answer), final=final
        )

    def close(self) -> None:
        """Closes the connections."""
        self._runner.run(self._client.aclose())
        self._runner.close()

    async def _post(self, alert: Alert) -> httpx.Response:
        """The answer without its body."""
        answer: httpx.Response | None = None
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(
                    "POST", self._url, json=self._body(alert), headers={"Idempotency-Key": alert.id}
                ) as answer,
            ):
                await _read_some(answer.aiter_raw())
        except (TimeoutError, httpx.HTTPError):
            if answer is None:
                raise
        return answer

    def _retry_after(self, answer: httpx.Response) -> float | None:
        """Seconds of a `Retry-After` header, given as seconds or as a date (RFC 9110, 10.2.3)."""
        text = answer.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdecimal():
            return float(text)
        try:
            return max(0.0, (parsedate_to_datetime(text) - self._now()).total_seconds())
        except (ValueError, TypeError):
            return None


async def _read_some(body: AsyncIterator[bytes]) -> None:
    """Reads a body that is short, so that the connection can be used again; one without end is left."""
    left = _PIECES
    async for _ in body:
        left -= 1
        if not left:
            return


def generic_body(alert: Alert) -> Mapping[str, Any]:
    """All fields of the alert, as JSON."""
    return alert.fields()


def slack_body(text: AlertText) -> Callable[[Alert], Mapping[str, Any]]:
    """A body with one `text`, as Slack's incoming webhooks and their look-alikes take it."""

    def body(alert: Alert) -> Mapping[str, Any]:
        escaped = text.fill(alert).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": escaped}

    return body
