"""A part of the corpus that nothing is fitted on, so that what is fitted can be scored on it.

Whole documents, and all documents of a template together, are held out; excerpts of them that still have 8
successive token ids in common with the rest are neither fitted on nor scored on. Knows excerpts, no model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neuronview.collect.candidates import GRAM, gram_hashes

__all__ = ["FEWEST", "HELD_OUT_RULE", "SHARE", "TOO_FEW", "choose_held_out", "like_the_rest"]

SHARE = 0.1
"""Part of the excerpts that is held out, as nearly as whole documents and templates allow."""
FEWEST = 80
"""Excerpts that a neuron needs to be scored on: 20 best, 20 random ones, and those that cannot be either."""
MOST = 1 / 3
"""Part of the excerpts above which holding out would leave too little to fit on."""
TOO_FEW = 24
"""A smaller part is not worth holding out: hardly any score would come of it."""
HELD_OUT_RULE = (
    "a seeded choice of whole documents, those of one template together; excerpts of it that have "
    f"{GRAM} successive token ids in common with the rest are neither fitted on nor scored on"
)
BLOCK = 1 << 20

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def choose_held_out(classes: Ints, names: Sequence[tuple[str, str]], *, seed: int) -> Bools:
    """Which excerpts to hold out, from the near-duplicate class (excerpts,) of each and the classes' names.

    About SHARE of them, more where that were too few to score on, never more than MOST; classes go in an order that
    follows from seed and name alone. Those that are too large are passed over. None where too few would be left.
    """
    sizes = np.bincount(classes, minlength=len(names))
    wanted = max(SHARE * len(classes), FEWEST)
    limit = min(1.5 * wanted, MOST * len(classes))
    held, total = np.zeros(len(names), dtype=bool), 0
    for place in sorted(np.flatnonzero(sizes).tolist(), key=lambda place: _draw(seed, names[place])):
        if total < wanted and total + sizes[place] <= limit:
            held[place] = True
            total += int(sizes[place])
    return held[classes] if total >= TOO_FEW else np.zeros(len(classes), dtype=bool)


def like_the_rest(tokens: NDArray[np.int32], starts: Ints, lengths: Ints, held_out: Bools) -> Bools:
    """Which held-out excerpts have a run of GRAM token ids in common with an excerpt of the rest.

    `tokens` of all excerpts, one after the other; the other arrays are by excerpt. Needs memory for the held-out runs
    alone: 8 bytes a token.
    """
    found = np.zeros(len(starts), dtype=bool)
    places = np.flatnonzero(held_out)
    if not len(places):
        return found
    runs = [gram_hashes(tokens[starts[e] : starts[e] + lengths[e]]) for e in places]
    owners = np.repeat(places, [len(run) for run in runs])
    hashes = np.concatenate(runs)
    shared = np.zeros(len(hashes), dtype=bool)
    for block in _blocks(np.flatnonzero(~held_out), lengths):
        others = np.concatenate([gram_hashes(tokens[starts[e] : starts[e] + lengths[e]]) for e in block])
        shared |= np.isin(hashes, others)
    found[owners[shared]] = True
    return found


def _blocks(excerpts: Ints, lengths: Ints) -> list[Ints]:
    """Excerpts in groups of about BLOCK tokens."""
    before = np.cumsum(lengths[excerpts]) // BLOCK
    return [block for block in np.split(excerpts, np.flatnonzero(np.diff(before)) + 1) if len(block)]


def _draw(seed: int, name: tuple[str, str]) -> bytes:
    content = "\0".join((str(seed), *name)).encode("utf-8", errors="surrogatepass")
    return hashlib.blake2b(content, digest_size=8).digest()
