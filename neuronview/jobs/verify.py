"""Verify a dataset: recompute a sample of its stored activations and scores, and remember which variant fits."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neuronview.config import Settings
from neuronview.errors import BadInput, DatasetError, ModelError
from neuronview.jobs.verified import ActivationCheck, Verification, remember
from neuronview.jobs.verify_activations import Sampled, check_activations
from neuronview.jobs.verify_scores import check_scores
from neuronview.records import ActivationRecord, NeuronId, NeuronRecord
from neuronview.store import Dataset

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["SAMPLE", "draw", "verify"]

SAMPLE = 100
"""Records that are recomputed where nobody says how many: 6,400 activations of excerpts of 64 tokens."""
A_NEURON = 4
"""Records of one neuron, where there are neurons enough: reading a neuron costs more than recomputing a record."""

Progress = Callable[[int, int], Any]


def verify(
    dataset: Dataset,
    *,
    model: str | Path | SubjectModel | None = None,
    sample: int = SAMPLE,
    seed: int = 0,
    settings: Settings | None = None,
    on_progress: Progress = lambda done, total: None,
) -> Verification:
    """Recompute `sample` records and the scores of up to as many neurons; keep the result for the live pages.

    `model`: a folder, file or hub name, or a loaded one (with its leading token); None takes the dataset's own. The
    result is remembered when activations could be recomputed. Where they could not, because no record is stored, no
    token fits or the model is not there, `not_verified` says why and scores are checked alone. Raises BadInput for a
    sample below 1.
    """
    if sample < 1:
        raise BadInput(f"A sample of {sample} records shows nothing. Give at least 1.")
    started = time.monotonic()
    activations, why_not = _activations(dataset, model, sample, seed, on_progress)
    simulated = _spread(dataset.neurons_with("simulations"), math.ceil(sample / A_NEURON), seed)
    scores = check_scores(dataset, simulated)
    found = Verification(
        dataset=dataset.manifest.name,
        fingerprint=dataset.manifest.fingerprint,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=time.monotonic() - started,
        activations=activations,
        not_verified=why_not,
        scores=scores,
    )
    if activations is not None:
        remember(found, settings=settings or Settings.from_env())
    return found


def draw(dataset: Dataset, n: int, seed: int = 0) -> Sampled:
    """About `n` records spread over layers, neurons and groups; the same seed draws the same ones.

    Raises DatasetError when the dataset stores no record.
    """
    everyone = dataset.neurons_with("records")
    if not everyone:
        raise DatasetError(
            f"“{dataset.manifest.name}” stores no activations, only what is said of its neurons: there is nothing to "
            "recompute. Fetch or import the records of some neurons first."
        )
    chosen = _spread(everyone, math.ceil(n / A_NEURON), seed)
    a_neuron = math.ceil(n / len(chosen))
    generator = np.random.default_rng(seed)
    records: list[tuple[NeuronId, ActivationRecord]] = []
    minimum, n_values = dataset.smallest_activation(), 0
    for neuron in chosen:
        found = dataset.neuron(neuron)
        for entry in _entries(found):
            n_values += len(entry.activations)
            minimum = float(np.fmin(minimum, np.min(entry.activations)))
        records += [(neuron, entry) for entry in _of_each_group(found, a_neuron, generator)]
    return Sampled(tuple(records[:n]), minimum, n_values)


def _activations(
    dataset: Dataset, model: str | Path | SubjectModel | None, sample: int, seed: int, on_progress: Progress
) -> tuple[ActivationCheck | None, str]:
    """What was found, or None and why nothing was."""
    try:
        sampled = draw(dataset, sample, seed)
        subject = _subject(dataset, model)
        name = _name(dataset, subject)
        return check_activations(dataset, subject, sampled, name=name, on_progress=on_progress), ""
    except (DatasetError, ModelError) as error:
        return None, str(error)


def _name(dataset: Dataset, model: SubjectModel) -> str:
    """How to call the model: where a dataset lies on this machine says nothing to others."""
    is_inside = (dataset.folder / dataset.manifest.model.path).is_dir()
    return "the dataset's own model" if is_inside and model.name == dataset.model_source else f"the model {model.name}"


def _subject(dataset: Dataset, model: str | Path | SubjectModel | None) -> SubjectModel:
    from neuronview.model import SubjectModel, load

    if isinstance(model, SubjectModel):
        return model
    name, dtype = model or dataset.model_source, dataset.manifest.model.dtype
    try:
        try:
            return load(name, dtype=dtype)
        except BadInput:
            # A vocabulary without a beginning of text: then nothing stands before the excerpts.
            return load(name, dtype=dtype, leading=None)
    except ModelError as error:
        hint = "" if model else " Another place of the same model can be given with --model."
        raise ModelError(f"Activations were not recomputed. {error}{hint}") from error


def _spread(neurons: Sequence[NeuronId], n: int, seed: int) -> list[NeuronId]:
    """Up to `n` of the neurons, drawn by chance, as many of each layer as can be."""
    generator = np.random.default_rng(seed)
    layers: dict[int, list[NeuronId]] = {}
    for place in generator.permutation(len(neurons)):
        layers.setdefault(neurons[place].layer, []).append(neurons[place])
    rounds = zip_longest(*(layers[layer] for layer in sorted(layers)))
    return [neuron for dealt in rounds for neuron in dealt if neuron is not None][:n]


def _entries(record: NeuronRecord) -> list[ActivationRecord]:
    """All records that hold a token, each excerpt once, in order of group and rank."""
    entries = [entry for group in record.groups.values() for entry in group if len(entry.tokens)]
    found: dict[int | None, ActivationRecord] = {}
    for entry in entries:
        found.setdefault(entry.excerpt_id, entry)
    return list(found.values())


def _of_each_group(record: NeuronRecord, n: int, generator: np.random.Generator) -> list[ActivationRecord]:
    """Up to `n` records, from one group after the other; drawn by chance within a group."""
    groups: dict[str, list[ActivationRecord]] = {}
    for entry in _entries(record):
        groups.setdefault(entry.group, []).append(entry)
    shuffled = [[group[place] for place in generator.permutation(len(group))] for group in groups.values()]
    return [entry for dealt in zip_longest(*shuffled) for entry in dealt if entry is not None][:n]
