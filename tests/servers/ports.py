"""Loopback ports that nobody listens on."""

import os
import random
import socket

LOWEST, HIGHEST = 15_000, 31_000
"""Below the ports that systems give to outgoing connections, so a stopped server finds its port free again."""


def free_ports(count: int) -> list[int]:
    """Different ports that can be bound on 127.0.0.1 right now."""
    # Two processes of one run pick from ports of their own: a port that one has picked is free until its server starts.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    picked: list[int] = []
    while len(picked) < count:
        # Not the seeded generator: two test runs at the same time must not pick alike.
        port = random.SystemRandom().randrange(LOWEST + worker, HIGHEST, workers)
        if port not in picked and _free(port):
            picked.append(port)
    return picked


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
