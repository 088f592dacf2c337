"""Webhook sinks: generic JSON, and the text message that Slack-compatible receivers take."""

from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice
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
        timeout: Seconds to wait for the connection, for the answer, and for each piece of its body.
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
        self._now = now
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(timeout=timeout, headers=headers)

    def send(self, alert: Alert) -> None:
        """Posts one alert; raises NotTakenError for anything but a 2xx answer."""
        body, headers = self._body(alert), {"Idempotency-Key": alert.id}
        try:
            with self._client.stream("POST", self._url, json=body, headers=headers) as answer:
                # Read so that the connection can be used again; a receiver that talks on without end is cut off.
                for _ in islice(answer.iter_raw(), _PIECES):
                    pass
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
        self._client.close()

    def _retry_after(self, answer: httpx.Response) -> float | None:
        """Seconds of a `Retry-After` header, given as seconds or as a date (RFC 9110, 10.2.3)."""
        text = answer.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdecimal():
            return float(text)
        try:
            return max(0.0, (parsedate_to_datetime(text) - self._now()).total_seconds())
        except (ValueError, TypeError):
            return None


def generic_body(alert: Alert) -> Mapping[str, Any]:
    """All fields of the alert, as JSON."""
    return alert.fields()


def slack_body(text: AlertText) -> Callable[[Alert], Mapping[str, Any]]:
    """A body with one `text`, as Slack's incoming webhooks and their look-alikes take it."""

    def body(alert: Alert) -> Mapping[str, Any]:
        escaped = text.fill(alert).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": escaped}

    return body
