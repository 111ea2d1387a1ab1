"""Explanations: how and why everyday things work. Sentences in `_pools_explanation.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_explanation import TEXT

_MANNER = Manner(
    plans=(
        "o m4 x t c",
        "o m5 c",
        "o m6",
        "o m3 x c",
        "o m4 / x t",
        "o m3 t c",
        "x o m4",
        "o2 m4 x",
        "m4 x c",
        "o m4 / t c",
    ),
    links={
        "m": (
            "Now,",
            "In other words,",
            "As a result,",
            "In fact,",
            "Of course,",
            "You see,",
            "Basically,",
            "It turns out that",
        ),
        "x": ("For example,",),
        "c": ("So",),
    },
    ordered=True,
)
TEMPLATES = templates(TEXT, _MANNER)
