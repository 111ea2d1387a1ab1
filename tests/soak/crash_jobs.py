"""What is killed: each job that writes, on tiny files, as the command or the app does it, in the folder of a trial."""

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import torch

from neuronview.cli import engines, progressive
from neuronview.cli.main import run as command
from neuronview.config import Settings
from neuronview.demo.passages_written import written
from neuronview.errors import DatasetError
from neuronview.formats.folder import NOTE
from neuronview.formats.openai import importing
from neuronview.jobs import collecting, collecting_shards, language
from neuronview.jobs import execute as executing
from neuronview.jobs import rules as all_rules
from neuronview.jobs.engines import Here
from neuronview.jobs.language import execute_language
from neuronview.jobs.plan import RunPlan, list_runs, new_run
from neuronview.jobs.tasks import list_tasks, new_task
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, compact, names, open_dataset
from neuronview.store.lists import NeuronLists
from neuronview.store.manifest import committed_parts, read_listing, read_manifest
from neuronview.store.user import save_explanations
from neuronview.store.views import SavedViews
from neuronview.store.whole import read_part
from neuronview.store.write import COMMITS, MANIFEST, write_json
from tests.formats import published_files
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support import run_dataset, small_dataset
from tests.support.language_run import EVERYONE, Model, fake_models

DID = Path("tmp/did.txt")
"""Lines for what was kept and answered for: it has to be there whatever happens then. No step of the job."""
VOLATILE = ("created", "cost", "seconds")
IMPORTED = [(layer, neuron) for layer in range(2) for neuron in range(3)]
KEPT = 12
Digest = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """`make`, `run`, `pieces` and `state` work in the current folder, each in a process of its own."""

    make: Callable[[], None]
    run: Callable[[], int]
    """An exit code; run again it goes on, or has nothing more to do."""
    pieces: Callable[[], list[str]]
    """What is finished and stays, after every look at whether it can be read."""
    state: Callable[[], Digest]
    """All that it made, without times and drawn names."""
    tidy: Callable[[], None] = lambda: None
    """The command that removes what those who ended early left."""
    constant: bool = False
    """Whether the state is the same before, during and after."""


# --- rows ------------------------------------------------------------------------------------------------------------


def rows(folder: Path) -> Digest:
    """Every row that counts, by kind: how many, and one digest of them in order; excerpts by what they say."""
    if not (folder / MANIFEST).exists() and not (folder / COMMITS).exists():
        return {}
    parts = committed_parts(folder)
    tables = {
        kind: [row for part in found for row in read_part(folder, part).to_pylist()] for kind, found in parts.items()
    }
    said = {row["excerpt_id"]: row["token_ids"] or row["tokens"] for row in tables.get("excerpts", [])}
    digest: Digest = {}
    for kind, found in tables.items():
        lines = sorted({orjson.dumps(_stable(row, said), option=orjson.OPT_SORT_KEYS) for row in found})
        if lines:
            digest[kind] = [len(lines), hashlib.sha256(b"\n".join(lines)).hexdigest()]
    return digest


def _stable(row: dict[str, Any], said: dict[int, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in row.items() if key not in VOLATILE}
    if "excerpt_id" in plain:
        plain["excerpt_id"] = said.get(plain["excerpt_id"])
    for name in ("provenance", "settings"):
        if isinstance(plain.get(name), str):
            plain[name] = {k: v for k, v in orjson.loads(plain[name]).items() if k not in VOLATILE}
    return plain


def files(folder: Path) -> Digest:
    """Digest of each file that is in its place, without the time in the note of an export and in lines of JSON."""
    found: Digest = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(".") and path.suffix != ".tmp":
            raw = path.read_bytes()
            if path.name == NOTE:
                raw = orjson.dumps({k: v for k, v in orjson.loads(raw).items() if k not in ("written", "checksum")})
            elif ".jsonl" in path.suffixes:
                raw = b"\n".join(map(_timeless, (gzip.decompress(raw) if path.suffix == ".gz" else raw).splitlines()))
            found[str(path.relative_to(folder))] = hashlib.sha256(raw).hexdigest()
    return found


def _timeless(line: bytes) -> bytes:
    return orjson.dumps(
        {name: value for name, value in orjson.loads(line).items() if name not in ("createdAt", "updatedAt")}
    )


# --- collect ---------------------------------------------------------------------------------------------------------


def _make_text() -> None:
    save_tiny_gpt2(Path("in/model"), width=2, n_head=1)
    lines = [json.dumps({"id": passage.id, "text": passage.text}) for passage in written()[:6]]
    Path("in/a.jsonl").write_text("".join(f"{line}\n" for line in lines))


def _collect(*more: str) -> int:
    torch.set_num_threads(1)
    # Its workers only compute; here, they would be most of the time.
    setattr(all_rules, "LocalEngine", lambda _: Here())  # noqa: B010
    setattr(progressive, "FIRST", 10)  # noqa: B010
    # In shards: several of each stage, computed by this process, so that their steps are seen.
    setattr(engines, "open_engine", lambda *_, **__: Here())  # noqa: B010
    setattr(collecting_shards, "LEAST", 3)  # noqa: B010
    setattr(collecting_shards, "TOLD", -1.0)  # noqa: B010 - they tell how far they are, at once
    setattr(collecting, "EXCERPTS", 50)  # noqa: B010
    setattr(collecting, "KEPT", 2)  # noqa: B010
    return command(["collect", "--model", "in/model", "--corpus", "in/a.jsonl", "--seed", "3", "--out", TINY, *more])


TINY = "out/tiny"


def _collected() -> list[str]:
    if not (Path(TINY) / MANIFEST).exists():
        return []
    told = read_manifest(Path(TINY)).raw.get("passes", {"done": 1})
    rows(Path(TINY))
    with_dataset = Dataset(Path(TINY))
    with_dataset.neuron((0, 0))
    with_dataset.close()
    return [f"pass {number + 1}" for number in range(told["done"])]


def _tidy_tiny() -> None:
    compact(Path(TINY), grace=0)


# --- import ----------------------------------------------------------------------------------------------------------


def _make_published() -> None:
    published_files.tree(Path("in/published"), IMPORTED)


def _import(*arguments: str) -> int:
    setattr(importing, "FIRST_BATCH", 3)  # noqa: B010
    setattr(importing, "BATCH", 3)  # noqa: B010
    return command([*arguments])


def _imported(folder: Path) -> list[str]:
    if not (folder / MANIFEST).exists():
        return []
    rows(folder)
    table = [row for part in committed_parts(folder)["files"] for row in read_part(folder, part).to_pylist()]
    stored = [f"{row['layer']}:{row['neuron']} {row['kind']}" for row in table if row["state"] == "stored"]
    assert len(stored) == len(set(stored)), "a file was stored twice"
    return sorted(stored)


def _make_exported(form: str) -> None:
    _make_small()
    assert command(["export", form, "data/small", "--out", "in/export"]) == 0


def _import_other(form: str) -> Job:
    """Whole or not at all: nothing is finished before all is there, and then the command says that it is."""
    return Job(
        lambda: _make_exported(form),
        lambda: command(["import", form, "in/export", "--out", f"{_OTHER}"]),
        lambda: _opened(_OTHER),
        lambda: {**rows(_OTHER), "manifest": _said(_OTHER)},
    )


def _opened(folder: Path) -> list[str]:
    """That a dataset can be read, where there is one."""
    if not folder.exists():
        return []
    opened = Dataset(folder)
    opened.neuron((0, 0))
    opened.close()
    return ["all"]


def _said(folder: Path) -> Digest:
    if not folder.exists():
        return {}
    said = orjson.loads(orjson.dumps(read_manifest(folder).raw))
    said.get("origin", {}).pop("imported", None)
    return {name: value for name, value in said.items() if name not in ("created", "imported", "import_id")}


def _make_added() -> None:
    _make_published()
    assert _import(*_ADD) == 0


def _here() -> list[str]:
    """That every dataset by name can be read."""
    settings = Settings.from_env()
    for name in names(settings):
        open_dataset(name, settings=settings).close()
    return []


# --- runs ------------------------------------------------------------------------------------------------------------


def _make_run(explainer: str) -> None:
    run_dataset.build(Path("data/runs"))
    options: dict[str, Any] = {}
    if explainer == "pairs":
        options = {"simulator": "auto", "explainer_model": "fake", "candidates": 2, "excerpts": 4, "others": 0}
    new_run(Path("home"), RunPlan("", "runs", EVERYONE, explainer, **options))


def _run() -> int:
    (folder,) = list_runs(Path("home"))
    dataset = Dataset(Path("data/runs"), overlay=Path("home/mine"))
    load: Callable[[], Any] = run_dataset.FakeModel
    setattr(executing, "COMMIT_EVERY", 1)  # noqa: B010
    setattr(language, "COMMIT_EVERY", 1)  # noqa: B010
    if folder.plan().explainer != "pairs":
        executing.execute(folder, dataset, load_model=load, report=lambda _: None)
        return 0
    _, models = fake_models(Model(noise=0.0))  # its noise follows the order of the calls, which a kill changes
    with folder.held():
        execute_language(folder, dataset, load_model=load, report=lambda _: None, open_models=models)
    return 0


def _explained() -> list[str]:
    (folder,) = list_runs(Path("home"))
    assert not folder.problem()
    dataset = Dataset(Path("data/runs"), overlay=Path("home/mine"))
    finished = sorted(folder.finished())
    for name in finished:
        assert any(entry.scores for entry in dataset.explanations(NeuronId.parse(name))), f"{name} is not stored"
    dataset.close()
    return finished


# --- scores of stored explanations, shares of stored neurons ----------------------------------------------------------


def _make_explained() -> None:
    run_dataset.build(Path("data/runs"))
    for number in range(3):
        rule = {"kind": "pattern", "pattern": r"\d+", "regex": True}
        told = replace(_own(f"Fires on {number}."), neuron=NeuronId(0, number), rule=rule, scores=[])
        save_explanations(Path("data/runs"), [told], label=f"{number}")


def _overlay(dataset: str) -> Path:
    return Path("home/datasets") / read_manifest(Path("data") / dataset).fingerprint


def _score() -> int:
    return command(["score", "--dataset", "runs", "--neurons", "0:0,0:1,0:2", "--save"])


def _scored() -> list[str]:
    """The commit is one: all or nothing."""
    dataset = Dataset(Path("data/runs"), overlay=_overlay("runs"))
    found = [f"0:{number}" for number in range(3) if any(entry.scores for entry in dataset.explanations((0, number)))]
    dataset.close()
    assert len(found) in (0, 3)
    return found


def _make_without_shares() -> None:
    """As a collection of before."""
    _make_text()
    assert _collect() == 0
    manifest = read_listing(Path(TINY, MANIFEST))
    for part in committed_parts(Path(TINY))["shares"]:
        Path(TINY, part.file).unlink()
    kept = [part for part in manifest["parts"] if part["kind"] != "shares"]
    write_json(Path(TINY, MANIFEST), manifest | {"parts": kept})
    assert "shares" not in rows(Path(TINY))


def _shares() -> int:
    torch.set_num_threads(1)
    return command(["shares", TINY, "--into-dataset"])


# --- what the app keeps ----------------------------------------------------------------------------------------------


def _make_small() -> None:
    small_dataset.build(Path("data/small"))


def _own(text: str) -> Explanation:
    return small_dataset.explanation(0, 1, "person", 0.5, text)


def _keep() -> int:
    """As pages do it: a list, a note, a view, an explanation, a planned run, a task; answered for one by one."""
    manifest = read_manifest(Path("data/small"))
    mine = Path("home/mine")
    lists, views = NeuronLists(mine, manifest), SavedViews(mine)
    kinds: list[Callable[[str], object]] = [
        lambda name: lists.add(name, [NeuronId(0, 1)]),
        lambda name: lists.note(NeuronId(int(name[1:]) // 6, 0), name),
        lambda name: views.save(name, {"q": (name,)}),
        lambda name: save_explanations(mine, [_own(name)], label=name),
        lambda name: new_run(Path("home"), RunPlan("", "small", ("0:1",), "pattern", pattern=name)),
        lambda name: new_task(Path("home"), "add", ("datasets",), title=name),
    ]
    done = _did()
    for number in range(KEPT):
        name = f"n{number}"
        if name not in done:
            kinds[number % len(kinds)](name)
            _answer_for(name)
    return 0


def _answer_for(name: str) -> None:
    try:
        with DID.open("a") as file:
            file.write(f"{name}\n")
    except OSError as error:  # a small disk holds this trial's own note too
        raise DatasetError(f"What was kept cannot be noted ({error}).") from error


def _did() -> set[str]:
    """What was answered for, but not a line that was cut off."""
    return {line for line in (DID.read_text() if DID.exists() else "").split("\n")[:-1] if line}


def _kept() -> list[str]:
    manifest = read_manifest(Path("data/small"))
    mine = Path("home/mine")
    found = NeuronLists(mine, manifest).read()
    names = [*found.lists, *found.notes.values(), *SavedViews(mine).read()]
    own = committed_parts(mine)["explanations"] if (mine / COMMITS).exists() else []
    names += [row["text"] for part in own for row in read_part(mine, part).to_pylist()]
    names += [folder.plan().pattern for folder in list_runs(Path("home"))]
    names += [folder.task().title for folder in list_tasks(Path("home"))]
    lost = _did() - set(names)
    assert not lost, f"answered for and lost: {lost}"
    return sorted(set(names))


# --- compact ---------------------------------------------------------------------------------------------------------


def _make_commits() -> None:
    _make_small()
    for number in range(4):
        save_explanations(Path("data/small"), [_own(f"theirs {number}")], label=f"{number}")
    mine = Path("home/datasets") / read_manifest(Path("data/small")).fingerprint
    for number in range(4):
        save_explanations(mine, [_own(f"mine {number}")], label=f"{number}")


def _compacted() -> Digest:
    mine = Path("home/datasets") / read_manifest(Path("data/small")).fingerprint
    return {"theirs": rows(Path("data/small")), "mine": rows(mine)}


def _tidy_small() -> None:
    for folder in ("data/small", f"home/datasets/{read_manifest(Path('data/small')).fingerprint}"):
        compact(Path(folder), grace=0)


# --- export ----------------------------------------------------------------------------------------------------------


def _make_export(form: str) -> None:
    """An export of one neuron is there already, and a file of somebody else's."""
    _make_small()
    assert command(["export", form, "data/small", "--out", "out/export", "--neurons", "0:1"]) == 0
    Path("out/export/mine.txt").write_text("mine")


def _export_state() -> Digest:
    return files(Path("out")) if Path("out").exists() else {}


def _page() -> int:
    return command(["export", "html", "data/small", "out/page.html", "--neuron", "0:1", "--overwrite"])


def _make_page() -> None:
    _make_small()
    Path("out").mkdir()
    assert _page() == 0


def _none() -> list[str]:
    return []


def _export(form: str) -> Job:
    run = ["export", form, "data/small", "--out", "out/export"]
    return Job(lambda: _make_export(form), lambda: command(run), _none, _export_state)


_OTHER = Path("out/other")
_SET = ("import", "openai", "in/published", "--out", "out/set", "--model", "gpt2-small", "--workers", "1")
_ADD = ("datasets", "add", "gpt2-small", "--base", "in/published")
_ADDED = Path("home/datasets/gpt2-small")
_MINE = Path("home/mine")

JOBS = {
    "collect": Job(_make_text, _collect, _collected, lambda: rows(Path(TINY)), _tidy_tiny),
    "collect --progressive": Job(
        _make_text,
        lambda: _collect("--progressive", "--most-excerpts", "40"),
        _collected,
        lambda: rows(Path(TINY)),
        _tidy_tiny,
    ),
    "collect --engine local": Job(
        _make_text,
        lambda: _collect("--engine", "local"),
        _collected,
        lambda: rows(Path(TINY)),
        _tidy_tiny,
    ),
    "import openai": Job(
        _make_published,
        lambda: _import(*_SET),
        lambda: _imported(Path("out/set")),
        lambda: rows(Path("out/set")),
        lambda: void(compact(Path("out/set"), grace=0)),
    ),
    "datasets add": Job(
        _make_published,
        lambda: _import(*_ADD),
        lambda: _imported(_ADDED),
        lambda: rows(_ADDED),
        lambda: void(compact(_ADDED, grace=0)),
    ),
    "datasets remove": Job(
        _make_added,
        lambda: command(["datasets", "remove", "gpt2-small", "--yes"]),
        _here,
        lambda: {"names": names(Settings.from_env()), "home": files(Path("home/datasets")) | files(Path("home/added"))},
    ),
    "import neuronpedia": _import_other("neuronpedia"),
    "import parquet": _import_other("parquet"),
    "explain by language model": Job(
        lambda: _make_run("pairs"), _run, _explained, lambda: rows(_MINE), lambda: void(compact(_MINE, grace=0))
    ),
    "explain by rule": Job(
        lambda: _make_run("dictionary"), _run, _explained, lambda: rows(_MINE), lambda: void(compact(_MINE, grace=0))
    ),
    "score --save": Job(
        _make_explained,
        _score,
        _scored,
        lambda: {"theirs": rows(Path("data/runs")), "mine": rows(_overlay("runs"))},
        lambda: void(compact(_overlay("runs"), grace=0)),
    ),
    "shares --into-dataset": Job(_make_without_shares, _shares, _collected, lambda: rows(Path(TINY)), _tidy_tiny),
    "keeping in the app": Job(
        _make_small, _keep, _kept, lambda: {"names": _kept()}, lambda: void(compact(_MINE, grace=0))
    ),
    "compact --join": Job(
        _make_commits,
        lambda: command(["compact", "data/small", "--join"]),
        _none,
        _compacted,
        _tidy_small,
        constant=True,
    ),
    "export parquet": _export("parquet"),
    "export openai": _export("openai"),
    "export csv": _export("csv"),
    "export neuronpedia": _export("neuronpedia"),
    "export html": Job(_make_page, _page, _none, _export_state),
}


def void(_: object) -> None:
    """Nothing of a value."""
