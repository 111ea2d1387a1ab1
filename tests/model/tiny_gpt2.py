"""A tiny random GPT-2 with a tokenizer of its own, saved in Hugging Face layout."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

END = "<|endoftext|>"
SENTENCES = [
    "The cat sat on the mat, and the dog slept by the door of the old house.",
    "She paid 42 coins for two loaves of bread and a jar of honey.",
    "When the rain stops, we will walk along the river to the mill.",
    'He said: "Nothing here is what it was last spring."',
]


def save_tiny_gpt2(folder: Path, *, layers: int = 2, width: int = 32, seed: int = 0, **config: object) -> Path:
    """Write model and tokenizer; weights are larger than usual so that activations differ."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        SENTENCES * 3,
        trainers.BpeTrainer(vocab_size=330, special_tokens=[END], initial_alphabet=alphabet, show_progress=False),
    )
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=END, eos_token=END).save_pretrained(folder)
    torch.manual_seed(seed)
    size = {"vocab_size": tokenizer.get_vocab_size(), "n_positions": 96, "n_embd": width, "n_layer": layers}
    options = {"n_head": 4, "bos_token_id": 0, "eos_token_id": 0, "initializer_range": 0.3, **config}
    GPT2LMHeadModel(GPT2Config(**(size | options))).save_pretrained(folder)
    return folder
