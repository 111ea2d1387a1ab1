"""A tiny model whose tokens are hostile text: it reads each payload as one token, and says such tokens next."""

from pathlib import Path

from transformers import AddedToken, PreTrainedTokenizerFast

from neuronview.model import SubjectModel, load
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.hostile_text import PAYLOADS

__all__ = ["LONGEST", "save_hostile_model", "token_of"]

LONGEST = 2_000
"""Characters of a token."""


def save_hostile_model(folder: Path, *, layers: int, neurons: int) -> SubjectModel:
    """Write it, of so many layers of so many neurons, and load it. A payload is no special token: it can be typed."""
    size = len(_with_payloads(save_tiny_gpt2(folder, layers=layers, n_inner=neurons)))
    save_tiny_gpt2(folder, layers=layers, n_inner=neurons, vocab_size=size)
    _with_payloads(folder)
    return load(folder, device="cpu")


def token_of(model: SubjectModel, text: str) -> int:
    """Id of the token that a payload is; what no token can be is the end of a text."""
    found = model.tokenizer.token_id(text[:LONGEST])
    return 0 if found is None else found


def _with_payloads(folder: Path) -> PreTrainedTokenizerFast:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    tokenizer.add_tokens([AddedToken(text[:LONGEST], normalized=False) for text in PAYLOADS if text])
    tokenizer.save_pretrained(folder)
    return tokenizer
