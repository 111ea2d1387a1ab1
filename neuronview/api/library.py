"""What the API answers from: datasets by their names, and the model of the one that was asked for last.

Only names are taken, never paths: those of the data folder, of what the user added, and of the dataset that the app
opens first. Safe to use from several threads.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from neuronview.api.errors import ApiError, of_library
from neuronview.config import Settings
from neuronview.errors import ModelError, NeuronViewError
from neuronview.jobs.model_place import other_model
from neuronview.jobs.verified import model_options
from neuronview.store import Dataset, Manifest, locate, names, open_dataset
from neuronview.store.manifest import read_manifest
from neuronview.view.places import without_places

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["Library"]

MOST_OPEN = 4


class Library:
    """Opened datasets and one model, kept between requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[Path, Dataset] = {}
        self._model: tuple[object, SubjectModel] | None = None

    def places(self) -> dict[str, Path]:
        """Folders of the datasets that there are, by name."""
        settings = Settings.from_env()
        found = {name: locate(name, settings=settings) for name in names(settings)}
        first = Path(settings.dataset)
        if settings.dataset not in found and len(first.parts) > 1 and not settings.public:
            found.setdefault(first.name, first)
        return found

    def manifests(self) -> dict[str, Manifest | None]:
        """What each dataset says of itself; None where that cannot be read."""
        found: dict[str, Manifest | None] = {}
        for name, place in self.places().items():
            try:
                found[name] = read_manifest(place)
            except NeuronViewError:
                found[name] = None
        return found

    def dataset(self, name: str) -> Dataset:
        """The dataset of that name, opened again when its files or the user's own have changed."""
        places = self.places()
        if name not in places:
            known = ", ".join(places) or "none yet"
            raise ApiError("no_dataset", f"There is no dataset “{name[:60]}”. Known by name: {known}.")
        with self._lock:
            opened = self._open.pop(places[name], None)
            if opened is None or opened.stamp != opened.current_stamp():
                opened = self._opened(name, places[name])
            # The last one is the newest; what is given up is closed when its last reader is done.
            self._open = dict([*self._open.items(), (places[name], opened)][-MOST_OPEN:])
        return opened

    def model(self, dataset: Dataset) -> SubjectModel:
        """The dataset's model, loaded when it is not the one that is loaded; called by one thread at a time.

        Raises ApiError when it is not there, or is not the one that the dataset was collected from.
        """
        from neuronview.model import load

        options = model_options(dataset)
        key = (dataset.model_source, dataset.manifest.model.fingerprint, *options.items())
        if self._model is None or self._model[0] != key:
            self._model = None  # before the next one takes its room
            try:
                loaded = load(dataset.model_source, device="cpu", **options)
            except NeuronViewError as error:
                raise of_library(ModelError(), without_places(dataset, str(error))) from error
            if other_model(dataset.manifest.model, loaded):
                name = dataset.manifest.name
                raise ApiError("no_model", f"What is there is not the model that “{name}” was collected from.")
            self._model = key, loaded
        return self._model[1]

    @staticmethod
    def _opened(name: str, place: Path) -> Dataset:
        try:
            settings = Settings.from_env()
            return open_dataset(name if settings.public else place, settings=settings)
        except NeuronViewError as error:
            raise ApiError("dataset_unreadable", f"The files of the dataset “{name}” cannot be used.") from error
