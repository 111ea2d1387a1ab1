"""Science pieces: a small experiment or a plain fact, told in the right order. Sentences in `_pools_science.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_science import TEXT

_MANNER = Manner(
    plans=(
        "o m4 x t c",
        "o m5 c",
        "o m6",
        "o m3 x c",
        "o m4 / x t",
        "T / o m5 t c",
        "x o m4 c",
        "o2 m4",
        "m5 t c",
        "o m3 / m2 / c",
        "m4 x",
    ),
    links={
        "m": ("As a matter of fact,", "In fact,", "Interestingly,", "In general,", "As expected,", "It turns out that"),
        "c": ("In short,", "To sum up,"),
    },
    titles=("{title}", "Experiment: {title}", "Notes on {title}", "Science corner: {title}"),
    ordered=True,
)
TEMPLATES = templates(TEXT, _MANNER)
