"""Published files of a few neurons in a folder, and a server for them that counts what it is asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
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
