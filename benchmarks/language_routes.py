"""Providers and simulators side by side: calls, tokens and time a neuron, and the list price of 1,000 neurons.

    python -m benchmarks.language_routes [--tokenizer FILE] [ROUTE ...]

Three real demo neurons, one run each. Language models are random ones: calls and tokens are those of a run, what is
said means nothing. A random network cannot explain, so it is given a sentence (`GIVEN`); one that writes numbers does
not end, and typed decisions read every prompt 64 times, so those runs are small ones (`SMALL`). The server that the
price is taken from counts with a byte-pair tokenizer, the demo's or a `tokenizer.json` that is named. Prints Markdown.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.language_runs import Carried, carry_out, demo_neurons, quiet
from benchmarks.language_server import EXPLAINER, SIMULATOR, TOKENIZER, Billed, Offer, serve_language, use_tokenizer
from neuronview.jobs.accounts import KIND_OF_SIMULATOR
from neuronview.jobs.plan import RunPlan
from neuronview.llm.calls import Usage
from neuronview.llm.prices import list_prices
from tests.support.real_server import CHAT_TEMPLATE, CONTEXT, END, real_server
from tests.support.scripted_server import scripted_server

GIVEN: Mapping[str, Any] = {"explainer": "person", "sentence": "words about rivers and the sea"}
SMALL: Mapping[str, Any] = {**GIVEN, "excerpts": 2, "others": 0, "splits": ("held_out",)}
NEURONS = 3
HOSTED: Mapping[str, tuple[str, ...]] = {
    "decisions": ("gpt-6-luna",),
    "digits": ("gpt-6-luna", "gpt-5.4-mini", "gpt-6-sol", "deepseek-flash"),
    "structured": (
        "gpt-6-luna",
        "gpt-5.4-mini",
        "gpt-6-sol",
        "claude-haiku-5-5",
        "claude-sonnet-5-5",
        "deepseek-flash",
    ),
}
"""Models that are offered for a price, by the simulator that they can be asked for."""
Where = Mapping[str, Any]


@dataclass(frozen=True)
class Route:
    """A provider and a simulator."""

    provider: str
    simulator: str
    opened: Callable[[Path], Any]
    """A context in which the model can be asked: fields of a plan, and what a server bills where it tells."""
    settings: Mapping[str, Any]


@contextmanager
def _in_process(scratch: Path) -> Iterator[tuple[Where, Billed | None]]:
    yield {"explainer_model": f"local:{_model(scratch)}", "device": "cpu", "context_tokens": CONTEXT}, None


@contextmanager
def _served(scratch: Path) -> Iterator[tuple[Where, Billed | None]]:
    with real_server(_model(scratch)) as server:
        yield {"explainer_model": server.model, "explainer_url": server.base_url, "context_tokens": CONTEXT}, None


def _scripted(offer: Offer) -> Callable[[Path], Any]:
    @contextmanager
    def opened(scratch: Path) -> Iterator[tuple[Where, Billed | None]]:
        with scripted_server() as server:
            where = {"explainer_model": EXPLAINER, "simulator_model": SIMULATOR}
            billed = serve_language(server, offer)
            yield where | dict.fromkeys(("explainer_url", "simulator_url"), server.base_url), billed

    return opened


HTTP = "OpenAI-compatible HTTP"
ROUTES: Mapping[str, Route] = {
    "http all-at-once": Route(f"{HTTP}, `echo`", "all-at-once", _scripted("echo"), {}),
    "http prompt_logprobs": Route(f"{HTTP}, `prompt_logprobs`", "all-at-once", _scripted("prompt_logprobs"), {}),
    "http decisions": Route(f"{HTTP}, `/v1/decisions`", "decisions", _scripted("decisions"), {}),
    "http systemone": Route(f"{HTTP}, `/v1/systemone`", "decisions", _scripted("systemone"), {}),
    "http digits": Route(f"{HTTP}, digits with log-probabilities", "digits", _scripted("digits"), {}),
    "http structured": Route(f"{HTTP}, JSON schema", "structured", _scripted("structured"), {}),
    "local all-at-once": Route("in this process", "all-at-once", _in_process, GIVEN),
    "local decisions": Route("in this process", "decisions", _in_process, SMALL),
    "local digits": Route("in this process", "digits", _in_process, SMALL),
    "local structured": Route("in this process", "structured", _in_process, SMALL),
    "serve decisions": Route("`transformers serve`, `/v1/systemone`", "decisions", _served, SMALL),
    "serve digits": Route("`transformers serve`, chat without log-probabilities", "digits", _served, SMALL),
    "serve structured": Route("`transformers serve`, chat", "structured", _served, SMALL),
}


def measure(route: Route) -> tuple[list[Carried], Billed | None]:
    """A run for each neuron, in one home."""
    with tempfile.TemporaryDirectory() as scratch, route.opened(Path(scratch)) as (where, billed):
        options = dict(where) | {"explainer": "pairs", "simulator": route.simulator} | dict(route.settings)
        carried = []
        for name in demo_neurons(NEURONS):
            carried.append(carry_out(RunPlan("", "demo", (name,), **options), Path(scratch)))
        return carried, billed


def row(route: Route, carried: Sequence[Carried]) -> list[str]:
    """A line of the table; figures are of one neuron: means of counts, medians of seconds."""
    calls, read, written = (
        statistics.mean(values)
        for values in zip(
            *((c.totals.paid, c.totals.input_tokens, c.totals.output_tokens) for c in carried), strict=True
        )
    )
    states = sum((c.states for c in carried), Counter[str]())
    said = ", ".join(f"{count} {state}" for state, count in states.items())
    return [
        route.provider,
        route.simulator,
        {0: "default", len(GIVEN): "default, sentence given"}.get(len(route.settings), "small, sentence given"),
        f"{calls:,.0f}",
        f"{read:,.0f}",
        f"{written:,.0f}",
        f"{statistics.median(c.seconds for c in carried):.1f}",
        said,
    ]


def prices(route: Route, billed: Billed) -> Iterator[list[str]]:
    """What 1,000 neurons cost with models that are offered for this simulator; the probe's few tokens are in it.

    Nothing is read from a prompt cache."""
    table = list_prices()
    kinds = {"explain": "chat", "simulate": KIND_OF_SIMULATOR[route.simulator]}
    for model in HOSTED.get(route.simulator, ()):
        total, words = 0.0, dict[str, None]()
        for step, kind in kinds.items():
            price = table.price(model, kind)
            assert price is not None, f"no price of {model}"
            calls = max(1, billed.calls[step])
            # Of a typical call, since a price holds up to a length.
            usage = Usage(billed.input_tokens[step] // calls, 0, billed.output_tokens[step] // calls)
            total += (price.cost(usage) or 0.0) * calls / NEURONS
            words[f"{price.page}, read {price.date}"] = None
        yield [model, route.simulator, f"${1000 * total:,.0f}", "; ".join(words)]


def _model(scratch: Path) -> Path:
    """A random model with the demo's tokenizer, in Hugging Face layout."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    folder = scratch / "model"
    fast = PreTrainedTokenizerFast(
        tokenizer_file=str(DEMO_TOKENIZER), eos_token=END, bos_token=END, pad_token=END, model_max_length=CONTEXT
    )
    fast.chat_template = CHAT_TEMPLATE
    ids = {f"{name}_token_id": fast.eos_token_id for name in ("bos", "eos", "pad")}
    sizes = {"vocab_size": len(fast), "n_positions": CONTEXT, "n_embd": 32, "n_layer": 2, "n_head": 2}
    torch.manual_seed(7)
    GPT2LMHeadModel(GPT2Config(**sizes, **ids, initializer_range=0.4)).eval().save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


DEMO_TOKENIZER = TOKENIZER


def main(names: Sequence[str]) -> None:
    """Print both tables; the second after the first."""
    head = ("provider", "simulator", "settings", "calls", "tokens in", "tokens out", "seconds", "scores")
    print(f"| {' | '.join(head)} |\n|{' --- |' * len(head)}", flush=True)
    priced: list[list[str]] = []
    with quiet():
        for name in names:
            route = ROUTES[name]
            carried, billed = measure(route)
            print(f"| {' | '.join(row(route, carried))} |", flush=True)
            priced += [] if billed is None or name.endswith("systemone") else list(prices(route, billed))
    print("\n| model | simulator | 1,000 neurons | price of |\n| --- | --- | --- | --- |")
    for cells in priced:
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Providers and simulators side by side.")
    parser.add_argument("routes", nargs="*", metavar="ROUTE", help=", ".join(ROUTES))
    parser.add_argument("--tokenizer", type=Path, help="a tokenizer.json to count with; the demo's without")
    arguments = parser.parse_args()
    if arguments.tokenizer is not None:
        use_tokenizer(arguments.tokenizer)
    main(arguments.routes or list(ROUTES))
