"""Activation functions by the names that Hugging Face configs use, and the variants of GELU that data is known to have.

GPT-2 has `gelu_new`, the formula with tanh. `gelu` is the exact one (erf). `quick_gelu` is x · sigmoid(1.702 x), with
which the published neurons of GPT-2 are presumed to be computed. They differ by up to 0.02 at one token, and more after
some layers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch.nn import functional

from neuronview.errors import BadInput

__all__ = ["GELU_VARIANTS", "Activate", "activation_function", "in_place"]

Activate = Callable[[torch.Tensor], torch.Tensor]

GELU_VARIANTS: Mapping[str, str] = {
    "gelu_new": "GELU by tanh, as in GPT-2",
    "quick_gelu": "x · sigmoid(1.702 x)",
    "gelu": "exact GELU (erf)",
}
"""The variants of GELU by name, and what they are."""


def _tanh_gelu(x: torch.Tensor) -> torch.Tensor:
    return functional.gelu(x, approximate="tanh")


def _quick_gelu(x: torch.Tensor) -> torch.Tensor:
    return x * torch.sigmoid(1.702 * x)


# transformers writes these out in Python; the fused kernels give the same values, faster.
OWN: Mapping[str, Activate] = {
    "gelu_new": _tanh_gelu,
    "gelu_fast": _tanh_gelu,
    "gelu_pytorch_tanh": _tanh_gelu,
    "quick_gelu": _quick_gelu,
    "gelu": functional.gelu,
    "relu": functional.relu,
}


def in_place(activate: Activate) -> Activate:
    """The same, which writes its values where its argument was and gives that back."""
    if activate is _tanh_gelu:
        return lambda x: torch.ops.aten.gelu_(x, approximate="tanh")
    return lambda x: x.copy_(activate(x))


def activation_function(name: str) -> Activate:
    """The function of that name, from tensor to tensor of the same shape; BadInput with the names when there is none.

    Besides our own, those of transformers, as a config may name them.
    """
    if name in OWN:
        return OWN[name]
    from transformers.activations import ACT2FN

    if name not in ACT2FN:
        listed = ", ".join(f"{variant} ({what})" for variant, what in GELU_VARIANTS.items())
        raise BadInput(f"There is no activation function “{name}”. Use one of {listed}, or relu.")
    function: Activate = ACT2FN[name]
    return function
