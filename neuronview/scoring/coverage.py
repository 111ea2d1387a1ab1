"""How often a resampled 95 % interval held the true value in trials, and the sentence that a score says about it.

The figures are of twelve kinds of neuron, made up so that the true value is known: see
`benchmarks/interval_coverage.py`, which prints them (240 trials a kind). Nothing is interpolated: a sentence cites a
size that was tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

__all__ = ["FEWEST", "HELD", "interval_note"]

Of = Literal["score", "difference"]
Size = tuple[int, int]
Held = tuple[int, int, int]

HELD: Mapping[Of, Mapping[Size, Held]] = {
    "score": {
        (3, 3): (90, 72, 99),
        (5, 5): (90, 72, 97),
        (5, 10): (91, 77, 97),
        (10, 5): (94, 80, 100),
        (5, 15): (91, 80, 98),
        (7, 15): (92, 82, 99),
        (10, 10): (94, 77, 98),
        (10, 15): (94, 83, 99),
        (10, 20): (94, 81, 100),
        (20, 10): (94, 78, 99),
        (20, 20): (95, 78, 99),
        (50, 50): (96, 84, 99),
        (5, 0): (90, 79, 96),
        (10, 0): (94, 80, 98),
        (15, 0): (95, 76, 99),
        (20, 0): (95, 78, 99),
        (50, 0): (96, 83, 100),
        (0, 5): (79, 62, 90),
        (0, 10): (87, 75, 98),
        (0, 15): (90, 78, 98),
        (0, 20): (92, 81, 98),
        (0, 50): (94, 88, 98),
    },
    "difference": {
        (5, 5): (85, 80, 91),
        (10, 10): (90, 86, 91),
        (10, 15): (89, 86, 92),
        (20, 20): (92, 88, 94),
        (50, 50): (94, 91, 98),
    },
}
"""Of 100 intervals from so many (top, random) excerpts, how many held the true value: mean, least and most."""
CLOSE = 93
"""From so many of 100 on there is nothing to warn of."""
SIDES = ("top", "random")
FEWEST = 3
"""Excerpts of a side from which there is an interval: of those from two, about 70 of 100 held the true value."""


def interval_note(strata: Sequence[str], *, of: Of = "score", there: bool = True) -> str:
    """How far an interval from these excerpts can be trusted, empty where it can; or why there is none (`there` False).

    `strata` names each excerpt's side, top or random. Cites the largest size tried that has no more of either side,
    with the same sides: the trials of top and random together say nothing about a score of top excerpts only.
    """
    if not there:
        return f"No interval: {_why_none(strata)}"
    n = (list(strata).count("top"), list(strata).count("random"))
    tried = [size for size in HELD[of] if [bool(count) for count in size] == [bool(count) for count in n]]
    if sum(n) != len(strata) or not tried:
        return (
            f"How often such an interval of a {of} holds the true value was not tried for this choice of excerpts; it "
            "is likelier too narrow than too wide."
        )
    smaller = [size for size in tried if size[0] <= n[0] and size[1] <= n[1]]
    nearest = max(smaller, key=lambda size: (sum(size), min(size))) if smaller else min(tried, key=sum)
    held, least, most = HELD[of][nearest]
    trials = f"{held} of 100 such intervals held the true value in trials with {_words(nearest)} excerpts"
    spread = f"({least} to {most} by the kind of neuron)"
    if not smaller:
        return f"So few excerpts ({_words(n)}) were not tried. About {trials} {spread}; from fewer it is less."
    if held >= CLOSE:
        return ""
    below = "" if nearest == n else f" That is the nearest size tried below these {_words(n)}."
    return f"About {trials} {spread}.{below}"


def _why_none(strata: Sequence[str]) -> str:
    few = [name for name, count in Counter(strata).items() if count < FEWEST]
    if not few:
        return "the excerpts do not differ enough, or too few of them have a correlation."
    kind = f"{few[0]} " if few[0] in SIDES else ""
    return f"fewer than {FEWEST} {kind}excerpts do not say how much such excerpts differ."


def _words(size: Size) -> str:
    """Such as `10 top + 15 random`."""
    return " + ".join(f"{count} {side}" for side, count in zip(SIDES, size, strict=True) if count)
