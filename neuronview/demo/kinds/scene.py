"""Scenes: two people in a place, in the past tense. Sentences in `_pools_scene.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_scene import TEXT

_MANNER = Manner(
    plans=(
        "o m2 s m1 c",
        "o m3 s c",
        "o m2 / s / m2 s c",
        "m2 o s m1 / s / c",
        "s / m2 o / s m1 c",
        "o m4 c",
        "o m1 s m1 s m1 s c",
        "o m2 / s / s / c",
        "s m3 c",
        "o m2 / m2 s / m1 c",
        "m3 s c",
        "o s / s / m2 c",
    ),
    links={
        "m": ("And", "After a while", "In the meantime", "As usual,", "For some reason"),
        "c": ("In the end", "And then"),
    },
)
TEMPLATES = templates(TEXT, _MANNER)
