"""Planted neurons: activations made from a known feature of the text, and records of them picked as `collect` does.

A neuron answers to its feature in part of the excerpts only, fires elsewhere too, and its bursts differ in size from
excerpt to excerpt; the rest is noise below a GELU. Its explanation is the feature; false ones are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.planted.corpus import Corpus
from neuronview.collect.candidates import Candidates, pick
from neuronview.collect.records import draw_random
from neuronview.explain.evaluation import EvaluationSet, evaluation_sets
from neuronview.explain.features import describe, known_features
from neuronview.records import ActivationRecord, NeuronId, NeuronRecord
from neuronview.scoring import split_records

__all__ = ["PlantedNeuron", "Rival", "activations", "evaluation", "plant", "records", "rivals"]

RARE, COMMON = 0.002, 0.05
"""Share of tokens that a planted feature holds on."""
ENOUGH = 1000
"""Of how many excerpts it is seen whether two explanations mark the same."""
ALIKE = 0.5
"""Two explanations that mark so large a share of their tokens in common are not told apart."""
Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Marks = Callable[[Sequence[str]], Bools]


@dataclass(frozen=True)
class PlantedNeuron:
    """What it answers to, and how well."""

    id: NeuronId
    expression: dict[str, Any]
    recall: float
    """Share of the feature's tokens that it fires on; what it misses, it often misses in a whole excerpt."""
    alarms: float
    """Share of other tokens that it fires on: none, or up to three times as many as have the feature."""
    spread: float
    """Standard deviation of the logarithm of a burst's size, from excerpt to excerpt."""

    @property
    def text(self) -> str:
        """Its true explanation."""
        return describe(self.expression)


@dataclass(frozen=True, eq=False)
class Rival:
    """A false explanation of a neuron, and what it marks."""

    kind: str
    text: str
    marks: Marks


def plant(corpus: Corpus, n_neurons: int, *, seed: int = 0) -> list[PlantedNeuron]:
    """Neurons of single features and of two at once, of many families, from nearly noiseless to nearly hopeless."""
    rng = np.random.default_rng([seed, 1])
    expressions = _expressions(corpus, n_neurons, rng)
    return [
        PlantedNeuron(
            NeuronId(0, number),
            expression,
            recall=float(rng.choice([0.3, 0.6, 0.9])),
            alarms=float(rng.choice([0.0, 0.25, 1.0, 3.0])) * float(corpus.marks(expression).mean()),
            spread=float(rng.choice([0.3, 0.6, 1.0])),
        )
        for number, expression in enumerate(expressions)
    ]


def _expressions(corpus: Corpus, n: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    kept = [f for f in known_features() if RARE <= corpus.rates[f.name] <= COMMON]
    families = {family: [f.name for f in kept if f.family == family] for family in {f.family for f in kept}}
    names = [str(rng.choice(families[family])) for family in sorted(families)]
    others = [f.name for f in kept if f.name not in names]
    names += [str(name) for name in rng.permutation(others)]
    singles: list[dict[str, Any]] = [{"feature": name} for name in names[: n - n // 3]]
    frequent = [f.name for f in known_features() if 0.02 <= corpus.rates[f.name] <= 0.4]
    pairs: list[dict[str, Any]] = []
    while len(pairs) < n // 3:
        found = {"all": [str(rng.choice(names)), str(rng.choice(frequent))]}
        one, other = (corpus.rates[name] for name in found["all"])
        both = float(corpus.marks(found).mean()) if one and other else 0.0
        if found not in pairs and both >= RARE and both < ALIKE * min(one, other):
            pairs.append(found)
    return [*singles, *pairs]


def activations(neuron: PlantedNeuron, marks: Bools, *, seed: int) -> Floats:
    """Values after GELU (excerpts, tokens) for what holds there, with noise of this seed."""
    rng = np.random.default_rng([seed, 2, *neuron.id])
    n = (len(marks), 1)
    hits = rng.beta(neuron.recall, 1 - neuron.recall, n)
    elsewhere = rng.beta(0.3, 0.3 / neuron.alarms, n) if neuron.alarms else np.zeros(n)
    fires = rng.random(marks.shape) < np.where(marks, hits, elsewhere)
    bursts = 3 * rng.lognormal(0, neuron.spread, n) * rng.gamma(2.0, 0.5, marks.shape)
    return _gelu(np.where(fires, bursts, rng.normal(-1.2, 0.6, marks.shape))).astype(np.float32)


def _gelu(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))))


def records(
    neuron: PlantedNeuron, corpus: Corpus, values: Floats, *, n_top: int, n_random: int, seed: int
) -> NeuronRecord:
    """The neuron's record: its best excerpts with few near-duplicates among them, and random others."""
    ids = np.arange(len(corpus))
    candidates = Candidates(1, keep=min(len(corpus), 3 * n_top + 40))
    best_first = np.argsort(-values.max(axis=1), kind="stable")
    for part in np.array_split(best_first, max(1, len(corpus) // 256)):
        candidates.update(part, corpus.classes[part], values[part].max(axis=1)[:, None])
    top = pick(candidates, lambda i: corpus.token_ids[i], corpus.classes, n=n_top)
    (random,) = draw_random(ids, top, n=n_random, seed=seed + 1000 * neuron.id.neuron)
    sides = (("top", top[0]), ("random", random))
    made = {
        side: [
            ActivationRecord(
                corpus.excerpts[i],
                values[i],
                excerpt_id=int(i),
                group=side,
                rank=rank,
                document_id=corpus.documents[i],
                template=corpus.templates[i],
            )
            for rank, i in enumerate(chosen)
        ]
        for side, chosen in sides
    }
    return NeuronRecord(neuron.id, top=made["top"], random=made["random"])


def evaluation(record: NeuronRecord, size: int) -> EvaluationSet:
    """So many top and random excerpts, by the published places; at 5 + 5, the app's own split `valid`."""
    if size == 5:
        return evaluation_sets(record)["valid"]
    chosen = split_records(record.top, record.random, size)["valid"]
    return EvaluationSet("valid", tuple(chosen), tuple(r.group for r in chosen))


def rivals(neuron: PlantedNeuron, corpus: Corpus) -> list[Rival]:
    """Tempting explanations that mark other tokens: broader, narrower, neighbouring, by word, one token late."""
    truth = corpus.marks(neuron.expression)
    ((join, named),) = neuron.expression.items()
    names = [named] if join == "feature" else list(named)
    siblings = _siblings(names[0], names, corpus)
    found = [_of("neighbouring", {**_with(neuron.expression, names[0], s)}, corpus) for s in siblings[:1]]
    if join == "all":
        found += [_of("broader", {"feature": name}, corpus) for name in names]
        found.append(_of("either", {"any": names}, corpus))
    elif len(siblings) > 1:
        found.append(_of("broader", {"any": [*names, *siblings[:2]]}, corpus))
    found.append(_by_word(corpus, truth))
    found.append(_late(neuron, corpus))
    tokens = corpus.excerpts[:ENOUGH]
    return [f for f in found if _overlap(truth[:ENOUGH], np.stack([f.marks(t) for t in tokens])) < ALIKE]


def _siblings(name: str, besides: Sequence[str], corpus: Corpus) -> list[str]:
    """Features of the same family, the most similar in how often they hold first."""
    family = {f.name: f.family for f in known_features()}
    others = [n for n in family if family[n] == family[name] and n not in besides and corpus.rates[n] >= RARE / 2]
    return sorted(others, key=lambda n: abs(np.log(corpus.rates[n] / corpus.rates[name])))


def _with(expression: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    ((join, named),) = expression.items()
    return {join: new if isinstance(named, str) else [new if name == old else name for name in named]}


def _of(kind: str, expression: dict[str, Any], corpus: Corpus) -> Rival:
    return Rival(kind, describe(expression), lambda tokens: corpus.cache.marks(expression, tokens))


def _by_word(corpus: Corpus, truth: Bools) -> Rival:
    """The tokens that the feature holds on most often, wherever they stand."""
    ids, inverse = np.unique(corpus.token_ids, return_inverse=True)
    counts = np.bincount(inverse.ravel(), weights=truth.ravel(), minlength=len(ids))
    words = [corpus.strings[int(i)] for i in ids[np.argsort(-counts, kind="stable")[:6]]]
    chosen = frozenset(words)
    text = f"Fires on one of the tokens {', '.join(word.strip() or repr(word) for word in words)}, wherever it stands."
    return Rival("by word", " ".join(text.split()), lambda tokens: np.array([token in chosen for token in tokens]))


def _late(neuron: PlantedNeuron, corpus: Corpus) -> Rival:
    def marks(tokens: Sequence[str]) -> Bools:
        held = corpus.cache.marks(neuron.expression, tokens)
        return np.concatenate([[False], held[:-1]])

    return Rival("one token late", f"Fires on the token after this: {neuron.text}", marks)


def _overlap(one: Bools, other: Bools) -> float:
    """Tokens that both mark, as a share of those that either does."""
    either = int((one | other).sum())
    return float((one & other).sum()) / either if either else 1.0
