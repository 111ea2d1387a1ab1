"""Where a dataset's model is on this computer, when it is not where the dataset says: checked, then remembered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from neuronview.errors import BadInput, ModelError
from neuronview.store import Dataset, ModelInfo
from neuronview.store.user import save_model_place

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["other_model", "require_same", "use_model"]


def other_model(named: ModelInfo, found: SubjectModel) -> str | None:
    """How a loaded model is not the one that a dataset names, in words that follow its name; None where it is."""
    if named.fingerprint and found.fingerprint != named.fingerprint:
        said = f"fingerprint {found.fingerprint}, not {named.fingerprint}"
        return f"has other weights than the model that the dataset was collected from ({said})"
    if named.tokenizer and found.tokenizer.fingerprint != named.tokenizer:
        said = f"fingerprint {found.tokenizer.fingerprint}, not {named.tokenizer}"
        return (
            f"cuts texts otherwise than the model that the dataset was collected from: its tokenizer differs ({said})"
        )
    return None


def require_same(dataset: Dataset, found: SubjectModel) -> None:
    """Raise ModelError where a loaded model is not the dataset's: its numbers would be another model's."""
    other = other_model(dataset.manifest.model, found)
    if other:
        raise ModelError(
            f"{dataset.model_source} is not the model of “{dataset.manifest.name}”, or its files are damaged: it "
            f"{other}. Put that model back, or collect again."
        )


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
    other = other_model(named, found)
    if other:
        raise BadInput(f"{place} {other}.")
    save_model_place(dataset.overlay, found.name)
