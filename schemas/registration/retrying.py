"""Work that may be repeated is repeated when the registry asks to come back later."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from schemas.errors import RegistryUnreachableError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Retrying:
    """Calls again, with doubled pauses, a bounded number of times.

    Delivery: the work must look before it writes, since an answer that was lost may belong to a write that was done.

    Args:
        attempts: Calls in all.
        first_pause: Seconds after the first failure; doubled each time.
        on_retry: Told the error and the pause in seconds.
    """

    attempts: int = 4
    first_pause: float = 0.5
    sleep: Callable[[float], None] = time.sleep
    on_retry: Callable[[RegistryUnreachableError, float], None] | None = None

    def __call__(self, work: Callable[[], Result]) -> Result:
        """The result of `work`.

        Raises:
            RegistryUnreachableError: the last attempt failed too.
        """
        for attempt in range(self.attempts - 1):
            try:
                return work()
            except RegistryUnreachableError as error:
                pause = self.first_pause * 2**attempt
                if self.on_retry:
                    self.on_retry(error, pause)
                self.sleep(pause)
        return work()
