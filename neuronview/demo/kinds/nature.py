"""Nature pieces: a place or a creature, looked at closely. Sentences in `_pools_nature.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_nature import TEXT

_MANNER = Manner(
    plans=(
        "o m3 x c",
        "o m4 t c",
        "o m5",
        "m3 o m2 c",
        "o m2 x t c",
        "o m2 / m2 / c",
        "x o m3 c",
        "o m3 t m1 c",
        "T / o m4 c",
        "o2 m3 c",
        "m4 x c",
    ),
    links={"m": ("And", "Meanwhile", "Here and there", "For the most part"), "c": ("And then",)},
)
TEMPLATES = templates(TEXT, _MANNER)
