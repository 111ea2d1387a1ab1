"""The dataset folder: its form, and how it is written, opened and queried."""

from neuronview.store.checking import Checked, check_folder, damaged_parts
from neuronview.store.compact import Compaction, compact
from neuronview.store.convert import explanation_id
from neuronview.store.dataset import Dataset
from neuronview.store.manifest import Manifest, ModelInfo
from neuronview.store.opening import locate, names, open_dataset
from neuronview.store.queries import COLUMNS, NeuronFilter
from neuronview.store.user import save_explanations

__all__ = [
    "COLUMNS",
    "Checked",
    "Compaction",
    "Dataset",
    "Manifest",
    "ModelInfo",
    "NeuronFilter",
    "check_folder",
    "compact",
    "damaged_parts",
    "explanation_id",
    "locate",
    "names",
    "open_dataset",
    "save_explanations",
]
