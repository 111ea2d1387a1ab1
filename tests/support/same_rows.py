"""Rows of two datasets side by side, without what tells when they were made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from neuronview import open_dataset


def rows_of(folder: Path, kind: str) -> list[dict[str, Any]]:
    """All rows of a kind, in an order of their own, without the time at which they were made."""
    dataset = open_dataset(folder)
    try:
        table: pa.Table = dataset.query(f"select * from ({dataset.stored(kind)})")  # noqa: S608
    finally:
        dataset.close()
    rows = table.to_pylist()
    for row in rows:
        if row.get("provenance"):
            made = json.loads(row["provenance"])
            made.pop("created", None)
            row["provenance"] = json.dumps(made, sort_keys=True)
        row.pop("created", None)
    keys = (
        "layer",
        "neuron",
        "explanation_id",
        "split",
        "subset",
        "simulator",
        "group",
        "rank",
        "excerpt_id",
        "token_id",
    )
    return sorted(rows, key=lambda row: [repr(row.get(key)).rjust(20) for key in keys])


def differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Where two rows differ: whole numbers and texts at all, others by more than 1e-5 of their size."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from differences(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differences(a, b, f"{where}[{place}]")
    elif isinstance(one, (float, np.floating)) and isinstance(other, (float, np.floating)):
        if not np.isclose(float(one), float(other), rtol=1e-5, atol=1e-5, equal_nan=True):
            yield f"{where}: {one} and {other}"
    elif one != other:
        yield f"{where}: {one} and {other}"


def scores_of(folder: Path) -> dict[tuple[Any, ...], Any]:
    """Every score by what it is of and the text of its explanation, whose id follows from the last digits of floats."""
    rows = rows_of(folder, "scores")
    texts = {row["explanation_id"]: row["text"] for row in rows_of(folder, "explanations")}
    keys = ("layer", "neuron", "simulator", "split", "subset")
    return {(*(row[key] for key in keys), texts[row["explanation_id"]]): row["value"] for row in rows}
