"""Expressions of one feature, or of two or more joined by "any" or "all": their sentence and their value.

{"feature": name}, {"any": [names]}, {"all": [names]}; nothing deeper, so that the sentence stays one that a person
reads once.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neuronview.errors import BadInput
from neuronview.explain.features.base import BoolArray
from neuronview.explain.features.position import joined_phrase
from neuronview.explain.features.registry import evaluate_known, feature, index_of

Expression = Mapping[str, Any]
_SINGULAR = re.compile(
    r"the (?!later|pronouns|second and|first one to)|text\b|white space|punctuation|indentation|a unit|“there”"
)


def parts(expression: Expression) -> tuple[str, tuple[str, ...]]:
    """How an expression joins its features ("feature", "any" or "all") and their names.

    Raises `BadInput` for any other form, `NotFound` for an unknown feature.
    """
    if len(expression) == 1:
        ((join, value),) = expression.items()
        names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
        wanted = len(names) == 1 if join == "feature" else join in {"any", "all"} and len(names) >= 2
        if wanted and all(isinstance(name, str) for name in names):
            for name in names:
                index_of(name)
            return join, names
    raise BadInput(
        f"{dict(expression)!r} is not an expression of features. Write {{'feature': name}}, {{'any': [name, name]}} or"
        " {'all': [name, name]}."
    )


def describe(expression: Expression) -> str:
    """The expression as an English sentence."""
    join, names = parts(expression)
    phrases = [feature(name).phrase for name in names]
    if join == "all":
        if any(map(_SINGULAR.match, phrases)):  # "the token after a comma that is also animals" is no English
            return f"Fires where all of this holds at once: {'; '.join(phrases)}."
        return f"Fires on {phrases[0]} that are also {' and '.join(phrases[1:])}."
    if join == "any" and len(names) == 2 and (merged := joined_phrase(*names)):
        phrases = [merged]
    if len(phrases) > 1:
        return f"Fires on {', '.join(phrases[:-1])} or {phrases[-1]}."
    return f"Fires on {phrases[0]}."


def evaluate_expression(expression: Expression, tokens: Sequence[str]) -> BoolArray:
    """Which tokens the expression fires on: (n_tokens,)."""
    join, names = parts(expression)
    rows = evaluate_known(tokens)[[index_of(name) for name in names]]
    result: BoolArray = np.all(rows, axis=0) if join == "all" else np.any(rows, axis=0)
    return result
