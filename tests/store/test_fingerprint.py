"""What tells one dataset from another: what is kept for one is not shown with another."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from neuronview.store.manifest import Manifest, ModelInfo

MODEL = ModelInfo("model", "m", "gelu_new", 4, 1024)
MINE = Manifest("mine", MODEL, corpus={"hash": "c"}, raw={"seed": 0})


def with_dtype(dtype: str) -> str:
    return replace(MINE, model=replace(MODEL, dtype=dtype)).fingerprint


def test_datasets_that_differ_only_in_the_number_format_of_their_model_are_different() -> None:
    assert len({with_dtype(dtype) for dtype in ("float32", "bfloat16", "float16")}) == 3


def test_a_dataset_of_32_bit_floats_is_the_one_it_was_before_formats_were_told_apart() -> None:
    before = hashlib.blake2b(json.dumps(["mine", "m", "c", 0], separators=(",", ":")).encode(), digest_size=8)
    assert with_dtype("float32") == MINE.fingerprint == before.hexdigest()
