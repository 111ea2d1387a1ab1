"""The variants of GELU against formulas written out here, and one network under several of them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from neuronview.errors import BadInput
from neuronview.model import load
from neuronview.model.activation import GELU_VARIANTS, activation_function
from tests.model.tiny_gpt2 import save_tiny_gpt2

FORMULAS = {
    "gelu_new": lambda x: 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
    "quick_gelu": lambda x: x / (1 + math.exp(-1.702 * x)),
}


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_each_variant_is_its_formula(name: str) -> None:
    xs = torch.linspace(-8, 8, 4001, dtype=torch.float64)
    expected = [FORMULAS[name](x) for x in xs.tolist()]
    np.testing.assert_allclose(activation_function(name)(xs).numpy(), expected, atol=1e-12)


def test_the_smallest_values_are_those_that_tell_the_variants_apart() -> None:
    xs = torch.linspace(-2, 0, 200_001, dtype=torch.float64)
    least = {name: round(float(activation_function(name)(xs).min()), 4) for name in GELU_VARIANTS}
    assert least == {"gelu_new": -0.17, "quick_gelu": -0.1636, "gelu": -0.17}


def test_an_unknown_function_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"gelu_new.*quick_gelu.*sigmoid.*gelu \(exact.*relu"):
        activation_function("unknown")


def test_variants_share_the_weights_and_equal_what_load_gives(tmp_path: Path) -> None:
    folder = save_tiny_gpt2(tmp_path)
    model = load(folder, device="cpu")
    ids = [40, 41, 42]
    for activation in GELU_VARIANTS:
        for leading in (True, False):
            variant = model.variant(activation=activation, leading=leading)
            loaded = load(folder, device="cpu", activation=activation, leading="default" if leading else None)
            assert variant.network is model.network
            assert (variant.activation_function, variant.fingerprint) == (activation, model.fingerprint)
            np.testing.assert_array_equal(variant.all_activations(ids), loaded.all_activations(ids))


def test_a_variant_with_a_leading_token_needs_a_model_that_has_one(tmp_path: Path) -> None:
    model = load(save_tiny_gpt2(tmp_path), device="cpu", leading=None)
    with pytest.raises(BadInput, match="leading token"):
        model.variant(activation="gelu", leading=True)
