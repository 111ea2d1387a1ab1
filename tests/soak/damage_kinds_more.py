"""More kinds of file that are read, and all of them by name: what the mutations of `damage` are tried on."""

import math
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tests.soak.damage_kinds import FIRST_KINDS, Kind, make_dataset, make_model, read_as_named, values

SEARCHES = (
    ("thing", "explanations"),
    ("a person saw", "explanations"),
    ("fir", "explanations"),
    ('"fires on"', "explanations"),
    ("a", "tokens"),
    ("saw", "either"),
)
ENDPOINT = "http://127.0.0.1:8000/v1 model"


# --- kept beside datasets --------------------------------------------------------------------------------------------


def make_index(folder: Path) -> None:
    from neuronview.store import Dataset

    make_dataset(folder)
    opened = Dataset(folder / "set", overlay=folder / "mine")
    opened.searcher.prepare()
    problem = opened.searcher.problem
    opened.close()
    assert not problem, problem


def read_index(folder: Path) -> Any:
    """What searches find, which is the same when the index has to be built again; then the index as it is kept."""
    from neuronview.store import Dataset
    from neuronview.store.search_index import load

    (path,) = (folder / "mine" / "search").glob("words-*.parquet")
    kept = load(path, path.stem.removeprefix("words-")) or {}
    opened = Dataset(folder / "set", overlay=folder / "mine")
    try:
        found = values([opened.searcher.find(text, within=within) for text, within in SEARCHES])
    finally:
        opened.close()
    return [found, *(values(field) for field in kept.items())]


def make_verified(folder: Path) -> None:
    from neuronview.config import Settings
    from neuronview.jobs import verified
    from neuronview.store import Dataset

    make_dataset(folder)
    differences = verified.Differences(400, 0.011, 0.007, 0.02, 0.05, 0.09, 0.12, 0.9998, 0.97)
    none = replace(differences, correlation=math.nan, maximum=7.5)
    checked = verified.ActivationCheck(
        model="tiny",
        model_fingerprint="ab" * 20,
        n_records=40,
        n_not_comparable=2,
        n_too_long=1,
        n_by_strings=0,
        variants=(
            verified.VariantFit("gelu_new", True, differences, "match"),
            verified.VariantFit("gelu", False, none, "none"),
        ),
        verdict="match",
        told_apart=True,
        precision="16 bits",
        words="40 records were recomputed.",
        diagnostic=verified.Diagnostic(-0.17, ("gelu_new", "gelu"), "The least is -0.17."),
        farthest=(verified.Deviation(0, 3, 12, 7, 1.25, 1.5),),
    )
    scores = verified.ScoreCheck(
        10, 40, 39, 0, (verified.ScoreDifference(0, 1, "e", "s", "test", "all", 0.5, 0.25, 0.01),), "39 of 40 agree."
    )
    fingerprint = Dataset(folder / "set").manifest.fingerprint
    found = verified.Verification("set", fingerprint, "2026-01-02T03:04:05", 12.5, checked, "", scores)
    verified.remember(found, settings=Settings(home=folder / "mine", data=folder))


def read_verified(folder: Path) -> Any:
    """A result that cannot be read counts as none."""
    from neuronview.config import Settings
    from neuronview.jobs.verified import remembered
    from neuronview.store import Dataset

    opened = Dataset(folder / "set")
    try:
        found = remembered(opened, settings=Settings(home=folder / "mine", data=folder))
    finally:
        opened.close()
    return [] if found is None else [values(found)]


# --- runs and endpoints ----------------------------------------------------------------------------------------------


def make_endpoints(folder: Path) -> None:
    from neuronview.jobs.measured import Measured, Rate
    from neuronview.llm.probe import Capabilities, CapabilityStore, _library

    Measured(folder).probed(ENDPOINT, 2.5)
    rates = {"chat": Rate(12, 5120.0, 1280, 31.5, 1, 640, 171), "judging chat": Rate(3, 600.0, 150, 4.0)}
    Measured(folder).ran(ENDPOINT, rates, concurrency=4)
    able = Capabilities(
        ENDPOINT, "model", True, "openai", 200, "echo", 20, True, 0.31, {"x": "It says 404."}, (), "", _library(), 4096
    )
    CapabilityStore(folder / "llm" / "capabilities").put(able)


def read_endpoints(folder: Path) -> Any:
    """What was measured, and what the endpoint can do; a file that cannot be read counts as none."""
    from neuronview.jobs.measured import Measured
    from neuronview.llm.probe import CapabilityStore

    able = CapabilityStore(folder / "llm" / "capabilities").get(ENDPOINT)
    rates = [values(entry) for entry in Measured(folder).rates(ENDPOINT).items()]
    return [*rates, *([] if able is None else [values(able)])]


def make_added(folder: Path) -> None:
    from neuronview.jobs.adding import Adding
    from neuronview.store.write import write_json

    adding = Adding("set", "gpt2-small", "https://host.test/files", (0, 3), "opened", 5_000_000_000)
    write_json(folder / "added" / "set.json", asdict(adding))


def read_added(folder: Path) -> Any:
    """A note that cannot be read counts as none."""
    from neuronview.config import Settings
    from neuronview.jobs.adding import added

    found = added("set", Settings(home=folder, data=folder))
    return [] if found is None else [values(found)]


def make_parts(folder: Path) -> None:
    """A run that was divided among workers, in a visit with limits."""
    from neuronview.jobs.limits import TIMES
    from neuronview.jobs.plan import Progress, RunPlan, new_run
    from neuronview.jobs.shards import OUTCOME, PARTS, Outcome, ShardFolder
    from neuronview.store.convert import explanation_table
    from neuronview.store.write import write_json, write_part
    from tests.support import small_dataset as small

    make_dataset(folder)
    run = new_run(folder, RunPlan("", "small", ("0:1", "0:17"), "dictionary", seed=7))
    run.report(Progress(state="done", done=2, total=2, share=1.0, tokens=700, calls=12))
    write_json(run.path / TIMES, {"before": 12.5, "launched": run.progress().updated - 30.25})
    explanation = small.explanation(1, 2, "person", 0.5, "Fires on what a person saw.")
    shard = ShardFolder.of(run.path, 0)
    kept = shard.path / PARTS
    parts = [write_part(kept, "explanations", explanation_table([explanation]))]
    outcome = Outcome(0, "done", "", "", ("0:1", "0:17"), tuple(map(asdict, parts)))
    write_json(shard.path / OUTCOME, asdict(outcome))


def read_parts(folder: Path) -> Any:
    from neuronview.jobs.limits import used
    from neuronview.jobs.plan import RunFolder
    from neuronview.jobs.shards import ShardFolder, commit_outcome
    from neuronview.records import NeuronId
    from neuronview.store import Dataset

    run = next((folder / "runs").iterdir())
    outcome = ShardFolder.of(run, 0).outcome()
    shutil.rmtree(folder / "overlay", ignore_errors=True)
    found = []
    if outcome is not None:
        commit_outcome(run, outcome, folder / "overlay", set(), label="a run")
        opened = Dataset(folder / "set", overlay=folder / "overlay")
        found = [opened.explanations(NeuronId(1, 2))]
        opened.close()
    return values([RunFolder(run).plan(), outcome, used(folder), found])


# --- models ----------------------------------------------------------------------------------------------------------


def make_single(folder: Path) -> None:
    """Weights in one file, without a config: what it would say is in the file."""
    from safetensors.torch import load_file, save_file

    make_model(folder)
    tensors = load_file(folder / "model" / "model.safetensors")
    plain = {name.removeprefix("transformer."): tensor for name, tensor in tensors.items()}
    save_file(plain, folder / "single.safetensors", metadata={"n_head": "4"})
    shutil.copy(folder / "model" / "tokenizer.json", folder)
    shutil.rmtree(folder / "model")


def read_single(folder: Path) -> Any:
    return read_as_named(folder, folder / "single.safetensors")


KINDS: dict[str, Kind] = {
    **FIRST_KINDS,
    "search index": Kind(make_index, read_index, 400, ("mine/search/*.parquet",), may_lose=True),
    "verification": Kind(make_verified, read_verified, 300, ("mine/verified/*.json",), may_lose=True),
    "measured rates and abilities": Kind(make_endpoints, read_endpoints, 400, ("llm/**/*.json",), may_lose=True),
    "notes of added datasets": Kind(make_added, read_added, 200, ("added/*.json",), may_lose=True),
    "parts of a divided run": Kind(
        make_parts, read_parts, 400, ("runs/*/times.json", "runs/*/shards/**/*.json", "runs/*/shards/**/*.parquet")
    ),
    "model in one file": Kind(make_single, read_single, 500, ("*.safetensors", "tokenizer.json"), names_file=False),
}
"""By name."""
