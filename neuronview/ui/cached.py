"""What the pages load, kept between runs: one line around each library call, none of it changed by callers.

Caches are keyed by the dataset's folder and stamp, so that a new commit (a saved explanation) is seen at once.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from neuronview.config import NOWHERE, Settings
from neuronview.demo.passages_written import WrittenPassage, written
from neuronview.errors import NeuronViewError
from neuronview.jobs.model_place import require_same
from neuronview.jobs.verified import model_options
from neuronview.records import ActivationRecord, Explanation, NeuronId, NeuronRecord
from neuronview.store import Dataset, NeuronFilter, figures, locate
from neuronview.store.beside import DatasetBeside
from neuronview.store.figures import Reading
from neuronview.store.opening import has_results, overlay_in, overlay_of
from neuronview.ui import live
from neuronview.ui.model_turn import in_turn
from neuronview.ui.visit import as_visitor
from neuronview.view.evaluation import pattern_explanation

if TYPE_CHECKING:
    from neuronview.model import Peaks, SubjectModel

__all__ = [
    "dataset",
    "explanations",
    "labels",
    "maxima",
    "model",
    "neuron",
    "open_ahead",
    "own_folder",
    "page_of_neurons",
    "passages",
    "pattern",
    "peaks_in",
    "reading",
    "readings",
    "settings",
    "tails",
    "typed_records",
]


def settings() -> Settings:
    """The settings as the environment says now; in public mode with the visit's own folder."""
    return as_visitor(Settings.from_env())


def own_folder(opened: Dataset) -> Path | None:
    """Where a person's results for a dataset are kept; None where that is nowhere."""
    current = settings()
    return overlay_in(current.home, opened.manifest.fingerprint) if current.public else opened.overlay


def dataset(name: str) -> Dataset:
    """The dataset of that name or folder, opened again when its files or the user's own have changed."""
    current = settings()
    folder = locate(name, settings=current)
    if not current.public:
        return _dataset(str(folder.resolve()), str(current.home))
    shared = _dataset(str(folder.resolve()), str(NOWHERE))
    made = has_results(overlay_in(current.home, shared.manifest.fingerprint))
    return _dataset_beside(str(folder.resolve()), str(current.home)) if made else shared


def _unchanged(opened: Dataset) -> bool:
    return opened.stamp == opened.current_stamp()


@st.cache_resource(max_entries=4, show_spinner="Opening the dataset …", validate=_unchanged)
def _dataset(folder: str, home: str) -> Dataset:
    current = Settings.from_env()
    place = Path(folder)
    overlay = overlay_of(place, settings=replace(current, home=Path(home)))
    return Dataset(place, overlay=overlay if not current.public or has_results(overlay) else None)


@st.cache_resource(max_entries=32, show_spinner="Opening the dataset …", validate=_unchanged)
def _dataset_beside(folder: str, home: str) -> Dataset:
    """What a visitor of a public server made, beside what all share; 1 MB each."""
    overlay = overlay_of(Path(folder), settings=replace(Settings.from_env(), home=Path(home)))
    return DatasetBeside(_dataset(folder, str(NOWHERE)), overlay)


def open_ahead() -> None:
    """Open the dataset of the settings before a page asks; what keeps it from being opened, the page says then."""
    with suppress(NeuronViewError):
        current = Settings.from_env()
        home = NOWHERE if current.public else current.home
        try:
            opened = _unseen(str(locate(current.dataset, settings=current).resolve()), str(home))
            opened.excerpts([])  # reads what stays in memory, where that is little
        finally:
            _unseen.clear()


@st.cache_resource(max_entries=1, show_spinner=False)
def _unseen(folder: str, home: str) -> Dataset:
    """The same dataset as pages get; within this nobody is told that it is being opened."""
    return _dataset(folder, home)


def neuron(opened: Dataset, identity: NeuronId) -> NeuronRecord:
    """Statistics and records of one neuron."""
    return _neuron(opened, str(opened.folder), opened.stamp_about(identity), identity.layer, identity.neuron)


@st.cache_resource(max_entries=64, show_spinner=False)
def _neuron(_opened: Dataset, folder: str, stamp: str, layer: int, neuron: int) -> NeuronRecord:
    return _opened.neuron(NeuronId(layer, neuron))


def explanations(opened: Dataset, identity: NeuronId) -> list[Explanation]:
    """Explanations of one neuron with their scores, best first."""
    return _explanations(opened, str(opened.folder), opened.stamp_about(identity), identity.layer, identity.neuron)


@st.cache_resource(max_entries=128, show_spinner=False)
def _explanations(_opened: Dataset, folder: str, stamp: str, layer: int, neuron: int) -> list[Explanation]:
    return _opened.explanations(NeuronId(layer, neuron))


def page_of_neurons(
    opened: Dataset,
    chosen: NeuronFilter,
    *,
    sort: str = "low",
    descending: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> pd.DataFrame:
    """One page of the browse table."""
    return _page(opened, str(opened.folder), opened.stamp, chosen, sort, descending, limit, offset)


@st.cache_data(max_entries=128, show_spinner=False)
def _page(
    _opened: Dataset,
    folder: str,
    stamp: str,
    chosen: NeuronFilter,
    sort: str,
    descending: bool,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    return _opened.neurons(chosen, sort=sort, descending=descending, limit=limit, offset=offset)


def readings(opened: Dataset) -> list[Reading]:
    """What scores there are: by whom explained, how scored and simulated."""
    return _readings(opened, str(opened.folder), opened.stamp)


@st.cache_data(max_entries=16, show_spinner=False)
def _readings(_opened: Dataset, folder: str, stamp: str) -> list[Reading]:
    return figures.readings(_opened)


def labels(opened: Dataset, neurons: tuple[NeuronId, ...]) -> pd.DataFrame:
    """The best explanation of each of these neurons."""
    return _labels(opened, str(opened.folder), opened.stamp, neurons)


@st.cache_data(max_entries=128, show_spinner=False)
def _labels(_opened: Dataset, folder: str, stamp: str, neurons: tuple[NeuronId, ...]) -> pd.DataFrame:
    return _opened.labels(list(neurons))


def tails(opened: Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tail values by token and by excerpt, and their probabilities; nan where the corpus is too small to know."""
    return _tails(opened, str(opened.folder), opened.stamp_collected)


@st.cache_resource(max_entries=2, show_spinner="Reading the neurons' distributions …")
def _tails(_opened: Dataset, folder: str, stamp: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return _opened.tails()


def model(opened: Dataset) -> SubjectModel:
    """The dataset's model, loaded when something live is asked for; raises ModelError without it.

    Its activation function and leading token are those that a verification found to fit what is stored.
    """
    options = model_options(opened)
    fingerprint = opened.manifest.model.fingerprint
    found = _model(opened.model_source, options["activation"], options["leading"], fingerprint)
    require_same(opened, found)
    return found


@st.cache_resource(max_entries=2, show_spinner="Loading the model (the first time takes a few seconds) …")
def _model(source: str, activation: str | None, leading: str | None, fingerprint: str) -> SubjectModel:
    from neuronview.model import load
    from neuronview.model.threads import leave_a_core

    if Settings.from_env().public:
        leave_a_core()
    return load(source, device="cpu", activation=activation, leading=leading)


def _how(subject: SubjectModel) -> str:
    """How a model computes, besides its weights."""
    return f"{subject.activation_function} after {subject.leading_token}"


def pattern(
    opened: Dataset, name: str, record: NeuronRecord, text: str, is_regex: bool, explanations: tuple[Explanation, ...]
) -> Explanation:
    """A person's pattern as a scored explanation."""
    stamp = opened.stamp_about(record.id)
    return _pattern(record, explanations, str(opened.folder), stamp, name, tuple(record.id), text, is_regex)


@st.cache_resource(max_entries=64, show_spinner="Scoring …")
def _pattern(
    _record: NeuronRecord,
    _explanations: tuple[Explanation, ...],
    folder: str,
    stamp: str,
    name: str,
    identity: tuple[int, ...],
    text: str,
    is_regex: bool,
) -> Explanation:
    return pattern_explanation(_record, text, is_regex=is_regex, explanations=_explanations, dataset=name)


def maxima(opened: Dataset) -> np.ndarray:
    """Largest activation of each neuron over the corpus (layers, neurons)."""
    return _maxima(opened, str(opened.folder), opened.stamp_collected)


@st.cache_resource(max_entries=4, show_spinner=False)
def _maxima(_opened: Dataset, folder: str, stamp: str) -> np.ndarray:
    return _opened.maxima()


def reading(opened: Dataset, subject: SubjectModel, text: str) -> live.Reading:
    """A typed text as the dataset's model reads it, in windows as long as the dataset's excerpts."""
    window = int(opened.manifest.raw.get("excerpt_tokens") or live.EXCERPT_TOKENS)
    return _reading(subject, subject.fingerprint, _how(subject), window, text)


@st.cache_resource(max_entries=64, show_spinner="Reading the text …")
@in_turn
def _reading(_subject: SubjectModel, fingerprint: str, activation: str, window: int, text: str) -> live.Reading:
    return live.read_text(_subject, text, window=window)


def typed_records(
    subject: SubjectModel, read: live.Reading, neurons: tuple[NeuronId, ...], how: live.How
) -> list[ActivationRecord]:
    """Chosen neurons on a typed text."""
    identities = tuple((neuron.layer, neuron.neuron) for neuron in neurons)
    return _typed(subject, read, subject.fingerprint, _how(subject), read.window, read.text, identities, how)


@st.cache_resource(max_entries=128, show_spinner="Reading the text …")
@in_turn
def _typed(
    _subject: SubjectModel,
    _read: live.Reading,
    fingerprint: str,
    activation: str,
    window: int,
    text: str,
    neurons: tuple[tuple[int, int], ...],
    how: live.How,
) -> list[ActivationRecord]:
    return live.records(_subject, _read, [NeuronId(*neuron) for neuron in neurons], how)


def peaks_in(subject: SubjectModel, read: live.Reading, span: range) -> Peaks:
    """Every neuron's largest value among the tokens of a span of a typed text."""
    where = (span.start, span.stop)
    return _peaks_in(subject, read, subject.fingerprint, _how(subject), read.window, read.text, where)


@st.cache_resource(max_entries=128, show_spinner="Reading the text …")
@in_turn
def _peaks_in(
    _subject: SubjectModel,
    _read: live.Reading,
    fingerprint: str,
    activation: str,
    window: int,
    text: str,
    span: tuple[int, int],
) -> Peaks:
    return live.peaks_in(_subject, _read, range(*span))


@st.cache_resource(max_entries=1, show_spinner=False)
def passages() -> list[WrittenPassage]:
    """The written passages to start from."""
    return written()
