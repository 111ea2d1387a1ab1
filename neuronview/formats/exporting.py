"""Export a dataset, or a part of it, for other tools: one call for every format, streamed, whole or not at all.

report = export(open_dataset("demo"), "openai", Path("out"), Choice(layers=(0,)))
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from neuronview.errors import BadInput, Cancelled
from neuronview.formats import tables
from neuronview.formats.folder import NOTE, replaceable, whole_folder, write_note
from neuronview.formats.holding import cannot_hold
from neuronview.formats.neuronpedia import writing as neuronpedia
from neuronview.formats.openai import writing
from neuronview.formats.present import Present
from neuronview.formats.slices import Choice, Slice, choose_neurons, slices
from neuronview.store import Dataset

__all__ = ["FORMATS", "ExportReport", "export"]

NOT_OF_A_DATASET = frozenset({"parts", "superseded"})
"""Fields of a manifest that are about its files."""
EVERYTHING = Choice()


class Writer(Protocol):
    """Writes a dataset slice by slice."""

    files: Counter[str]
    left_out: Counter[str]

    def add(self, found: Slice) -> None:
        """Write these neurons."""

    def close(self) -> None:
        """Finish the files."""

    def discard(self) -> None:
        """Let go of the files, which will be removed; never raises."""


@dataclass(frozen=True)
class Format:
    """One format: what makes its writer, which names it may write, and what its counts of left-out things mean."""

    make: Callable[[Path, Dataset], Writer]
    entries: frozenset[str]
    left_out: Mapping[str, str]


FORMATS: Mapping[str, Format] = {
    "openai": Format(lambda folder, _: writing.OpenAIWriter(folder), writing.ENTRIES, writing.LEFT_OUT),
    "neuronpedia": Format(neuronpedia.NeuronpediaWriter, neuronpedia.ENTRIES, neuronpedia.LEFT_OUT),
    "parquet": Format(tables.ParquetWriter, tables.entries("parquet"), {}),
    "csv": Format(tables.CsvWriter, tables.entries("csv"), tables.LEFT_OUT),
}
"""By name."""


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote."""

    folder: str
    format: str
    dataset: str
    neurons: int
    files: dict[str, int]
    """Files, or rows of a table, by kind."""
    bytes: int
    seconds: float
    cannot_hold: list[str]
    """What the neurons have and the format has no place for, in words."""
    left_out: list[str]
    """What was there and was left out or changed, with how often."""


def export(
    dataset: Dataset,
    form: str,
    out: Path,
    choice: Choice = EVERYTHING,
    *,
    overwrite: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> ExportReport:
    """Write the chosen neurons, with the user's own results, in one of FORMATS to the folder `out`.

    `overwrite` replaces entries of `out` that this did not write; what an export of the same dataset in the same format
    wrote is replaced anyhow, all else stays. `progress` hears of neurons done and neurons in all. Raises BadInput for
    a choice without neurons or an `out` that is taken, DatasetError when files cannot be read or written, Cancelled
    when stopped: then nothing is changed.
    """
    if form not in FORMATS:
        raise BadInput(f"There is no export as “{form}”. Choose one of {', '.join(FORMATS)}.")
    begun = time.monotonic()
    known = FORMATS[form]
    if dataset.folder.resolve() in (out.resolve(), *out.resolve().parents):
        raise BadInput(f"{out} lies in the dataset itself. Choose another folder with --out.")
    identity = {"format": form, "dataset": dataset.manifest.name}
    replaced = replaceable(out, known.entries | {NOTE}, identity, overwrite=overwrite)
    neurons = choose_neurons(dataset, choice)
    with whole_folder(out, replaced=replaced) as folder:
        writer, present = known.make(folder, dataset), Present(dataset)
        done = 0
        try:
            for found in slices(dataset, neurons, explainer=choice.explainer):
                if should_stop():
                    raise Cancelled("Stopped. Nothing was written; start it again to export.")
                writer.add(found)
                present.add(found)
                done += len(found.ids)
                progress(done, len(neurons))
            writer.close()
        except BaseException:
            writer.discard()
            raise
        left_out = [f"{n:,} {known.left_out[key]}" for key, n in sorted(writer.left_out.items()) if n]
        lost = cannot_hold(form, present.aspects)
        write_note(folder, {**identity, **_note(dataset, len(neurons)), "cannot_hold": lost, "left_out": left_out})
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        if should_stop():
            raise Cancelled("Stopped. Nothing was written; start it again to export.")
    return ExportReport(
        folder=str(out),
        format=form,
        dataset=dataset.manifest.name,
        neurons=len(neurons),
        files=dict(writer.files),
        bytes=size,
        seconds=time.monotonic() - begun,
        cannot_hold=lost,
        left_out=left_out,
    )


def _note(dataset: Dataset, n: int) -> dict[str, Any]:
    manifest = {name: value for name, value in dataset.manifest.raw.items() if name not in NOT_OF_A_DATASET}
    model = dict(manifest["model"])
    model["path"] = Path(model["path"]).name if Path(model["path"]).is_absolute() else model["path"]
    return {
        "neurons": n,
        "explainers": dataset.explainers(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "manifest": {**manifest, "model": model},
    }
