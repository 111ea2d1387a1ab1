"""A typed text on a GPT-2 of the smallest published size (124M, random weights), against transformers' bare forward.

One neuron of a layer, on 64 tokens, against the full forward with a hook on that layer's activations; the ranking of
all 36,864 neurons, on 64 and 200 tokens, against the bare forward of the same tokens. A text that is longer than the
dataset's excerpts is ranked in windows that overlap by a quarter: against the bare forward of the text once, and
of the same windows. At once is what it costs where excerpts are as long as the text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from benchmarks import workbench
from benchmarks.report import Row, medians, show
from neuronview.model import SubjectModel, cut_windows, peaks
from neuronview.records import NeuronId
from neuronview.stats import rank_peaks
from neuronview.store.schema import TAIL_PROBABILITIES

LAYERS = (0, 5, 11)
SHORT, LONG, WINDOW = 64, 200, 64
NEURON = 1234
REPEATS = 15
MOST_SECONDS = 0.5
CLOSE = 1e-4


def measure(repeats: int = REPEATS, config: GPT2Config | None = None) -> list[Row]:
    """One neuron in three layers, then the rankings; `config` is another size than GPT-2's."""
    network = _network(config or GPT2Config())
    model = SubjectModel(network, workbench.model().tokenizer, name="drawn", fingerprint="", leading=("", 0))
    ids = np.random.default_rng(0).integers(1, model.vocabulary_size, LONG).tolist()
    return [*_one_neuron(model, ids[:SHORT], repeats), *_rankings(model, ids, repeats)]


def _network(config: GPT2Config) -> GPT2LMHeadModel:
    torch.manual_seed(0)
    return GPT2LMHeadModel(config).eval().requires_grad_(False)


def _one_neuron(model: SubjectModel, ids: list[int], repeats: int) -> list[Row]:
    rows = []
    layers = [layer for layer in LAYERS if layer < model.n_layers]
    for layer in layers:
        hooked = _hooked(model, ids, layer)
        neuron = NeuronId(layer, NEURON % model.n_neurons)

        def ours(neuron: NeuronId = neuron) -> Any:
            return model.activations(ids, [neuron])[:, 0]

        off = float(np.abs(ours() - hooked()[1:, neuron.neuron]).max())
        if off > CLOSE:
            raise AssertionError(f"layer {layer}: ours and the hook's values are {off:g} apart")
        taken, plain = (1000 * seconds for seconds in medians(ours, hooked, repeats=repeats))
        most = (layer + 1) / model.n_layers + 0.15
        name = f"text: {len(ids)} tokens, one neuron of layer {layer} of {model.n_layers}"
        rows.append(Row.times(name, taken, plain, unit="ms", at_most=round(most, 3)))
    return rows


def _hooked(model: SubjectModel, ids: list[int], layer: int) -> Callable[[], np.ndarray]:
    """The full forward pass of transformers; gives the activations (tokens, neurons) that a hook saw in a layer."""
    body = model.network.transformer
    tensor = torch.tensor([[0, *ids]])

    @torch.inference_mode()
    def forward() -> np.ndarray:
        seen: list[torch.Tensor] = []
        hook = body.h[layer].mlp.act.register_forward_hook(lambda _module, _given, value: seen.append(value))
        body(tensor, use_cache=False)
        hook.remove()
        return np.asarray(seen[0][0].numpy())

    return forward


def _rankings(model: SubjectModel, ids: list[int], repeats: int) -> list[Row]:
    tails, maxima = _drawn_tails(model.n_layers, model.n_neurons)
    neurons = f"all {model.n_layers * model.n_neurons:,} neurons ranked"
    rows = []
    for tokens, length, how in ((SHORT, SHORT, ""), (LONG, LONG, ", at once"), (LONG, WINDOW, ", in windows")):
        text = ids[:tokens]

        def ours(text: list[int] = text, length: int = length) -> object:
            found = peaks(model, text, length=length)
            return rank_peaks(found.values, found.positions, found.n_tokens, tails, TAIL_PROBABILITIES, maxima=maxima)

        windows = [text[window.start : window.stop] for window in cut_windows(tokens, length)]
        ways = [ours, _bare(model, [text]), *([_bare(model, windows)] if len(windows) > 1 else [])]
        taken, once, *of_windows = (1000 * seconds for seconds in medians(*ways, repeats=repeats))
        name = f"text: {tokens} tokens, {neurons}{how}"
        rows.append(Row.times(name, taken, once, unit="ms", at_most=1.2))
        beside = f"{name}, against the same {len(windows)} windows"
        rows += [Row.times(beside, taken, plain, unit="ms", at_most=1.2) for plain in of_windows]
        if tokens == LONG:
            rows.append(Row.within(f"{name}, in all", taken / 1000, unit="s", at_most=MOST_SECONDS))
    return rows


def _bare(model: SubjectModel, windows: list[list[int]]) -> Callable[[], object]:
    tensor = torch.tensor([[0, *window] for window in windows])

    @torch.inference_mode()
    def forward() -> object:
        return model.network.transformer(tensor, use_cache=False)

    return forward


def _drawn_tails(layers: int, neurons: int) -> tuple[np.ndarray, np.ndarray]:
    """Tails as a dataset stores them: about as high as what random weights reach, so that some values lie above."""
    rising = np.linspace(0.01, 1, len(TAIL_PROBABILITIES), dtype=np.float32)
    scale = np.random.default_rng(0).uniform(0.5, 2, (layers, neurons, 1)).astype(np.float32)
    tails = np.tile(rising, (layers, neurons, 1)) * scale
    return tails, tails[..., -1]


if __name__ == "__main__":
    show(measure())
