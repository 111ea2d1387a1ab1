"""A language model's server on loopback that answers every form of request properly and counts tokens as a model would.

What it says means nothing: ratings follow from checksums. What it counts is real: prompts and answers are cut by a
byte-pair tokenizer, so that nothing here is a fixed number of tokens a byte.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from tokenizers import Tokenizer

from tests.support import scripted_server as scripted
from tests.support.scripted_server import Received, Reply, ScriptedServer

__all__ = ["EXPLAINER", "SIMULATOR", "STEPS", "Billed", "Offer", "routes_of", "serve_language", "use_tokenizer"]

EXPLAINER, SIMULATOR = "explainer", "simulator"
"""Names of the models, by which a run's calls are told apart."""
TOKENIZER = Path(__file__).parents[1] / "data" / "demo" / "model" / "tokenizer.json"
PER_MESSAGE = 4
"""Tokens of a chat's form around each message, and of a typed question's around its text."""
STEPS = ("explain", "simulate", "judge")
Offer = Literal["echo", "prompt_logprobs", "decisions", "systemone", "digits", "structured"]
"""What the server can do besides plain chats."""


@dataclass
class Billed:
    """What the server would bill, by step."""

    calls: Counter[str] = field(default_factory=Counter)
    input_tokens: Counter[str] = field(default_factory=Counter)
    output_tokens: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)

    def clear(self) -> None:
        """Forget what was billed so far."""
        for counted in (self.calls, self.input_tokens, self.output_tokens, self.bytes):
            counted.clear()


def serve_language(server: ScriptedServer, offer: Offer) -> Billed:
    """Let the server answer chats and what is on offer, and nothing else; returns what it bills."""
    billed, routes = Billed(), routes_of(offer)
    for path in (scripted.CHAT, scripted.COMPLETIONS, scripted.DECISIONS, scripted.SYSTEMONE):
        answer = routes.get(path)
        server.play(path, scripted.status(404, message="Not Found") if answer is None else _billing(answer, billed))
    return billed


def routes_of(offer: Offer) -> dict[str, Callable[[Received], Reply]]:
    """By path, what answers there."""
    routes: dict[str, Callable[[Received], Reply]] = {scripted.CHAT: _chats(offer)}
    if offer in ("echo", "prompt_logprobs"):
        routes[scripted.COMPLETIONS] = _echoes(offer)
    if offer == "decisions":
        routes[scripted.DECISIONS] = _decides
    if offer == "systemone":
        routes[scripted.SYSTEMONE] = _decides_often
    return routes


def _billing(answer: Callable[[Received], Reply], billed: Billed) -> Callable[[Received], Reply]:
    def reply(request: Received) -> Reply:
        found = answer(request)
        usage = found.body.get("usage") if isinstance(found.body, dict) else None
        if usage:
            step = _step(request.body)
            billed.calls[step] += 1
            billed.input_tokens[step] += usage.get("prompt_tokens", usage.get("input_tokens", 0))
            billed.output_tokens[step] += usage.get("completion_tokens", usage.get("output_tokens", 0))
            billed.bytes[step] += len(json.dumps(request.body, ensure_ascii=False).encode())
        return found

    return reply


def _step(body: Mapping[str, Any]) -> str:
    """Which part of a run asks."""
    if body["model"] == EXPLAINER:
        return "explain"
    text = json.dumps([body.get("questions"), body.get("response_format")])
    judges = any(word in text for word in ('"predicate"', '"noul"', "judgements")) or _asks_a_digit(body)
    return "judge" if judges else "simulate"


def _asks_a_digit(body: Mapping[str, Any]) -> bool:
    """Whether a judge wants 0 or 1, and its log-probability; simulators end in a listed excerpt."""
    return bool(body.get("top_logprobs")) and "Excerpt:\n" not in body["messages"][-1]["content"]


def use_tokenizer(path: Path) -> None:
    """Count with this `tokenizer.json` from now on, such as that of a hosted model."""
    global TOKENIZER
    TOKENIZER = path
    _tokenizer.cache_clear()
    _count.cache_clear()


@lru_cache(maxsize=1)
def _tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(TOKENIZER))


@lru_cache(maxsize=1 << 15)
def _count(text: str) -> int:
    return len(_tokenizer().encode(text, add_special_tokens=False))


# --- chats -------------------------------------------------------------------------------------------------------


def _chats(offer: Offer) -> Callable[[Received], Reply]:
    def reply(request: Received) -> Reply:
        body = request.body
        if body.get("top_logprobs") and offer != "digits":
            return scripted.status(400, message="logprobs are not supported by this model")
        asked = body["messages"][-1]["content"]
        text = _said(body, asked)
        read = sum(_count(message["content"]) + PER_MESSAGE for message in body["messages"])
        read += _count(json.dumps(body.get("response_format"))) if body.get("response_format") else 0
        used = {"prompt_tokens": read, "completion_tokens": _count(text) + 1}
        tokens = _with_alternatives(text) if body.get("top_logprobs") else ()
        return scripted.chat_reply(text, usage=used | {"total_tokens": sum(used.values())}, tokens=tokens)

    return reply


def _said(body: Mapping[str, Any], asked: str) -> str:
    """Judgements, ratings of listed tokens, a probe's short answer or an explanation, whatever is asked for."""
    schema = body.get("response_format")
    if schema and "judgements" in json.dumps(schema):
        judged = len(re.findall(r"Excerpt \d+: ", asked))
        entries = [{"excerpt": number, "probability": number % 5 / 4} for number in range(1, judged + 1)]
        return json.dumps({"judgements": entries})
    listed = asked.rpartition("Excerpt:\n")[2].split("\n") if "Excerpt:\n" in asked else []
    split = [line.split("\t") for line in listed if "\t" in line]
    lines = [(parts[0], parts[1], _level("\t".join(parts))) for parts in split]
    if schema and lines:
        ratings = [{"position": int(n), "token": json.loads(token), "activation": level} for n, token, level in lines]
        return json.dumps({"ratings": ratings}, ensure_ascii=False)
    if schema:
        return json.dumps(scripted.example(schema["json_schema"]["schema"]))
    if lines:
        return "\n".join(f"{n}\t{token}\t{level}" for n, token, level in lines)
    if body["model"] != EXPLAINER or len(body["messages"]) == 1:
        return str(_level(asked) % 2) if _asks_a_digit(body) else "7"
    number = zlib.crc32(asked.encode()) + (body.get("seed") or 0)
    return f"Words and phrases about one certain topic and what belongs to it, as in sample {number % 90000}."


def _level(text: str) -> int:
    """Mostly 0, as activations are."""
    drawn = zlib.crc32(text.encode()) % 40
    return drawn if drawn < 10 else 0


def _with_alternatives(text: str) -> list[tuple[str, dict[str, float]]]:
    """The tokens of an answer, and where a number stands at the end of a line the ten digits."""
    pieces = _pieces(text)
    found = []
    for piece, after in pairwise([*pieces, "\n"]):
        rated = piece.strip().isdigit() and after.startswith("\n")
        shares = _rotated(scripted.rising(10), int(piece)) if rated else []
        found.append((piece, {piece: -0.1} | {str(n): math.log(share) for n, share in enumerate(shares)}))
    return found


def _pieces(text: str) -> list[str]:
    """The text cut as the tokenizer cuts it, pieces of one character together."""
    ends = [end for _, end in _tokenizer().encode(text, add_special_tokens=False).offsets]
    return [text[start:end] for start, end in pairwise(sorted({0, *ends, len(text)}))]


# --- log-probabilities of a prompt -------------------------------------------------------------------------------


def _echoes(offer: Offer) -> Callable[[Received], Reply]:
    def reply(request: Received) -> Reply:
        prompt = request.body["prompt"]
        asked = bool(request.body.get("prompt_logprobs" if offer == "prompt_logprobs" else "echo"))
        if not asked:
            return scripted.status(400, message="this way of asking is not supported")
        pieces = _pieces(prompt)
        alternatives = [None, *[_alternatives(*pair) for pair in zip(["", *pieces[:-2]], pieces[1:], strict=True)]]
        used = {"prompt_tokens": _count(prompt), "completion_tokens": request.body.get("max_tokens", 0)}
        choice: dict[str, Any] = {"text": prompt, "index": 0, "finish_reason": "length"}
        if offer == "prompt_logprobs":
            choice |= {"text": "x", "prompt_logprobs": [None, *map(_as_vllm, alternatives[1:])]}
        else:
            chances = [None, *[-1.0] * (len(pieces) - 1)]
            choice["logprobs"] = {"tokens": pieces, "token_logprobs": chances, "top_logprobs": alternatives}
        return Reply({"model": request.body["model"], "choices": [choice], "usage": used})

    return reply


def _alternatives(token: str, piece: str) -> dict[str, float]:
    """Numbers where an activation is to be read, which depend on the token before the tab; else the piece alone."""
    if not piece.lstrip().startswith("unk"):
        return {piece: -1.0}
    shares = _rotated(scripted.rising(10), _level(token))
    return {piece: -3.0} | {str(value): math.log(share) for value, share in enumerate(shares)}


def _as_vllm(alternatives: Mapping[str, float] | None) -> dict[str, Any]:
    return {
        str(number): {"logprob": value, "rank": number + 1, "decoded_token": token}
        for number, (token, value) in enumerate((alternatives or {}).items())
    }


# --- typed decisions ---------------------------------------------------------------------------------------------


def _decides(request: Received) -> Reply:
    """The input is read once for all questions."""
    questions = request.body["questions"]
    answers = [_turned(scripted.openai_answer(question), question["instructions"]) for question in questions]
    read = _count(str(request.body["input"])) + sum(_asked(question) for question in questions)
    return Reply({"model": request.body["model"], "answers": answers, "usage": _decided(read)})


def _decides_often(request: Received) -> Reply:
    """The state is read once a question."""
    questions = request.body["questions"]
    answers = {
        name: _turned(scripted.systemone_answer(question), question["instructions"])
        for name, question in questions.items()
    }
    asked = sum(_asked(question, name) for name, question in questions.items())
    read = _count(request.body["state"]) * len(questions) + asked
    return Reply({"model": request.body["model"], "answers": answers, "usage": _decided(read)})


def _asked(question: Mapping[str, Any], name: str = "") -> int:
    levels = _levels(question)
    return _count(question.get("name", name)) + _count(question["instructions"]) + PER_MESSAGE + 2 * len(levels)


def _levels(question: Mapping[str, Any]) -> list[Any]:
    """Each is a token, and one more that sets it apart."""
    found = question.get("levels") or question.get("choices") or question.get("criteria") or ()
    return list(found)


def _turned(answer: dict[str, Any], asked: str) -> dict[str, Any]:
    """The answer with its probabilities moved round, so that questions are answered differently."""
    found = answer.get("probabilities")
    turn = _level(asked)
    if isinstance(found, dict):
        shares = _rotated(list(found.values()), turn)
        return answer | {"probabilities": dict(zip(found, shares, strict=True))}
    if isinstance(found, list):
        shares = _rotated([entry["probability"] for entry in found], turn)
        entries = [entry | {"probability": share} for entry, share in zip(found, shares, strict=True)]
        return answer | {"probabilities": entries}
    return {name: turn / 10 if name in ("probability", "noul") else value for name, value in answer.items()}


def _rotated(values: list[float], turn: int) -> list[float]:
    turn %= len(values)
    return values[turn:] + values[:turn]


def _decided(read: int) -> dict[str, Any]:
    return {"input_tokens": read, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 0}
