"""Activations in memory that is used again are those of memory of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from neuronview.model import LayerMemory, load
from neuronview.model.activation import activation_function, in_place
from tests.model.tiny_gpt2 import save_tiny_gpt2


def test_a_layer_in_memory_used_again_is_what_it_is_without(tmp_path: Path) -> None:
    tiny_model = load(save_tiny_gpt2(tmp_path, layers=3), device="cpu")
    memory = LayerMemory()
    with torch.inference_mode():
        for shape in ((2, 5), (4, 7), (1, 3)):
            ids = torch.randint(0, tiny_model.vocabulary_size, shape, generator=torch.Generator().manual_seed(1))
            plain = list(tiny_model.batch_activations(ids))
            again = [values.clone() for values in tiny_model.batch_activations(ids, into=memory)]
            for mine, theirs in zip(again, plain, strict=True):
                torch.testing.assert_close(mine, theirs, rtol=0, atol=0)


@pytest.mark.parametrize("name", ["gelu_new", "gelu", "quick_gelu", "relu"])
def test_an_activation_function_in_place_gives_the_same_values(name: str) -> None:
    x, activate = torch.linspace(-6, 6, 1001), activation_function(name)
    given = x.clone()
    found = in_place(activate)(given)
    torch.testing.assert_close(given, activate(x), rtol=0, atol=0)
    assert found.data_ptr() == given.data_ptr()
