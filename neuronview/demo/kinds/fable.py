"""Fables: animals, a quarrel, a moral. Sentences in `_pools_fable.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_fable import TEXT

_MANNER = Manner(
    plans=(
        "o m3 s t c",
        "o m4 s t",
        "o m4 s c",
        "o m3 / s / t c",
        "T / o m3 s t c",
        "o m2 s1 m1 t c",
        "o m5 t c",
        "o m3 / s / s / t / c",
        "o m3 s2 c",
        "T / o m4 / s t / c",
    ),
    links={"m": ("And", "So", "Now", "As might be expected,"), "t": ("In the end",)},
    titles=("{title}", "The story of {title}", "A fable: {title}"),
    ordered=True,
)
TEMPLATES = templates(TEXT, _MANNER)
