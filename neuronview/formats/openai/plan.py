"""Which files an import asks for, of which model, into which dataset: decided before the first is fetched."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from neuronview.errors import BadInput, DatasetError
from neuronview.formats.folder import read_note
from neuronview.formats.openai.ledger import KIND_NUMBERS, Ledger
from neuronview.formats.openai.published import SETS, PublishedSet, published_set, set_of_address
from neuronview.formats.openai.source import KINDS, FolderSource, Source
from neuronview.records import NeuronId
from neuronview.store.manifest import read_manifest
from neuronview.store.write import MANIFEST, write_manifest

__all__ = ["Plan", "batches", "begin_folder", "check_folder", "choose_set", "make_plan"]

PAIR = ("activations", "explanations")
LEAST = 2048
"""Neurons of a batch when few are left: fewer would make parts so small that they are joined afterwards."""
ERRATUM = (
    "The published activations were computed with an optimised GELU, not GPT-2's own: recomputed values differ, in "
    "GPT-2 small by 0.009 in the middle and 0.17 in one of a thousand."
)


@dataclass(frozen=True)
class Plan:
    """Files to ask for, and what is known before."""

    wanted: np.ndarray  # (kinds, layers, neurons) bool
    here: int
    """Files of the choice that are stored already."""
    notes: tuple[str, ...] = ()

    @cached_property
    def n_files(self) -> int:
        """How many files are asked for."""
        return int(self.wanted.sum())


def choose_set(source: Source, named: str | None) -> PublishedSet:
    """The set that a person names, or else the one that the address or the numbers of the files fit.

    Raises BadInput when nothing tells which model the files are of, NotFound for an unknown name.
    """
    if named is not None:
        return published_set(named)
    exported = _set_of_export(source) if isinstance(source, FolderSource) else None
    if exported is not None:
        return exported
    address = str(source.folder.resolve()) if isinstance(source, FolderSource) else source.address
    known = set_of_address(address)
    if known is not None:
        return known
    listed = [found for kind in KINDS if (found := source.listing(kind))]
    if not listed:
        raise BadInput(
            f"Nothing tells which model the files at {source.address} are of. Name it with --model: {', '.join(SETS)}."
        )
    layers = 1 + max(layer for found in listed for layer in found)
    neurons = 1 + max(max(numbers) for found in listed for numbers in found.values())
    for entry in SETS.values():
        if layers <= entry.n_layers and neurons <= entry.n_neurons:
            return entry
    raise BadInput(
        f"The source has files of {layers} layers and {neurons} neurons, more than any known set. "
        f"Known are {', '.join(f'{s.name} ({s.n_layers} x {s.n_neurons})' for s in SETS.values())}."
    )


def _set_of_export(source: FolderSource) -> PublishedSet | None:
    """The set of files that our own export wrote, as its note says: a known one, or one of the dataset's name."""
    note = read_note(source.folder) or {}
    if note.get("format") != "openai":
        return None
    manifest, explainers = note["manifest"], note["explainers"]
    known = SETS.get(manifest.get("origin", {}).get("set", ""))
    if known is not None and explainers == [known.explainer]:
        return known
    model = manifest["model"]
    return PublishedSet(
        name=note["dataset"],
        model=model["path"],
        path="",
        n_layers=model["n_layers"],
        n_neurons=model["n_neurons"],
        kinds=tuple(KINDS),
        explainer=explainers[0] if len(explainers) == 1 else "as exported",
        simulator="as exported",
        exported=manifest,
    )


def make_plan(
    source: Source,
    published: PublishedSet,
    ledger: Ledger,
    *,
    layers: Sequence[int] | None = None,
    neurons: Sequence[NeuronId] | None = None,
    kinds: Sequence[str] | None = None,
) -> Plan:
    """What to ask for: the choice, as far as the source may have it, less what is stored.

    Raises BadInput for layers, neurons or kinds that do not exist.
    """
    chosen = _chosen(published, layers, neurons)
    unknown = [kind for kind in kinds or () if kind not in KINDS]
    if unknown:
        raise BadInput(f"There is no kind of file “{unknown[0]}”. Choose of: {', '.join(KINDS)}.")
    wanted = np.zeros(ledger.stored.shape, dtype=bool)
    notes = list[str]()
    listings = {kind: source.listing(kind) for kind in kinds or KINDS}
    for kind, listed in listings.items():
        if listed is None:
            if kind in published.kinds:
                wanted[KIND_NUMBERS[kind]] = chosen
        elif listed:
            wanted[KIND_NUMBERS[kind]] = chosen & _expected(kind, listings, chosen.shape, exact=neurons is not None)
        elif kind in PAIR:
            notes.append(f"The source has no {kind}.")
    here = int((wanted & ledger.stored).sum())
    return Plan(wanted & ~ledger.stored, here, tuple(notes))


def batches(plan: Plan, size: int, first: int, takers: int = 1) -> Iterator[np.ndarray]:
    """The files in order of layer and neuron, by batches of up to `size` neurons; the first two of `first` neurons.

    The last ones become smaller, so that so many processes that take them end at about the same time. Each is (files,
    3): layer, neuron and number of the kind, which travels to a process in a fraction of the time that keys take.
    """
    places, n, begin = np.argwhere(plan.wanted.any(axis=0)), 0, 0
    while left := len(places) - begin:
        here = places[begin : begin + (first if n < 2 else max(min(LEAST, size), min(size, left // takers)))]
        n, begin = n + 1, begin + len(here)
        rows, kinds = np.nonzero(plan.wanted[:, here[:, 0], here[:, 1]].T)
        yield np.column_stack([here[rows], kinds])


def check_folder(folder: Path, published: PublishedSet, bits: int | None) -> int:
    """The bits of an activation in this folder's dataset, or those asked for (16) where none is there yet.

    Raises DatasetError when the folder holds another dataset, BadInput for a precision that it does not have.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file. Choose a folder with --out.")
    if not (folder / MANIFEST).exists():
        if (folder / "commits").exists():
            raise DatasetError(f"{folder} holds parts of a dataset without its manifest. Choose another folder.")
        return bits or 16
    manifest = read_manifest(folder)
    origin = manifest.raw.get("origin", {})
    if origin.get("format") != "openai" or origin.get("set") != published.name:
        what = origin.get("set") or manifest.name
        raise DatasetError(
            f"{folder} holds another dataset ({what}), not an import of {published.name}. Choose another folder."
        )
    stored = int(manifest.raw.get("activation_bits", 16))
    if bits is not None and bits != stored:
        raise BadInput(
            f"{folder} was begun with {stored} bits an activation. Go on with those, or choose another folder."
        )
    return stored


def begin_folder(folder: Path, source: Source, published: PublishedSet, *, name: str, bits: int) -> None:
    """Write the manifest of a new dataset; one that is there stays."""
    if not (folder / MANIFEST).exists():
        write_manifest(folder, _manifest(source, published, name=name, bits=bits))


def _manifest(source: Source, published: PublishedSet, *, name: str, bits: int) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    model = {
        "path": published.model,
        "fingerprint": "",
        "activation_function": "unknown",
        "n_layers": published.n_layers,
        "n_neurons": published.n_neurons,
    }
    exported = published.exported or {}
    return {
        "name": name,
        "model": exported.get("model", model),
        "site": "mlp_post_act",
        "origin": {
            "format": "openai",
            "set": published.name,
            "source": source.address,
            "imported": now,
            "versions": {package: version(package) for package in ("numpy", "pyarrow", "orjson")},
            "explainer": published.explainer,
            "simulator": published.simulator,
            **({} if exported else {"erratum": ERRATUM}),
        },
        "leading_token": exported.get("leading_token", {"token": "unknown", "in_statistics": None}),
        "activation_bits": bits,
        "corpus": {"hash": f"openai/{published.name}", "sources": {}},
        "import_id": secrets.token_hex(8),
        "created": now,
    }


def _chosen(published: PublishedSet, layers: Sequence[int] | None, neurons: Sequence[NeuronId] | None) -> np.ndarray:
    """Which neurons the person asks for (layers, neurons)."""
    chosen = np.zeros((published.n_layers, published.n_neurons), dtype=bool)
    if neurons is not None:
        for neuron in neurons:
            if not (0 <= neuron.layer < published.n_layers and 0 <= neuron.neuron < published.n_neurons):
                raise BadInput(f"There is no neuron {neuron} in {published.name}: {_range(published)}.")
            chosen[neuron] = True
        return chosen
    for layer in range(published.n_layers) if layers is None else layers:
        if not 0 <= layer < published.n_layers:
            raise BadInput(f"There is no layer {layer} in {published.name}: {_range(published)}.")
        chosen[layer] = True
    return chosen


def _range(published: PublishedSet) -> str:
    return f"layers 0 to {published.n_layers - 1}, neurons 0 to {published.n_neurons - 1}"


def _expected(
    kind: str, listings: Mapping[str, Mapping[int, set[int]] | None], shape: tuple[int, ...], *, exact: bool
) -> np.ndarray:
    """Files that a folder should have: of activations and explanations all that either has, of others what is there.

    All of the choice where neurons are named one by one.
    """
    found = np.zeros(shape, dtype=bool)
    if exact and kind in PAIR:
        return ~found
    for other in PAIR if kind in PAIR else (kind,):
        for layer, numbers in (listings.get(other) or {}).items():
            if layer < shape[0]:
                found[layer, [number for number in numbers if number < shape[1]]] = True
    return found
