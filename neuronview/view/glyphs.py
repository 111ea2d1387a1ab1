"""Characters that a dataset's tokenizer cuts in several tokens, and an excerpt as a text that can be typed again.

Reads the tokenizer's own file, never the model; where that is not here, tokens are shown as they are stored.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from neuronview.records import ActivationRecord
from neuronview.tokens import LEADING_TOKEN, SplitPart, partial_bytes, split_characters

__all__ = ["read_cut_bytes", "shown_characters", "typed_text", "vocabulary_file"]


_reading = threading.Lock()


def read_cut_bytes(vocabulary: Path) -> Mapping[int, bytes]:
    """By id: bytes of the tokens that are no text by themselves, from a file that `vocabulary_file` found.

    Read once, and again when the file is another.
    """
    about = vocabulary.stat()
    with _reading:  # who comes meanwhile waits, and does not read it as well
        return _read(vocabulary, about.st_mtime_ns, about.st_size)


@lru_cache(4)
def _read(vocabulary: Path, _written: int, _size: int) -> Mapping[int, bytes]:
    written = json.loads(vocabulary.read_text(encoding="utf-8"))
    whole = vocabulary.name == "tokenizer.json"
    return partial_bytes(written.get("model", {}).get("vocab", {}) if whole else written)


def vocabulary_file(model_source: str) -> Path | None:
    """The file of a model's folder, or beside a model's file, that has its vocabulary; None for a name on the hub."""
    place = Path(model_source)
    folder = place.parent if place.is_file() else place
    return next((path for name in ("tokenizer.json", "vocab.json") if (path := folder / name).is_file()), None)


def shown_characters(record: ActivationRecord, cut: Mapping[int, bytes]) -> tuple[dict[int, str], dict[int, SplitPart]]:
    """As `split_characters`, of a record's tokens; empty where it has no ids or no token that is cut."""
    if not any(token_id in cut for token_id in record.token_ids or ()):
        return {}, {}
    return split_characters(_pieces(record, cut))


def typed_text(record: ActivationRecord, position: int, cut: Mapping[int, bytes]) -> tuple[str, int]:
    """The text to type for an excerpt, and where in it the token at `position` begins, in characters.

    An excerpt that goes over several documents is cut to the one that the token is in.
    """
    marks = [place for place, token in enumerate(record.tokens) if token == LEADING_TOKEN]
    first = max((place + 1 for place in marks if place <= position), default=0)
    last = min((place for place in marks if place > position), default=len(record.tokens))
    pieces = _pieces(record, cut)
    before = b"".join(pieces[first:position]).decode("utf-8", errors="ignore")
    return b"".join(pieces[first:last]).decode("utf-8", errors="replace"), len(before)


def _pieces(record: ActivationRecord, cut: Mapping[int, bytes]) -> list[bytes]:
    ids = record.token_ids or (-1,) * len(record.tokens)
    return [
        cut.get(token_id) or token.encode("utf-8", errors="replace")
        for token, token_id in zip(record.tokens, ids, strict=True)
    ]
