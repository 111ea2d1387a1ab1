"""Jokes, with what is said before and after them. Sentences in `_pools_joke.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_joke import TEXT

_MANNER = Manner(
    plans=(
        "o j c",
        "j / j",
        "o / j",
        "j c",
        "j / j c",
        "o j / j",
        "j / j / j",
        "o j / c",
        "j / j / j / j",
        "o / j / j / c",
    )
)
TEMPLATES = templates(TEXT, _MANNER)
