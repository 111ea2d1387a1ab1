"""Every kind of file that is read, as it is made and as it is read: what the mutations of `damage` are tried on.

A kind's `make` writes whole files into a folder; its `read` says everything that is read of them as plain values, and
raises NeuronViewError where it refuses.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.soak.damage_plain import plain_listings, plain_published, plain_texts

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Kind:
    """One kind of file."""

    make: Callable[[Path], None]
    read: Callable[[Path], Any]
    mutations: int
    """In the long run."""
    patterns: tuple[str, ...] = ("**/*",)
    """Which of the files are damaged."""
    is_sealed: bool = True
    """False where a file bears no checksum of ours: a change that leaves it in its form makes another file, and what
    has to hold is that it is read as `plain` reads it."""
    names_file: bool = True
    """Whether a refusal has to name the damaged file; False where bytes are read that have no name."""
    plain: Callable[[Path], Any] | None = None
    """Reads the same by nothing of ours, for files without a checksum; of a mapping, only what it has is compared."""
    may_lose: bool = False
    """Lists that are appended to: a damaged entry is left out, and what is read is a part of what was there."""


def values(found: Any) -> Any:
    """Anything as plain values that are equal when it is."""
    if isinstance(found, pa.Table):
        return values(found.to_pylist())
    if isinstance(found, pd.DataFrame):
        return values(found.to_dict("list"))
    if isinstance(found, np.ndarray):
        return [str(found.dtype), list(found.shape), found.tobytes().hex()]
    if is_dataclass(found) and not isinstance(found, type):
        return {entry.name: values(getattr(found, entry.name)) for entry in fields(found)}
    if isinstance(found, Mapping):
        return {str(key): values(value) for key, value in found.items()}
    if isinstance(found, set | frozenset):
        return sorted(map(values, found), key=repr)
    if isinstance(found, tuple | list):
        return [values(entry) for entry in found]
    return repr(found)


# --- datasets ------------------------------------------------------------------------------------------------------


def make_dataset(folder: Path) -> None:
    from neuronview.records import NeuronId
    from neuronview.store import Dataset, save_explanations
    from neuronview.store.lists import NeuronLists
    from neuronview.store.schema import SCHEMAS
    from neuronview.store.simulations import StoredSimulation
    from neuronview.store.views import SavedViews
    from neuronview.store.write import commit_parts, write_part
    from tests.support import small_dataset as small

    where = small.build(folder / "set")
    told = Dataset(where).explanations((1, 2))[0]
    expected = np.linspace(0, 9, small.LENGTH).astype(np.float32)
    simulated = [StoredSimulation(told.id, NeuronId(1, 2), "model", excerpt, expected, "0-10") for excerpt in range(4)]
    own = small.explanation(1, 2, "person", 0.5, "Fires on what a person saw.")
    save_explanations(folder / "mine", [own], label="mine", simulations=simulated)
    related = {"layer": 0, "neuron": 1, "kind": "tokens_by_activation", "content": '{"tokens": ["a"], "x": [1.5]}'}
    file = {"layer": 0, "neuron": 1, "kind": "activations", "state": "stored", "reason": "", "bytes": 7, "created": "x"}
    rows = {"related": related, "files": file}
    tables = {kind: pa.Table.from_pylist([row], schema=SCHEMAS[kind]) for kind, row in rows.items()}
    commit_parts(where, [write_part(where, kind, table) for kind, table in tables.items()], label="more")
    lists, views = NeuronLists(folder / "mine", Dataset(where).manifest), SavedViews(folder / "mine")
    lists.add("Numbers", [NeuronId(0, 1), NeuronId(1, 4)])
    lists.note(NeuronId(0, 1), "Fires on 42, see 1:4.")
    views.save("Best", {"q": ("thing 10",), "browse_sort": ("low",)})


def read_dataset(folder: Path) -> Any:
    from neuronview.records import NeuronId
    from neuronview.store import Dataset

    opened = Dataset(folder / "set", overlay=folder / "mine")
    try:
        neurons = [NeuronId(layer, neuron) for layer in range(2) for neuron in range(5)]
        return values(
            {
                "manifest": opened.manifest,
                "neurons": [opened.neuron(neuron) for neuron in neurons],
                "explanations": [opened.explanations(neuron) for neuron in neurons],
                "simulations": [opened.simulations(neuron) for neuron in neurons],
                "related": opened.related((0, 1)),
                "files": opened.files(),
                "table": opened.neurons(limit=100),
                "found": opened.search("thing"),
                "tails": opened.tails(),
                "vocabulary": opened.vocabulary(),
            }
        )
    finally:
        opened.close()


def make_old_listings(folder: Path) -> None:
    make_dataset(folder)
    for path in [*folder.rglob("dataset.json"), *folder.rglob("commits/*.json")]:
        content = json.loads(path.read_bytes())
        del content["checksum"]
        path.write_text(json.dumps(content))


def read_listings(folder: Path) -> Any:
    """Everything of the dataset, and what its listings say."""
    from neuronview.store.manifest import committed_parts, read_manifest

    listed = {
        name: {part.file: part for parts in committed_parts(folder / name).values() for part in parts}
        for name in ("set", "mine")
    }
    return read_dataset(folder) | values({"said": read_manifest(folder / "set").raw, **listed})


def make_kept(folder: Path) -> None:
    from neuronview.store.user import save_model_place

    make_dataset(folder)
    save_model_place(folder / "mine", "/models/tiny")


def read_kept(folder: Path) -> Any:
    from neuronview.store.lists import NeuronLists
    from neuronview.store.manifest import read_manifest
    from neuronview.store.user import model_place
    from neuronview.store.views import SavedViews

    lists = NeuronLists(folder / "mine", read_manifest(folder / "set"))
    place = model_place(folder / "mine")  # a note that cannot be read is as good as none: the fingerprint decides
    return values([lists.read(), SavedViews(folder / "mine").read(), place or "/models/tiny"])


def make_exported(folder: Path) -> None:
    from neuronview.store.lists import NeuronLists
    from neuronview.store.manifest import read_manifest
    from neuronview.store.views import SavedViews

    make_dataset(folder)
    lists = NeuronLists(folder / "mine", read_manifest(folder / "set"))
    (folder / "given").mkdir()
    (folder / "given" / "lists.json").write_bytes(lists.export(["Numbers"]))
    (folder / "given" / "views.json").write_bytes(SavedViews(folder / "mine").export())


def read_exported(folder: Path) -> Any:
    from neuronview.store.lists import NeuronLists
    from neuronview.store.manifest import read_manifest
    from neuronview.store.views import SavedViews

    shutil.rmtree(folder / "fresh", ignore_errors=True)
    lists, views = NeuronLists(folder / "fresh", read_manifest(folder / "set")), SavedViews(folder / "fresh")
    lists.import_document((folder / "given" / "lists.json").read_bytes())
    views.import_document((folder / "given" / "views.json").read_bytes())
    return values([lists.read(), views.read()])


def make_embedded(folder: Path) -> None:
    shutil.copytree(ROOT / "data" / "demo", folder / "demo")


def read_embedded(folder: Path) -> Any:
    from neuronview.records import NeuronId
    from neuronview.store import Dataset

    opened = Dataset(folder / "demo")
    try:
        chosen = [NeuronId(layer, 17) for layer in range(4)]
        return values(
            [opened.neurons(limit=20), [opened.neuron(n) for n in chosen], [opened.explanations(n) for n in chosen]]
        )
    finally:
        opened.close()


# --- runs and tasks --------------------------------------------------------------------------------------------------


def make_run(folder: Path) -> None:
    from neuronview.jobs.plan import Failed, Progress, RunPlan, new_run
    from neuronview.jobs.tasks import TaskProgress, new_task

    run = new_run(folder, RunPlan("", "small", ("0:1", "0:17", "1:3"), "dictionary", seed=7))
    run.report(Progress(state="done", done=2, total=3, share=0.5))
    run.finish(["0:1", "0:17"])
    run.set_caps(max_cost=2.5, max_tokens=1000)
    run.note_failed({"1:3": Failed("provider_error", "no answer", "explain")})
    task = new_task(folder, "add", ["import", "openai", "--layers", "3"], title="Add layer 3")
    task.report(TaskProgress(state="done", done=3, total=4, message="Stopped at 3"))


def read_run(folder: Path) -> Any:
    from neuronview.jobs.plan import RunFolder
    from neuronview.jobs.tasks import TaskFolder

    run = RunFolder(next((folder / "runs").iterdir()))
    task = TaskFolder(next((folder / "tasks").iterdir()))
    return values([run.plan(), run.progress(), run.failed(), task.task(), task.progress()])


def read_finished(folder: Path) -> Any:
    from neuronview.jobs.plan import RunFolder

    return sorted(RunFolder(next((folder / "runs").iterdir())).finished())


def make_ledger(folder: Path) -> None:
    from neuronview.llm.ledger import Ended, Ledger

    ledger = Ledger(folder)
    for number in range(12):
        call = ledger.begin(f"r{number}", "chat", "model", tokens=100 + number, cost=0.01 * number)
        if number % 4:
            ledger.end(Ended(call, f"r{number}", "chat", "model", input_tokens=50 + number, cost=0.001 * number))
    ledger.close()


def read_ledger(folder: Path) -> Any:
    """The lines that count, each with its numbers."""
    from neuronview.llm.ledger import Ledger

    ledger = Ledger(folder)
    try:
        ledger.totals()
        sums = ledger._read()
        return [values(entry) for entry in [*sums.begun.values(), *sums.ended]]
    finally:
        ledger.close()


def make_cache(folder: Path) -> None:
    from neuronview.llm.cache import Cache
    from neuronview.llm.calls import ChatAnswer, Usage

    cache = Cache(folder / "answers.sqlite3")
    for number in range(40):
        cache.put(f"{number:064x}", ChatAnswer(f"Fires on {number}." * 20, "model", Usage(number, 0, 7), (), "stop"))
    cache.close()


def read_cache(folder: Path) -> Any:
    """Answers by number, those that are there; the file is copied, since opening it may write."""
    from neuronview.errors import NeuronViewError
    from neuronview.llm.cache import Cache

    copy = folder.parent / "copy.sqlite3"
    for path in folder.parent.glob("copy.sqlite3*"):
        path.unlink()
    shutil.copy(folder / "answers.sqlite3", copy)
    try:
        cache = Cache(copy)
    except NeuronViewError as error:
        raise type(error)(str(error).replace(copy.name, "answers.sqlite3")) from error
    found, refused = [], None
    try:
        for number in range(40):
            try:
                answer = cache.get(f"{number:064x}")
            except NeuronViewError as error:
                refused = error
            else:
                found += [] if answer is None else [values([number, answer])]
    finally:
        cache.close()
    if refused is not None and not found:
        raise type(refused)(str(refused).replace(copy.name, "answers.sqlite3"))
    return found


# --- files from elsewhere ---------------------------------------------------------------------------------------------


def make_published(folder: Path) -> None:
    from tests.formats import published_files as files

    folder.mkdir(parents=True, exist_ok=True)
    for kind in files.KINDS:
        (folder / f"{kind}.json").write_bytes(files.raw(kind, 0, 1))


def read_published(folder: Path) -> Any:
    """Every text and number of the five kinds."""
    from neuronview.formats.openai.related import READERS

    related = {kind: read((folder / f"{kind}.json").read_bytes()) for kind, read in READERS.items()}
    return values({"activations": published_records(folder), "explanations": published_explanations(folder), **related})


def published_records(folder: Path) -> Any:
    from neuronview.formats.openai.reading import read_records
    from neuronview.records import NeuronId

    found = read_records((folder / "activations.json").read_bytes(), NeuronId(0, 1))
    pieces = np.split(found.activations, np.cumsum(found.lengths)[:-1]) if found.lengths else []
    return {
        "neuron": list(found.neuron),
        "records": [
            [group, rank, json.loads(key), piece.tolist()]
            for group, rank, key, piece in zip(found.groups, found.ranks, found.keys, pieces, strict=True)
        ],
        "moments": found.moments,
        "boundaries": found.boundaries,
    }


def published_explanations(folder: Path) -> Any:
    from neuronview.formats.openai.reading import read_explanations
    from neuronview.records import NeuronId

    found = read_explanations((folder / "explanations.json").read_bytes(), NeuronId(0, 1))
    told = [
        [entry.text, scores_of(entry), list(map(published_sequence, entry.sequences))] for entry in found.explanations
    ]
    return {"neuron": list(found.neuron), "explanations": told}


def published_sequence(sequence: Any) -> Any:
    return {
        "tokens": json.loads(sequence.key),
        "true": sequence.true.tolist(),
        "expected": sequence.expected.tolist(),
        "scale": sequence.scale,
        "distribution": numbers_of(sequence.distribution),
        "uncalibrated": None if sequence.uncalibrated is None else sequence.uncalibrated.tolist(),
        "uncalibrated distribution": numbers_of(sequence.uncalibrated_distribution),
        "scores": scores_of(sequence),
    }


def scores_of(scored: Any) -> Any:
    return None if scored.scores is None else [getattr(scored.scores, field.name) for field in fields(scored.scores)]


def numbers_of(distribution: Any) -> Any:
    return distribution and [getattr(distribution, field.name).tolist() for field in fields(distribution)]


def make_neuronpedia(folder: Path) -> None:
    from neuronview.formats.exporting import export
    from neuronview.store import Dataset

    make_dataset(folder.parent / "source")
    export(Dataset(folder.parent / "source" / "set"), "neuronpedia", folder / "export")


def read_neuronpedia(folder: Path) -> Any:
    from neuronview.formats.neuronpedia.importing import import_neuronpedia

    shutil.rmtree(folder.parent / "imported", ignore_errors=True)
    import_neuronpedia(folder / "export", folder.parent / "imported")
    return read_imported(folder)


def read_imported(folder: Path) -> Any:
    """Everything of the neurons of a dataset that was just imported beside `folder`."""
    from neuronview.records import NeuronId
    from neuronview.store import Dataset

    opened = Dataset(folder.parent / "imported")
    try:
        chosen = [NeuronId(layer, neuron) for layer in range(2) for neuron in range(5)]
        return values([[opened.neuron(n) for n in chosen], [opened.explanations(n) for n in chosen]])
    finally:
        opened.close()


def make_tables(folder: Path) -> None:
    from neuronview.formats.exporting import export
    from neuronview.store import Dataset

    make_dataset(folder.parent / "source")
    export(Dataset(folder.parent / "source" / "set"), "parquet", folder / "export")


def read_tables(folder: Path) -> Any:
    from neuronview.formats.parquet import import_parquet

    shutil.rmtree(folder.parent / "imported", ignore_errors=True)
    import_parquet(folder / "export", folder.parent / "imported")
    return read_imported(folder)


def make_texts(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {"text": f"Text {n} of the corpus.", "id": str(n), "source": f"shelf {n % 3}", "template": f"t{n % 7}"}
        for n in range(20)
    ]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "b.txt").write_text("A text.\n\nOf two paragraphs, 17 words.\n")
    pq.write_table(pa.Table.from_pylist(rows), folder / "c.parquet", write_page_checksum=True)


def read_texts(folder: Path) -> Any:
    from neuronview.collect.files import read_documents

    found = read_documents([folder])
    return values([[document.id, document.text, document.source, document.template] for document in found])


# --- models ----------------------------------------------------------------------------------------------------


def make_model(folder: Path) -> None:
    import torch

    from neuronview.model import load
    from tests.model.tiny_gpt2 import save_tiny_gpt2

    torch.set_num_threads(1)
    save_tiny_gpt2(folder / "model", width=16)
    found = load(folder / "model", device="cpu")
    said = {"fingerprint": found.fingerprint, "tokenizer": found.tokenizer.fingerprint}
    (folder.parent / "named.json").write_text(json.dumps(said))


def read_model(folder: Path) -> Any:
    return read_as_named(folder, folder / "model")


def read_as_named(folder: Path, where: Path) -> Any:
    """As a dataset's model is: loaded, and compared with the one that the dataset names."""
    from neuronview.errors import ModelError
    from neuronview.jobs.model_place import other_model
    from neuronview.model import load
    from neuronview.store import ModelInfo

    model = load(where, device="cpu")
    said = json.loads((folder.parent / "named.json").read_text())
    named = ModelInfo("model", said["fingerprint"], "gelu_new", 2, 64, tokenizer=said["tokenizer"])
    other = other_model(named, model)
    if other:
        raise ModelError(f"{where} {other}.")
    ids = [token.id for token in model.tokenize("She paid 42 coins.")]
    return [ids, values(model.all_activations(ids))]


JSONL = ("**/*.gz",)
FIRST_KINDS: dict[str, Kind] = {
    "dataset": Kind(make_dataset, read_dataset, 1500, ("set/*", "set/commits/*", "mine/*.parquet", "mine/commits/*")),
    "listings without checksums": Kind(
        make_old_listings,
        read_listings,
        600,
        ("set/dataset.json", "**/commits/*.json"),
        is_sealed=False,
        names_file=False,
        plain=plain_listings,
    ),
    "lists, notes, views": Kind(make_kept, read_kept, 500, ("mine/*.json",)),
    "exported lists and views": Kind(make_exported, read_exported, 300, ("given/*",), names_file=False),
    "embedded dataset": Kind(make_embedded, read_embedded, 150, ("demo/*.parquet", "demo/dataset.json")),
    "runs and tasks": Kind(make_run, read_run, 600, ("**/*.json",)),
    "finished neurons": Kind(make_run, read_finished, 200, ("**/finished.txt",), may_lose=True),
    "ledger": Kind(make_ledger, read_ledger, 500, ("calls.jsonl",), may_lose=True),
    "cache of answers": Kind(make_cache, read_cache, 250, ("answers.sqlite3",), may_lose=True),
    "published JSON": Kind(
        make_published, read_published, 1500, is_sealed=False, names_file=False, plain=plain_published
    ),
    "Neuronpedia": Kind(make_neuronpedia, read_neuronpedia, 300, JSONL),
    "exported tables": Kind(make_tables, read_tables, 250, ("export/*.parquet", "export/*.json")),
    "texts": Kind(make_texts, read_texts, 600, is_sealed=False, plain=plain_texts),
    "model": Kind(make_model, read_model, 700, ("model/*",), names_file=False),
}
"""By name. Of what a model's file is, its fingerprint tells: the message names the model, not the file."""
