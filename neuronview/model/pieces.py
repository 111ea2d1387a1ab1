r"""The bytes that each token of any tokenizer stands for, so that the tokens of a text tile it exactly.

Byte-level BPE and sentencepiece-like tokenizers (with or without byte tokens) are read from their vocabulary; for any
other one the tokenizer's own offsets into the text are the fallback. A token is written as the legacy completions
endpoint wrote it: as text, or as `bytes:\xe2\x80` where it holds a part of a character only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from neuronview.errors import BadInput, ModelError

__all__ = ["Pieces", "written"]

BYTE_TOKEN = re.compile(r"<0x([0-9A-Fa-f]{2})>")
SPACE_MARK = "▁"


class Pieces:
    """A fast tokenizer of transformers, seen as bytes. Special tokens are never read from text."""

    def __init__(self, tokenizer: Any) -> None:
        """Raises ModelError when the tokenizer is not a fast one."""
        if not getattr(tokenizer, "is_fast", False):
            raise ModelError("The model has no fast tokenizer. Save it with tokenizer.json.")
        self.tokenizer = tokenizer
        self._added = {number: token.content for number, token in tokenizer.added_tokens_decoder.items()}
        self._known: dict[int, bytes | None] = {}

    def encode(self, text: str, *, inside: bool = False) -> tuple[list[int], list[bytes]]:
        """Token ids of a text and the bytes that each stands for; together they are the text.

        `inside`: the text goes on from another one, so that no space or mark of a beginning is put before it. Raises
        BadInput for text that is not valid Unicode.
        """
        if not text:
            return [], []
        try:
            whole = text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise BadInput("The text holds half a character (a lone surrogate). Remove it and try again.") from error
        ids, offsets = self._encode_inside(text) if inside else self._encode(text)
        return ids, self._tile(ids, offsets, text, whole)

    def of(self, number: int) -> bytes:
        """Bytes of one token by itself."""
        found = self._bytes_of(number)
        return str(self.tokenizer.decode([number])).encode("utf-8", errors="surrogatepass") if found is None else found

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        # What a person typed never becomes a special token.
        found = self.tokenizer(
            text, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True, verbose=False
        )
        return list(found["input_ids"]), list(found["offset_mapping"])

    def _encode_inside(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Encode behind a line break and take that away again: no tokenizer puts a space before what follows one."""
        ids, offsets = self._encode("\n" + text)
        start = len(self._line_break)
        if ids[:start] != self._line_break:
            return self._encode(text)
        return ids[start:], [(max(first - 1, 0), max(last - 1, 0)) for first, last in offsets[start:]]

    @cached_property
    def _line_break(self) -> list[int]:
        return self._encode("\n")[0]

    def _tile(self, ids: Sequence[int], offsets: Sequence[tuple[int, int]], text: str, whole: bytes) -> list[bytes]:
        known = [self._bytes_of(number) for number in ids]
        parts = [part for part in known if part is not None]
        if len(parts) == len(known):
            joined = b"".join(parts)
            if joined == whole:
                return parts
            if joined == b" " + whole and parts[0].startswith(b" "):
                return [parts[0][1:], *parts[1:]]
        return _by_offsets(offsets, text)

    def _bytes_of(self, number: int) -> bytes | None:
        """Bytes of a token as its vocabulary tells them, or None where it does not."""
        if number not in self._known:
            self._known[number] = self._read(number)
        return self._known[number]

    def _read(self, number: int) -> bytes | None:
        if number in self._added:
            return str(self._added[number]).encode("utf-8")
        name = self.tokenizer.convert_ids_to_tokens(number)
        if not name:
            return b""
        if "ByteLevel" in self._decoders:
            if any(character not in ALPHABET for character in name):
                return str(name).encode("utf-8")
            return bytes(ALPHABET[character] for character in name)
        if not self._marks_spaces:
            return None
        byte = BYTE_TOKEN.fullmatch(name) if "ByteFallback" in self._decoders else None
        return bytes([int(byte[1], 16)]) if byte else str(name).replace(SPACE_MARK, " ").encode("utf-8")

    @cached_property
    def _decoders(self) -> dict[str, dict[str, Any]]:
        """The tokenizer's decoders by type."""
        decoder = self.tokenizer.backend_tokenizer.decoder
        state = {} if decoder is None else json.loads(decoder.__getstate__())
        return {part["type"]: part for part in state.get("decoders", [state]) if "type" in part}

    @cached_property
    def _marks_spaces(self) -> bool:
        replace = self._decoders.get("Replace", {})
        return "Metaspace" in self._decoders or replace.get("pattern", {}).get("String") == SPACE_MARK


def written(piece: bytes) -> str:
    r"""A token as the legacy completions endpoint wrote it; `bytes:` and escapes for parts of characters."""
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError:
        return _escaped(piece)
    # A token that looks like an escaped one must be one.
    return _escaped(piece) if text.startswith("bytes:") else text


def _escaped(piece: bytes) -> str:
    return "bytes:" + "".join(f"\\x{byte:02x}" for byte in piece)


def _by_offsets(offsets: Sequence[tuple[int, int]], text: str) -> list[bytes]:
    """Tile a text by where its tokens end; what lies between two tokens belongs to the latter."""
    parts, done = [], 0
    for index, (_, end) in enumerate(offsets):
        end = len(text) if index == len(offsets) - 1 else max(end, done)
        parts.append(text[done:end].encode("utf-8"))
        done = end
    return parts


def _alphabet() -> dict[str, int]:
    """The printable character that byte-level BPE writes for each byte (GPT-2, Radford et al. 2019, encoder.py)."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    alphabet = {chr(byte): byte for byte in plain}
    others = [byte for byte in range(256) if chr(byte) not in alphabet]
    return alphabet | {chr(256 + number): byte for number, byte in enumerate(others)}


ALPHABET = _alphabet()
