"""Where published files come from: a folder, or a server that answers GET. A file comes whole or not at all.

A server lists no folders, so files are asked for by number: 404 says that there is none. What may pass by itself (no
connection, 408, 429, 5xx, a body that ends early) is tried again, ever later, and more gently: the number of requests
at once grows while all goes well and is halved when the server complains.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol
from urllib.parse import urlsplit

from neuronview.errors import BadInput, DatasetError
from neuronview.formats.openai.published import BLOB, PUBLIC
from neuronview.records import NeuronId

if TYPE_CHECKING:
    import httpx2  # loaded where there is a server: folders do without

__all__ = [
    "KINDS",
    "Fetched",
    "FolderSource",
    "HttpSource",
    "Source",
    "file_name",
    "open_source",
    "path_of",
    "require_answer",
]

KINDS: Mapping[str, tuple[str, str]] = {
    "activations": ("collated-activations", "json"),
    "explanations": ("explanations", "jsonl"),
    "tokens_by_activation": ("related-tokens/activation-based", "json"),
    "tokens_by_weight": ("related-tokens/weight-based", "json"),
    "neurons_by_weight": ("related-neurons/weight-based", "json"),
}
"""Kinds of files: the folder below the root, and how their names end."""

TRIES = 5
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 20.0
BLOCK = 64 * 1024
"""Bytes that are read at once: most files of explanations are smaller."""
MOST_BYTES = 256 * 1024 * 1024
"""No file of this layout comes near: what is larger is something else."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
LOOPBACK = ("localhost", "127.0.0.1", "::1")
Stop = Callable[[], bool]


def file_name(neuron: NeuronId, kind: str) -> str:
    """How reports name a file: LAYER/NEURON.json, or .jsonl."""
    return f"{neuron.layer}/{neuron.neuron}.{KINDS[kind][1]}"


def path_of(neuron: NeuronId, kind: str) -> str:
    """Where the file is below the root."""
    return f"{KINDS[kind][0]}/{file_name(neuron, kind)}"


class Fetched(NamedTuple):
    """What came of asking for one file: its bytes, or that there is none, or why it could not be had."""

    path: str
    state: Literal["whole", "absent", "failed"]
    content: bytes = b""
    reason: str = ""
    answered: bool = True
    """Whether a server said anything at all."""


class Source(Protocol):
    """One root of the published layout."""

    @property
    def address(self) -> str:
        """What a dataset's provenance may say of it: an address, never a folder of this machine."""

    def fetch(self, path: str) -> Fetched:
        """One file by its path below the root. Never raises for what the file or server is."""

    def fetch_all(self, paths: Iterable[str], *, should_stop: Stop) -> Iterator[Fetched]:
        """Many files, in their order; ends early when asked to stop."""

    def listing(self, kind: str) -> Mapping[int, set[int]] | None:
        """The neurons that have a file of this kind, by layer, or None where that cannot be listed."""


class FolderSource:
    """A folder of this machine."""

    address = "local folder"

    def __init__(self, folder: Path) -> None:
        """Read below `folder`, which must be there."""
        self.folder = folder
        self._root = str(folder)

    def fetch(self, path: str) -> Fetched:
        """One file, read at once."""
        try:
            return Fetched(path, "whole", _content(f"{self._root}/{path}"))
        except (FileNotFoundError, NotADirectoryError):
            return Fetched(path, "absent", reason="there is no such file")
        except OSError as error:
            return Fetched(path, "failed", reason=f"it cannot be read ({error.strerror or error})")

    def fetch_all(self, paths: Iterable[str], *, should_stop: Stop) -> Iterator[Fetched]:
        """One after another."""
        for path in paths:
            if should_stop():
                return
            yield self.fetch(path)

    def listing(self, kind: str) -> Mapping[int, set[int]] | None:
        """What the folders hold, by the names of files: hundreds of thousands, so there is no object for each."""
        below, ending = KINDS[kind]
        found: dict[int, set[int]] = {}
        for layer in (self.folder / below).glob("*"):
            if layer.name.isdecimal() and layer.is_dir():
                stems = [name.removesuffix(f".{ending}") for name in os.listdir(layer) if name.endswith(f".{ending}")]
                if numbers := set(map(int, filter(str.isdecimal, stems))):
                    found.setdefault(int(layer.name), set()).update(numbers)
        return found


class HttpSource:
    """A server that answers GET for each file."""

    def __init__(self, address: str, *, most_at_once: int = 16, first_pause: float = FIRST_PAUSE) -> None:
        """Fetch below `address`; `first_pause` in seconds, doubled from try to try."""
        self.address = address.rstrip("/")
        self.most_at_once = most_at_once
        self.first_pause = first_pause
        self._pace = Pace(most_at_once)
        self._client: httpx2.Client | None = None

    def __reduce__(self) -> tuple[type[HttpSource], tuple[str], dict[str, object]]:
        """Travels to other processes without its connections."""
        return HttpSource, (self.address,), {"most_at_once": self.most_at_once, "first_pause": self.first_pause}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Take over the settings that travelled."""
        self.__dict__ |= state
        self._pace = Pace(self.most_at_once)

    @property
    def at_once(self) -> int:
        """How many requests are made at once at present."""
        return self._pace.limit

    def fetch(self, path: str) -> Fetched:
        """One file, tried again where that may help."""
        return self._fetch(path, lambda: False)

    def fetch_all(self, paths: Iterable[str], *, should_stop: Stop) -> Iterator[Fetched]:
        """As many at once as the server bears, handed out in their order."""
        waiting: deque[Future[Fetched]] = deque()
        rest = iter(paths)
        with ThreadPoolExecutor(self.most_at_once, thread_name_prefix="fetch") as threads:
            try:
                while not should_stop():
                    while len(waiting) < self._pace.limit and (path := next(rest, None)) is not None:
                        waiting.append(threads.submit(self._fetch, path, should_stop))
                    if not waiting:
                        return
                    fetched = waiting.popleft().result()
                    if not should_stop():
                        yield fetched
            finally:
                threads.shutdown(wait=False, cancel_futures=True)

    def listing(self, kind: str) -> Mapping[int, set[int]] | None:
        """A server does not list."""
        return None

    def _fetch(self, path: str, should_stop: Stop) -> Fetched:
        import httpx2

        reason, answered = "", False
        for attempt in range(TRIES):
            if attempt:
                self._pace.slow_down()
                self._wait(self.first_pause * 2 ** (attempt - 1) * random.uniform(0.8, 1.2), should_stop)
            if should_stop():
                break
            try:
                answer, content = self._get(path)
            except httpx2.RequestError as error:
                reason = (
                    f"no answer ({type(error).__name__}: {error})"
                    if str(error)
                    else f"no answer ({type(error).__name__})"
                )
                continue
            answered = True
            found = _judge(path, answer, content)
            if found is not None:
                self._pace.speed_up()
                return found
            reason = f"the server answers {answer.status_code}"
            self._wait(_asked_to_wait(answer), should_stop)
        return Fetched(path, "failed", reason=f"{reason}, {TRIES} times; try again later", answered=answered)

    def _get(self, path: str) -> tuple[httpx2.Response, bytes]:
        """Status, headers and whole body; httpx2 raises when the body is shorter than announced."""
        with self._connections().stream("GET", f"{self.address}/{path}") as answer:
            pieces, size = [], 0
            for piece in answer.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    break
            return answer, b"".join(pieces)

    def _connections(self) -> httpx2.Client:
        import httpx2

        if self._client is None:
            limits = httpx2.Limits(max_connections=self.most_at_once, max_keepalive_connections=self.most_at_once)
            self._client = httpx2.Client(timeout=httpx2.Timeout(30.0, connect=10.0, pool=None), limits=limits)
        return self._client

    def _wait(self, seconds: float, should_stop: Stop) -> None:
        until = time.monotonic() + min(seconds, LONGEST_PAUSE)
        while (left := until - time.monotonic()) > 0 and not should_stop():
            time.sleep(min(left, 0.2))


class Pace:
    """How many requests at once: one more after every few that went well, half as many after one that did not."""

    def __init__(self, most: int) -> None:
        """Begin with a quarter of `most`."""
        self._most = most
        self._limit = max(1.0, most / 4)
        self._slowed = 0.0
        self._lock = threading.Lock()

    @property
    def limit(self) -> int:
        """At present; at least 1."""
        return int(self._limit)

    def speed_up(self) -> None:
        """One request went well."""
        with self._lock:
            self._limit = min(float(self._most), self._limit + 1 / self._limit)

    def slow_down(self) -> None:
        """One did not; several that fail together count once."""
        with self._lock:
            now = time.monotonic()
            if now - self._slowed > 1.0:
                self._limit, self._slowed = max(1.0, self._limit / 2), now


def open_source(text: str, *, most_at_once: int = 16) -> Source:
    """The source that a person names: a folder, an https address, or the published blob address.

    Plain http is taken of this machine only. Raises BadInput for anything else.
    """
    address = text.strip()
    if address.startswith(BLOB):
        address = PUBLIC + address.removeprefix(BLOB)
    if "://" in address:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise BadInput(f"{parts.scheme}:// is not fetched from. Give an https address, or a local folder.")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise BadInput("The address of a source has no user, password or query. Give its plain https address.")
        return HttpSource(address, most_at_once=most_at_once)
    folder = Path(address).expanduser()
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}. Give one root of the published layout, or its https address.")
    if not any((folder / below).is_dir() for below, _ in KINDS.values()):
        inside = [str(path.parent) for path in _inside(folder)]
        hint = f" Inside of it are: {', '.join(inside)}." if inside else ""
        raise BadInput(
            f"{folder} is no root of the published layout: it has none of the folders "
            f"{', '.join(below for below, _ in KINDS.values())}.{hint}"
        )
    return FolderSource(folder)


def _content(path: str) -> bytes:
    """A file's bytes. Hundreds of thousands are read, and a Python file takes half as long again to open and close."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        pieces = [os.read(handle, BLOCK)]
        while len(pieces[-1]) == BLOCK:
            pieces.append(os.read(handle, BLOCK))
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
    finally:
        os.close(handle)


def _inside(folder: Path) -> list[Path]:
    """Folders of explanations a little below, as where a person names the folder of several sets."""
    return sorted(path for below in ("*", "*/*") for path in folder.glob(f"{below}/explanations") if path.is_dir())


def require_answer(source: Source, path: str) -> None:
    """Raise DatasetError when a server cannot be reached at all: asked before thousands of files are."""
    fetched = source.fetch(path)
    if not fetched.answered:
        raise DatasetError(
            f"{source.address} cannot be reached: {fetched.reason}. Check the network or the address; what is "
            "already here can be used without it."
        )


def _judge(path: str, answer: httpx2.Response, content: bytes) -> Fetched | None:
    """What an answer means; None for one that another try may change."""
    if answer.status_code == 200:
        if len(content) > MOST_BYTES:
            return Fetched(path, "failed", reason=f"it is larger than {MOST_BYTES // 1024**2} MiB")
        return Fetched(path, "whole", content)
    if answer.status_code in (404, 410):
        return Fetched(path, "absent", reason=f"the server has none ({answer.status_code})")
    if answer.status_code in PASSING:
        return None
    where = f" to {answer.headers['location']}" if answer.is_redirect and "location" in answer.headers else ""
    return Fetched(path, "failed", reason=f"the server answers {answer.status_code}{where}")


def _asked_to_wait(answer: httpx2.Response) -> float:
    """Seconds that the server asks for; 0 where it asks for none."""
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else 0.0
