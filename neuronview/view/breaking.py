"""Where an explanation fails on a text: the tokens on which neuron and simulation differ most, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuronview.records import Floats
from neuronview.tokens import display_text
from neuronview.view.scores import number

__all__ = ["LEAST", "Failure", "failure_words", "failures"]

LEAST = 0.2
"""Part of the neuron's maximum by which a token's two values must differ for the difference to be told."""
MOST = 3


@dataclass(frozen=True)
class Failure:
    """A token on which the two differ."""

    position: int
    token: str
    """With the rest of its word where it is a piece of one."""
    real: float
    simulated: float

    @property
    def is_missed(self) -> bool:
        """Whether the neuron fires where the explanation expects nothing; else the other way round."""
        return self.real > self.simulated


def failures(tokens: Sequence[str], real: Floats, simulated: Floats, maximum: float) -> list[Failure]:
    """Tokens that differ by LEAST of the neuron's maximum or more, those most first; nan counts as no difference.

    A value below zero counts as none: the activation is silent there, as the simulation is. So a neuron whose maximum
    is not above zero has no failures.
    """
    if not maximum > 0:
        return []
    heard, said = np.maximum(real, 0.0), np.maximum(simulated, 0.0)
    apart = np.abs(heard - said)
    order = [int(place) for place in np.argsort(-apart, kind="stable") if apart[place] >= LEAST * maximum]
    return [Failure(place, _in_word(tokens, place), float(real[place]), float(simulated[place])) for place in order]


def failure_words(found: Sequence[Failure], maximum: float) -> str:
    """What a reader should see first, in a sentence or two."""
    if not maximum > 0:
        return (
            f"This neuron's maximum ({number(maximum)}) is not above zero: it fires on nothing that is known, so no "
            "token of this text counts as a failure."
        )
    if not found:
        return (
            f"On this text the explanation holds: on no token do the two differ by {LEAST:.0%} of the neuron's maximum "
            f"({number(maximum)}) or more."
        )
    missed = [entry for entry in found if entry.is_missed]
    named = [entry for entry in found if not entry.is_missed]
    lines = []
    if missed:
        lines.append(f"It fires on {_listed(missed)}, which the explanation does not name.")
    if named:
        lines.append(f"It is {'also ' if missed else ''}quieter than said on {_listed(named)}, which it names.")
    return " ".join(lines)


def _listed(found: Sequence[Failure]) -> str:
    first: dict[str, Failure] = {}
    for entry in found:
        first.setdefault(entry.token, entry)
    shown = list(first.values())[:MOST]
    each = [f"{entry.token} ({number(entry.real)}, expected {number(entry.simulated)})" for entry in shown]
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]}"


def _in_word(tokens: Sequence[str], place: int) -> str:
    """“token”, or “piece” in “word” where letters stand directly before or after it."""
    first = last = place
    while first > 0 and tokens[first][:1].isalnum() and tokens[first - 1][-1:].isalnum():
        first -= 1
    while last + 1 < len(tokens) and tokens[last][-1:].isalnum() and tokens[last + 1][:1].isalnum():
        last += 1
    piece = display_text(tokens[place].strip() or tokens[place])
    if first == last:
        return f"“{piece}”"
    return f"“{piece}” in “{display_text(''.join(tokens[first : last + 1]).strip())}”"
