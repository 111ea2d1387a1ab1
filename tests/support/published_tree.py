"""Published files of a few neurons in a folder, and a server for them that counts what it is asked."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from neuronview.formats.openai import published
from neuronview.formats.openai.published import PublishedSet
from tests.formats import published_files

SET = "gpt2-small"
N_LAYERS, N_NEURONS = 2, 3
PATH = "neuron-explainer/gpt2_small_data"
BOTH = ("activations", "explanations")


def small_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `gpt2-small` be a set of 2 layers with 3 neurons, so that a server is asked for few files."""
    entry = PublishedSet(SET, "gpt2", PATH, N_LAYERS, N_NEURONS, kinds=BOTH)
    monkeypatch.setattr(published, "SETS", {SET: entry})


def build(folder: Path, *, kinds: tuple[str, ...] = BOTH) -> Path:
    """Files of every neuron below `folder`, in the published tree; returns the root of the set."""
    for kind in kinds:
        for layer in range(N_LAYERS):
            for neuron in range(N_NEURONS):
                path = folder / PATH / published_files.path(kind, layer, neuron)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(published_files.raw(kind, layer, neuron))
    return folder / PATH


@dataclass(frozen=True)
class SlowSource:
    """A server of made-up explanations of all neurons of GPT-2 small."""

    address: str
    hurry: threading.Event
    """Set, it does not wait any more."""


@contextmanager
def serve_slowly(*, quick: int, wait: float = 0.5) -> Iterator[SlowSource]:
    """Serve explanations, the first `quick` at once and each of the others after `wait` seconds."""
    hurry, numbers = threading.Event(), iter(range(10**9))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer(b"")

        def do_GET(self) -> None:
            found = re.search(r"/explanations/(\d+)/(\d+)[.]jsonl$", self.path)
            if next(numbers) >= quick:
                hurry.wait(wait)
            self.answer(published_files.raw("explanations", *map(int, found.groups())) if found else None)

        def answer(self, content: bytes | None) -> None:
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield SlowSource(f"http://127.0.0.1:{server.server_port}", hurry)
    finally:
        hurry.set()
        server.shutdown()
        server.server_close()


@contextmanager
def serve_tree(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """A static server of the folder; gives its address and the paths of GET requests."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
