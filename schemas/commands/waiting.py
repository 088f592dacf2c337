"""A connection to the registry for one command, with progress on the standard error."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from schemas.environment import from_environment
from schemas.errors import RegistryUnreachableError
from schemas.printable import printable
from schemas.registration.await_registry import await_registry
from schemas.registration.retrying import Retrying
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def connected(wait: float = 0) -> Iterator[RegistryClient]:
    """A client of a registry that answers; waits for it up to `wait` seconds.

    Raises:
        RegistryUnreachableError: it did not answer in time.
    """
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    with RegistryClient(from_environment(RegistrySettings)) as client:
        if console.is_terminal:
            with console.status(f"schema registry {client.url}") as status:
                await_registry(client, wait, lambda waited, why: status.update(_progress(waited, wait, why)))
        else:
            await_registry(client, wait, _Lines(wait))
        yield client


def retrying() -> Retrying:
    """Repeats what may be repeated, and says so on the standard error."""
    return Retrying(on_retry=_tell)


class _Lines:
    """A progress line now and then, where no terminal can redraw one."""

    def __init__(self, wait: float) -> None:
        self._wait = wait
        self._next = 0.0

    def __call__(self, waited: float, why: str) -> None:
        if waited >= self._next:
            self._next = waited + SECONDS_BETWEEN_LINES
            typer.echo(printable(_progress(waited, self._wait, why)), err=True)


def _progress(waited: float, wait: float, why: str) -> str:
    return f"waiting for the schema registry, {waited:.0f} of {wait:g} s: {why}"


def _tell(error: RegistryUnreachableError, pause: float) -> None:
    typer.echo(printable(f"{error}; again in {pause:g} s"), err=True)
