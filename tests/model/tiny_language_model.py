"""Tiny random GPT-2s that play language models, and tokenizers of several families for them."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

CHAT = (
    "{{ bos_token }}{% for m in messages %}[{{ m['role'] }}]\n{{ m['content'] }}{{ eos_token }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant]\n{% endif %}"
)
TEXTS = ["the cat sat on the mat\tunknown\n<start>\n<end>\n0 1 2 3 4 5 6 7 8 9 10", "we saw the river\t10\n\n"]
SINGLE = ["unknown", "10", *"0123456789", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "Yes", "No"]


def byte_level(*, chat: bool = True, merges: int = 60) -> PreTrainedTokenizerFast:
    """A tokenizer like GPT-2's; multi-byte characters are split, since none is in its merges."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    words = [*TEXTS, *[word for word in SINGLE if len(word) > 1] * 50]
    trainer = trainers.BpeTrainer(
        vocab_size=256 + 2 + merges, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(words * 3, trainer)
    return wrapped(tokenizer, chat=chat)


def sentencepiece_like(*, chat: bool = False, byte_tokens: bool = True) -> PreTrainedTokenizerFast:
    """A tokenizer like Llama's: spaces as marks, a mark put before a text, bytes for what is not in the vocabulary."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=byte_tokens, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    parts = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(parts)
    special = ["<unk>", "<s>", "</s>", *[f"<0x{byte:02X}>" for byte in range(256 if byte_tokens else 0)]]
    trainer = trainers.BpeTrainer(vocab_size=len(special) + 60, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator([text.replace("\n", " ").replace("\t", " ") for text in TEXTS] * 3, trainer)
    return wrapped(tokenizer, chat=chat)


def word_pieces() -> PreTrainedTokenizerFast:
    """A tokenizer whose vocabulary does not tell bytes: lower case, `##` before what goes on."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=120, special_tokens=["<unk>", "<s>", "</s>"], show_progress=False)
    tokenizer.train_from_iterator(TEXTS * 3, trainer)
    return wrapped(tokenizer, chat=False)


def wrapped(tokenizer: Tokenizer, *, chat: bool) -> PreTrainedTokenizerFast:
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
    fast.chat_template = CHAT if chat else None
    return fast


def tiny_network(size: int, *, context: int = 256, seed: int = 0) -> GPT2LMHeadModel:
    """A random GPT-2; weights are larger than usual so that what it says differs from place to place."""
    torch.manual_seed(seed)
    shape = {"n_positions": context, "n_embd": 32, "n_layer": 2, "n_head": 4, "vocab_size": size}
    config = GPT2Config(**shape, bos_token_id=None, eos_token_id=None, initializer_range=0.3)
    return GPT2LMHeadModel(config).eval().requires_grad_(False)
