"""Simulators that are rules, no language model: token lookup, feature expressions, patterns.

A rule is plain JSON (`Explanation.rule`) with its `kind`; a simulator evaluates it on any tokens and gives one value
a token, in units of the activation. Knows no corpus and no neuron.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import NotFound
from neuronview.explain.features import evaluate_expression
from neuronview.explain.pattern import Pattern
from neuronview.records import Explanation, Floats, Simulation

__all__ = ["KINDS", "RuleSimulator", "Simulator", "lookup_key", "simulator_for"]

Values = NDArray[np.float64]
Rule = Mapping[str, Any]
ValuesOf = Callable[[Sequence[str]], Values]
Marks = Callable[[Mapping[str, Any], Sequence[str]], NDArray[np.bool_]]


class Simulator(Protocol):
    """Anything that expects an activation for each token of an excerpt."""

    name: str

    def simulate(self, tokens: Sequence[str]) -> Simulation:
        """One expected value a token; nan where there is none."""


class RuleSimulator:
    """Evaluates one rule."""

    def __init__(self, name: str, values: Callable[[Sequence[str]], Floats], rule: Rule | None = None) -> None:
        self.name, self.rule = name, rule or {}
        self._values = values

    def simulate(self, tokens: Sequence[str]) -> Simulation:
        """The rule's value at each token, in units of the activation."""
        return Simulation(tokens=tuple(tokens), expected=self._values(tokens), scale="calibrated")


def simulator_for(explanation: Explanation, *, marks: Marks = evaluate_expression) -> RuleSimulator:
    """The simulator of an explanation's rule; NotFound when it has none that is known.

    `marks` evaluates an expression of features: a cache of them, where many explanations meet the same excerpts.
    """
    rule = explanation.rule or {}
    kind = str(rule.get("kind", ""))
    if kind not in KINDS:
        raise NotFound(
            f"“{explanation.text.strip()[:60]}” has no rule to evaluate ({kind or 'text only'}). "
            f"Rules are of kind {', '.join(KINDS)}; a text needs a language model as its simulator."
        )
    return RuleSimulator(kind, KINDS[kind](rule, marks), rule)


@lru_cache(maxsize=1 << 16)
def lookup_key(token: str) -> str:
    """What a token is looked up by when its exact string is not in the table."""
    return token.strip().lower()


def _lookup(rule: Rule, _: Marks) -> ValuesOf:
    """Mean activation of the exact token, else of its stripped lower case, else of all the rest.

    Where several tokens of the table have one stripped lower case, the highest mean stands for it: stored JSON keeps
    no order.
    """
    exact = {str(token): float(mean) for token, mean in rule["tokens"].items()}
    folded: dict[str, float] = {}
    rest = float(rule["rest"])
    for token, mean in exact.items():
        key = lookup_key(token)
        folded[key] = max(mean, folded.get(key, mean))

    def values(tokens: Sequence[str]) -> Values:
        others = map(folded.get, map(lookup_key, tokens), repeat(rest))
        return np.fromiter(map(exact.get, tokens, others), dtype=np.float64, count=len(tokens))

    return values


def _dictionary(rule: Rule, marks: Marks) -> ValuesOf:
    """Mean activation where the expression holds, and where it does not."""
    on, off, expression = float(rule["on"]), float(rule["off"]), rule["expression"]

    def values(tokens: Sequence[str]) -> Values:
        return np.where(marks(expression, tokens), on, off).astype(np.float64)

    return values


def _pattern(rule: Rule, _: Marks) -> ValuesOf:
    """1 where the pattern matches, 0 elsewhere, or the calibrated values when the rule has them."""
    pattern = Pattern(str(rule["pattern"]), is_regex=bool(rule.get("regex", False)))
    on, off = float(rule.get("on", 1.0)), float(rule.get("off", 0.0))

    def values(tokens: Sequence[str]) -> Values:
        return np.where(pattern.marks(tokens), on, off).astype(np.float64)

    return values


KINDS: Mapping[str, Callable[[Rule, Marks], ValuesOf]] = {
    "lookup": _lookup,
    "dictionary": _dictionary,
    "pattern": _pattern,
}
