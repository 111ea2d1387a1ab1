"""Ports for the servers that tests start."""

import random
import socket


def free_port() -> int:
    """One that nothing listens on, below those that the system lends to connections, which might take it meanwhile."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
