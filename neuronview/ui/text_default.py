"""The neuron that the text page draws where its address names none: one on which a reader sees something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuronview.errors import NeuronViewError
from neuronview.records import NeuronId
from neuronview.store import Dataset
from neuronview.ui import cached, state
from neuronview.ui.live import Known, Reading, rank
from neuronview.view.tour import load_tour

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["default_neuron"]

MOST_OF_TEXT = 1 / 3
"""A neuron that is above half of its largest value at more of the tokens shows nothing at a glance."""


def default_neuron(
    dataset: Dataset, name: str, model: SubjectModel, reading: Reading, known: Known
) -> tuple[NeuronId, str]:
    """The neuron to draw where the address names none, and why that one.

    After the one looked at last, a neuron of the tour whose explanation holds; without a tour, the first in rank.
    """
    last = state.last_neuron(name)
    if last is not None:
        return last, "The neuron that you looked at last."
    shown = _of_the_tour(dataset, model, reading, known)
    if shown is not None:
        return shown, (
            "You have not chosen a neuron, so this is one from the tour whose explanation holds: the one that fires "
            "most on a few tokens of this text, measured by its largest value in the corpus."
        )
    found = rank(reading.peaks, known)
    first = NeuronId(int(found.layers[0]), int(found.neurons[0]))
    return first, "The neuron that ranks first for this text, as none was chosen."


def _of_the_tour(dataset: Dataset, model: SubjectModel, reading: Reading, known: Known) -> NeuronId | None:
    """The tour's neuron that a reader sees most of on this text: where it fires and where it does not.

    By the share of its corpus maximum, not by rarity: most texts do nothing rare to five neurons, and the rarest of
    them may then be one that hardly fires.
    """
    try:
        stops = load_tour(dataset.folder, fingerprint=dataset.manifest.model.fingerprint)
    except NeuronViewError:  # the overview shows it
        return None
    held = {stop.neuron for stop in stops if stop.kind == "good"}
    neurons = tuple(sorted(neuron for neuron in held if dataset.manifest.model.require(*neuron) is None))
    if not neurons:
        return None
    shares: dict[NeuronId, float] = {}
    for neuron, record in zip(neurons, cached.typed_records(model, reading, neurons, "windows"), strict=True):
        often = float((record.activations > record.maximum / 2).mean())
        limit = float(known.maxima[neuron])
        if limit > 0 and record.maximum > 0 and often <= MOST_OF_TEXT:
            shares[neuron] = record.maximum / limit
    return max(shares, key=shares.__getitem__, default=None)
