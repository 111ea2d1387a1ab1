"""Files without a checksum of ours, read by nothing of ours: what damaged ones are compared with.

Python's own JSON, and DuckDB for Parquet. What is not of its form raises any error, for the reader had to refuse it.
"""

import json
import math
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

Content = dict[str, Any]
MOMENTS = ("mean", "variance", "skewness", "kurtosis")
SCORES = ("ev_correlation_score", "rsquared_score", "absolute_dev_explained_score")
SCALES = {"neuron_activations": "calibrated", "simulated_normalized_activations": "0-10"}


# --- published JSON --------------------------------------------------------------------------------------------------


def plain_published(folder: Path) -> Content:
    """Every text and number of the five kinds of published file."""
    return {
        "activations": _activations(_loaded(folder / "activations.json")),
        "explanations": _explanations(_loaded(folder / "explanations.json")),
        "tokens_by_activation": _pairs(_loaded(folder / "tokens_by_activation.json"), "tokens", "average_activations"),
        "tokens_by_weight": {
            name: _pairs(entry, "tokens", "strengths")
            for name, entry in _loaded(folder / "tokens_by_weight.json").items()
            if name.startswith(("input_", "output_"))
            and name.endswith(("_positive", "_negative"))
            and entry is not None
        },
        "neurons_by_weight": {
            name: None if side is None else _side(side)
            for name, side in _loaded(folder / "neurons_by_weight.json").items()
            if name in ("c_fc", "c_proj")
        },
    }


def _loaded(path: Path) -> Content:
    content = json.loads(path.read_bytes().decode())
    assert isinstance(content, dict)
    return content


def _activations(content: Content) -> Content:
    quantiles = enumerate(content.get("random_sample_by_quantile") or [])
    groups = {
        "top": content.get("most_positive_activation_records"),
        "random": content.get("random_sample"),
        **{f"quantile_{k}": records for k, records in quantiles},
    }
    boundaries = content.get("quantile_boundaries")
    return {
        "neuron": _identity(content),
        "records": [
            [group, rank, _texts(entry["tokens"]), _numbers(entry["activations"])]
            for group, records in groups.items()
            for rank, entry in enumerate(records or [])
        ],
        "moments": [_optional(content.get(name)) for name in MOMENTS],
        "boundaries": None if boundaries is None else _numbers(boundaries),
    }


def _explanations(content: Content) -> Content:
    told = []
    for entry in content["scored_explanations"]:
        scored = entry.get("scored_simulation")
        sequences = [] if scored is None else scored.get("scored_sequence_simulations") or []
        scores = None if scored is None else [_optional(scored.get(name)) for name in SCORES]
        assert isinstance(entry["explanation"], str)
        told.append([entry["explanation"], scores, [_sequence(sequence) for sequence in sequences]])
    return {"neuron": _identity(content), "explanations": told}


def _sequence(fields: Content) -> Content:
    simulation = fields["simulation"]
    before = simulation.get("uncalibrated_simulation")
    return {
        "tokens": _texts(simulation["tokens"]),
        "true": _short(fields["true_activations"]),
        "expected": _short(simulation["expected_activations"]),
        "scale": SCALES[simulation["activation_scale"]],
        "distribution": _distribution(simulation),
        "uncalibrated": None if before is None else _short(before["expected_activations"]),
        "uncalibrated distribution": None if before is None else _distribution(before),
        "scores": [_optional(fields.get(name)) for name in SCORES],
    }


def _distribution(fields: Content) -> list[Any] | None:
    """How many values each token has, then these, then their probabilities."""
    values, probabilities = fields.get("distribution_values"), fields.get("distribution_probabilities")
    if not values and not probabilities:
        return None
    assert [len(entry or []) for entry in values] == [len(entry or []) for entry in probabilities]
    flat = [_short([number for entry in lists for number in entry or []]) for lists in (values, probabilities)]
    return [[len(entry or []) for entry in values], *flat]


def _side(fields: Content) -> Content:
    found: Content = {}
    for sign in ("positive", "negative"):
        if fields.get(f"top_{sign}_neurons") is not None:
            found |= _pairs(fields, f"top_{sign}_neurons", f"top_{sign}_weights")
    return found


def _pairs(fields: Content, texts: str, numbers: str) -> Content:
    assert len(fields[texts]) == len(fields[numbers])
    return {texts: _texts(fields[texts]), numbers: [_optional(value) for value in fields[numbers]]}


def _identity(content: Content) -> list[int]:
    identity = content["neuron_id"]
    return [int(identity["layer_index"]), int(identity["neuron_index"])]


def _texts(values: Any) -> list[str]:
    assert isinstance(values, list)
    assert all(isinstance(value, str) for value in values)
    return values


def _numbers(values: Any) -> list[float]:
    assert isinstance(values, list)
    return [_number(value) for value in values]


def _short(values: Any) -> list[float]:
    """As they are stored, in 32 bits."""
    return [float(struct.unpack("f", struct.pack("f", value))[0]) for value in _numbers(values)]


def _number(value: Any) -> float:
    assert isinstance(value, (int, float))
    assert not isinstance(value, bool)
    assert math.isfinite(value)
    return float(value)


def _optional(value: Any) -> float | None:
    return None if value is None or value != value else _number(value)


# --- texts -----------------------------------------------------------------------------------------------------------


def plain_texts(folder: Path) -> list[Any]:
    """Id, text, source and template of each document of `a.jsonl`, `b.txt` and `c.parquet`, of at most one section."""
    text = (folder / "b.txt").read_bytes().decode().replace("\r\n", "\n").replace("\r", "\n")
    return [
        *_documents("a.jsonl", _lines((folder / "a.jsonl").read_bytes())),
        ["b.txt", text, "", None],
        *_documents("c.parquet", enumerate(_rows(folder / "c.parquet"), start=1)),
    ]


def _lines(raw: bytes) -> Iterator[tuple[int, Content]]:
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.strip():
            yield number, json.loads(line.decode())


def _rows(path: Path) -> Sequence[Content]:
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(path))
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def _documents(name: str, rows: Any) -> Iterator[list[Any]]:
    for number, row in rows:
        assert isinstance(row["text"], str)
        identity, source, template = (row.get(field) for field in ("id", "source", "template"))
        yield [
            f"{name}:{number}" if identity is None else str(identity),
            row["text"],
            str(source or ""),
            None if template is None else str(template),
        ]


# --- listings --------------------------------------------------------------------------------------------------------


def plain_listings(folder: Path) -> Content:
    """What a manifest says, and the parts that commits list, by file."""
    manifest = _loaded(folder / "set" / "dataset.json")
    return {"said": manifest, **{name: _listed(folder / name) for name in ("set", "mine")}}


def _listed(folder: Path) -> Content:
    commits = [_loaded(path) for path in sorted(folder.glob("commits/*.json"))]
    return {part["file"]: part for commit in commits for part in commit["parts"]}
