"""What the model expects next and why, kept between runs: probabilities, shares, replacements, edits. No widgets.

Every text is read with as much before a place as the model reads at once. torch is imported when something is asked.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from neuronview.errors import BadInput
from neuronview.records import NeuronId
from neuronview.tokens import display_text
from neuronview.ui.model_turn import in_turn

if TYPE_CHECKING:
    from neuronview.model import SubjectModel
    from neuronview.model.attribution import Attribution, Checked
    from neuronview.model.editing import Comparison, Continuation, Edit
    from neuronview.model.next_token import Preview

__all__ = [
    "after",
    "attributed",
    "checked",
    "compared",
    "continued",
    "likeliest",
    "meant",
    "percent",
    "previewed",
    "quoted",
]

Ids = tuple[int, ...]
WAITING = "Asking the model …"


def after(model: SubjectModel, token_ids: Ids, position: int) -> NDArray[np.float64]:
    """Probability (vocabulary,) of each token after the one at that position."""
    return _after(model, _state(model), token_ids, position)


@st.cache_resource(max_entries=64, show_spinner=WAITING)
@in_turn
def _after(_model: SubjectModel, state: str, token_ids: Ids, position: int) -> NDArray[np.float64]:
    from neuronview.model.next_token import next_probabilities
    from neuronview.model.windows import window_start

    return next_probabilities(
        _model, token_ids[window_start(len(token_ids), position, _model.max_tokens) : position + 1]
    )


def previewed(model: SubjectModel, token_ids: Ids) -> Preview:
    """Each token's own probability, and the likeliest after it."""
    return _previewed(model, _state(model), token_ids)


@st.cache_resource(max_entries=64, show_spinner=WAITING)
@in_turn
def _previewed(_model: SubjectModel, state: str, token_ids: Ids) -> Preview:
    from neuronview.model.next_token import preview

    return preview(_model, token_ids, top=1)


def attributed(model: SubjectModel, token_ids: Ids, position: int, target: int, against: int | None) -> Attribution:
    """Shares in the target's logit less another token's, or less the mean of all tokens' (None)."""
    return _attributed(model, _state(model), token_ids, position, target, against)


@st.cache_resource(max_entries=64, show_spinner=WAITING)
@in_turn
def _attributed(
    _model: SubjectModel, state: str, token_ids: Ids, position: int, target: int, against: int | None
) -> Attribution:
    from neuronview.model.attribution import Against, attribute

    compared_with: Against = "mean" if against is None else against
    return attribute(_model, token_ids, target, against=compared_with, position=position, length=_model.max_tokens)


def checked(model: SubjectModel, found: Attribution, neurons: tuple[NeuronId, ...]) -> list[Checked]:
    """Each neuron replaced by zero, alone, at the attributed token."""
    return _checked(model, found, _state(model), found.token_ids, found.target, found.against, tuple(map(str, neurons)))


@st.cache_resource(max_entries=16, show_spinner="Replacing each neuron in turn …")
@in_turn
def _checked(
    _model: SubjectModel,
    _found: Attribution,
    state: str,
    token_ids: Ids,
    target: int,
    against: object,
    neurons: tuple[str, ...],
) -> list[Checked]:
    from neuronview.model.attribution import check

    return check(_model, _found, [NeuronId.parse(neuron) for neuron in neurons])


def compared(model: SubjectModel, edits: tuple[Edit, ...], token_ids: Ids) -> Comparison:
    """The next token of the model as it is and of the edited one. Raises as `EditedModel` and `compare_next` do."""
    return _compared(model, _state(model), repr(edits), edits, token_ids)


@st.cache_resource(max_entries=64, show_spinner=WAITING)
@in_turn
def _compared(_model: SubjectModel, state: str, named: str, _edits: tuple[Edit, ...], token_ids: Ids) -> Comparison:
    from neuronview.model.editing import EditedModel, compare_next

    return compare_next(_model, EditedModel(_model, _edits), token_ids)


def continued(
    model: SubjectModel, edits: tuple[Edit, ...], token_ids: Ids, n_tokens: int, *, temperature: float, seed: int
) -> Continuation:
    """How the edited model goes on, the model as it is when there are no edits; as `editing.continuation`."""
    return _continued(model, _state(model), repr(edits), edits, token_ids, n_tokens, temperature, seed)


@st.cache_resource(max_entries=16, show_spinner="Continuing the text …")
@in_turn
def _continued(
    _model: SubjectModel,
    state: str,
    named: str,
    _edits: tuple[Edit, ...],
    token_ids: Ids,
    n_tokens: int,
    temperature: float,
    seed: int,
) -> Continuation:
    from neuronview.model.editing import EditedModel, continuation

    model = EditedModel(_model, _edits) if _edits else _model
    return continuation(model, token_ids, n_tokens=n_tokens, temperature=temperature, seed=seed)


def _state(model: SubjectModel) -> str:
    """What the model's numbers depend on."""
    return f"{model.fingerprint} {model.activation_function} {model.leading_token}"


def likeliest(probabilities: NDArray[np.float64], n: int) -> list[int]:
    """Ids of the likeliest tokens, likeliest first."""
    return [int(token) for token in np.argsort(-probabilities, kind="stable")[:n]]


def meant(model: SubjectModel, typed: str, probabilities: NDArray[np.float64]) -> int:
    """The token that a person means: as typed, or with a space before it, whichever is likelier here.

    Raises BadInput when neither is one token.
    """
    from neuronview.model.next_token import one_token

    found: list[int] = []
    problem: BadInput | None = None
    for text in (typed, f" {typed.strip()}"):
        try:
            found.append(one_token(model, text).id)
        except BadInput as error:
            problem = problem or error
    if problem is not None and not found:
        raise problem
    return max(found, key=lambda token: float(probabilities[token]))


def quoted(model: SubjectModel, token: int) -> str:
    """A token in quotation marks, with its spaces and line breaks to be seen."""
    return f"“{display_text(model.tokenizer.decode([token]))}”"


def percent(probability: float) -> str:
    """A probability in per cent, never a zero that is none; “n/a” where there is none."""
    if math.isnan(probability):
        return "n/a"
    value = probability * 100
    if value >= 10:
        return f"{value:.1f}\u00a0%"
    if value >= 0.01:
        return f"{value:.2f}\u00a0%"
    return "less than 0.01\u00a0%"
