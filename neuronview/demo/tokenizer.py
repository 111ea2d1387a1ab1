"""The demo's tokenizer: byte-level BPE with GPT-2's pre-tokenisation, trained on the demo's own texts.

Promises that every text decodes to itself, that `<|endoftext|>` is token 0, and that transformers' AutoTokenizer
loads what `save_tokenizer` wrote. Knows nothing of models, nor of where the texts come from.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import regex
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from neuronview.errors import BadInput

END_OF_TEXT = "<|endoftext|>"
END_OF_TEXT_ID = 0
MODEL_MAX_LENGTH = 256

# The rule by which GPT-2 cuts a text before any merge (Radford et al. 2019, encoder.py).
GPT2_PIECES = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
_WORD = regex.compile(r" ?\p{L}+")

# A composed corpus repeats its frames so often that plain counts would spend the vocabulary on the frames' few
# words; the count of a piece to this power leaves room for the words that are merely common in English.
COUNT_POWER = 0.75


def train_tokenizer(texts: Iterable[str], *, vocab_size: int = 8000, count_power: float = COUNT_POWER) -> Tokenizer:
    """Train a byte-level BPE tokenizer of at most `vocab_size` entries, `<|endoftext|>` among them.

    Pieces count as (number of times seen) ** `count_power`. Raises BadInput when the vocabulary cannot hold the
    256 bytes, or when there is no text.
    """
    if vocab_size < 257:
        raise BadInput(f"vocab_size={vocab_size} cannot hold 256 bytes and {END_OF_TEXT}; give 257 or more.")
    counts = _piece_counts(texts, count_power)
    if not counts:
        raise BadInput("There is no text to train a tokenizer on; give at least one that is not empty.")
    tokenizer = _untrained()
    tokenizer.train_from_iterator(_repeated(counts), trainer=_trainer(vocab_size))
    return tokenizer


def _piece_counts(texts: Iterable[str], power: float) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(GPT2_PIECES.findall(text))
    return {piece: math.ceil(count**power) for piece, count in counts.items()}


def _repeated(counts: dict[str, int]) -> Iterator[list[str]]:
    # Sorted, because the trainer breaks ties between merges by the order in which it met the pieces.
    return ([piece] * count for piece, count in sorted(counts.items()))


def _untrained() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def _trainer(vocab_size: int) -> trainers.BpeTrainer:
    return trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )


def save_tokenizer(tokenizer: Tokenizer, folder: str | Path) -> None:
    """Write tokenizer.json and tokenizer_config.json, so that AutoTokenizer loads a GPT-2 tokenizer."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(_config(), indent=2) + "\n", encoding="utf-8")


def _config() -> dict[str, object]:
    return {
        "add_prefix_space": False,
        "bos_token": END_OF_TEXT,
        "clean_up_tokenization_spaces": False,
        "eos_token": END_OF_TEXT,
        "model_max_length": MODEL_MAX_LENGTH,
        "tokenizer_class": "GPT2Tokenizer",
        "unk_token": END_OF_TEXT,
    }


def load_tokenizer(folder: str | Path) -> Tokenizer:
    """Return the tokenizer that `save_tokenizer` wrote; raises BadInput when there is none."""
    path = Path(folder) / "tokenizer.json"
    if not path.is_file():
        raise BadInput(f"{path} is not there; train the tokenizer first, or name the folder that holds it.")
    return Tokenizer.from_file(str(path))


def whole_word_share(tokenizer: Tokenizer, texts: Iterable[str]) -> float:
    """Return the share of words (runs of letters, each time they occur) that are one token; nan without words."""
    words = Counter(piece for text in texts for piece in GPT2_PIECES.findall(text) if _WORD.fullmatch(piece))
    whole = sum(n for word, n in words.items() if len(tokenizer.encode(word).ids) == 1)
    return whole / words.total() if words else math.nan
