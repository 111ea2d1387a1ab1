"""Names and messages for people elsewhere: without the folders of the computer that they come from."""

from __future__ import annotations

from pathlib import Path, PurePath, PureWindowsPath

from neuronview.store import Dataset

__all__ = ["model_words", "public_name", "without_places"]


def public_name(name: str) -> str:
    """A model or dataset by its name: of a folder on this computer its last part alone."""
    path = PureWindowsPath(name) if "\\" in name else PurePath(name)
    is_local = path.is_absolute() or name.startswith((".", "~")) or len(path.parts) > 2
    return path.name if is_local else name


def model_words(dataset: Dataset) -> str:
    """The dataset's model by name; the folder inside a dataset is no name."""
    path = dataset.manifest.model.path
    return "inside the dataset" if (dataset.folder / path).is_dir() else public_name(path)


def without_places(dataset: Dataset, text: str) -> str:
    """A message without this computer's folders."""
    named = dataset.manifest.model.path
    known = {
        dataset.model_source: public_name(dataset.model_source),
        str(dataset.folder): "the dataset's folder",
        str(dataset.overlay): "your folder",
        named: public_name(named),
        str(Path.home()): "~",
    }
    for place in sorted((place for place in known if PurePath(place).is_absolute()), key=len, reverse=True):
        text = text.replace(place, known[place])
    return text
