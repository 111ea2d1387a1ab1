"""Explanations of other neurons, by which a baseline is made: drawn by a seed, the same whenever a run goes on.

Only what was stored before the run began is drawn from, so that neither a run's own results nor where it was
interrupted decide what its neurons are compared with.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, NeuronFilter

__all__ = ["Others"]

FALLBACK = ("dictionary", "lookup")
"""Whose explanations are taken where the explainer itself has too few."""


class Others:
    """Draws for one run."""

    def __init__(self, dataset: Dataset, explainer: str, n: int, *, seed: int = 0, created: str = "") -> None:
        """`created`: of the run, whose own explanations do not count."""
        self._dataset, self._n, self._seed, self._created = dataset, n, seed, created
        self._wanted = list(dict.fromkeys((explainer, *FALLBACK)))
        self._present: dict[tuple[int, str], set[int]] = {}
        self._read: dict[NeuronId, list[Explanation]] = {}

    def of(self, neuron: NeuronId) -> tuple[list[Explanation], str]:
        """Up to n explanations of other neurons of the layer, and whose they are, in words. Fewer where fewer are."""
        best: list[Explanation] = []
        for explainer in self._wanted if self._n else ():
            found = self._draw(neuron, explainer)
            best = max(best, found, key=len)
            if len(best) == self._n:
                break
        if not best:
            return [], "No other neuron's explanation is stored to compare with." if self._n else ""
        whose = best[0].explainer
        return best, f"Compared with the explanations of {len(best)} other neurons by {whose}."

    def _draw(self, neuron: NeuronId, explainer: str) -> list[Explanation]:
        present = self._neurons(neuron.layer, explainer)
        size = self._dataset.manifest.model.n_neurons
        order = np.random.default_rng([self._seed, neuron.layer, neuron.neuron]).permutation(size).tolist()
        found: list[Explanation] = []
        for index in order:
            if len(found) == self._n:
                break
            if index in present and index != neuron.neuron:
                found += self._of_before(NeuronId(neuron.layer, index), explainer)[:1]
        return found

    def _neurons(self, layer: int, explainer: str) -> set[int]:
        key = (layer, explainer)
        if key not in self._present:
            chosen = NeuronFilter(layers=(layer,), explainer=explainer)
            rows = self._dataset.neurons(chosen, sort="neuron", descending=False, limit=100_000)
            self._present[key] = {int(index) for index in rows["neuron"]}
        return self._present[key]

    def _of_before(self, neuron: NeuronId, explainer: str) -> Sequence[Explanation]:
        if neuron not in self._read:
            entries = self._dataset.explanations(neuron)
            self._read[neuron] = [e for e in entries if e.provenance.created != self._created and e.text.strip()]
        return [entry for entry in self._read[neuron] if entry.explainer == explainer]
