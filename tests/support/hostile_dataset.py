"""A small dataset whose neurons, tokens, names, tour and model are made of hostile text.

All pages have something of it to show: the model is inside, so that texts are read; explanations have rules, so that
two can be compared; there is a tour.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from neuronview.errors import BadPattern
from neuronview.explain.pattern import Pattern
from neuronview.model import SubjectModel
from neuronview.records import Explanation, NeuronId
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.schema import NEURONS, records_schema
from neuronview.store.write import commit_parts, write_manifest, write_part
from tests.support import small_dataset
from tests.support.hostile_model import LONGEST, save_hostile_model, token_of
from tests.support.hostile_text import LINE, PAYLOADS, SHORT

__all__ = ["HOLDERS", "STOPS", "TEXTS", "build", "of_neuron"]

HOLDERS = ((0, 0), (0, 1), (0, 2), (0, 3))
"""The neurons that are explained by all payloads together; every other one by a few of them."""
_LENGTH = -(-len(PAYLOADS) // small_dataset.EXCERPTS)
"""Tokens of an excerpt: together they hold every payload once."""
_SHARE = -(-len(PAYLOADS) // len(HOLDERS))
_MODEL = "<i>model"
"""Folder of the model, inside the dataset."""
_TEXT = 2_500
"""Characters of a text made of payloads."""


def _texts() -> list[str]:
    """All short payloads one after the other, in texts that fit into an address and into the model."""
    texts = [""]
    for text in SHORT:
        if len(texts[-1]) + len(text) > _TEXT:
            texts.append("")
        texts[-1] += text
    return texts


TEXTS = tuple(_texts())
STOPS = small_dataset.LAYERS * small_dataset.NEURONS_PER_LAYER
"""Of the tour: each neuron once."""


def of_neuron(layer: int, neuron: int) -> list[str]:
    """The payloads that a neuron is explained by."""
    if (layer, neuron) in HOLDERS:
        place = HOLDERS.index((layer, neuron))
        return list(PAYLOADS[place * _SHARE : (place + 1) * _SHARE])
    return list(SHORT[neuron :: small_dataset.NEURONS_PER_LAYER][:3])


def build(folder: Path, *, line: bool = True) -> Path:
    """Write the dataset into `folder` and return it: all payloads as tokens, explanations, features, sources, names."""
    model = save_hostile_model(folder / _MODEL, layers=small_dataset.LAYERS, neurons=small_dataset.NEURONS_PER_LAYER)
    parts, found = [], []
    for layer in range(small_dataset.LAYERS):
        places = range(small_dataset.NEURONS_PER_LAYER)
        rows = [_neuron(model, layer, neuron) for neuron in places]
        parts.append(write_part(folder, "neurons", pa.Table.from_pylist(rows, schema=NEURONS)))
        records = [_longer(row) for neuron in places for row in small_dataset.record_rows(layer, neuron)]
        parts.append(write_part(folder, "records", pa.Table.from_pylist(records, schema=records_schema())))
        for neuron in places:
            for number, text in enumerate(of_neuron(layer, neuron)):
                value = 0.9 - 0.8 * number / _SHARE
                found.append(_explanation(NeuronId(layer, neuron), number, value, text))
    if line:
        found.append(replace(small_dataset.explanation(1, 4, "long", 0.05, LINE), rule=None, scores=()))
    parts += [
        write_part(folder, "excerpts", _excerpts(model)),
        write_part(folder, "vocabulary", _vocabulary(model)),
        write_part(folder, "explanations", explanation_table(found)),
        write_part(folder, "scores", score_table(found)),
    ]
    commit_parts(folder, parts, label="<script>window.nvCanary=1</script>")
    manifest = small_dataset.manifest()
    manifest["name"] = "<img src=x onerror=window.nvCanary=1> :red[x] $x$ \u202e"
    manifest["model"] |= {"path": _MODEL, "fingerprint": model.fingerprint, "tokenizer": model.tokenizer.fingerprint}
    manifest["corpus"] |= {"sources": {SHORT[0]: {SHORT[10]: 5}}, "hash": SHORT[16]}
    manifest["excerpt_tokens"] = _LENGTH
    manifest["versions"] = {SHORT[1]: SHORT[2]}
    manifest["origin"] = {"format": SHORT[3], "explainer": SHORT[4], "erratum": "![x](https://canary.invalid/x)"}
    write_manifest(folder, manifest)
    tour = {"model_fingerprint": model.fingerprint, "stops": [_stop(number) for number in range(STOPS)]}
    (folder / "tour.json").write_bytes(orjson.dumps({"tours": [tour]}))
    return folder


def _explanation(neuron: NeuronId, number: int, value: float, text: str) -> Explanation:
    """One of a neuron's, by an explainer of its number; those of the first two are read by one simulator."""
    entry = small_dataset.explanation(*neuron, f"m{number} {SHORT[number][:40]}", value, text)
    scores = tuple(replace(score, simulator=SHORT[10 + (number == 2)]) for score in entry.scores)
    return replace(entry, rule=_rule(text, number), scores=scores)


def _rule(text: str, number: int) -> dict[str, Any] | None:
    """A rule that marks the payload where it is a token: a pattern or, for every third and where none is, a table."""
    try:
        Pattern(text)
    except BadPattern:
        number = 0
    if number % 3:
        return {"kind": "pattern", "pattern": text}
    return {"kind": "lookup", "tokens": {text[:LONGEST]: 1.0, SHORT[number]: 0.5}, "rest": 0.0}


def _stop(number: int) -> dict[str, Any]:
    """A stop of the tour: all stops together say every payload, and each is broken by some of them."""
    layer, neuron = divmod(number, small_dataset.NEURONS_PER_LAYER)
    said = SHORT[number * 7]
    return {
        "neuron": f"{layer}:{neuron}",
        "kind": ("good", "partial", "misleading")[number % 3],
        "title": SHORT[number * 11],
        "words": "\n\n".join(PAYLOADS[number::STOPS]),
        "says": said,
        "rule": _rule(said, number),
        "breaks": TEXTS[number % len(TEXTS)],
    }


def _longer(row: dict[str, Any]) -> dict[str, Any]:
    """A record as long as the excerpts here."""
    return row | {"activations": np.resize(row["activations"], _LENGTH)}


def _neuron(model: SubjectModel, layer: int, neuron: int) -> dict[str, Any]:
    own = [entry[:300] for entry in of_neuron(layer, neuron)]
    tokens = [
        {"token": text, "token_id": token_of(model, text), "mean": 0.5 - number / 100, "count": 12}
        for number, text in enumerate(own)
    ]
    features = [{"feature": text or "empty", "correlation": 0.25} for text in own[:12]]
    return small_dataset.neuron_row(layer, neuron) | {"top_tokens": tokens, "features": features}


def _excerpts(model: SubjectModel) -> pa.Table:
    """12 excerpts whose tokens are all payloads, a part in each."""
    rows = []
    for index in range(small_dataset.EXCERPTS):
        places = range(index * _LENGTH, (index + 1) * _LENGTH)
        text = SHORT[index % len(SHORT)]
        rows.append({"excerpt_id": index, "document_id": text, "source": SHORT[index % 2], "template": text})
        ids = [token_of(model, PAYLOADS[place % len(PAYLOADS)]) for place in places]
        rows[-1] |= {"token_ids": ids, "tokens": None}
    return pa.Table.from_pylist(rows)


def _vocabulary(model: SubjectModel) -> pa.Table:
    rows = [{"token_id": token_of(model, text), "token": text[:LONGEST], "count": 12} for text in PAYLOADS]
    return pa.Table.from_pylist(rows)
