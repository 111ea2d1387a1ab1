"""The model that a dataset is of, loaded when a command needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuronview.jobs.model_place import require_same
from neuronview.jobs.verified import model_options
from neuronview.store import Dataset

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["subject_model"]


def subject_model(dataset: Dataset) -> SubjectModel:
    """Load a dataset's model, a folder beside it or a name on the hub, so that its values are as those stored.

    Raises ModelError when it is not there, or is not the one that the dataset was collected from.
    """
    from neuronview.model import load

    model = load(dataset.model_source, **model_options(dataset))
    require_same(dataset, model)
    return model
