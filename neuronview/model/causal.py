"""A causal language model in this process that reads texts and goes on with them.

Reading gives the distribution before every token of the last turn from one forward pass: what the published
all-at-once simulation needs. Several texts are read together, and the key/value cache of their longest common
beginning is kept, so that examples, explanation and instructions are computed once for many excerpts, also across
calls. Works on (role, text) pairs and gives plain numbers back; knows no prompt, no endpoint and no neuron.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from neuronview.errors import ModelError, NotSupported
from neuronview.model.causal_decide import Asked, Decided, count, decide
from neuronview.model.causal_load import (
    NEEDS,
    choose_device,
    choose_dtype,
    identity_of,
    read_model,
    refuse_as_language_model,
)
from neuronview.model.passes import Passes, Prompt, new_cache
from neuronview.model.pieces import written
from neuronview.model.reading import fetch
from neuronview.model.turns import Conversation, Turns

__all__ = ["Asked", "CausalRunner", "Conversation", "Decided", "Generation", "Reading", "refuse_as_language_model"]


@dataclass(frozen=True)
class Reading:
    """The last turn of a conversation, token by token. `tokens` concatenate to its text (`bytes:` for parts)."""

    tokens: tuple[str, ...]
    logprobs: tuple[float | None, ...]
    """Of the token that stands there; None at the very beginning of the model's input."""
    top: tuple[dict[str, float] | None, ...]
    """The likeliest tokens there, likeliest first."""
    input_tokens: int
    cached_tokens: int
    """The beginning that was computed before, or once for several texts."""

    def response(self) -> dict[str, Any]:
        """In the form of the legacy completions endpoint with `echo`."""
        logprobs = {"tokens": list(self.tokens), "token_logprobs": list(self.logprobs), "top_logprobs": list(self.top)}
        return {"choices": [{"text": None, "logprobs": logprobs, "finish_reason": "length", "index": 0}]}


@dataclass(frozen=True)
class Generation:
    """A generated turn."""

    text: str
    tokens: tuple[tuple[str, dict[str, float]], ...]
    """Each token with its likeliest alternatives, where they were asked for."""
    finish: str
    """`stop` at an end token, else `length`."""
    input_tokens: int
    output_tokens: int


class CausalRunner:
    """A causal language model with its tokenizer. Safe to use from several threads, one at a time."""

    def __init__(
        self, network: Any, tokenizer: Any, *, name: str, identity: str = "", source: str | None = None
    ) -> None:
        """`network`: of transformers, in evaluation mode. `source`: where its files are, for a decision config."""
        self.network, self.tokenizer, self.name = network, tokenizer, name
        self.identity = identity or f"local:{name}"
        self.source = source
        self.turns, self.passes = Turns(tokenizer, name=name), Passes(network)
        self.n_context = int(getattr(network.config.get_text_config(), "max_position_embeddings", 0) or 1 << 30)
        self._takes_positions = "position_ids" in inspect.signature(network.forward).parameters
        self.lock = threading.RLock()

    @classmethod
    def load(
        cls,
        name_or_path: str | Path,
        *,
        device: str = "auto",
        dtype: str = "auto",
        subjects: Collection[str] = (),
    ) -> CausalRunner:
        """Load a causal language model from a folder or the hub.

        `device`: auto, cpu, cuda, mps. `dtype`: auto, float32, bfloat16, float16. Raises ModelError when it cannot be
        read or is a subject model, BadInput for a device or dtype that is not there.
        """
        refused = refuse_as_language_model(name_or_path, subjects=subjects)
        if refused:
            raise ModelError(refused)
        place = choose_device(device)
        numbers = choose_dtype(dtype, place)
        folder = Path(name_or_path).expanduser()
        source = str(folder if folder.is_dir() else name_or_path)
        tokenizer = fetch(source, _read_tokenizer, needs=NEEDS)
        network = fetch(source, read_model, needs=NEEDS).to(device=place, dtype=numbers)
        identity = identity_of(name_or_path, network.config, numbers)
        name = identity.removeprefix("local:").partition("@")[0]
        return cls(network, tokenizer, name=name, identity=identity, source=str(folder))

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        return torch.device(self.network.device)

    @torch.inference_mode()
    def read(self, conversations: Sequence[Conversation], *, top: int = 15) -> list[Reading]:
        """The last turn of each conversation with the `top` likeliest tokens at every position.

        Raises NotSupported for a conversation longer than the context, BadInput for one without text.
        """
        turns = [self.turns.open(conversation) for conversation in conversations]
        for ids, _, _ in turns:
            self.check_length(len(ids))
        prompts = [Prompt(ids, max(start - 1, 0), max(len(ids) - 2, 0)) for ids, start, _ in turns]
        found: dict[int, tuple[list[float], list[dict[str, float]]]] = {}

        def take(index: int, logits: torch.Tensor) -> None:
            ids, start, _ = turns[index]
            found[index] = self._likeliest(logits, ids[max(start, 1) :], top)

        with self.lock:
            kept = self.passes.forward(prompts, take)
        readings = []
        for index, (ids, start, parts) in enumerate(turns):
            logprobs, likeliest = found[index]
            unknown = [None] if start == 0 else []
            readings.append(
                Reading(
                    tuple(written(part) for part in parts),
                    tuple([*unknown, *logprobs]),
                    tuple([*unknown, *likeliest]),
                    len(ids),
                    kept[index],
                )
            )
        return readings

    def check_length(self, tokens: int, *, more: int = 0) -> None:
        """Raise NotSupported where tokens, and `more` to be generated, do not fit into the context."""
        if tokens + more > self.n_context:
            raise NotSupported(
                f"The prompt has {tokens:,} tokens, but {self.name} reads at most {self.n_context - more:,} at a time. "
                "Use fewer or shorter examples and excerpts, or a model with a longer context."
            )

    def count_read(self, conversation: Conversation) -> int:
        """Tokens that `read` would read."""
        return len(self.turns.open(conversation)[0])

    def count_generated_from(self, conversation: Conversation) -> int:
        """Tokens that `generate` would read."""
        return len(self.turns.closed(conversation))

    def count_decided(self, text: str, asked: Sequence[Asked]) -> int:
        """Tokens that `decide` would read, of all questions together."""
        return count(self, text, asked)

    def decide(self, requests: Sequence[tuple[str, Sequence[Asked]]]) -> list[Decided]:
        """Probabilities of every allowed answer to typed questions about texts.

        The same prompts and numbers as `pipeline("decision")` of transformers, all questions in few passes. Raises
        NotSupported where the model cannot tell the answers apart by one token or a prompt is too long.
        """
        with self.lock:
            return decide(self, requests)

    @torch.inference_mode()
    def generate(
        self,
        conversations: Sequence[Conversation],
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        seeds: Sequence[int | None] | None = None,
        top: int = 0,
    ) -> list[Generation]:
        """The next turn of each conversation. The same seed gives the same text; at temperature 0 the likeliest one.

        Raises NotSupported for a conversation that leaves no room to go on.
        """
        ids = [self.turns.closed(conversation) for conversation in conversations]
        for row in ids:
            self.check_length(len(row), more=1)
        room = min([max_tokens, *(self.n_context - len(row) for row in ids)])
        draws = [_draw(temperature, seed) for seed in (seeds or [None] * len(ids))]
        with self.lock:
            outputs = self._continue(ids, room, draws, top)
        stops = self._stops()
        return [self._generation(row, output, stops) for row, output in zip(ids, outputs, strict=True)]

    def _likeliest(
        self, logits: torch.Tensor, ids: Sequence[int], top: int
    ) -> tuple[list[float], list[dict[str, float]]]:
        """Log-probability of each token that stands there, and the likeliest tokens."""
        if not ids:
            return [], []
        logits = logits.float()
        total = logits.logsumexp(-1, keepdim=True)
        stand = (logits.gather(1, torch.tensor(ids, device=logits.device)[:, None]) - total)[:, 0].tolist()
        values, numbers = logits.topk(min(top, logits.shape[-1]), dim=-1)
        rows = zip((values - total).tolist(), numbers.tolist(), strict=True)
        return stand, [self._named(*row) for row in rows]

    def _named(self, logprobs: Sequence[float], numbers: Sequence[int]) -> dict[str, float]:
        named: dict[str, float] = {}
        for logprob, number in zip(logprobs, numbers, strict=True):
            # Two tokens may look alike; the likelier one comes first.
            named.setdefault(written(self.turns.pieces.of(number)), logprob)
        return named

    def _continue(
        self, ids: list[list[int]], room: int, draws: list[Callable[[torch.Tensor], int]], top: int
    ) -> list[list[tuple[int, dict[str, float]]]]:
        """Generated tokens of each row with their alternatives, the end token included."""
        stops, outputs = self._stops(), [list[tuple[int, dict[str, float]]]() for _ in ids]
        width = max(len(row) for row in ids)
        # Padded at the beginning, so that all rows go on at the same place.
        given = torch.tensor([[0] * (width - len(row)) + row for row in ids], device=self.device)
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in ids], device=self.device)
        cache, going = new_cache(self.network), set(range(len(ids)))
        for _ in range(room):
            options: dict[str, Any] = {"past_key_values": cache, "use_cache": True, "logits_to_keep": 1}
            if self._takes_positions:
                options["position_ids"] = (mask.cumsum(-1) - 1).clamp(min=0)[:, -given.shape[1] :]
            logits = self.network(given, attention_mask=mask, **options).logits[:, -1]
            logits = logits.float().log_softmax(-1).cpu()
            chosen = [draws[row](logits[row]) if row in going else 0 for row in range(len(ids))]
            for row in sorted(going):
                values, numbers = logits[row].topk(min(top, logits.shape[-1]))
                outputs[row].append((chosen[row], self._named(values.tolist(), numbers.tolist())))
            going = {row for row in going if chosen[row] not in stops}
            if not going:
                break
            given = torch.tensor(chosen, device=self.device)[:, None]
            mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
        return outputs

    def _generation(
        self, ids: list[int], output: list[tuple[int, dict[str, float]]], stops: Collection[int]
    ) -> Generation:
        ended = bool(output) and output[-1][0] in stops
        said = output[:-1] if ended else output
        text = self.tokenizer.decode([number for number, _ in said], skip_special_tokens=True)
        tokens = tuple((written(self.turns.pieces.of(number)), top) for number, top in said)
        return Generation(text, tokens, "stop" if ended else "length", len(ids), len(output))

    def _stops(self) -> set[int]:
        """Ids of the tokens that end a turn."""
        ends: set[int] = set()
        generation = getattr(self.network, "generation_config", None)
        for holder in (generation, self.network.config, self.tokenizer):
            end = getattr(holder, "eos_token_id", None)
            ends |= set(end) if isinstance(end, list) else set() if end is None else {int(end)}
        return ends


def _read_tokenizer(source: str, **options: Any) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(source, use_fast=True, **options)


def _draw(temperature: float, seed: int | None) -> Callable[[torch.Tensor], int]:
    """How the next token is chosen from log-probabilities (V,) on the CPU."""
    if temperature <= 0:
        return lambda logits: int(logits.argmax())
    generator = torch.Generator()
    if seed is None:
        generator.seed()
    else:
        generator.manual_seed(seed)
    return lambda logits: int(torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator))
