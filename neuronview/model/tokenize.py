"""Text to tokens and back, for byte-level BPE tokenizers such as GPT-2's.

Works on the tokens' bytes, so that the pieces of a text always tile it, also where a character is split
between two tokens. Special tokens are never read from text: a typed "<|endoftext|>" is ordinary characters.
Knows nothing of models.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from neuronview.errors import BadInput, ModelError
from neuronview.tokens import byte_alphabet

__all__ = ["Token", "Tokenizer"]


class Token(NamedTuple):
    """One piece of a text: `text[start:end]` of the source, in characters.

    `text` is the token decoded by itself: U+FFFD stands for a part of a character. A split character belongs to
    the span of the first token that holds a part of it; the spans of the others are empty there.
    """

    id: int
    text: str
    start: int
    end: int


class Tokenizer:
    """A byte-level BPE tokenizer; wraps a `tokenizers.Tokenizer`, which it takes over."""

    def __init__(self, backend: Any, *, size: int) -> None:
        """`size`: how many ids the model knows; ids that the tokenizer lacks have the empty string.

        Raises ModelError when the tokenizer is not a byte-level one.
        """
        if type(backend.decoder).__name__ != "ByteLevel":
            raise ModelError(
                "The model's tokenizer is not a byte-level BPE like GPT-2's. Use a GPT-2 with its own tokenizer."
            )
        backend.encode_special_tokens = True
        backend.no_truncation()
        backend.no_padding()
        self._backend = backend
        self._bytes = _bytes_by_id(backend, size)
        self._strings = [part.decode("utf-8", errors="replace") for part in self._bytes]

    def vocabulary(self) -> list[str]:
        """Token strings by id, each decoded by itself."""
        return list(self._strings)

    @cached_property
    def fingerprint(self) -> str:
        """Short SHA-256 over what decides how a text is cut: vocabulary, merges, added tokens, what is done before."""
        told = json.loads(self._backend.to_str())
        merges = [pair.split(" ") if isinstance(pair, str) else list(pair) for pair in told["model"].get("merges", [])]
        before = {name: told.get(name) for name in ("normalizer", "pre_tokenizer")}
        added = sorted((token["id"], token["content"]) for token in told.get("added_tokens", []))
        essentials = [sorted(self._backend.get_vocab().items()), merges, added, before]
        return hashlib.sha256(json.dumps(essentials, sort_keys=True).encode()).hexdigest()[:16]

    def token_id(self, token: str) -> int | None:
        """Id of a token by its name in the vocabulary, such as `<|endoftext|>`; None when there is none."""
        found = self._backend.token_to_id(token)
        return None if found is None or found >= len(self._bytes) else int(found)

    def encode(self, text: str) -> list[int]:
        """Token ids of a text; raises BadInput for text that is not valid Unicode."""
        return self.encode_many([text])[0]

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, in one go; raises BadInput for text that is not valid Unicode."""
        try:
            encodings = self._backend.encode_batch(list(texts), add_special_tokens=False)
        except (UnicodeEncodeError, TypeError) as error:
            raise BadInput("The text holds half a character (a lone surrogate). Remove it and try again.") from error
        return [list(encoding.ids) for encoding in encodings]

    def decode(self, token_ids: Sequence[int]) -> str:
        """The text of tokens in a row; U+FFFD where they hold a part of a character only."""
        return b"".join(self._bytes[i] for i in token_ids).decode("utf-8", errors="replace")

    def tokenize(self, text: str) -> list[Token]:
        """Tokens of a text with the characters that each stands for; the spans tile the text.

        Raises BadInput when the text is empty, ModelError when the tokenizer alters text before it cuts it.
        """
        if not text:
            raise BadInput("There is no text. Type at least one character.")
        ids = self.encode(text)
        pieces = [self._bytes[i] for i in ids]
        if b"".join(pieces) != text.encode("utf-8"):
            raise ModelError("The model's tokenizer alters text before it cuts it, so its tokens cannot be placed.")
        firsts = list(accumulate((len(character.encode("utf-8")) for character in text), initial=0))[:-1]
        ends = [bisect_left(firsts, end) for end in accumulate(map(len, pieces))]
        starts = [0, *ends[:-1]]
        return [Token(i, self._strings[i], a, b) for i, a, b in zip(ids, starts, ends, strict=True)]


def _bytes_by_id(backend: Any, size: int) -> list[bytes]:
    alphabet = byte_alphabet()
    added = {number: token.content for number, token in backend.get_added_tokens_decoder().items()}
    table = []
    for number in range(size):
        name = backend.id_to_token(number)
        if name is None:
            table.append(b"")
        elif number in added or any(character not in alphabet for character in name):
            table.append(name.encode("utf-8"))
        else:
            table.append(bytes(alphabet[character] for character in name))
    return table
