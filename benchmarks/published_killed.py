"""All of GPT-2 small added from a server, killed without warning three times and gone on with.

`python -m benchmarks.published killed [NEURONS] [FOLDER] [SEED]`. The files (drawn, in the published layout) are served
on this machine to `datasets add gpt2-small`, which is killed at three drawn numbers of requests and started again. The
dataset is held against one that was added from the folder in one go, and asked what pages ask. A FOLDER that is there
is served, and kept.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from benchmarks.published_explanations import pages
from benchmarks.published_files import SMALL_LAYER, generate
from benchmarks.report import Row
from neuronview.config import Settings
from neuronview.formats.openai.ledger import Ledger, keys_of
from neuronview.formats.openai.published import published_set
from neuronview.formats.openai.source import path_of
from neuronview.jobs.adding import folder_of
from neuronview.store import Dataset

__all__ = ["measure", "parse"]

SET = "gpt2-small"
NEURONS = 36_864
KILLS = 3
MEASURED = ("/0.json", "/0.jsonl")
"""Of some of these every start says from the file itself how large the files are."""
PART = (
    "select count(*), coalesce(sum(hash(one)::hugeint), 0) from (select * exclude (created, excerpt_id) "
    "from ({rows}) left join (select excerpt_id, hash(tokens) as said from ({excerpts})) using (excerpt_id)) as one"
)
WHOLE = "select count(*), coalesce(sum(hash(one)::hugeint), 0) from (select * exclude (created) from ({rows})) as one"
FILES = "select * from ({rows}) where state = 'stored'"
TEXTS = "select count(*), sum(hash(tokens)::hugeint) from (select distinct tokens from ({rows}))"


def parse(arguments: Sequence[str]) -> tuple[int, Path | None, int]:
    """Neurons, folder and seed, of the command line."""
    n_neurons, folder, seed = (*arguments, *("", "", "")[len(arguments) :])
    return int(n_neurons or NEURONS), Path(folder) if folder else None, int(seed or 0)


def measure(n_neurons: int = NEURONS, folder: Path | None = None, seed: int = 0) -> list[Row]:
    """Rows of the report. AssertionError where the rows differ or a file that was stored is fetched again."""
    work = Path(tempfile.mkdtemp(prefix="neuronview-killed-"))
    tree = folder or work / "data"
    try:
        if not tree.exists():
            generate(tree, n_neurons)
        begun = time.perf_counter()
        _run(work / "whole", str(tree)).wait()
        whole = time.perf_counter() - begun
        with _served(tree) as (address, asked):
            begun = time.perf_counter()
            killed_at, again = _killed(work / "killed", address, asked, 2 * n_neurons, random.Random(seed))
            taken = time.perf_counter() - begun
        one, other = (_digests(work / home) for home in ("whole", "killed"))
        rows = [Row(f"rows of {kind}", count, "rows") for kind, (count, _) in one.items() if count]
        differ = sum(one[kind] != other[kind] for kind in one)
        twice = sum(count - 1 for count in Counter(asked).values())
        return [
            *(Row(f"kill {number}, at request", at, "") for number, at in enumerate(killed_at, 1)),
            Row.within(
                "kinds whose rows differ from those of one run",
                differ,
                unit="kinds",
                at_most=0,
            ),
            Row.within("stored files that were fetched again", again, unit="files", at_most=0),
            Row("files that were at work at a kill, and were fetched again", twice, "files"),
            Row("of all files that were fetched", len(asked), "files"),
            Row("seconds from the server, with three kills", taken, "s"),
            Row("seconds from the folder, in one go", whole, "s"),
            *rows,
            *pages(SET, _settings(work / "killed"), n_neurons, SMALL_LAYER),
        ]
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run(home: Path, base: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"NEURONVIEW_HOME": str(home), "NEURONVIEW_DATA": str(home / "data")}
    command = [sys.executable, "-m", "neuronview", "datasets", "add", SET, "--base", base]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def _killed(home: Path, address: str, asked: list[str], n_files: int, drawn: random.Random) -> tuple[list[int], int]:
    """At which request each kill was; and how many files were asked for again that were stored at a kill before."""
    moments, at, again = sorted(drawn.uniform(0.02, 0.98) for _ in range(KILLS)), list[int](), 0
    stored: set[str] = set()
    for moment in [*moments, None]:
        started, process = len(asked), _run(home, address)
        while process.poll() is None and (moment is None or len(asked) < moment * n_files):
            time.sleep(0.01)
        if moment is not None:
            process.send_signal(signal.SIGKILL)
            at.append(len(asked))
        if process.wait() != (0 if moment is None else -signal.SIGKILL):
            raise AssertionError(f"it ended with {process.returncode}")
        time.sleep(1)  # its workers end with it
        fetched = Counter(path for path in asked[started:] if path in stored)
        again += sum(count - path.endswith(MEASURED) for path, count in fetched.items())
        stored = _stored(home)
    return at, again


def _stored(home: Path) -> set[str]:
    known = published_set(SET)
    ledger = Ledger(folder_of(SET, _settings(home)), known.n_layers, known.n_neurons)
    ledger.refresh()
    kinds, layers, neurons = ledger.stored.nonzero()
    return {f"/{path_of(*key)}" for key in keys_of(np.column_stack([layers, neurons, kinds]))}


def _settings(home: Path) -> Settings:
    return Settings(home=home, data=home / "data")


def _digests(home: Path) -> dict[str, tuple[int, int]]:
    """Of each kind: the number of rows, and the sum of their hashes with an excerpt's tokens in place of its number."""
    dataset = Dataset(folder_of(SET, _settings(home)))
    found = {}
    for kind in ("files", "neurons", "explanations", "scores", "simulations", "records", "excerpts"):
        rows = dataset.stored(kind) if kind != "files" else FILES.format(rows=dataset.stored(kind))
        names = dataset.query(f"from ({rows}) limit 0").column_names
        form = TEXTS if kind == "excerpts" else PART if "excerpt_id" in names else WHOLE
        if "created" not in names:
            form = form.replace("exclude (created, ", "exclude (").replace(" exclude (created)", "")
        table = dataset.query(form.format(rows=rows, excerpts=dataset.stored("excerpts")))
        (count,), (total,) = (column.to_pylist() for column in table.columns)
        found[kind] = int(count), int(total)
    dataset.close()
    return found


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """A server of the folder; its address, and the path of every file that it gave."""
    given: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, *, body: bool) -> None:
            path = folder / self.path.lstrip("/")
            content = path.read_bytes() if path.is_file() else b""
            self.send_response(200 if content else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                self.wfile.write(content)
                if content:
                    given.append(self.path)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Nothing: whoever asked was killed."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", given
    finally:
        server.shutdown()
        server.server_close()
