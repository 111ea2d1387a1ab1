"""A language model's server on loopback that does what a script says, so that every fault can be had on demand.

Real HTTP, standard library only. Without a script it answers as a well-behaved server would; with one, its answers
are played in order and the last one for good.

    with scripted_server() as server:
        server.play("/v1/chat/completions", status(429, {"Retry-After": "1"}), chat_reply("fires on dates"))
        endpoint = OpenAIEndpoint("scripted", base_url=server.base_url)
        ...
        assert len(server.requests) == 2
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHAT = "/v1/chat/completions"
COMPLETIONS = "/v1/completions"
DECISIONS = "/v1/decisions"
SYSTEMONE = "/v1/systemone"
MODELS = "/v1/models"
MODEL = "scripted"


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any


@dataclass(frozen=True)
class Reply:
    """One answer. `body` is sent as it is; anything but bytes as JSON."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds of silence before the status line."""
    trickle: float = 0.0
    """Seconds between two bytes of the body."""
    length: int | None = None
    """What the header says of the body's length, where that is not the truth."""
    repeat: int = 1
    """How often the body is sent, in one answer without a length."""


Answerer = Callable[[Received], Reply]
Step = Reply | Answerer


class ScriptedServer:
    """What a test holds: where the server is, what it is to do, what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.port = 0
        self._scripts: dict[str, list[Step]] = {}
        self._lock = threading.Lock()
        self.stopping = threading.Event()

    @property
    def base_url(self) -> str:
        """For an OpenAI client."""
        return f"http://127.0.0.1:{self.port}/v1"

    def play(self, path: str, *steps: Step) -> None:
        """Answer the next requests to this path so, and all after them like the last."""
        with self._lock:
            self._scripts[path] = list(steps)

    def asked(self, path: str) -> list[Received]:
        """The requests that came to this path, in order."""
        with self._lock:
            return [request for request in self.requests if request.path == path]

    def answer(self, request: Received) -> Reply:
        """The next answer to this request; used by the handler."""
        with self._lock:
            self.requests.append(request)
            script = self._scripts.get(request.path)
            step = None if not script else script.pop(0) if len(script) > 1 else script[0]
        step = step or WELL_BEHAVED.get(request.path) or status(404, message="Not Found")
        return step if isinstance(step, Reply) else step(request)


@contextmanager
def scripted_server(port: int = 0) -> Iterator[ScriptedServer]:
    """Run a server until the block ends, on a port that is free or on this one."""
    server = ScriptedServer()

    class Handler(_Handler):
        scripted = server

    http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    http.daemon_threads = True
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        http.shutdown()
        http.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # a body would wait 40 ms for the headers to be acknowledged
    protocol_version = "HTTP/1.1"
    scripted: ScriptedServer

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _respond(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.scripted.answer(
            Received(self.command, path, query, headers, json.loads(raw) if raw.strip() else None)
        )
        try:
            self._send(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, reply: Reply) -> None:
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.scripted.stopping.wait(reply.delay)
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.repeat == 1:
            self.send_header("Content-Length", str(len(body) if reply.length is None else reply.length))
        if reply.repeat > 1 or reply.length is not None:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if reply.trickle:
            for byte in body:
                if self.scripted.stopping.wait(reply.trickle):
                    return
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            return
        for _ in range(reply.repeat):
            self.wfile.write(body)


def status(number: int, headers: Mapping[str, str] | None = None, *, message: str = "no", **fields: Any) -> Reply:
    """An error in OpenAI's form."""
    return Reply({"error": {"message": message, **fields}}, number, headers or {})


def chat_reply(
    text: str | None,
    *,
    usage: Any = None,
    tokens: Sequence[tuple[str, Mapping[str, float]]] = (),
    model: str = "scripted-2026-11-01",
    finish: str = "stop",
) -> Reply:
    """A chat's answer. `tokens`: each with its alternatives, the first of which is the token itself."""
    choice: dict[str, Any] = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    if tokens:
        choice["logprobs"] = {
            "content": [
                {
                    "token": token,
                    "logprob": top.get(token, -9.0),
                    "top_logprobs": [{"token": name, "logprob": value} for name, value in top.items()],
                }
                for token, top in tokens
            ]
        }
    counts = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15} if usage is None else usage
    return Reply({"id": "x", "object": "chat.completion", "model": model, "choices": [choice], "usage": counts})


def echo_answer(request: Received) -> Reply:
    """Echo a prompt word by word; every word is given `0` and `1` as alternatives at 3 to 1."""
    tokens = _words(request.body["prompt"])
    logprobs = {
        "tokens": tokens,
        "token_logprobs": [None, *[-1.0] * (len(tokens) - 1)],
        "top_logprobs": [None, *[{"0": math.log(0.75), "1": math.log(0.25)}] * (len(tokens) - 1)],
    }
    usage = {"prompt_tokens": len(tokens), "completion_tokens": 0, "total_tokens": len(tokens)}
    return Reply({"model": MODEL, "choices": [{"text": request.body["prompt"], "logprobs": logprobs}], "usage": usage})


def decision_usage(tokens: int = 40) -> dict[str, Any]:
    """Usage in the form of typed decisions."""
    return {"input_tokens": tokens, "input_tokens_details": {"cached_tokens": 8}, "output_tokens": 0}


def openai_answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """A proper answer to one question of `/v1/decisions`: each level likelier than the one below it."""
    name, kind = question["name"], question["type"]
    if kind == "predicate":
        return {"type": kind, "name": name, "probability": 0.25}
    levels = [level.get("label", level.get("value")) for level in question.get("levels") or question["choices"]]
    shares = rising(len(levels))
    if kind == "choice":
        entries = [{"value": level, "probability": share} for level, share in zip(levels, shares, strict=True)]
        return {"type": kind, "name": name, "choice": levels[-1], "confidence": 0.5, "probabilities": entries}
    entries = [{"value": number, "label": level, "probability": shares[number]} for number, level in enumerate(levels)]
    return {"type": kind, "name": name, "score": 1.0, "confidence": 0.5, "probabilities": entries}


def systemone_answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """A proper answer to one question of `/v1/systemone`."""
    kind = question["type"]
    if kind == "noul":
        return {"type": kind, "noul": 0.25}
    names = list(question["criteria"]) if kind == "choice" else [str(i) for i in range(len(question["criteria"]))]
    shares = dict(zip(names, rising(len(names)), strict=True))
    return {"type": kind, "score": 1.0, "confidence": 0.5, "probabilities": shares}


def rising(count: int) -> list[float]:
    """Probabilities in the ratio 1 : 2 : 3 ..., which sum to 1."""
    return [2 * (number + 1) / (count * (count + 1)) for number in range(count)]


def decisions(change: Callable[[list[dict[str, Any]]], Any] = lambda answers: answers) -> Answerer:
    """Proper answers of `/v1/decisions`, changed by a function before they are sent."""

    def reply(request: Received) -> Reply:
        answers = change([openai_answer(question) for question in request.body["questions"]])
        return Reply({"model": "scripted-2026-11-01", "answers": answers, "usage": decision_usage()})

    return reply


def systemone(change: Callable[[dict[str, Any]], Any] = lambda answers: answers) -> Answerer:
    """Proper answers of `/v1/systemone`, changed by a function before they are sent."""

    def reply(request: Received) -> Reply:
        answers = change({name: systemone_answer(question) for name, question in request.body["questions"].items()})
        return Reply({"model": MODEL, "answers": answers, "usage": {"input_tokens": 40, "output_tokens": 0}})

    return reply


def chat_answer(request: Received) -> Reply:
    """A chat's answer as asked for: log-probabilities of digits, or JSON by its schema, or plain text."""
    body = request.body
    written = sum(len(message["content"]) for message in body["messages"])
    usage = {"prompt_tokens": max(1, written // 4), "completion_tokens": 1, "total_tokens": 1 + max(1, written // 4)}
    if body.get("response_format"):
        return chat_reply(json.dumps(example(body["response_format"]["json_schema"]["schema"])), usage=usage)
    if body.get("top_logprobs"):
        digits = {str(digit): math.log(share) for digit, share in enumerate(rising(min(10, body["top_logprobs"])))}
        return chat_reply("7", usage=usage, tokens=[("7", digits)])
    return chat_reply("Dates and years.", usage=usage)


def example(schema: Mapping[str, Any]) -> Any:
    """A value that a JSON schema allows."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: example(part) for name, part in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [example(schema["items"]) for _ in range(schema.get("minItems", 1))]
    return {"string": "text", "integer": 1, "number": 1.0, "boolean": True}.get(schema.get("type", ""))


def _words(text: str) -> list[str]:
    """The text cut before every blank."""
    words = text.split(" ")
    return [words[0], *(f" {word}" for word in words[1:])]


WELL_BEHAVED: dict[str, Step] = {
    CHAT: chat_answer,
    COMPLETIONS: echo_answer,
    DECISIONS: decisions(),
    SYSTEMONE: systemone(),
    MODELS: Reply({"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "script"}]}),
}
