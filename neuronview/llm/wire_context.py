"""How many tokens a model reads at once, where its server says so. Makes no call.

There is no common way: vLLM, SGLang and several gateways put a number of their own beside each model that they list,
llama.cpp says how large its slots are at an address of its own. What is not said is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["is_llama_cpp", "listed_context", "slot_context"]

_NAMES = ("max_model_len", "context_length", "context_window", "max_context_length")


def listed_context(payload: Mapping[str, Any], model: str) -> int | None:
    """Tokens, prompt and answer together, from a list of models."""
    entry = _entry(payload, model)
    return next((found for name in _NAMES if (found := _count(entry.get(name))) is not None), None)


def is_llama_cpp(payload: Mapping[str, Any], model: str) -> bool:
    """Whether a list of models is llama.cpp's, which says more at `/props`."""
    return _entry(payload, model).get("owned_by") == "llamacpp"


def slot_context(payload: Mapping[str, Any]) -> int | None:
    """Tokens of one of llama.cpp's slots, from its properties."""
    settings = payload.get("default_generation_settings")
    return _count(settings.get("n_ctx")) if isinstance(settings, Mapping) else None


def _entry(payload: Mapping[str, Any], model: str) -> Mapping[str, Any]:
    """What is listed of the model; of the only one where a server goes by another name for it."""
    data = payload.get("data")
    entries = [entry for entry in data if isinstance(entry, Mapping)] if isinstance(data, list) else []
    named = [entry for entry in entries if entry.get("id") == model]
    return (named or entries)[0] if named or len(entries) == 1 else {}


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
