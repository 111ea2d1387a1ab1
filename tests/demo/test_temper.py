"""The temperature is the best of the grid by an independent computation, and folds into the network exactly."""

import numpy as np
import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from neuronview.demo.temper import TEMPERATURES, divide_logits, fit_temperature

DOCUMENTS = [[3, 1, 4, 1, 5, 9, 2, 6], [5, 3, 5, 8, 9, 7]]


@pytest.fixture
def network() -> GPT2LMHeadModel:
    torch.manual_seed(0)
    made = GPT2LMHeadModel(GPT2Config(vocab_size=10, n_positions=16, n_embd=16, n_layer=2, n_head=2)).eval()
    with torch.no_grad():
        made.transformer.wte.weight.mul_(60)  # too sure of itself
    return made


def mean_loss(network: GPT2LMHeadModel, temperature: float) -> float:
    surprises = []
    for ids in DOCUMENTS:
        logits = network(torch.tensor([[0, *ids]])).logits[0, :-1].detach().double().numpy() / temperature
        shifted = logits - logits.max(axis=1, keepdims=True)
        probabilities = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
        surprises += [-np.log(row[token]) for row, token in zip(probabilities, ids, strict=True)]
    return float(np.mean(surprises))


def test_the_best_of_the_grid_is_found(network: GPT2LMHeadModel) -> None:
    losses = [mean_loss(network, temperature) for temperature in TEMPERATURES]
    assert fit_temperature(network, DOCUMENTS) == TEMPERATURES[int(np.argmin(losses))]


def test_folding_divides_the_logits_and_leaves_the_neurons(network: GPT2LMHeadModel) -> None:
    ids = torch.tensor([[0, *DOCUMENTS[0]]])
    seen: list[torch.Tensor] = []
    network.transformer.h[1].mlp.act.register_forward_hook(lambda module, inputs, output: seen.append(output))
    before = network(ids).logits.detach()
    divide_logits(network, 1.5)
    after = network(ids).logits.detach()
    torch.testing.assert_close(after * 1.5, before)
    assert torch.equal(seen[0], seen[1])
