"""People's SQL in a process of its own: a step of DuckDB's that neither its timer nor its memory limit reaches ends
with the process, and the pages go on.

The process opens the dataset as `visiting.Visitor` does, is told nothing of this one's environment but where it runs,
and ends by itself when it has not been asked for a while, or this process is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

import pyarrow as pa

from neuronview.errors import BadInput, BadQuery, DatasetError
from neuronview.store.visiting import NEEDS_MORE, Answer, require_length, stopped_after

__all__ = ["MOST_MEMORY", "VisitorApart"]

MOST_MEMORY = 1_536 * 2**20
"""Bytes that a question may take beside what the process has in use when it is asked."""
GRACE = 1.0
"""Seconds after its time for a query that does not end by itself."""
OPENING = 180.0
"""Seconds within which the process has to have opened the dataset."""
LONGEST_WAIT = 30.0
"""Seconds that a question waits while others are answered."""
MOST_PROCESSES = 4
"""That answer at once, or lie idle, for all datasets and visits together."""
_LOOKS = 0.05
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "PYTHONPATH", "LD_LIBRARY_PATH", "TZ")
_ROOT = Path(__file__).parents[2]
_BUSY = "Other queries are being answered and take long. Ask again in a moment."
_REFUSALS = {"BadQuery": BadQuery, "BadInput": BadInput, "DatasetError": DatasetError}


class VisitorApart:
    """Answers people's queries over a dataset, one at a time, from any thread; its process starts with the first."""

    def __init__(self, folder: Path, overlay: Path | None = None) -> None:
        self._places = [str(folder.resolve()), str(overlay.resolve()) if overlay is not None else ""]
        self._process: _Process | None = None
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._asking, self._is_retired = 0, False

    def __enter__(self) -> VisitorApart:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Id of the process that answers, where one is there."""
        return self._process.pid if self._process is not None else None

    @property
    def is_asked(self) -> bool:
        """Whether anyone waits for an answer."""
        return bool(self._asking)

    def close(self) -> None:
        """End the process, and with it a query that still runs."""
        process = self._process
        self._process = None
        if process is not None:
            process.end()

    def retire(self) -> None:
        """End the process as soon as nobody asks it any more."""
        with self._counting:
            self._is_retired = True
            if not self._asking:
                self.close()

    def ask(self, sql: str, *, rows: int = 10_000, seconds: float = 10.0) -> Answer:
        """The first `rows` rows of a query's answer, as `Visitor.ask` gives them.

        Raises what that raises, also where the query had to be ended with its process; DatasetError where the
        dataset's files cannot be read.
        """
        require_length(sql)
        with self._counted():
            if not self._turn.acquire(timeout=LONGEST_WAIT):
                raise BadQuery(_BUSY)
            try:
                return self._answer({"sql": sql, "rows": rows, "seconds": seconds})
            finally:
                self._turn.release()

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        """One who asks; the last of them ends the process where it was retired meanwhile."""
        with self._counting:
            self._asking += 1
        try:
            yield
        finally:
            with self._counting:
                self._asking -= 1
                if self._is_retired and not self._asking:
                    self.close()

    def _answer(self, question: dict[str, Any]) -> Answer:
        if self._process is not None and not self._process.is_there():  # it was not asked for long, and ended
            self.close()
        process = self._process
        if process is None:
            process = self._process = _Process(self._places)
        try:
            process.open()
            return process.ask(question)
        finally:
            if not process.is_there():
                self.close()


_places = threading.BoundedSemaphore(MOST_PROCESSES)


class _Process:
    """The process itself, and what is said through its pipes."""

    def __init__(self, places: list[str]) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        if not _places.acquire(timeout=LONGEST_WAIT):
            raise BadQuery(_BUSY)
        self._leave = weakref.finalize(self, _places.release)
        self._leave.atexit = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "neuronview.store.visiting_process", *places],
            cwd=_ROOT,
            env=environment | {"MALLOC_ARENA_MAX": "2"},  # so that the memory that it may take is not only reserved
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.pid = self._process.pid
        self._to = cast("IO[bytes]", self._process.stdin)
        self._from = cast("IO[bytes]", self._process.stdout)
        self._is_open = False

    def is_there(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._leave()
        for stream in (self._to, self._from):
            with contextlib.suppress(OSError):  # what was not sent yet has nobody to read it
                stream.close()

    def open(self) -> None:
        """Wait until the dataset is open; DatasetError where it cannot be."""
        if not self._is_open:
            self._heard(
                OPENING, "The dataset's files were not opened in time. Ask again when the computer has less to do."
            )
            self._is_open = True

    def ask(self, question: dict[str, Any]) -> Answer:
        seconds = float(question["seconds"])
        with contextlib.suppress(BrokenPipeError):  # that it ended is said by what is read
            self._to.write(json.dumps(question).encode() + b"\n")
            self._to.flush()
        head, rows = self._heard(seconds + GRACE, stopped_after(seconds))
        return Answer(pa.ipc.open_stream(rows).read_all(), bool(head["is_cut"]), float(head["seconds"]))

    def _heard(self, seconds: float, late: str) -> tuple[dict[str, Any], bytes]:
        """What it answers, with the rows' bytes; BadQuery, also `late` where time is up, and what else it refuses."""
        with self._watched(seconds, late) as reasons:
            line = self._from.readline()
            head: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
            rows = self._from.read(head.get("size", 0))
        if not head or len(rows) < head.get("size", 0):
            self.end()
            raise BadQuery(*(reasons or ["The query ended the process that answers it. Ask for less at once."]))
        if refusal := head.get("refusal"):
            raise _REFUSALS[refusal](head["said"])
        return head, rows

    @contextlib.contextmanager
    def _watched(self, seconds: float, late: str) -> Iterator[list[str]]:
        """Kill the process when time is up, or memory; why stands in the list."""
        reasons: list[str] = []
        done = threading.Event()
        deadline, most = time.monotonic() + seconds, _memory(self.pid) + MOST_MEMORY

        def watch() -> None:
            while not done.wait(_LOOKS):
                if time.monotonic() > deadline:
                    reasons.append(late)
                elif self._is_open and _memory(self.pid) > most:
                    reasons.append(NEEDS_MORE)
                if reasons:
                    self._process.kill()
                    return

        watcher = threading.Thread(target=watch, daemon=True, name="query-watch")
        watcher.start()
        try:
            yield reasons
        finally:
            done.set()
            watcher.join()


def _memory(pid: int) -> int:
    """Bytes that a process has in use; 0 where the system does not tell, and the process's own limit has to do."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
