"""Essays: somebody thinks aloud about an everyday matter. Sentences in `_pools_essay.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_essay import TEXT

_MANNER = Manner(
    plans=(
        "o m3 x t c",
        "o m2 x m1 t c",
        "o x m3 t",
        "x m2 o m1 c",
        "m2 o t m2 c",
        "T / o m3 x t c",
        "T / o m2 x / t m2 c",
        "o m2 / x m1 / t c",
        "o t x m2 c",
        "m1 x t m2 c",
        "o m4 c",
        "x2 m2 c",
    ),
    links={
        "m": (
            "After all,",
            "And",
            "Besides,",
            "In a way,",
            "It may sound strange, but",
            "For me, at least,",
            "Or so it seems:",
            "What is more,",
            "As far as I can see,",
            "I sometimes think that",
            "Everyone knows that",
            "So",
        ),
        "x": ("For instance,", "To give an example:"),
        "c": ("And so", "In the end,", "So"),
    },
    titles=("On {title}", "{title}", "A few words about {title}", "Thinking about {title}", "{title}: some thoughts"),
)
TEMPLATES = templates(TEXT, _MANNER)
