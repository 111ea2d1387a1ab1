"""Memoirs: somebody remembers, in the first person. Sentences in `_pools_memoir.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_memoir import TEXT

_MANNER = Manner(
    plans=(
        "o m3 x c",
        "o m2 x t c",
        "o m4 t c",
        "o2 m2 x",
        "m2 o m2 c",
        "x o m2 t c",
        "o m2 / x m1 / c",
        "T / o m3 t c",
        "o m3 / x t",
        "m3 x t c",
        "o m5",
    ),
    links={
        "m": ("And", "In those days", "As a rule", "To begin with,", "Naturally,", "I remember that"),
        "c": ("Even so,", "And"),
    },
    titles=("{title}", "Remembering: {title}"),
    ordered=True,
)
TEMPLATES = templates(TEXT, _MANNER)
