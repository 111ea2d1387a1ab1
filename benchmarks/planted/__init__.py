"""Do scores mean anything? Neurons and puzzles whose right explanation is known, scored as the app scores.

    python -m benchmarks.planted [--size small|full] [--seed 0] [--only explanations intervals others runs]

Prints tables and, as its last line, one JSON document. Judges are rules, and a language model's stand-in that knows
what an explanation marks and answers with noise; it stands behind the same protocol as any endpoint, so the simulators
and scores are the app's own. It says how well the method works when a reader understands an explanation that well, not
how well any real model does.
"""

from benchmarks.planted.questions import measure

__all__ = ["measure"]
