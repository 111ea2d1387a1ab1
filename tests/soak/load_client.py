"""One visitor of the app without a browser: speaks Streamlit's own messages over its websocket, and sees what is wrong.

A visitor opens pages by their address, presses buttons and types by the keys that widgets have, watches what shows
itself anew, downloads what a page offers, and counts as an error whatever a browser would show as one: an exception, a
page that is not found, a script that does not end, a download that is refused or empty, a connection that breaks.
"""

from __future__ import annotations

import asyncio
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

__all__ = ["Answer", "Visitor", "fetch"]

PATIENCE = 60.0
"""Seconds after which a page that does not come counts as an error."""
_LARGEST = 64 * 2**20
_SKIPPED = ForwardMsg.FINISHED_EARLY_FOR_RERUN


@dataclass
class Answer:
    """One run of a page, as it reached the visitor."""

    seconds: float
    size: int
    errors: list[str] = field(default_factory=list)
    widgets: dict[str, str] = field(default_factory=dict)
    """Widgets of the page: id by the key that the app gave them; without a key, by the id."""
    links: list[str] = field(default_factory=list)
    """Addresses of what can be downloaded."""
    files: list[str] = field(default_factory=list)
    """Downloads that are made when they are asked for, by their names in the session."""
    texts: list[str] = field(default_factory=list)
    """Messages in boxes, for whoever wants to know why a button did nothing."""
    progress: str = ""
    """What the last progress bar says."""
    timer: tuple[str, float] | None = None
    """The part of the page that a browser asks for again by itself, and after how many seconds."""


class Visitor:
    """One session: pages are asked for one after the other."""

    def __init__(self, socket: ClientConnection, address: str) -> None:
        self._socket, self._address = socket, address
        self.page, self.query = "", ""
        self.widgets: dict[str, str] = {}
        self._timer: tuple[str, float] | None = None
        self._session, self._hash = "", ""

    @classmethod
    async def arrive(cls, address: str) -> Self:
        """A new session on the server at that address, such as `http://localhost:8501`."""
        place = address.replace("http", "ws", 1)
        socket = await connect(
            f"{place}/_stcore/stream",
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],  # type: ignore[list-item]
            origin=address,  # type: ignore[arg-type]
            max_size=_LARGEST,
            open_timeout=PATIENCE,
            ping_timeout=None,
            proxy=None,
        )
        return cls(socket, address)

    async def leave(self) -> None:
        """End the session, as a browser does whose window is closed."""
        await self._socket.close()

    async def open(self, page: str, query: str = "") -> Answer:
        """Open a page by its name and what follows the question mark."""
        self.page, self.query, self._hash = page, query, ""
        return await self._rerun([])

    async def press(self, key: str) -> Answer:
        """Press a button."""
        return await self._rerun([WidgetState(id=self.widgets[key], trigger_value=True)])

    async def enter(self, key: str, text: str) -> Answer:
        """Type a text into a field and leave it."""
        return await self._rerun([WidgetState(id=self.widgets[key], string_value=text)])

    async def watch(self, until: float) -> Answer:
        """Let the page show itself anew, as a browser does, until it does no more, or `until` by the monotonic clock.

        The answer is the last, with the seconds and errors of all; it has a timer where the page goes on.
        """
        begun, errors = time.monotonic(), list[str]()
        answer = Answer(0.0, 0, timer=self._timer)
        while answer.timer and time.monotonic() + answer.timer[1] < until:
            await asyncio.sleep(answer.timer[1])
            answer = await self._rerun([], part=answer.timer[0])
            errors += answer.errors
        answer.seconds, answer.errors = time.monotonic() - begun, errors
        return answer

    async def download(self, file: str) -> Answer:
        """Have a download made, and fetch it."""
        begun = time.monotonic()
        message = BackMsg()
        asked = message.backend_operation_request
        asked.request_id, asked.session_id, asked.deferred_file.file_id = file, self._session, file
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while True:
                found = ForwardMsg.FromString(await self._socket.recv(decode=False))
                if found.WhichOneof("type") == "backend_operation_response":
                    break
        made = found.backend_operation_response
        if not made.deferred_file.url:
            return Answer(time.monotonic() - begun, 0, [f"{self.page}: no download: {made.error_msg or 'no address'}"])
        answer = await fetch(self._address, made.deferred_file.url)
        answer.seconds = time.monotonic() - begun
        return answer

    async def leave_for(self, page: str, query: str, waiting: asyncio.Task[Answer]) -> Answer:
        """Open another page while one is still waited for, which is given up."""
        waiting.cancel()
        await asyncio.wait({waiting})
        return await self.open(page, query)

    async def _rerun(self, states: list[WidgetState], *, part: str = "") -> Answer:
        """The page anew, or the `part` of it that is asked for by itself."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        if self._hash:  # by which a browser names the page that it has, and the server the one to go on with
            state.page_script_hash = self._hash
        else:
            state.page_name = self.page
        state.widget_states.widgets.extend(states)
        state.fragment_id, state.is_auto_rerun = part, bool(part)
        state.context_info.url = f"{self._address}/{self.page}"
        state.context_info.timezone, state.context_info.locale = "UTC", "en-GB"
        begun = time.monotonic()
        answer = Answer(0.0, 0)
        if part:
            answer.widgets, answer.timer = self.widgets, self._timer
        try:
            async with asyncio.timeout(PATIENCE):
                await self._socket.send(message.SerializeToString())
                await self._read(answer, whole=not part)
        except TimeoutError:
            answer.errors.append(f"{self.page}?{self.query[:80]}: no end of the page after {PATIENCE:g} s")
        answer.seconds = time.monotonic() - begun
        self.widgets, self._timer = answer.widgets, answer.timer
        return answer

    async def _read(self, answer: Answer, *, whole: bool) -> None:
        """Take messages until the script has ended, of the run that was asked for last."""
        while True:
            data = await self._socket.recv(decode=False)
            answer.size += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id
                if whole:
                    answer.widgets, answer.timer = {}, None
            elif kind == "navigation":
                self._hash = message.navigation.page_script_hash
            elif kind == "auto_rerun":
                answer.timer = (message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "delta":
                self._see(message, answer)
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "page_not_found":
                answer.errors.append(f"there is no page {message.page_not_found.page_name}")
            elif kind == "session_event" and message.session_event.HasField("script_compilation_exception"):
                answer.errors.append(f"does not compile: {message.session_event.script_compilation_exception.message}")
            elif kind == "script_finished":
                if message.script_finished != _SKIPPED:
                    return
                whole = True  # which follows when a part asks for it

    def _see(self, message: ForwardMsg, answer: Answer) -> None:
        delta = message.delta
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind is None:
            return
        inner: Any = getattr(element, kind)
        if kind == "exception":
            answer.errors.append(f"{self.page}?{self.query[:80]}: {inner.type}: {inner.message[:300]}")
        elif kind == "progress":
            answer.progress = inner.text
        elif kind == "alert":
            answer.texts.append(inner.body)
        elif kind == "download_button":
            if inner.HasField("deferred_file_id"):
                answer.files.append(inner.deferred_file_id)
            elif inner.url:
                answer.links.append(inner.url)
        if identity := getattr(inner, "id", ""):
            answer.widgets[_key(identity)] = identity


def _key(identity: str) -> str:
    """The key that the app gave to a widget: Streamlit's ids are `$$ID-<digest>-<key>`, `None` where there is none."""
    parts = identity.split("-", 2)
    return parts[2] if len(parts) == 3 and parts[2] != "None" else identity


async def fetch(address: str, path: str) -> Answer:
    """Ask for a file or for something of the API."""

    def read() -> Answer:
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(f"{address}{path}", timeout=PATIENCE) as answer:
                size = len(answer.read())
        except OSError as error:
            return Answer(time.monotonic() - begun, 0, [f"{path}: {error}"])
        return Answer(time.monotonic() - begun, size, [] if size else [f"{path}: empty"])

    return await asyncio.to_thread(read)
