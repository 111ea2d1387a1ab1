"""A server that plays what a test tells it to, over real HTTP."""

from collections.abc import Iterator

import pytest

from tests.support.scripted_server import ScriptedServer, scripted_server


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Listening on a port of its own until the test ends."""
    with scripted_server() as running:
        yield running
