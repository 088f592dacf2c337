"""Wait for a registry that is still starting."""

import time
from collections.abc import Callable

from schemas.errors import RegistryUnreachableError
from schemas.registry.client import RegistryClient

PAUSE_SECONDS = 0.5
"""Between two questions: a registry takes seconds to start, and one question costs it nothing."""


def await_registry(
    client: RegistryClient,
    seconds: float,
    on_progress: Callable[[float, str], None] | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Return as soon as the registry can be written to; asks at least once.

    Args:
        seconds: Longest wait.
        on_progress: Called with the seconds waited so far and what stands in the way, once per question.

    Raises:
        RegistryUnreachableError: it was not ready in time.
        RegistryRefusedError: it answers and refuses; waiting would not change that.
    """
    start = clock()
    while True:
        obstacle = _obstacle(client)
        waited = clock() - start
        if obstacle is None:
            return
        if waited + PAUSE_SECONDS > seconds:
            raise _given_up(obstacle, seconds) from obstacle
        if on_progress:
            on_progress(waited, str(obstacle))
        sleep(PAUSE_SECONDS)


def _obstacle(client: RegistryClient) -> RegistryUnreachableError | None:
    try:
        if client.ready():
            return None
    except RegistryUnreachableError as error:
        return error
    return RegistryUnreachableError(f"Schema registry {client.url} answers but has no primary yet")


def _given_up(obstacle: RegistryUnreachableError, seconds: float) -> RegistryUnreachableError:
    hint = f"; waited {seconds:g} s" if seconds else "; `fraud-schemas register --wait 60` waits for it"
    return RegistryUnreachableError(f"{obstacle}{hint}", status=obstacle.status, error_code=obstacle.error_code)
