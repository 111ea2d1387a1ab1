"""Histories of things, with invented people and years. Sentences in `_pools_history.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_history import TEXT

_MANNER = Manner(
    plans=(
        "o m5 c",
        "o m4 x t c",
        "o m6",
        "o m3 x m1 c",
        "x o m4 c",
        "T / o m4 t c",
        "o m3 / m2 / x c",
        "o2 m4 c",
        "m5 x t",
        "o m4 t m1 c",
        "m4 x c",
    ),
    links={
        "m": ("And", "In fact,", "From the start,", "As luck would have it,", "According to some,"),
        "c": ("All the same,",),
    },
    titles=("The history of the {title}", "{title}: a short history", "How the {title} came about"),
    ordered=True,
)
TEMPLATES = templates(TEXT, _MANNER)
