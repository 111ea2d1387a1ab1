"""The process that answers people's SQL: `python -m neuronview.store.visiting_process FOLDER OVERLAY`.

Started by `visiting_apart`. It reads questions, a line of JSON each, and writes for each a line of JSON that says how
many bytes of rows (Arrow's stream format) follow it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from neuronview.errors import BadQuery, NeuronViewError
from neuronview.store.visiting import MEMORY_BESIDE, NEEDS_MORE, Visitor

LONGEST_IDLE = 300.0
"""Seconds without a question after which it ends: an open dataset takes memory."""


class _Ending:
    """Ends this process when nobody asks any more, or nobody is there who could."""

    def __init__(self) -> None:
        self.is_busy = False
        self._last, self._parent = time.monotonic(), os.getppid()
        threading.Thread(target=self._look, daemon=True).start()

    def rest(self) -> None:
        """A question was answered."""
        self.is_busy, self._last = False, time.monotonic()

    def _look(self) -> None:
        while True:
            time.sleep(1)
            is_idle = not self.is_busy and time.monotonic() - self._last > LONGEST_IDLE
            if is_idle or os.getppid() != self._parent:
                os._exit(0)


def main() -> None:
    """Answer until the questions end."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    if hasattr(os, "nice"):
        os.nice(5)  # pages first
    folder, overlay = sys.argv[1:3]
    try:
        visitor = Visitor(Path(folder), Path(overlay) if overlay else None)
    except NeuronViewError as error:
        _send(answers, _refused("DatasetError", error))
        return
    _bound_memory()
    ending = _Ending()
    _send(answers, {"size": 0})
    for line in sys.stdin.buffer:
        ending.is_busy = True
        _answer(visitor, json.loads(line), answers)
        ending.rest()


def _answer(visitor: Visitor, question: dict[str, Any], answers: IO[bytes]) -> None:
    try:
        found = visitor.ask(question["sql"], rows=question["rows"], seconds=question["seconds"])
        rows = pa.BufferOutputStream()
        with pa.ipc.new_stream(rows, found.table.schema) as stream:
            stream.write_table(found.table)
        sent = rows.getvalue()
    except MemoryError:
        _send(answers, _refused("BadQuery", BadQuery(NEEDS_MORE)))
    except NeuronViewError as error:
        _send(answers, _refused(type(error).__name__, error))
    else:
        _send(answers, {"size": sent.size, "is_cut": found.is_cut, "seconds": found.seconds}, sent)


def _refused(kind: str, error: Exception) -> dict[str, Any]:
    return {"size": 0, "refusal": kind, "said": str(error)}


def _send(answers: IO[bytes], head: dict[str, Any], rows: pa.Buffer | None = None) -> None:
    answers.write(json.dumps(head).encode() + b"\n")
    if rows is not None:
        answers.write(rows)
    answers.flush()


def _bound_memory() -> None:
    """No more than `MEMORY_BESIDE` beside what is in use now, where the system can hold a process to that."""
    try:
        import resource

        mapped = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (ImportError, OSError):
        return
    resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY_BESIDE, mapped + MEMORY_BESIDE))


if __name__ == "__main__":
    main()
