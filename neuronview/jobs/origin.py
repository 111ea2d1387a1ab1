"""Where a job's results come from: what every one of them says of dataset, model and versions."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from neuronview.records import Provenance
from neuronview.store import Dataset

__all__ = ["origin_of"]


def origin_of(dataset: Dataset, *packages: str, seed: int, **said: Any) -> Provenance:
    """The provenance of results on a dataset, whose simulations are calibrated on the calibration split.

    `packages`: those whose version matters, besides numpy and duckdb; `said`: further fields of Provenance.
    """
    model = dataset.manifest.model
    versions = {"python": platform.python_version()} | {name: version(name) for name in ("numpy", "duckdb", *packages)}
    return Provenance(
        dataset=dataset.manifest.name,
        model=model.path,
        model_fingerprint=model.fingerprint,
        activation_function=model.activation_function,
        dtype=model.dtype,
        seed=seed,
        split="calibration",
        versions=versions,
        **said,
    )
