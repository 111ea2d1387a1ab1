"""Advice to somebody with an everyday problem, mostly imperatives. Sentences in `_pools_advice.py`."""

from __future__ import annotations

from neuronview.demo.kinds._open import Manner, templates
from neuronview.demo.kinds._pools_advice import TEXT

_MANNER = Manner(
    plans=(
        "o m4 c",
        "o m3 t m1 c",
        "o m3 x c",
        "o m2 / m2 / t c",
        "m4 t c",
        "x o m3 c",
        "T / o m4 c",
        "T / o m2 x m2 t c",
        "o2 m4",
        "o m5 t",
        "o m2 x / m3 c",
        "m5 c",
    ),
    links={
        "m": (
            "First of all,",
            "And",
            "Also,",
            "Above all,",
            "If you can,",
            "Remember:",
            "Most importantly,",
            "I'd say:",
        ),
        "x": ("Just to give you an idea:",),
        "t": ("Of course,",),
    },
    titles=("{title}", "Advice: {title}", "A few tips: {title}", "{title}: what to do"),
    ordered=True,
)
TEMPLATES = templates(TEXT, _MANNER)
