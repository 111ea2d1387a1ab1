"""Arguments for and against something. Sentences in `_pools_argument.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_argument import TEXT

_MANNER = Manner(
    plans=(
        "o m3 t c",
        "o m2 x t m1 c",
        "o x m2 t c",
        "m1 o m2 t c",
        "t o m3 c",
        "o m2 / t m1 / c",
        "o t2 m2 c",
        "x o m3 c",
        "o m4 t c",
        "o m3 x",
        "m2 t c",
    ),
    links={
        "m": (
            "To start with,",
            "Besides,",
            "What is more,",
            "In addition,",
            "For one thing,",
            "Furthermore,",
            "And yet",
            "Secondly,",
            "Above all,",
            "I would argue that",
            "The fact is that",
            "It is often forgotten that",
        ),
        "t": ("However,", "On the other hand,", "Then again,"),
        "c": ("All in all,", "Therefore", "For all these reasons,", "So"),
    },
)
TEMPLATES = templates(TEXT, _MANNER)
