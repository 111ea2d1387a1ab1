"""Speeches on ordinary occasions. Sentences in `_pools_speech.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_speech import TEXT

_MANNER = Manner(
    plans=(
        "o m3 x t c",
        "o m4 c2",
        "o m2 x m1 c",
        "o m2 t m2 c",
        "o / m3 x / t c",
        "o2 m2 x t c",
        "o x m3 c",
        "m3 x t c2",
        "o t m3 c",
        "o m2 / m2 / t2 c",
        "m2 t x c",
    ),
    links={
        "m": ("And", "As you all know,", "Because, you see,", "Let me be honest:", "I think"),
        "c": ("And so", "So"),
    },
)
TEMPLATES = templates(TEXT, _MANNER)
