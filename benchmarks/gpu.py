"""Collecting on a GPU, against nothing but transformers' forward pass on the same GPU: GPT-2 small and XL.

    python -m benchmarks.gpu                                        both sizes, float32 and bfloat16, on the first GPU
    python -m benchmarks.gpu --sizes xl --dtypes bfloat16 --device cuda:1 --excerpts 50000
    python -m benchmarks.gpu --device cpu --sizes tiny              what it does, where there is no GPU; without a goal

Weights are random. As on processors, both take turns in one process; the GPU is waited for before a clock is read.
`python -m benchmarks.scaling` takes what this gives as `--gpu-collect` (with all features) and `--gpu-forward`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from benchmarks import workbench
from benchmarks.collect import BASELINE, LENGTH, Trimmed, Turns, collect_little, timed
from benchmarks.report import Row, show
from neuronview.collect.passes import BATCH_TOKENS, reuse_memory
from neuronview.demo.network import save_model
from neuronview.model import SubjectModel, load

SIZES = {"tiny": (2, 64, 2), "small": (12, 768, 12), "xl": (48, 1600, 25)}
"""Layers, width, heads."""
DTYPES = ("float32", "bfloat16")
EXCERPTS = 20_000
GOAL = 0.85


class TurnsOnDevice(Turns):
    """Turns where the forward pass is done when the device says so, not when it was asked for."""

    @torch.inference_mode()
    def take_turn(self) -> None:
        """Time a few batches of the baseline."""
        device = self.network.device
        ids = torch.randint(0, self.network.config.vocab_size, (BATCH_TOKENS // LENGTH, LENGTH + 1), device=device)
        wait_for(device)
        begun = time.perf_counter()
        for _ in range(BASELINE):
            self.network.transformer(ids, use_cache=False)
        wait_for(device)
        self.baseline += [(time.perf_counter() - begun) / BASELINE] * BASELINE


def wait_for(device: torch.device) -> None:
    """Until the device has done what it was asked for."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


@cache
def saved(size: str) -> Path:
    """The folder of a random GPT-2 of that size: of a collection in bfloat16 some records are read in float32 again."""
    layers, width, heads = SIZES[size]
    torch.manual_seed(0)
    shape = {"n_layer": layers, "n_embd": width, "n_head": heads, "n_positions": 256, "vocab_size": 4096}
    folder = workbench.folder() / f"random-{size}"
    save_model(GPT2LMHeadModel(GPT2Config(**shape, bos_token_id=0, eos_token_id=0)), workbench.tokenizer(), folder)
    return folder


def subject(size: str, dtype: str, device: str) -> SubjectModel:
    """That model there, with a tokenizer that trims."""
    model = load(saved(size), device=device, dtype=dtype)
    tokenizer: Any = Trimmed(model.tokenizer)
    leading = (str(model.leading_token), int(model.leading_id or 0))
    return SubjectModel(model.network, tokenizer, name=model.name, fingerprint=model.fingerprint, leading=leading)


def measure(
    device: str = "cuda",
    *,
    sizes: Sequence[str] = ("small", "xl"),
    dtypes: Sequence[str] = DTYPES,
    excerpts: int = EXCERPTS,
) -> Iterator[Row]:
    """Rows of each size and number format, as they are there; a goal where the device is a GPU."""
    reuse_memory()
    for size in sizes:
        for dtype in dtypes:
            model = subject(size, dtype, device)
            collect_little(model, 64)
            for full, what in ((False, "top-k, moments, tails, samples"), (True, "with all features")):
                turns, _ = timed(model, excerpts, with_features=full, with_tokens=full, turns=TurnsOnDevice)
                speed, name = turns.speed("statistics", "records"), f"{device}, GPT-2 {size}, {dtype}: {what}"
                if torch.device(device).type == "cuda":
                    yield Row.against(name, speed, turns.plain, unit="tokens/s", at_least=GOAL)
                else:
                    yield Row(name, speed, "tokens/s", turns.plain, speed / turns.plain)
            del model


def main() -> None:
    """Measure as asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=["small", "xl"])
    parser.add_argument("--dtypes", nargs="+", choices=DTYPES, default=list(DTYPES))
    parser.add_argument("--excerpts", type=int, default=EXCERPTS)
    asked = parser.parse_args()
    if asked.device.startswith("cuda") and not torch.cuda.is_available():
        sys.exit(
            "There is no GPU that this torch can use. Install a CUDA build of torch where there is one, or say "
            "--device cpu --sizes tiny to see what is measured."
        )
    found = []
    for row in measure(asked.device, sizes=asked.sizes, dtypes=asked.dtypes, excerpts=asked.excerpts):
        print(f"{row.name}: {row.value:,.0f} {row.unit}", file=sys.stderr)
        found.append(row)
    show(found)


if __name__ == "__main__":
    main()
