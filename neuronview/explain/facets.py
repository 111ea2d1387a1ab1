"""What a neuron means, meaning by meaning: its exciting excerpts by context, each group explained and scored apart.

Each group's excerpts, and the random ones, are cut into two halves that share no document, template or near-duplicate.
The rule explainers are fitted on one half; which of them explains the group is decided within that half; the score is
of the other. So no score is of excerpts that a rule was fitted or chosen on. The groups themselves, though, are made of
all exciting excerpts, those that are scored among them: a score says how well a rule tells such a group from random
text, not that the neuron has such groups on other text. Pure: knows records and rules only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import NotFound
from neuronview.explain import dictionary, lookup
from neuronview.explain.context_groups import group_by_context
from neuronview.explain.context_likeness import token_at
from neuronview.explain.features import evaluate, features
from neuronview.explain.features.expressions import parts
from neuronview.explain.fit import fit_candidates, fit_lookup
from neuronview.explain.halving import FEWEST, Half, halves, identity_of
from neuronview.explain.rules import Marks, simulator_for
from neuronview.explain.word_pattern import explain_by_words
from neuronview.records import ActivationRecord, Baseline, Explanation, NeuronId, NeuronRecord, Provenance, Score
from neuronview.scoring import ev_correlation_score, score_sequences

__all__ = ["EXCITING", "SPLIT", "STORED", "Facet", "Facets", "exciting_records", "facets"]

EXCITING = 0.5
"""Part of the neuron's largest stored activation from which an excerpt counts as exciting."""
LEAST_TOKENS = 2
"""How often a token occurs in a half before its mean says anything."""
SPLIT = "other_half"
STORED = "stored explanation"
"""The baseline's name: what was there before, on the same excerpts."""
FITTED_ON = "half of the group's excerpts, and random ones, of other documents than those scored"
Records = Sequence[ActivationRecord]


@dataclass(frozen=True, eq=False)
class Facet:
    """One group of a neuron's exciting excerpts."""

    records: tuple[ActivationRecord, ...]
    """Highest maximum first."""
    fitted: tuple[bool, ...]
    """Whether each was fitted on; the score is of the others."""
    explanation: Explanation | None
    """With its rule; None where too few excerpts are left to fit on."""
    score: Score

    @property
    def peaks(self) -> list[tuple[str, int]]:
        """Tokens with the maximum, folded, and in how many excerpts, the most frequent first."""
        counts = Counter(token_at(record, 0) for record in self.records)
        return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


@dataclass(frozen=True, eq=False)
class Facets:
    """All groups of a neuron, the largest first; one where its excerpts are all of a kind."""

    facets: tuple[Facet, ...]
    silhouette: float
    """Mean silhouette of the best division into several groups; nan where none could be tried."""
    n_joined: int
    """How many groups of that division were joined to others because one phrase describes them."""
    least: float
    """The maximum from which an excerpt counts as exciting."""


class _Marks:
    """Features of excerpts, evaluated once."""

    def __init__(self, records: Records) -> None:
        self.by_tokens = {record.tokens: evaluate(record.tokens) for record in records}
        self.names = [feature.name for feature in features()]
        self._row = {name: row for row, name in enumerate(self.names)}

    def marks(self, expression: Mapping[str, object], tokens: Sequence[str]) -> NDArray[np.bool_]:
        """As `evaluate_expression`, for expressions of features that are in use."""
        join, names = parts(expression)
        rows = self.by_tokens[tuple(tokens)][[self._row[name] for name in names]]
        return np.asarray(rows.all(axis=0) if join == "all" else rows.any(axis=0))


Fit = Callable[[NeuronId, Half, _Marks], Explanation | None]


def exciting_records(record: NeuronRecord) -> list[ActivationRecord]:
    """Each excerpt once that is no random one and whose maximum is at least EXCITING of the largest stored one."""
    largest = record.max_activation
    if not largest > 0:
        return []
    chosen = chain.from_iterable(found for group, found in record.groups.items() if group != "random")
    found: dict[object, ActivationRecord] = {}
    for entry in chosen:
        if entry.maximum >= EXCITING * largest:
            found.setdefault(identity_of(entry), entry)
    return list(found.values())


def facets(record: NeuronRecord, *, stored: Explanation | None = None, seed: int = 0) -> Facets:
    """Groups of the neuron's exciting excerpts with an explanation and a score each; none without such excerpts.

    `stored` is an explanation of the neuron that each group's stands beside, where it has a rule.
    """
    exciting = exciting_records(record)
    marks = _Marks([*exciting, *record.random])
    grouping = group_by_context(exciting, record.random, marks.by_tokens)
    beside = _Beside(stored, marks.marks, seed)
    groups = [sorted((exciting[k] for k in group), key=_rank) for group in grouping.groups]
    random = sorted(record.random, key=_rank)
    found = tuple(_facet(record.id, group, random, marks, beside) for group in groups)
    return Facets(found, grouping.silhouette, grouping.n_joined, EXCITING * record.max_activation)


def _rank(record: ActivationRecord) -> tuple[float, tuple[str, ...], int]:
    return -record.maximum, record.tokens, -1 if record.excerpt_id is None else record.excerpt_id


# --- one group ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Beside:
    """What a group's explanation is scored with and beside."""

    stored: Explanation | None
    marks: Marks
    seed: int

    def of(self, half: Half) -> list[Baseline]:
        """The stored explanation on the same excerpts, where it has a rule."""
        if self.stored is None:
            return []
        try:
            # Its features may be ones that are no longer in use, so it is evaluated by the dictionary itself.
            return [Baseline(STORED, _correlation(self.stored, half, None), n=1)]
        except NotFound:
            return []


def _facet(neuron: NeuronId, group: Records, random: Records, marks: _Marks, beside: _Beside) -> Facet:
    mine = {identity_of(entry) for entry in group}
    fitting, scoring = halves(group, [entry for entry in random if identity_of(entry) not in mine])
    names = {identity_of(entry) for entry in fitting.exciting}
    fitted = tuple(identity_of(entry) in names for entry in group)
    explanation = _best_rule(neuron, fitting, marks) if fitting.is_enough else None
    return Facet(tuple(group), fitted, explanation, _score(neuron, explanation, (fitting, scoring), marks, beside))


# --- fitted ---------------------------------------------------------------------------------------------------------


def _by_dictionary(neuron: NeuronId, half: Half, marks: _Marks) -> Explanation | None:
    held = np.concatenate([marks.by_tokens[record.tokens] for record in half.records], axis=1)
    found = fit_candidates(marks.names, held, half.activations, most=1)
    return dictionary.explain_by_dictionary(neuron, found[0], provenance=_made(dictionary.NAME)) if found else None


def _by_lookup(neuron: NeuronId, half: Half, _: _Marks) -> Explanation | None:
    tokens = [token for record in half.records for token in record.tokens]
    numbers = {token: place for place, token in enumerate(dict.fromkeys(tokens))}
    ids = np.array([numbers[token] for token in tokens], dtype=np.int64)
    rule = fit_lookup(ids, dict(enumerate(numbers)), half.activations, least=LEAST_TOKENS)
    return lookup.explain_by_lookup(neuron, rule, provenance=_made(lookup.NAME)) if rule["tokens"] else None


def _by_words(neuron: NeuronId, half: Half, _: _Marks) -> Explanation | None:
    return explain_by_words(neuron, half.exciting, half.records, provenance=_made("pattern"))


EXPLAINERS: tuple[Fit, ...] = (_by_dictionary, _by_words, _by_lookup)
"""Of equals, and where nothing decides between them, the first is taken: it says most in fewest words."""


def _made(explainer: str) -> Provenance:
    return Provenance(explainer=explainer, fitted_on=FITTED_ON, seed=0)


def _best_rule(neuron: NeuronId, half: Half, marks: _Marks) -> Explanation | None:
    """The explainer that does best when fitted on each part of the half and tried on the other, fitted on all of it."""
    quarters = halves(half.exciting, half.random)
    tried = []
    for fit in EXPLAINERS:
        found = fit(neuron, half, marks)
        if found is not None:
            tried.append((_crossed(fit, neuron, quarters, marks), found))
    return max(tried, key=lambda entry: round(entry[0], 9))[1] if tried else None


def _crossed(fit: Fit, neuron: NeuronId, quarters: tuple[Half, Half], marks: _Marks) -> float:
    """Mean correlation of both ways round; -1 where none is defined."""
    values = []
    for fitting, trying in (quarters, quarters[::-1]):
        if fitting.exciting and fitting.random and trying.exciting and trying.random:
            found = fit(neuron, fitting, marks)
            value = math.nan if found is None else _correlation(found, trying, marks.marks)
            values.append(0.0 if math.isnan(value) else value)
    return float(np.mean(values)) if values else -1.0


# --- scored ---------------------------------------------------------------------------------------------------------


def _simulated(explanation: Explanation, half: Half, marks: Marks | None) -> list[NDArray[np.floating]]:
    simulator = simulator_for(explanation, marks=marks) if marks else simulator_for(explanation)
    return [simulator.simulate(record.tokens).expected for record in half.records]


def _correlation(explanation: Explanation, half: Half, marks: Marks | None) -> float:
    return ev_correlation_score(half.activations, np.concatenate(_simulated(explanation, half, marks)))


def _score(
    neuron: NeuronId,
    explanation: Explanation | None,
    halves: tuple[Half, Half],
    marks: _Marks,
    beside: _Beside,
) -> Score:
    """On the half that nothing was fitted on; undefined, saying why, where a half has too few excerpts."""
    fitting, scoring = halves
    n, n_random = len(scoring.exciting), len(scoring.random)
    if explanation is None or not scoring.is_enough:
        few = next((half for half in (fitting, scoring) if not half.is_enough), None)
        reason = (
            "No rule fits what the neuron does on the half that is fitted on."
            if few is None
            else f"Too few excerpts of different documents: one half has {len(few.exciting)} of this group and "
            f"{len(few.random)} random ones, and {FEWEST} of each are needed."
        )
        return Score(math.nan, state="undefined", reason=reason, split=SPLIT, n_sequences=n + n_random)
    simulated = _simulated(explanation, scoring, marks.marks)
    pairs = [(record.activations, values) for record, values in zip(scoring.records, simulated, strict=True)]
    baselines = beside.of(scoring)
    table = None if explanation.explainer == lookup.NAME else _by_lookup(neuron, fitting, marks)
    if table is not None:
        baselines.insert(0, Baseline(lookup.NAME, _correlation(table, scoring, marks.marks), n=1))
    return score_sequences(
        pairs,
        groups=["top"] * n + ["random"] * n_random,
        calibrated=False,
        seed=beside.seed,
        simulator=str((explanation.rule or {})["kind"]),
        split=SPLIT,
        baselines=tuple(baselines),
        provenance=explanation.provenance,
    )
