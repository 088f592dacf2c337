"""A mail server's time has an end."""

import smtplib
import socket
import threading
from contextlib import suppress
from typing import Any

_AGAIN_SECONDS = 1.0
"""Between two cuts: while TLS begins, the library holds the socket where it cannot be cut."""


class BoundedSMTP(smtplib.SMTP):
    """A connection to a mail server that is cut when the whole exchange takes too long.

    The library bounds each read; a server that sends a byte of its reply now and then would hold a mail for ever.

    Args:
        host, port: The server.
        timeout: Seconds that one read may take.
        most: Seconds from connecting until it is closed; what waits for the server then meets the connection's end.

    Raises:
        OSError, smtplib.SMTPException: as the library's own.
    """

    def __init__(self, host: str, port: int, *, timeout: float, most: float) -> None:
        self._most = most
        self._closed = threading.Event()
        threading.Thread(target=self._watch, name="mail-watch", daemon=True).start()
        try:
            super().__init__(host, port, timeout=timeout)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Closes the connection."""
        self._closed.set()
        super().close()

    def _watch(self) -> None:
        wait = self._most
        while not self._closed.wait(wait):
            held: Any = self.sock
            with suppress(OSError, AttributeError):
                held.shutdown(socket.SHUT_RDWR)
            wait = _AGAIN_SECONDS
