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
    """Where two rows differ: whole numbers and texts at all, others by more than 1e-5, above 1 of their size."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from differences(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differences(a, b, f"{where}[{place}]")
    elif isinstance(one, (float, np.floating)) and isinstance(other, (float, np.floating)):
        a, b = float(one), float(other)
        if not (a == b or abs(a - b) <= 1e-5 * max(1.0, abs(a), abs(b)) or (np.isnan(a) and np.isnan(b))):
            yield f"{where}: {one} and {other}"
    elif one != other:
        yield f"{where}: {one} and {other}"


def scores_of(folder: Path) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows of scores by what they are of and the text of the explanation, whose id follows from the last digits.

    Without the dataset's name.
    """
    rows = rows_of(folder, "scores")
    for row in rows:
        row["baselines"] = json.loads(row["baselines"] or "[]")
        row["provenance"] = {name: value for name, value in json.loads(row["provenance"]).items() if name != "dataset"}
    texts = {row["explanation_id"]: row["text"] for row in rows_of(folder, "explanations")}
    keys = ("layer", "neuron", "simulator", "split", "subset")
    return {(*(row[key] for key in keys), texts[row.pop("explanation_id")]): row for row in rows}
