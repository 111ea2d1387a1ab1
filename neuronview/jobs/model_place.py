"""Where a dataset's model is on this computer, when it is not where the dataset says: checked, then remembered."""

from __future__ import annotations

from pathlib import Path

from neuronview.errors import BadInput
from neuronview.store import Dataset
from neuronview.store.user import save_model_place

__all__ = ["use_model"]


def use_model(dataset: Dataset, place: str) -> None:
    """Have live text and verifications of this dataset use the model at `place`: a folder, a file or a hub name.

    Raises ModelError when it cannot be loaded, BadInput when it is not the dataset's model or nothing can be kept.
    """
    from neuronview.model import load

    if dataset.overlay is None:
        raise BadInput("The dataset was opened without a folder of yours, so nothing can be kept for it.")
    folder = Path(place).expanduser()
    found = load(str(folder.absolute()) if folder.exists() else place, device="cpu")
    named = dataset.manifest.model
    if (found.n_layers, found.n_neurons) != (named.n_layers, named.n_neurons):
        raise BadInput(
            f"{place} has {found.n_layers} layers of {found.n_neurons:,} neurons, the dataset {named.n_layers} of "
            f"{named.n_neurons:,}: it is another model."
        )
    if named.fingerprint and found.fingerprint != named.fingerprint:
        raise BadInput(f"{place} has other weights than the model that the dataset was collected from.")
    save_model_place(dataset.overlay, found.name)
