"""Whether a model fits into the memory that is free, before it is loaded: better a refusal than a machine that stands.

The size is what the config says, which is also what would be allocated where a damaged config says too much.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from neuronview.errors import ModelError

__all__ = ["ANY_SIZE", "free_memory", "parameters_of", "require_room"]

ANY_SIZE = "NEURONVIEW_ANY_SIZE"
"""Environment variable that, set to 1, has models loaded that seem too large."""
BYTES_EACH = 4
"""Of a number of the weights: they are read as they are stored, mostly in 32 bits, and made smaller afterwards."""
SPARE = 1.1
"""Times the weights: what loading takes besides."""
_GROUP = Path("/sys/fs/cgroup")
"""Where Linux says what the processes of a container may have together."""
_SAID_IN = (
    (".", "memory.max", "memory.current", ""),
    ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"),
)
"""In version 2 and 1 of control groups: folder, limit, what is taken of it, and how names in memory.stat begin."""
_MEMINFO = Path("/proc/meminfo")


def parameters_of(config: Any) -> int:
    """Numbers in the weights of a GPT-2 of this config, an untied output matrix included."""
    width, inner = int(config.n_embd), int(config.n_inner or 4 * config.n_embd)
    block = 4 * width * width + 4 * width + 2 * width * inner + width + inner + 4 * width
    matrices = 1 if getattr(config, "tie_word_embeddings", True) else 2
    return int(config.n_layer) * block + (matrices * int(config.vocab_size) + int(config.n_positions) + 2) * width


def free_memory() -> int | None:
    """Bytes that can be taken, of the machine's and of what this process may have; None where it cannot be told."""
    try:
        lines = dict(line.split(":", 1) for line in _MEMINFO.read_text().splitlines())
        free = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, ValueError, KeyError):
        return None
    return min([free, *(left for version in _SAID_IN if (left := _left_in_group(*version)) is not None)])


def _left_in_group(folder: str, limit: str, taken: str, prefix: str) -> int | None:
    """Bytes of the container's limit that can still be taken; None where there is none, or another version says it."""
    place = _GROUP / folder
    try:
        most, used = (int((place / name).read_text()) for name in (limit, taken))
        told = dict(line.split() for line in (place / "memory.stat").read_text().splitlines())
        # Files that were read count as used, and go when room is wanted.
        used -= int(told[f"{prefix}inactive_file"]) + int(told[f"{prefix}active_file"])
    except (OSError, ValueError, KeyError):  # without a limit version 2 says “max”, version 1 more than any machine has
        return None
    return max(0, most - used)


def require_room(config: Any, source: str) -> None:
    """Raise ModelError, with both sizes, for a model that does not fit."""
    needed, free = parameters_of(config) * BYTES_EACH * SPARE, free_memory()
    if free is None or needed <= free or os.environ.get(ANY_SIZE) == "1":
        return
    raise ModelError(
        f"The model {source} needs about {needed / 1e9:,.1f} GB of memory (n_layer {config.n_layer}, n_embd "
        f"{config.n_embd}, vocab_size {config.vocab_size}), and {free / 1e9:,.1f} GB are free. Take a smaller model, "
        f"close other programs, or set {ANY_SIZE}=1 to load it all the same."
    )
